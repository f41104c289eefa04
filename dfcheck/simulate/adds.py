"""Adds: what kind of content a RUN adds, for commands that are well known; what it really writes only the build shows.

Reads the RUN's shell commands, so it is for those who show a prediction, not part of the fold.
"""

from __future__ import annotations

from dfcheck.knowledge.calls import calls_in
from dfcheck.knowledge.packages import packages
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.knowledge.calls import Call
    from dfcheck.resolve import Build
    from dfcheck.syntax.nodes import Run
    from dfcheck.syntax.shell import ShellCommand

# Tools, and their sub-commands that install what their operands name.
INSTALLERS = {
    "apt lists": ("install", "reinstall"),
    "apk": ("add",),
    "rpm caches": ("install", "reinstall", "group install", "module install"),
    "zypper": ("install",),
    "pip": ("install",),
    "npm": ("install", "ci"),
    "yarn": ("add", "install"),
    "gem": ("install",),
    "go": ("install",),
}
# Where the lists of packages lie that an installer reads when none is named.
LISTS = {"npm": "package.json", "yarn": "package.json"}


class Added(Value):
    """Content that a command adds.

    Attributes:
        kind: `packages`, `directory`, `checkout` or `lists` (of packages).
        by: The command: `apt-get install`.
        what: Packages, directories or addresses, as far as they are known.
        order: Of the command in the script.
    """

    kind: str
    by: str
    what: tuple[str, ...]
    order: int = 0


def added(build: Build, run: Run) -> tuple[Added, ...]:
    """What kind of content the commands of a RUN add, in order."""
    found: list[Added] = []
    for tool, verbs in INSTALLERS.items():
        found += [_installed(build, call, tool) for call in calls_in(build, run, tool, *verbs)]
    found += [
        Added("lists", call.said, call.tool.caches, call.order)
        for call in calls_in(build, run, "apt lists", "update")
    ]
    found += [
        Added(
            "checkout", call.said, tuple(word.text for word in call.operands if word.literal)[:1], call.order
        )
        for call in calls_in(build, run, "git", "clone")
    ]
    return tuple(sorted((*found, *_directories(build, run)), key=lambda item: item.order))


def _installed(build: Build, call: Call, tool: str) -> Added:
    names = tuple(text for _, text in packages(build, call))
    flags = (flag for flag in call.options.flags if flag.name in call.tool.files)
    listed = tuple(flag.value.text for flag in flags if flag.value is not None and flag.value.literal)
    if not names and not listed and tool in LISTS:
        listed = (LISTS[tool],)
    return Added("packages", call.said, names + listed, call.order)


def _directories(build: Build, run: Run) -> Iterator[Added]:
    for order, command in enumerate(build.script(run).commands):
        if command.program == "mkdir":
            yield Added("directory", "mkdir", tuple(_operands(command)), order)


def _operands(command: ShellCommand) -> Iterator[str]:
    for word in command.options({"-m", "--mode"}).positionals:
        if word.literal:
            yield word.text

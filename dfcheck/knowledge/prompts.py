"""Prompts: whether a package manager would stop and ask, with nobody there to answer."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.knowledge.calls import Call
    from dfcheck.resolve import Build
    from dfcheck.syntax.shell import Options


# Programs of a tool's kind that never ask: microdnf's `-y` says of itself that it does nothing.
SILENT = frozenset(("microdnf",))
# What does nothing when no package is named.
NAMING = frozenset(("purge", "remove"))


def prompts(
    build: Build, name: str, setting: str | None = None, *, silent: bool = False, doubtful: bool = False
) -> Iterator[Call]:
    """Calls of a tool that ask before they act.

    Args:
        build: The file.
        name: A key of `TOOLS`.
        setting: The name of its setting that answers for good; a file that mentions it is trusted to set it.
        silent: Give calls of programs of its kind that never ask, too.
        doubtful: Give calls that only something else than an option of their own answers, too.
    """
    from dfcheck.knowledge.calls import calls
    from dfcheck.knowledge.packages import given

    if setting and not doubtful and setting in build.document.source.text.replace("--" + setting, ""):
        return
    for call in calls(build, name):
        if call.verb not in call.tool.asks or (call.command.program in SILENT and not silent):
            continue
        if call.verb in NAMING and not call.operands:
            continue
        options = call.options if doubtful else given(build, call)
        if not _agreed(call, options) and (doubtful or not _answered(call)):
            yield call


def _agreed(call: Call, options: Options | None) -> bool:
    """Whether an option answers, or may: a variable that nobody knows can hold one."""
    if options is None:
        return True
    quiet = options.get(*call.tool.quiet)
    level = quiet.value.text if quiet and quiet.value else str(options.count(*call.tool.quiet))
    return options.has(*call.tool.yes) or level not in {"0", "1"}


def _answered(call: Call) -> bool:
    """Whether another command or a file answers: `yes | apt-get install …`. xargs gives it nothing to read."""
    command = call.command
    if "xargs" in command.prefixes:
        return False
    piped = command.pipeline is not None and command.pipeline[0] > 0
    return piped or any(redirect.operator.startswith("<") for redirect in command.redirects)

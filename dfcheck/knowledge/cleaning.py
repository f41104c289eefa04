"""Cleaning: whether a RUN removes what a program left behind, so that it does not stay in the layer."""

from __future__ import annotations

from dfcheck.knowledge.calls import calls_in, runs
from dfcheck.knowledge.tools import TOOLS
from dfcheck.syntax.nodes import Copy
from dfcheck.syntax.words import Known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dfcheck.knowledge.calls import Call
    from dfcheck.resolve import Build
    from dfcheck.syntax.nodes import Run
    from dfcheck.syntax.shell import ShellCommand

# What a pattern for the contents of a directory has to match.
_CONTENT = "/deb.debian.org_debian_dists_stable"


def leftovers(
    build: Build,
    name: str,
    *verbs: str,
    cleaner: str = "",
    leaves: Callable[[Call], bool] | None = None,
    everywhere: bool = False,
    removed: bool = False,
) -> Iterator[Call]:
    """The last call in each RUN that leaves the tool's caches in a layer of the final image.

    Stages whose files never get there are passed over, and so is a RUN that cleans up after the call or has a
    mount where the caches are.

    Args:
        build: The file.
        name: A key of `TOOLS`.
        verbs: The sub-commands that fill the caches.
        cleaner: Key of the tool whose cleaning commands count; `name` itself without it.
        leaves: Whether a call fills them; all do without it.
        everywhere: Look at stages that are thrown away, too.
        removed: Report a RUN that cleans up after the call, too.
    """
    stages = shipped(build)
    for run in runs(build):
        stage = build.stage_of(run)
        if not everywhere and (stage is None or stage.index not in stages):
            continue
        last: Call | None = None
        for call in calls_in(build, run, name, *verbs):
            last = call if leaves is None or leaves(call) else last
        if last is None or mounted(build, run, last.tool.caches):
            continue
        if removed or not cleaned(build, run, last.order, cleaner or name):
            yield last


def shipped(build: Build) -> frozenset[int]:
    """Indexes of the stages whose whole file system becomes part of the final image.

    By FROM, or by a COPY of its root directory; what a COPY of single files leaves behind is thrown away.
    """
    found: set[int] = set()
    target = build.target()
    waiting = [] if target is None else [target]
    while waiting:
        index = waiting.pop()
        if index in found:
            continue
        found.add(index)
        stage = build.stages[index]
        waiting += [] if stage.base is None else [stage.base]
        roots = [
            item.from_.span
            for item in stage.instructions
            if isinstance(item, Copy) and item.from_ and _root(item)
        ]
        waiting += [
            e.target for e in build.edges if e.target is not None and e.kind == "copy" and e.span in roots
        ]
    return frozenset(found)


def _root(copy: Copy) -> bool:
    return any(source.text.strip("\"'") == "/" for source in copy.sources)


def mounted(build: Build, run: Run, directories: Iterable[str]) -> bool:
    """Whether a mount of the RUN keeps any of the directories out of the layer."""
    for mount in run.mounts:
        target = build.value(mount.target) if mount.target and mount.type != "secret" else None
        if isinstance(target, Known) and any(_within(path, target.value) for path in directories):
            return True
    return False


def _within(path: str, directory: str) -> bool:
    """Whether `path` is the directory or lies in it; the home of another user counts as root's."""
    directory = directory.rstrip("/")
    if (path + "/").startswith(directory + "/"):
        return True
    tail = path.removeprefix("/root/")
    return tail != path and any(directory.endswith("/" + end) for end in (tail, tail.partition("/")[0]))


def cleaned(build: Build, run: Run, order: int, name: str) -> bool:
    """Whether commands of the RUN after the one at index `order` empty the tool's caches.

    A function's body counts wherever it stands. So does a script with "clean" in its name: what it does is unknown.
    """
    tool = TOOLS[name]
    filled_by = build.script(run).commands[order].program if order >= 0 else None
    for call in calls_in(build, run, name):
        if "microdnf" in {filled_by, call.program} and filled_by != call.program:
            continue  # It has a cache of its own.
        said = f"{call.verb} {call.operands[0].text}" if call.operands else call.verb
        if call.order > order and (call.verb in tool.cleans or said in tool.cleans):
            return True
    for at, command in enumerate(build.script(run).commands):
        if at > order or command.nesting.function:
            paths = _removed(command)
            if any(_covers(path, directory) for path in paths for directory in tool.caches):
                return True
            if any(f"{program} cache dir" in path for path in paths for program in tool.programs):
                return True
            if _unknown_cleaner(command) and not command.nesting.function:
                return True
    return False


def _unknown_cleaner(command: ShellCommand) -> bool:
    """Whether a script of the image is called that cleans, by its name."""
    words = [command.words[command.index].text] if command.program else []
    if command.program in {"sh", "bash", "ash", "dash", "source", "."}:
        words += [word.text for word in command.arguments]
    return any("clean" in word.rpartition("/")[2].lower() for word in words)


def _removed(command: ShellCommand) -> list[str]:
    """Paths and patterns that a command removes with all they hold."""
    if command.program == "rm":
        options = command.options()
        deep = options.has("-r", "-R", "--recursive")
        words = [word.text for word in options.positionals]
        paths = [path for word in words for path in _braces(word, command.nesting.dialect)]
        return [_home(path) for path in paths if deep or "*" in path]
    if command.program == "find":
        texts = [word.text for word in command.arguments]
        if "-delete" in texts or "rm" in texts:
            first = next((at for at, text in enumerate(texts) if text.startswith("-")), len(texts))
            return [_home(text) for text in texts[:first]]
    return []


def _home(path: str) -> str:
    """A path in a home directory as one in root's: the caches of all users are alike."""
    for name in ("~", "${HOME}"):
        if path == name or path.startswith(name + "/"):
            return "/root" + path[len(name) :]
    at = path.find("/.cache")
    return path if at < 0 or path.startswith("/usr/") else "/root" + path[at:]


def _braces(word: str, dialect: str) -> list[str]:
    """`/var/{cache,log}` as bash reads it: two paths. Other shells know no braces; more than a few are left alone."""
    close = word.find("}")
    opened = word.rfind("{", 0, max(close, 0))
    inner = word[opened + 1 : close]
    if (
        dialect != "bash"
        or opened < 0
        or "," not in inner
        or word[:opened].endswith("$")
        or word.count("{") > 4
    ):
        return [word]
    words = [word[:opened] + part + word[close + 1 :] for part in inner.split(",")]
    return [path for each in words for path in _braces(each, dialect)]


def _covers(pattern: str, directory: str) -> bool:
    """Whether removing `pattern` empties the directory: it names it, one above, or what is in it."""
    from fnmatch import fnmatchcase

    pattern = pattern.rstrip("/") or "/*"
    if pattern == directory or directory.startswith(pattern + "/"):
        return True
    if "*" not in pattern and "?" not in pattern and "[" not in pattern:
        return False
    return fnmatchcase(directory, pattern) or fnmatchcase(directory + _CONTENT, pattern)

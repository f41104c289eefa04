"""Sources: what the source paths of COPY and ADD name, and whether BuildKit finds it before anything is copied."""

from __future__ import annotations

from dfcheck.simulate.globs import BadPattern, compile_glob, has_wildcard
from dfcheck.simulate.ignore import NOTHING, Matcher
from dfcheck.simulate.names import cut, in_order, show
from dfcheck.simulate.paths import clean
from dfcheck.simulate.state import go_quote
from dfcheck.simulate.tree import TOO_MANY_LINKS, FileError, children, find, resolve
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.simulate.ignore import Mark
    from dfcheck.simulate.names import Parts
    from dfcheck.simulate.tree import Node

BEFORE = "failed to compute cache key: failed to calculate checksum of ref: "


class Source(Value):
    """One source path.

    Attributes:
        path: Absolute and clean; may have wildcards.
        include: With `--parents`, the pattern below `path` that chooses what is copied; otherwise None.
        required: With `--parents`, the path that must exist, or empty.
    """

    path: str
    include: str | None = None
    required: str = ""


def read_source(text: str, *, parents: bool) -> Source:
    """The source that `text` names; with `--parents`, `/./` parts what is left behind from what is kept."""
    if not parents:
        return Source(clean(f"/{text}"))
    above, pivot, below = text.partition("/./")
    if not pivot:
        above, below = "/", text
    pattern = clean(f"/{below}")[1:]
    plain = not has_wildcard(above) and not has_wildcard(below)
    return Source(clean(f"/{above}"), pattern, clean(f"/{above}/{pattern}") if plain else "")


def check_all(root: Node, sources: list[Source], exclude: tuple[str, ...]) -> None:
    """Look for sources as BuildKit's cache key does; a path below another one is passed over.

    Args:
        root: Of the context or stage that they lie in.
        sources: The sources of one instruction.
        exclude: `--exclude` patterns.

    Raises:
        FileError: As `check`.
    """
    plain = {source.path for source in sources if _is_plain(source, exclude)}
    for source in sources:
        above = _is_plain(source, exclude) and any(
            source.path != path and source.path.startswith(f"{path.rstrip('/')}/") for path in plain
        )
        if not above:
            check(root, source, exclude)


def _is_plain(source: Source, exclude: tuple[str, ...]) -> bool:
    return not has_wildcard(source.path) and source.include is None and not exclude


def check(root: Node, source: Source, exclude: tuple[str, ...]) -> None:
    """Look for a source as BuildKit's cache key does, before anything is copied.

    Args:
        root: Of the context or stage that it lies in.
        source: The source.
        exclude: `--exclude` patterns.

    Raises:
        FileError: It is not there, or a pattern cannot be read.
    """
    try:
        if _is_plain(source, exclude):
            _need(root, source.path, source.path)
            return
        choice = Choice(source, exclude)
        if has_wildcard(source.path):
            _check_wildcard(root, source, choice)
        else:
            _check_chosen(root, source, choice)
    except BadPattern as error:
        raise FileError(f"{BEFORE}{error}") from error
    except FileError as error:
        raise FileError(f"{BEFORE}{error}") if str(error) == TOO_MANY_LINKS else error from None


def _missing(path: str) -> FileError:
    return FileError(f"{BEFORE}{go_quote(path)}: not found")


def _need(root: Node, path: str, shown: str) -> None:
    """Refuse a path that leads nowhere when links are followed.

    Raises:
        FileError: It does, or it leads through too many links.
    """
    try:
        found = find(root, resolve(root, cut(path)))
    except FileError as error:
        if str(error) == TOO_MANY_LINKS:
            raise
        found = None
    if found is None:
        raise _missing(shown)


def _check_wildcard(root: Node, source: Source, choice: Choice) -> None:
    """Links that a wildcard names must lead somewhere."""
    if find(root, _place(root, source.path)) is None:
        return
    compile_glob(source.path)
    place, plain = show(_place(root, source.path)), split(source.path)[0]
    for path in expand(root, source.path):
        node = find(root, cut(path))
        if node is not None and node.type == "symlink" and choice.takes(""):
            below = f"/{path}".removeprefix(place).lstrip("/")
            _need(root, path, f"{plain.rstrip('/')}/{below}")


def _place(root: Node, path: str) -> Parts:
    """Where the part of `path` before its first wildcard leads."""
    plain, _ = split(path)
    return resolve(root, cut(plain))


def _check_chosen(root: Node, source: Source, choice: Choice) -> None:
    """With patterns: links at the top must lead somewhere, and what is required must be chosen."""
    parts = cut(source.path)
    node = find(root, resolve(root, parts, follow=False))
    if node is not None and node.type == "symlink" and choice.takes(""):
        _need(root, source.path, source.path)
    if not parts:
        for name in in_order(children(root)):
            if children(root)[name].type == "symlink" and choice.takes(name):
                _need(root, name, f"/{name}")
    if source.required and not (node and _is_there(node, source, choice)):
        raise _missing(source.required)


def _is_there(node: Node, source: Source, choice: Choice) -> bool:
    """Whether the required path below `node`, or something in it, is chosen."""
    pattern = source.include or ""
    wanted = find(node, cut(pattern))
    if wanted is None or not pattern:
        return False
    above = choice.at("/".join(cut(pattern)[:-1]))
    todo = [(pattern, wanted, above)]
    while todo:
        path, here, marks = todo.pop()
        taken, marks = choice.next(path, marks)
        if taken:
            return True
        if here.type == "dir" and choice.descends(path, marks):
            todo += [(f"{path}/{name}", inner, marks) for name, inner in children(here).items()]
    return False


def split(path: str) -> tuple[str, str]:
    """`path` cut before its first name with a wildcard."""
    names = cut(path)
    for index, name in enumerate(names):
        if has_wildcard(name):
            return show(names[:index]), "/".join(names[index:])
    return show(names), ""


def expand(root: Node, path: str) -> list[str]:
    """The paths that `path` names, without a leading slash, in the order of a walk; links before a wildcard followed.

    Raises:
        FileError: The part before the first wildcard is not there.
    """
    plain, pattern = split(path)
    if not pattern:
        return [plain[1:]]
    place = resolve(root, cut(plain))
    node = find(root, place)
    if node is None:
        raise FileError(f"lstat {show(place)}: no such file or directory")
    try:
        matches = compile_glob(pattern)
    except BadPattern:
        return []
    # A set may match a slash; without one, a pattern has as many slashes as the paths that it matches.
    depth = None if "[" in pattern else pattern.count("/")
    return ["/".join((*place, *below)) for below, _ in _matching(node, depth, matches)]


def _matching(node: Node, depth: int | None, matches: object) -> Iterator[tuple[Parts, Node]]:
    """What matches below `node`; what lies in a directory that matches is not looked at."""
    todo: list[tuple[Parts, Node]] = [((), node)]
    while todo:
        parts, here = todo.pop()
        if parts and (depth is None or len(parts) == depth + 1) and matches("/".join(parts)):  # type: ignore[operator]
            yield parts, here
        elif here.type == "dir" and (depth is None or len(parts) <= depth):
            inside = children(here)
            todo += [((*parts, name), inside[name]) for name in reversed(in_order(inside))]


class Choice:
    """What `--parents` takes and `--exclude` leaves out below a source directory."""

    __slots__ = ("_exclude", "_include")

    def __init__(self, source: Source, exclude: tuple[str, ...]) -> None:
        """Read the patterns.

        Raises:
            BadPattern: One cannot be read.
        """
        self._include = None if source.include is None else _matcher("include", (source.include,))
        self._exclude = _matcher("exclude", exclude) if exclude else None

    def next(self, path: str, above: tuple[Mark, Mark]) -> tuple[bool, tuple[Mark, Mark]]:
        """Whether `path` is taken, and what to hand to the paths inside it."""
        include, exclude = above
        taken = True
        if self._include is not None:
            include = self._include.mark(path, include)
            taken = include.matched
        if self._exclude is not None:
            exclude = self._exclude.mark(path, exclude)
            taken = taken and not exclude.matched
        return taken, (include, exclude)

    def at(self, path: str) -> tuple[Mark, Mark]:
        """What to hand to the paths inside the directory `path`, when nobody has walked there."""
        marks = START
        names = path.split("/") if path else []
        for end in range(1, len(names) + 1):
            _, marks = self.next("/".join(names[:end]), marks)
        return marks

    def takes(self, path: str) -> bool:
        """Whether a path at the top, or the source itself (an empty path), is taken."""
        return self.next(path, START)[0]

    def descends(self, path: str, marks: tuple[Mark, Mark]) -> bool:
        """Whether something inside the directory `path` may be taken."""
        include, exclude = marks
        if self._exclude is not None and exclude.matched and not self._exclude.negations:
            return False
        return self._include is None or include.matched or self._include.may_choose(path)


START = (NOTHING, NOTHING)


def _matcher(kind: str, patterns: tuple[str, ...]) -> Matcher:
    try:
        return Matcher(patterns)
    except BadPattern as error:
        raise BadPattern(f"invalid {kind}patterns: [{' '.join(patterns)}]: {error}") from error

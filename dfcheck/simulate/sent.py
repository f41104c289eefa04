"""Sent: the part of a context that BuildKit's client sends: what the instructions of a build name, and no more.

The names become patterns, links on the way followed; so a directory of which only `dir/*` is named is not there
when nothing is in it, and a name that begins with `!` takes back. Source: BuildKit's local source, its `fsutil`.
"""

from __future__ import annotations

from dfcheck.simulate.context import everything
from dfcheck.simulate.globs import BadPattern, compile_glob, has_wildcard
from dfcheck.simulate.ignore import NOTHING, Mark, Matcher
from dfcheck.simulate.names import cut, in_order
from dfcheck.simulate.paths import clean
from dfcheck.simulate.tree import FileError, Node, Unreadable, children, find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dfcheck.simulate.context import Context


# What the error of the transport begins with that carries the names.
REFUSED = "Internal: rpc error: code = Internal desc = rpc error: code = Internal desc = "


def sent(context: Context, sources: Iterable[str]) -> Node:
    """The context's root with only what is sent.

    Args:
        context: What the ignore file leaves.
        sources: The paths that COPY, ADD and mounts name, expanded.

    Raises:
        FileError: A name, or a line of the ignore file, cannot be handed to the client.
        Unreadable: A link would be followed out of the context.
    """
    names = {clean(f"/{text}")[1:] for text in sources}
    if not names:
        return context.root
    _carried("exclude-patterns", [line.text for line in context.lines])
    if "" in names:
        return context.root
    _carried("followpaths", names)
    follow = _Follow(everything(context))
    for name in in_order(names):
        follow.add(name)
    texts = _without_inner(in_order(follow.found))
    if texts is None:
        return context.root
    try:
        matcher = Matcher(texts)
    except BadPattern as error:
        raise FileError(f"invalid includepatterns: [{' '.join(texts)}]: {error}") from error
    return context.root._replace(children=_Chosen(context.root, "", NOTHING, matcher))


def _carried(key: str, texts: Iterable[str]) -> None:
    """Refuse texts that gRPC does not carry: control characters, unless another text makes BuildKit encode all.

    Raises:
        FileError: There is one.
    """
    whole = "".join(texts)
    if whole.isascii() and not whole.isprintable():
        raise FileError(f'{REFUSED}header key "{key}" contains value with non-printable ASCII characters')


def _without_inner(texts: list[str]) -> list[str] | None:
    """`texts` without those that lie in the one before them; None when one is the whole context."""
    kept: list[str] = []
    for text in texts:
        if text == ".":
            return None
        if not kept or not text.startswith(f"{kept[-1]}/"):
            kept.append(text)
    return kept


class _Follow:
    """Paths with the links on the way replaced by where they lead; a link itself is kept too."""

    __slots__ = ("_root", "found")

    def __init__(self, root: Node) -> None:
        self._root = root
        self.found: dict[str, None] = {}

    def add(self, path: str) -> None:
        """Add what `path` leads to; the first name that is, or may be, a link ends it."""
        todo = [path]
        while todo:
            todo += reversed(self._step(todo.pop()))

    def _step(self, path: str) -> list[str]:
        names = cut(path)
        if not names:
            self.found["."] = None
            return []
        for end in range(1, len(names) + 1):
            current = "/".join(names[:end])
            targets = self._links(names[:end])
            if current in self.found and (end == len(names) or targets):
                return []
            if targets:
                self.found[current] = None
                return [clean(f"/{target}/{'/'.join(names[end:])}") for target in targets]
        self.found["/".join(names)] = None
        return []

    def _links(self, names: tuple[str, ...]) -> list[str]:
        """Where the link of that name leads, or those that a wildcard in its last part matches."""
        above = find(self._root, names[:-1])
        if above is not None and above.type == "symlink":
            raise Unreadable(f"`{names[-2]}` is a pattern and a link at once")
        if above is None or above.type != "dir":
            return []
        inside = children(above)
        if not has_wildcard(names[-1]):
            chosen = [names[-1]] if names[-1] in inside else []
        else:
            try:
                matches = compile_glob(names[-1])
            except BadPattern:
                return []
            chosen = [name for name in in_order(inside) if matches(name)]
        folder = "/".join(names[:-1])
        links = [inside[name].link for name in chosen if inside[name].type == "symlink"]
        return [link if link.startswith("/") else clean(f"/{folder}/{clean(link)}") for link in links]


class _Chosen:
    """What is sent of a directory, found when somebody asks for it."""

    __slots__ = ("_found", "_mark", "_matcher", "_met", "_name", "_node")

    def __init__(self, node: Node, name: str, mark: Mark, matcher: Matcher, met: int = 0) -> None:
        self._node = node
        self._name = name
        self._mark = mark
        self._matcher = matcher
        self._met = met  # bits of the patterns that match the directory or one above it
        self._found: dict[str, Node] | None = None

    def get(self) -> dict[str, Node]:
        """Name to node.

        Raises:
            FileError: A pattern turns out to be unreadable, or something in the directory stops the build.
        """
        if self._found is None:
            self._found = {}
            for name, node in children(self._node).items():
                part = self._part(f"{self._name}/{name}" if self._name else name, node)
                if part is not None:
                    self._found[name] = part
        return self._found

    def _part(self, path: str, node: Node) -> Node | None:
        """What is sent of `node`; None when that is nothing."""
        try:
            mark = self._matcher.mark(path, self._mark)
        except BadPattern as error:
            raise FileError(f"error from sender: failed to match includepatterns: {error}") from error
        if node.type != "dir":
            return self._file(path, node) if mark.matched else None
        if mark.matched and not self._matcher.negations:
            return node
        if not mark.matched and not self._matcher.may_hold(path):
            return None
        met = self._matcher.met(path, self._met) if self._matcher.negations else 0
        inside = _Chosen(node, path, mark, self._matcher, met)
        return node._replace(children=inside) if mark.matched or inside.get() else None

    def _file(self, path: str, node: Node) -> Node:
        """A file; without what is in it where the patterns, asked for it alone, do not choose it."""
        if not node.size or not self._matcher.negations or self._met == self._mark.bits:
            return node
        chosen = self._matcher.mark(path, Mark(False, -1, self._met)).matched
        return node if chosen else node._replace(size=0, content=None)

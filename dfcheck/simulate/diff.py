"""Diff: the entries of the layer that leads from one tree to another, in BuildKit's order."""

from __future__ import annotations

from dfcheck.simulate.content import Inline
from dfcheck.simulate.model import Entry
from dfcheck.simulate.names import in_order
from dfcheck.simulate.tree import children

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.simulate.names import Parts
    from dfcheck.simulate.tree import Node, Tree

SECOND = 10**9
CHUNK = 1 << 20


def layer(before: Tree, after: Tree, epoch: int | None = None) -> tuple[Entry, ...]:
    """The entries of a layer.

    What changed is there, and the directories that it lies in, each before the first thing in it. A change of a
    directory's time alone is none. Deletions are `.wh.NAME`.

    Args:
        before: The file system that the layer lies on.
        after: The one that it makes.
        epoch: SOURCE_DATE_EPOCH: later times become this.

    Raises:
        OSError: Contents had to be compared and could not be read.
    """
    found: list[Entry] = []
    names: dict[int, str] = {}
    shown: list[Node] = []  # directories from the root down whose entries stand in `found`
    for parts, way, node in _changes(before.root, after.root):
        common = 0
        while common < min(len(way), len(shown)) and way[common] is shown[common]:
            common += 1
        found += [_entry(parts[: depth + 1], way[depth], epoch, names) for depth in range(common, len(way))]
        shown = way
        if node is None:
            path = "/".join((*parts[:-1], f".wh.{parts[-1]}"))
            found.append(Entry(path, "file", 0, 0, 0, 0, 0))
        elif node.type == "dir":
            found.append(_entry(parts, node, epoch, names))
            shown = [*way, node]
        elif node.type != "socket":
            found.append(_entry(parts, node, epoch, names))
    return tuple(found)


def _changes(before: Node, after: Node) -> Iterator[tuple[Parts, list[Node], Node | None]]:
    """What differs: its path, the directories above it (as they are afterwards), and itself; None when it is gone."""
    todo: list[tuple[Parts, list[Node], Node | None, Node | None]] = [((), [], before, after)]
    while todo:
        parts, way, old, new = todo.pop()
        if new is None:
            yield parts, way, None
            continue
        if parts and (old is None or not same(old, new)):
            yield parts, way, new
        if new.type != "dir":
            continue
        was = children(old) if old is not None and old.type == "dir" else {}
        now = children(new)
        if was is now:
            continue
        inner = [*way, new] if parts else way
        for name in reversed(in_order(was.keys() | now.keys())):
            first, second = was.get(name), now.get(name)
            if first is not second:
                todo.append(((*parts, name), inner, first, second))


def same(old: Node, new: Node) -> bool:
    """Whether BuildKit takes two nodes at one path for the same."""
    if old is new:
        return True
    if (old.type, old.mode, old.uid, old.gid, old.device, old.capability) != (
        new.type,
        new.mode,
        new.uid,
        new.gid,
        new.device,
        new.capability,
    ):
        return False
    if new.type == "dir":
        return True
    if old.size != new.size or len(old.link) != len(new.link):
        return False
    if old.mtime is None or new.mtime is None:
        made = isinstance(new.content, Inline) and old.content == new.content
        return made and old.mtime is new.mtime
    if old.mtime // SECOND != new.mtime // SECOND:
        return False
    fraction = old.mtime % SECOND, new.mtime % SECOND
    if fraction != (0, 0):
        return fraction[0] == fraction[1]
    return old.link == new.link if new.type == "symlink" else same_bytes(old, new)


def same_bytes(old: Node, new: Node) -> bool:
    """Whether two files of one size hold the same bytes."""
    if old.content is new.content or old.content == new.content or not new.size:
        return True
    if old.content is None or new.content is None:
        return False
    with old.content() as first, new.content() as second:
        left = new.size
        while left > 0:
            one, two = first.read(min(left, CHUNK)), second.read(min(left, CHUNK))
            if one != two:
                return False
            if not one:
                break
            left -= len(one)
    return True


def _entry(parts: Parts, node: Node, epoch: int | None, names: dict[int, str]) -> Entry:
    """The tar's member for a node; the second and later names of one file are links to the first."""
    path = "/".join(parts)
    seconds = None if node.mtime is None else node.mtime // SECOND
    if epoch is not None:
        seconds = epoch if seconds is None else min(seconds, epoch)
    kind, size, link, content = node.type, node.size, node.link, node.content
    if node.inode and node.type != "dir":
        first = names.setdefault(node.inode, path)
        if first != path:
            kind, size, link, content = "hardlink", 0, first, None
    return Entry(
        path, kind, node.mode, node.uid, node.gid, size, seconds, link, node.line, content, node.device,
        node.capability,
    )  # fmt: skip

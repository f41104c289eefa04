"""Trees: the files of a context, a stage or an image, as values, and drafts that change them.

A tree never changes; a draft shares with it all directories that it has not touched. Links are followed as
the kernel does it in a `chroot`: they never lead out of the tree.
"""

from __future__ import annotations

from dfcheck.simulate.names import cut, show
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from dfcheck.simulate.model import Reader
    from dfcheck.simulate.names import Parts

    class Pending(Protocol):
        """The children of a directory that are looked up when somebody asks for them."""

        def get(self) -> dict[str, Node]:
            """Name to node."""
            ...


# How many links a path may lead through.
LINKS = 255
TOO_MANY_LINKS = "too many links"
# A directory with this bit hands its group, and the bit, to what is made in it.
SET_GID = 0o2000


class FileError(Exception):
    """A file operation that fails in the build; the text is BuildKit's."""


class Unreadable(Exception):
    """Something that the build could read and we cannot; the text says why."""


class Node(Value):
    """A file, directory, link or other thing in a tree.

    Attributes:
        type: `file`, `dir`, `symlink`, `fifo`, `char`, `block` or `socket`.
        mode: Permission, set-uid, set-gid and sticky bits.
        uid: Owner.
        gid: Group.
        mtime: Nanoseconds since 1970; None is the moment of the build.
        size: Bytes of a file; 0 for all else.
        link: Where a symlink leads.
        content: Opens a file's bytes; None when there are none or nobody knows them.
        children: Of a directory: name to node.
        line: Line of the instruction that made it; None when it came with a context or a base.
        device: Major and minor number of a device.
        capability: The `security.capability` attribute.
        inode: Nodes with one number, not 0, are one file with several names.
    """

    type: str
    mode: int
    uid: int = 0
    gid: int = 0
    mtime: int | None = None
    size: int = 0
    link: str = ""
    content: Reader | None = None
    children: dict[str, Node] | Pending | None = None
    line: int | None = None
    device: tuple[int, int] = (0, 0)
    capability: bytes = b""
    inode: int = 0


class Tree(Value):
    """A file system.

    Attributes:
        root: Its root directory.
        bare: Whether nothing was ever done to it: `FROM scratch` before the first layer.
    """

    root: Node
    bare: bool = False


def children(node: Node) -> dict[str, Node]:
    """The children of a directory; nobody changes the mapping."""
    inside = node.children
    if inside is None:
        return {}
    return inside if isinstance(inside, dict) else inside.get()


def directory(line: int | None = None, mode: int = 0o755) -> Node:
    """A new, empty directory of root."""
    return Node("dir", mode, children={}, line=line)


EMPTY = Tree(directory(), bare=True)


def directory_in(above: Node | None, line: int | None, mode: int) -> Node:
    """A new, empty directory of root in `above`, as the kernel makes it."""
    new = directory(line, mode)
    if above is None or not above.mode & SET_GID:
        return new
    return new._replace(mode=mode | SET_GID, gid=above.gid)


def find(root: Node, parts: Parts) -> Node | None:
    """The node at `parts`, no link followed; None when there is none."""
    node: Node | None = root
    for name in parts:
        if node is None or node.type != "dir":
            return None
        node = children(node).get(name)
    return node


def lookup(root: Node, path: str) -> Node | None:
    """The node that `path` leads to, links followed; None when it leads nowhere."""
    try:
        return find(root, resolve(root, cut(path)))
    except FileError:
        return None


def resolve(root: Node, parts: Parts, *, follow: bool = True) -> Parts:
    """The place that `parts` leads to when links are followed; what does not exist stays as it is.

    Args:
        root: Where absolute links lead to.
        parts: The path.
        follow: Whether a link at its end is followed too.

    Raises:
        FileError: The path leads through a file, or through too many links.
    """
    done: list[str] = []
    nodes = [root]  # the directories on the way, as far as they exist
    todo = list(reversed(parts))
    links = 0
    while todo:
        name = todo.pop()
        if name in ("", "."):
            continue
        if name == "..":
            if done:
                done.pop()
            del nodes[len(done) + 1 :]
            continue
        above = nodes[-1] if len(nodes) == len(done) + 1 else None
        if above is not None and above.type != "dir":
            raise FileError(f"lstat {show((*done, name))}: not a directory")
        node = children(above).get(name) if above is not None else None
        if node is None or node.type != "symlink" or not (todo or follow):
            done.append(name)
            if node is not None:
                nodes.append(node)
            continue
        links += 1
        if links > LINKS:
            raise FileError(TOO_MANY_LINKS)
        todo += reversed(node.link.split("/"))
        if node.link.startswith("/"):
            done.clear()
            del nodes[1:]
    return tuple(done)


class Draft:
    """A tree that is being changed. All paths are places, as `resolve` gives them."""

    __slots__ = ("_last", "_last_parts", "_own", "root")

    def __init__(self, tree: Tree) -> None:
        self.root = tree.root
        self._own: dict[int, dict[str, Node]] = {}  # holds what it names, so that no number is used twice
        self._last_parts: Parts | None = None
        self._last: dict[str, Node] = {}

    def tree(self) -> Tree:
        """What has come out; the draft is not used afterwards."""
        return Tree(self.root)

    def get(self, parts: Parts) -> Node | None:
        """The node at `parts`."""
        if parts and parts[:-1] == self._last_parts:
            return self._last.get(parts[-1])
        return find(self.root, parts)

    def put(self, parts: Parts, node: Node) -> None:
        """Set the node at `parts`, in a directory that exists; a new name changes that directory's time."""
        above = parts[:-1]
        names = self._open(above)
        new = parts[-1] not in names
        names[parts[-1]] = node
        if new:
            self._touch(above)

    def remove(self, parts: Parts) -> None:
        """Take away the node at `parts` and all below it."""
        names = self._open(parts[:-1])
        if names.pop(parts[-1], None) is not None:
            self._touch(parts[:-1])
        self._last_parts = None

    def update(self, parts: Parts, **changes: object) -> None:
        """Change fields of the node at `parts`; its directory's time stays."""
        if not parts:
            self.root = self.root._replace(**changes)
            return
        names = self._open(parts[:-1])
        names[parts[-1]] = names[parts[-1]]._replace(**changes)

    def _touch(self, parts: Parts) -> None:
        node = self.get(parts)
        if node is not None and node.mtime is not None:
            self.update(parts, mtime=None)
            self._last_parts = None

    def _open(self, parts: Parts) -> dict[str, Node]:
        """The children of the directory at `parts`, the draft's own from the root down to them."""
        if parts == self._last_parts:
            return self._last
        self.root, names = self._owned(self.root)
        for name in parts:
            node, inner = self._owned(names[name])
            names[name] = node
            names = inner
        self._last_parts, self._last = parts, names
        return names

    def _owned(self, node: Node) -> tuple[Node, dict[str, Node]]:
        names = children(node)
        if id(names) in self._own:
            return node, names
        names = dict(names)
        self._own[id(names)] = names
        return node._replace(children=names), names

"""Image tree: the files of a base image, from its layers' tars, looked at when somebody asks for them."""

from __future__ import annotations

from dfcheck.simulate.archive import Unpacking
from dfcheck.simulate.names import cut
from dfcheck.simulate.paths import clean
from dfcheck.simulate.tree import EMPTY, Draft, FileError, Node, Tree, Unreadable, children, find, resolve
from dfcheck.simulate.unpacked import Source, Whole
from dfcheck.simulate.untar import BadArchive, members

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.simulate.model import Reader
    from dfcheck.simulate.names import Parts

WHITEOUT = ".wh."
OPAQUE = ".wh..wh..opq"


def image_tree(layers: tuple[Reader, ...]) -> Tree:
    """The file system that layers make, oldest first."""
    return Tree(Node("dir", 0o755, children=_Layers(layers)), bare=not layers)


class _Layers:
    """The root directory of an image; its layers are read once, when it is first looked into."""

    __slots__ = ("_found", "_layers")

    def __init__(self, layers: tuple[Reader, ...]) -> None:
        self._layers = layers
        self._found: dict[str, Node] | None = None

    def get(self) -> dict[str, Node]:
        """Name to node.

        Raises:
            Unreadable: A layer is no tar, or damaged.
        """
        if self._found is None:
            draft = Draft(EMPTY)
            try:
                for reader in self._layers:
                    _apply(draft, reader)
            except (BadArchive, FileError, OSError) as error:
                raise Unreadable(f"a layer of the base image cannot be read: {error}") from error
            self._found = children(draft.root)
        return self._found


def _apply(draft: Draft, reader: Reader) -> None:
    """Lay one layer over what is there."""
    source = Source(reader)
    unpacking = Unpacking(draft, Whole(reader, source) if source.packed else reader, (), None, None)
    written: set[Parts] = set()
    try:
        for member in members(source):
            name = cut(clean(member.name))
            if name and name[-1].startswith(WHITEOUT):
                _remove(draft, name, written)
                continue
            unpacking.add(member)
            written.update(name[: end + 1] for end in range(len(name)))
        unpacking.finish()
    finally:
        source.close()


def _remove(draft: Draft, name: Parts, written: set[Parts]) -> None:
    """Carry out a whiteout: one name, or all of a directory that this layer has not written."""
    above = resolve(draft.root, name[:-1])
    if name[-1] == OPAQUE:
        node = find(draft.root, above)
        for child in list(children(node)) if node is not None and node.type == "dir" else ():
            if (*above, child) not in written:
                draft.remove((*above, child))
        return
    place = (*above, name[-1].removeprefix(WHITEOUT))
    if find(draft.root, place) is not None:
        draft.remove(place)

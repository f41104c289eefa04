"""Flat: what one COPY or ADD lays on top of itself, because the names of directories get lost on the way."""

from __future__ import annotations

from dfcheck.simulate.names import cut, in_order, is_folder
from dfcheck.simulate.sources import expand, read_source
from dfcheck.simulate.tree import FileError, children, find, resolve
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.simulate.context import Context
    from dfcheck.simulate.tree import Node

MOST = 20_000  # files that are compared


class Clash(Value):
    """Several files that are copied to one place: `path` below the destination, `sources` from the context's root."""

    path: str
    sources: tuple[str, ...]


def found_by(context: Context, text: str) -> tuple[tuple[str, Node], ...]:
    """The paths that a source names, and what stands there; empty when there are none, or when they cannot be read."""
    try:
        paths = expand(context.root, read_source(text, parents=False).path)
        nodes = [(path, find(context.root, resolve(context.root, cut(path)))) for path in paths]
    except FileError:
        return ()
    return tuple((path, node) for path, node in nodes if node is not None)


def clashes(context: Context, sources: tuple[str, ...], destination: str) -> tuple[Clash, ...]:
    """The files that one instruction copies to one place, of which only the last stays.

    Args:
        context: Where the sources lie.
        sources: As they stand, expanded.
        destination: As it stands: whether it is a directory is seen by its end; a file's name is not looked at.
    """
    places: dict[str, list[str]] = {}
    count = 0
    for text in sources:
        for path, node in found_by(context, text):
            name = path.rpartition("/")[2]
            todo = [(path, "" if node.type == "dir" else name, node)]
            if node.type != "dir" and not is_folder(destination):
                continue
            while todo:
                source, place, here = todo.pop()
                if here.type == "dir":
                    inside = children(here)
                    todo += [
                        (f"{source}/{inner}".lstrip("/"), f"{place}/{inner}".lstrip("/"), inside[inner])
                        for inner in reversed(in_order(inside))
                    ]
                else:
                    places.setdefault(place, []).append(source)
                    count += 1
                    if count > MOST:
                        return ()
    return tuple(
        Clash(place, tuple(dict.fromkeys(found))) for place, found in places.items() if len(set(found)) > 1
    )

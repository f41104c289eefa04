"""Waste: bytes that an image holds although nothing of them can be seen: what later layers write again or delete."""

from __future__ import annotations

from fnmatch import fnmatchcase

from dfcheck.simulate.leaks import entries_of
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dfcheck.simulate.model import Entry, Image


class Waste(Value):
    """Files of one layer that a later one hides.

    Attributes:
        line: Line of the instruction that hides them.
        first: Line of the one that wrote them.
        size: Bytes that are wasted.
        paths: The files, absolute, the largest first.
        same: Whether the later layer writes the same files from the same place, with another owner or mode.
    """

    line: int
    first: int
    size: int
    paths: tuple[str, ...]
    same: bool


def hidden(image: Image) -> tuple[Waste, ...]:
    """What layers of the Dockerfile hide of earlier layers of it, by pairs of lines, in their order.

    What a RUN hides is not among it; see `held`.
    """
    newest: dict[str, tuple[int, Entry]] = {}
    found: dict[tuple[int, int], list[tuple[Entry, Entry | None]]] = {}
    for layer in image.layers:
        if layer.line is None:
            continue
        for entry in entries_of(layer):
            above, _, name = entry.path.rpartition("/")
            gone = name.startswith(".wh.")
            path = f"{above}/{name[4:]}".lstrip("/") if gone else entry.path
            old = newest.get(path)
            unchanged = old is not None and not gone and _same(old[1], entry)
            if old is not None and old[1].type == "file" and entry.type != "dir" and not unchanged:
                found.setdefault((layer.line, old[0]), []).append((old[1], None if gone else entry))
            newest[path] = layer.line, entry
    return tuple(_waste(line, first, pairs) for (line, first), pairs in found.items())


def _same(old: Entry, new: Entry) -> bool:
    """Whether writing it again changes nothing, so that it is not stored again."""
    return old.content == new.content and (old.mode, old.uid, old.gid) == (new.mode, new.uid, new.gid)


def _waste(line: int, first: int, pairs: list[tuple[Entry, Entry | None]]) -> Waste:
    pairs.sort(key=lambda pair: -pair[0].size)
    same = all(
        new is not None and new.content is not None and new.content == old.content
        for old, new in pairs
        if old.size
    )
    size = sum(old.size for old, _ in pairs)
    return Waste(line, first, size, tuple(f"/{old.path}" for old, _ in pairs), same)


def held(
    image: Image, path: str, before: int, wanted: Callable[[int, int], bool]
) -> tuple[int, tuple[int, ...]]:
    """Bytes that layers of lines before `before` hold in files at `path` or below, and the lines that wrote them.

    Args:
        image: The prediction.
        path: Absolute; may have wildcards in its last name.
        before: Line of the instruction that asks.
        wanted: By mode and owner, whether a file counts.
    """
    inner = path.strip("/")
    pattern = inner if any(char in "*?[" for char in inner) else ""
    sizes: dict[str, tuple[int, int]] = {}
    for layer in image.layers:
        if layer.line is None or layer.line >= before:
            continue
        for entry in entries_of(layer):
            top = "/".join(entry.path.split("/")[: pattern.count("/") + 1]) if pattern else ""
            if (
                entry.path == inner
                or entry.path.startswith(f"{inner}/")
                or (pattern and fnmatchcase(top, pattern))
            ):
                counts = entry.type == "file" and wanted(entry.mode, entry.uid)
                sizes[entry.path] = entry.size if counts else 0, layer.line
    total = sum(size for size, _ in sizes.values())
    return total, tuple(sorted({line for size, line in sizes.values() if size}))

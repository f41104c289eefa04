"""Hints: which steps of a rebuild would have stayed cached in another order. Each is certain as to the cache alone."""

from __future__ import annotations

from dfcheck.simulate.graph import visit
from dfcheck.simulate.reasons import declared
from dfcheck.syntax.words import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.simulate.graph import Vertex
    from dfcheck.simulate.model import Image
    from dfcheck.simulate.rebuild import Matching


def hints(matching: Matching, new: Image) -> tuple[str, ...]:
    """What another order would have saved, one line each, in the order of the file."""
    found: dict[tuple[int, str], None] = {}
    for item in visit(new.vertex):
        if item.known is None or matching.found[item.key].status != "again":
            continue
        text = _above(matching, item) if item.known.kind == "copy" else _argument(matching, item, new)
        if text:
            found[item.line, text] = None
    return tuple(text for _, text in sorted(found))


def _above(matching: Matching, item: Vertex) -> str:
    """A COPY that runs again because of the COPY before it, and writes elsewhere."""
    if not item.inputs or item.slots[0] is not None or item.known is None:
        return ""
    before = item.inputs[0]
    if before.known is None or before.known.kind != "copy" or before.stage != item.stage:
        return ""
    if not before.inputs or before.slots[0] is not None:
        return ""
    below = matching.found[before.inputs[0].key]
    one, other = (_place(vertex) for vertex in (before, item))
    if not below.sure or not one or not other or one.startswith(other) or other.startswith(one):
        return ""
    for old in matching.candidates(item):
        if (
            old.known is not None
            and old.known.parts == item.known.parts
            and len(old.slots) == len(item.slots)
        ):
            rest = range(1, len(item.slots))
            if all(matching.input_fits(old, item, index) for index in rest):
                return (
                    f"line {item.line} takes nothing from line {before.line}: above it, it would stay cached"
                )
    return ""


def _place(item: Vertex) -> str:
    """Where a COPY writes, with a slash at the end; empty when that is not known."""
    path = dict(item.known.parts).get("destination") if item.known is not None else None
    return f"{path.rstrip('/')}/" if isinstance(path, str) else ""


def _argument(matching: Matching, item: Vertex, new: Image) -> str:
    """A RUN that runs again because of an ARG alone, which it does not name."""
    if item.known is None or item.known.kind != "run":
        return ""
    now = dict(item.known.parts)
    for old in matching.candidates(item):
        if old.known is None or len(old.inputs) != len(item.inputs):
            continue
        before = dict(old.known.parts)
        if any(before[name] != now[name] for name in now if name != "variables"):
            continue
        name = _single(before["variables"], now["variables"])
        if not name or not all(matching.input_fits(old, item, index) for index in range(len(item.inputs))):
            continue
        keyword, line = declared(name, item, new)
        if keyword == "ARG" and line and name not in repr(now["command"]) + repr(now["mounts"]):
            return f"line {item.line} does not name {name}: above `ARG {name}` (line {line}), it would stay cached"
    return ""


def _single(old: object, new: object) -> str:
    """The one variable whose value changed; empty when it is not one alone, or the order differs."""
    if not isinstance(old, tuple) or not isinstance(new, tuple) or len(old) != len(new):
        return ""
    changed = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
    if len(changed) != 1 or changed[0][0][0] != changed[0][1][0]:
        return ""
    values = (changed[0][0][1], changed[0][1][1])
    return "" if any(isinstance(value, Unknown) for value in values) else str(changed[0][0][0])

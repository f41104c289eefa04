"""Nearness: which known name a misspelt one was meant to be."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_LOOSE = str.maketrans("", "", "_-.")


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The one of `names` that `name` was most likely meant to be, or None.

    One slip is allowed: a character left out, put in or replaced, or two swapped; in names of six characters and
    more two slips. Case and `_`, `-`, `.` do not count. Names that differ in digits only are different names.
    """
    best: tuple[int, str] | None = None
    for other in names:
        allowed = 2 if min(len(name), len(other)) >= 6 else 1
        slips = distance(name, other)
        if slips <= allowed and not _numbered(name, other) and (best is None or slips < best[0]):
            best = slips, other
    return None if best is None else best[1]


def distance(one: str, other: str) -> int:
    """How many slips lie between two names; 0 when only case or joints differ; 9 for more than a few.

    The measure is optimal string alignment: Levenshtein's with swaps of neighbours.
    """
    one, other = (text.lower().translate(_LOOSE) for text in (one, other))
    if abs(len(one) - len(other)) > 2:
        return 9
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, char in enumerate(one):
        before, last, row = row, before, [at + 1]
        for index, against in enumerate(other):
            cost = min(row[index] + 1, before[index + 1] + 1, before[index] + (char != against))
            if at and index and char == other[index - 1] and one[at - 1] == against:
                cost = min(cost, last[index - 1] + 1)
            row.append(cost)
    return row[-1]


def _numbered(one: str, other: str) -> bool:
    """Whether two names are alike but for their numbers, as `JAVA_8_HOME` and `JAVA_11_HOME` are."""
    figures = "0123456789"
    bare = str.maketrans("", "", figures)
    return one != other and one.translate(bare) == other.translate(bare)

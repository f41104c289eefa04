r"""Wildcards: the patterns of `${name#pattern}`, `%` and `/`.

BuildKit turns a pattern into a regular expression: `*` is `.*` (shortest or longest), `?` is `.`, neither
matches a line feed. Pattern and value both come from the file, so no backtracking engine is used here: sets
of positions are bits of an integer. Position `p` of a value of length `n` is bit `n - p`, so that one step to
the left is one shift to the left and a run of steps is an addition with its carries.
"""

from __future__ import annotations

from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

# A stretch of a pattern between stars: characters, None for `?`.
Segment: TypeAlias = "list[str | None]"


class BadPattern(Exception):
    """A pattern that BuildKit refuses; the text is BuildKit's reason."""


class Match(Value):
    """Half-open range of positions in a value."""

    start: int
    end: int


def trim_prefix(pattern: str, value: str, *, longest: bool) -> str:
    """`value` without the prefix that `pattern` matches, if there is one.

    Raises:
        BadPattern: The pattern escapes a character that has no meaning to lose.
    """
    found = _Matcher(segments(pattern), value).at(0, longest=longest)
    return value if found is None else value[found.end :]


def trim_suffix(pattern: str, value: str, *, longest: bool) -> str:
    """`value` without the suffix that `pattern` matches; both are mirrored, as BuildKit does it.

    Raises:
        BadPattern: As for `trim_prefix`; the pattern in the text is the mirrored one.
    """
    return trim_prefix(_mirror(pattern), value[::-1], longest=longest)[::-1]


def find_all(pattern: str, value: str) -> Iterator[Match]:
    """Leftmost, longest-star matches in order, none overlapping; an empty one never touches the one before.

    Raises:
        BadPattern: As for `trim_prefix`.
    """
    matcher = _Matcher(segments(pattern), value)
    at, last = 0, -1
    while at <= len(value):
        found = matcher.search(at)
        if found is None:
            return
        if found.end > last or found.start == 0:
            yield found
        last = found.end
        at = max(at + 1, found.end)


def segments(pattern: str) -> list[Segment]:
    r"""`pattern` cut at its stars.

    Raises:
        BadPattern: A backslash stands before something other than `*`, `?`, `\`, `}` and `/`.
    """
    out: list[Segment] = [[]]
    chars = iter(pattern)
    for char in chars:
        if char == "*":
            out.append([])
        elif char == "?":
            out[-1].append(None)
        elif char == "\\":
            escaped = next(chars, "\ufffd")
            if escaped not in "*?\\}/":
                raise BadPattern(f"invalid pattern ({pattern}) in substitution: invalid escape '\\{escaped}'")
            out[-1].append(escaped)
        else:
            out[-1].append(char)
    return out


def _mirror(pattern: str) -> str:
    """`pattern` from its end to its start, an escape staying before the character it protects."""
    chars = iter(pattern)
    tokens = [char + next(chars, "") if char == "\\" else char for char in chars]
    return "".join(reversed(tokens))


class _Matcher:
    """One pattern on one value: for each segment, the positions from which it and the rest match."""

    __slots__ = ("_good", "_length", "_size", "_value")

    def __init__(self, parts: list[Segment], value: str) -> None:
        self._value = value
        self._size = size = len(value)
        self._length = [len(part) for part in parts]
        wanted = {char for part in parts for char in part if char is not None}
        where = _positions(value, wanted)
        no_line_feed = where["\n"] ^ ((2 << size) - 2)
        rest = (2 << size) - 1
        good: list[int] = []
        for part in reversed(parts):
            for char in reversed(part):
                rest = (rest << 1) & (no_line_feed if char is None else where[char])
            good.append(rest)
            rest = _spread(rest, no_line_feed)
        self._good = good[::-1]

    def at(self, start: int, *, longest: bool) -> Match | None:
        """The match that begins at `start`."""
        if not self._good[0] >> (self._size - start) & 1:
            return None
        end = start + self._length[0]
        for good, length in zip(self._good[1:], self._length[1:], strict=True):
            end = (self._last(good, end) if longest else self._first(good, end)) + length
        return Match(start, end)

    def search(self, start: int) -> Match | None:
        """The first match that begins at `start` or later, its stars as long as possible."""
        here = self._good[0] & ((2 << (self._size - start)) - 1)
        return self.at(self._size - here.bit_length() + 1, longest=True) if here else None

    def _first(self, good: int, start: int) -> int:
        """The lowest position of `good` from `start` on."""
        return self._size - (good & ((2 << (self._size - start)) - 1)).bit_length() + 1

    def _last(self, good: int, start: int) -> int:
        """The highest position of `good` that a star beginning at `start` reaches."""
        stop = self._value.find("\n", start)
        shift = self._size - (self._size if stop < 0 else stop)
        reach = good >> shift
        return self._size - shift - ((reach & -reach).bit_length() - 1)


def _positions(value: str, wanted: set[str]) -> dict[str, int]:
    """For each wanted character and the line feed, the positions where it stands."""
    return {char: int(value.translate(_Marks({ord(char): "1"})) + "0", 2) for char in wanted | {"\n"}}


class _Marks(dict[int, str]):
    """A translation to `1` for the character it holds and to `0` for all others."""

    def __missing__(self, key: int) -> str:
        return "0"


def _spread(ends: int, through: int) -> int:
    """All positions from which a star reaches one of `ends`, stepping over characters in `through` only."""
    first = (ends << 1) & through
    return ends | ((((through + first) ^ through) | first) & through)

"""Texts: a text taken from a file, piece by piece, that knows for each character where it stands in the file."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.syntax.text import Source


class Taken:
    """A text with its places.

    Attributes:
        text: The characters.
        places: Offset in the file of each, and of the end.
    """

    __slots__ = ("places", "text")

    def __init__(self, text: str, places: list[int]) -> None:
        self.text = text
        self.places = places

    def offset(self, at: int) -> int:
        """Offset in the file of the character at `at`."""
        return self.places[min(at, len(self.places) - 1)]

    def cut(self, start: int, end: int) -> Taken:
        """A part of it."""
        return Taken(self.text[start:end], self.places[start : end + 1])


def whole(source: Source) -> Taken:
    """All of a file."""
    return Taken(source.text, list(range(len(source.text) + 1)))


def masked(taken: Taken, opened: str, closed: str) -> Taken:
    """The text with every `opened … closed` written as a variable of the same length, for a shell to read over.

    That is what GitHub's `${{ … }}` is by the time a shell sees it: something unknown.
    """
    text, at = taken.text, 0
    pieces: list[str] = []
    while (start := text.find(opened, at)) >= 0 and (end := text.find(closed, start)) >= 0:
        end += len(closed)
        pieces += (text[at:start], variable(end - start))
        at = end
    return Taken("".join((*pieces, text[at:])), taken.places)


def variable(length: int) -> str:
    """A shell variable of this many characters, three or more in braces."""
    return f"${{{'_' * (length - 3)}}}" if length > 3 else "$" + "_" * (length - 1)

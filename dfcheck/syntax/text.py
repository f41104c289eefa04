"""Text: bytes to characters and back exactly, spans, and lines with columns.

An offset counts code points of the decoded text. A span is half open, `[start, end)`.
"""

from __future__ import annotations

from bisect import bisect_right

from dfcheck.value import Value

BOM = "\ufeff"


class Span(Value):
    """Half-open range of offsets into a source's text."""

    start: int
    end: int


class Position(Value):
    """Line and column, both counted from 1; the column in code points."""

    line: int
    column: int


def decode(data: bytes) -> str:
    """UTF-8 text of `data`; other bytes become lone surrogates, so that `encode` gives them back."""
    return data.decode("utf-8", "surrogateescape")


def encode(text: str) -> bytes:
    """The bytes that `decode` made `text` from."""
    return text.encode("utf-8", "surrogateescape")


def printable(text: str) -> str:
    """`text` with undecodable bytes as U+FFFD, as BuildKit shows them and as UTF-8 output needs them."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    return text


class Source:
    """One Dockerfile's name and text, with its line table.

    Attributes:
        name: The path as the user gave it, or `-`.
        text: All characters of the file, a byte order mark and carriage returns included.
    """

    __slots__ = ("_starts", "name", "text")

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self._starts: list[int] | None = None

    @property
    def line_starts(self) -> list[int]:
        r"""Offset of each line's first character; lines end at `\n` only, as in BuildKit."""
        if self._starts is None:
            starts = [0]
            text, at = self.text, -1
            while (at := text.find("\n", at + 1)) >= 0:
                starts.append(at + 1)
            if text.endswith("\n"):
                starts.pop()
            self._starts = starts
        return self._starts

    def position(self, offset: int) -> Position:
        """Line and column of `offset`; a byte order mark has no column of its own."""
        starts = self.line_starts
        line = bisect_right(starts, offset)
        column = offset - starts[line - 1] + 1
        if line == 1 and column > 1 and self.text.startswith(BOM):
            column -= 1
        return Position(line, column)

    def line(self, number: int) -> str:
        """Text of line `number` (from 1) without its line end; empty when there is no such line."""
        starts = self.line_starts
        if not 1 <= number <= len(starts):
            return ""
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n").removeprefix(BOM if number == 1 else "")

    def line_span(self, number: int) -> Span:
        """Span of line `number` (from 1), its line end included."""
        starts = self.line_starts
        end = starts[number] if number < len(starts) else len(self.text)
        return Span(starts[number - 1], end)

    def cut(self, span: Span) -> str:
        """The text that `span` covers."""
        return self.text[span.start : span.end]

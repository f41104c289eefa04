"""Places: spans and file names as other programs want them."""

from __future__ import annotations

import os

from dfcheck.syntax.text import encode
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.syntax.text import Source, Span


class Region(Value):
    """Lines and columns from 1, columns in code points unless said otherwise; the end column is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


def region(source: Source, span: Span) -> Region:
    """Where `span` is; an end behind the last line's end counts as that end."""
    start, end = source.position(span.start), source.position(max(span.start, span.end))
    return Region(
        start.line,
        min(start.column, len(source.line(start.line)) + 1),
        end.line,
        min(end.column, len(source.line(end.line)) + 1),
    )


def utf16_region(source: Source, span: Span) -> Region:
    """Where `span` is, columns in UTF-16 code units."""
    found = region(source, span)
    return found._replace(
        column=_utf16(source.line(found.line), found.column),
        end_column=_utf16(source.line(found.end_line), found.end_column),
    )


def utf8_region(source: Source, span: Span) -> Region:
    """Where `span` is, columns in bytes of UTF-8."""
    found = region(source, span)
    return found._replace(
        column=_utf8(source.line(found.line), found.column),
        end_column=_utf8(source.line(found.end_line), found.end_column),
    )


def relative(name: str, base: str) -> str:
    """The path `name` from the directory `base`, with forward slashes; absolute if outside; `-` stays."""
    if name == "-":
        return name
    path = os.path.abspath(name)
    inside = path.startswith(os.path.join(base, ""))
    return (os.path.relpath(path, base) if inside else path).replace(os.sep, "/")


def _utf16(line: str, column: int) -> int:
    before = line[: column - 1]
    return column + (0 if before.isascii() else sum(char > "\uffff" for char in before))


def _utf8(line: str, column: int) -> int:
    return len(encode(line[: column - 1])) + 1

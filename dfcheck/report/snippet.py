"""Snippets: the source lines of a finding with marks under the exact characters."""

from __future__ import annotations

from dfcheck.report.display import ELLIPSIS, cells, paint, safe, width
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dfcheck.syntax.text import Source, Span


class Label(Value):
    """A span to show, the sign under it, a text beside the sign and a colour."""

    span: Span
    sign: str
    text: str
    colour: str


class _Mark(Value):
    """A mark under one line: half-open columns from 0, and the label's text on the mark that carries it."""

    line: int
    start: int
    end: int
    sign: str
    text: str
    colour: str


def snippet(source: Source, labels: Sequence[Label], room: int, colours: bool) -> Iterator[str]:
    """The lines that `labels` touch, in order, each followed by its marks; `room` is the terminal's width."""
    spread = [_marks(source, label) for label in labels]
    marks = sorted((mark for found in spread for mark in found), key=lambda mark: mark.line)
    gaps = {found[0].line for found in spread if found[-1].line > found[0].line + 1}
    size = max(3, len(str(max(mark.line for mark in marks))))
    bar = paint(f"{'':{size}} |", "dim", colours)
    room = max(room - size - 3, 20)
    for number in dict.fromkeys(mark.line for mark in marks):
        here = [mark for mark in marks if mark.line == number]
        shown = cells(source.line(number))
        left, right = _window(shown, here[0], room)
        yield f"{paint(f'{number:>{size}} |', 'dim', colours)} {_cut(shown, left, right)}".rstrip()
        for mark in here:
            yield from (f"{bar} {text}" for text in _under(shown, mark, (left, right), room, colours))
        if number in gaps:
            yield paint(f"{'...':>{size}}", "dim", colours)


def _marks(source: Source, label: Label) -> list[_Mark]:
    """The mark of a label; over several lines those of the first and the last one, the text on the latter."""
    start, end = label.span.start, label.span.end
    while end > start + 1 and source.text[end - 1] in " \t\r\n":
        end -= 1
    first = source.position(start)
    last = source.position(max(end - 1, start))
    top = len(source.line(first.line))
    if first.line == last.line:
        column = min(first.column - 1, top)
        return [_Mark(first.line, column, max(last.column, column + 1), label.sign, label.text, label.colour)]
    bottom = source.line(last.line)
    indent = len(bottom) - len(bottom.lstrip())
    return [
        _Mark(first.line, first.column - 1, max(top, first.column), label.sign, "", label.colour),
        _Mark(last.line, min(indent, last.column - 1), last.column, label.sign, label.text, label.colour),
    ]


def _window(shown: list[tuple[str, int]], mark: _Mark, room: int) -> tuple[int, int]:
    """Half-open range of the line's characters to show: all that fit, else a stretch around the mark."""
    if sum(size for _, size in shown) <= room:
        return 0, len(shown)
    room -= 2  # an ellipsis on both sides
    left = right = min(mark.start, len(shown))
    before = room // 3
    while left and shown[left - 1][1] <= before:
        left -= 1
        before -= shown[left][1]
    room -= sum(size for _, size in shown[left:right])
    while right < len(shown) and shown[right][1] <= room:
        room -= shown[right][1]
        right += 1
    while left and shown[left - 1][1] <= room:
        left -= 1
        room -= shown[left][1]
    return left, right


def _cut(shown: list[tuple[str, int]], left: int, right: int) -> str:
    inner = "".join(char for char, _ in shown[left:right])
    return f"{ELLIPSIS if left else ''}{inner}{ELLIPSIS if right < len(shown) else ''}"


def _under(
    shown: list[tuple[str, int]], mark: _Mark, window: tuple[int, int], room: int, colours: bool
) -> Iterator[str]:
    """The mark's line, and one more for its text when that does not fit beside it."""
    left, right = window
    start = min(max(mark.start, left), right)
    end = min(max(mark.end, start + 1), max(right, start + 1))
    length = max(sum(size for _, size in shown[start:end]), 1)
    # What stands behind the last character of a line that fills all the room is shown under that.
    indent = min(bool(left) + sum(size for _, size in shown[left:start]), room - length)
    signs = paint(mark.sign * length, mark.colour, colours)
    text = safe(mark.text)
    if not text or indent + length + 1 + width(text) <= room:
        yield f"{'':{indent}}{signs} {text}".rstrip()
    else:
        yield f"{'':{indent}}{signs}"
        yield f"{'':{max(0, min(indent, room - width(text)))}}{text}"

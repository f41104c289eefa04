"""Bodies: a logical line cut into keyword, flags and the rest, as the readers of instructions see it."""

from __future__ import annotations

from dfcheck.syntax.arguments import argument
from dfcheck.syntax.driver import read
from dfcheck.syntax.lines import SPACE
from dfcheck.syntax.nodes import Argument, Flag, Logical, Token
from dfcheck.syntax.text import Span
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dfcheck.syntax.arguments import Cover


class Body(Value):
    """What an instruction's reader sees.

    Attributes:
        line: The logical line.
        escape: The escape character.
        keyword: The keyword as written.
        flags: The flags, not yet checked.
        covers: For each flag the map from its value's text to source; None for one without value.
        rest: What follows the flags, trimmed.
        at: Offset of `rest` in the line's text.
    """

    line: Logical
    escape: str
    keyword: Token
    flags: tuple[Flag, ...]
    covers: tuple[Cover | None, ...]
    rest: str
    at: int

    def cover(self, start: int, end: int) -> Span:
        """Span of source of a range of `rest`."""
        return self.line.cover(self.at + start, self.at + end)

    def argument(self, start: int, end: int) -> Argument:
        """A range of `rest` as an argument."""
        return argument(self.rest[start:end], shifted(self.cover, start), self.escape)

    def token(self, start: int, end: int) -> Token:
        """A range of `rest` as a token."""
        return Token(self.cover(start, end), self.rest[start:end])

    @property
    def whole(self) -> Argument:
        """All of `rest` as one argument."""
        return self.argument(0, len(self.rest))

    @property
    def span(self) -> Span:
        """From the keyword to the end of the last token, heredocs included."""
        start = self.keyword.span.start
        if self.line.heredocs:
            return Span(start, self.line.heredocs[-1].span.end)
        if self.rest:
            return Span(start, self.line.offset(self.at + len(self.rest) - 1) + 1)
        return Span(start, self.flags[-1].span.end if self.flags else self.keyword.span.end)


class Fault(Exception):
    """An instruction cannot be read; it becomes an `Invalid` node.

    Attributes:
        message: What is wrong.
        at: The place of the fault.
        help: What would be right.
        early: Whether BuildKit finds it while it cuts lines, and so even inside ONBUILD.
    """

    def __init__(self, message: str, at: Span, help_: str = "", *, early: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.at = at
        self.help = help_
        self.early = early


def shifted(cover: Callable[[int, int], Span], by: int) -> Cover:
    """`cover` for a text that begins `by` characters later."""
    return lambda start, end: cover(by + start, by + end)


def cut(line: Logical, escape: str, start: int, end: int) -> Body:
    """The body in `line.text[start:end]`, a range that is not empty and has no white space at its ends."""
    text = line.text[start:end]
    _, leaves = read("head", text, escape)
    size = leaves[0][2]
    keyword = Token(line.cover(start, start + size), text[:size])
    if len(leaves) == 1:
        return Body(line, escape, keyword, (), (), "", end)
    flags = [
        _flag(line, escape, start + leaf[1], text[leaf[1] : leaf[2]]) for leaf in leaves if leaf[0] == "FLAG"
    ]
    rest, at = "", end
    if leaves[-1][0] == "REST":
        at = leaves[-1][1]
        rest = text[at:].lstrip(SPACE)
        at = end - len(rest)
    return Body(line, escape, keyword, tuple(f for f, _ in flags), tuple(c for _, c in flags), rest, at)


def _flag(line: Logical, escape: str, at: int, text: str) -> tuple[Flag, Cover | None]:
    """The flag `text` that stands at offset `at` of the line, and the map of its value's text to source."""
    cover = shifted(line.cover, at)
    span = cover(0, len(text))
    if '"' in text or "'" in text or escape in text:
        text, cover = _unquote(text, escape, cover)
    name, equals, value = text.partition("=")
    key = Token(cover(2, len(name)), name[2:])
    if not equals:
        return Flag(span, key, None), None
    inside = shifted(cover, len(name) + 1)
    return Flag(span, key, argument(value, inside, escape)), inside


def _unquote(text: str, escape: str, cover: Cover) -> tuple[str, Cover]:
    """A flag's text without quotes and escapes, and its map to source."""
    out: list[str] = []
    places: list[int] = []
    quote = ""
    skip = False
    for index, char in enumerate(text):
        if not skip and char == escape:
            skip = True
        elif not skip and (char == quote or (not quote and char in "\"'")):
            quote = "" if quote else char
        else:
            skip = False
            out.append(char)
            places.append(index)
    return "".join(out), placed(cover, (*places, len(text)))


def placed(cover: Cover, places: tuple[int, ...]) -> Cover:
    """Map for a text of which character `i` stands at `places[i]` of the text that `cover` maps."""

    def mapped(start: int, end: int) -> Span:
        return cover(places[start], places[end - 1] + 1 if end > start else places[start])

    return mapped

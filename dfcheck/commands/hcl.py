"""HCL: the text of a bake file to blocks, attributes and expressions with exact places.

What a value is made of by functions, operators and conditions is not looked into: an `Opaque`.
"""

from __future__ import annotations

from dfcheck.commands.model import FormatError
from dfcheck.syntax.driver import Unreadable, follow
from dfcheck.syntax.hcl_tables import STARTS
from dfcheck.syntax.text import Span
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, TypeAlias

    from dfcheck.syntax.text import Source

CHARACTERS = 2_000_000
DEPTH = 100
PIECES = ("CHARS", "TEXT", "ESCAPE", "DOUBLED")  # terminals that are text
ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


class HclError(FormatError):
    """A file that cannot be read as HCL, or is too large or too deep; the text is one line with line and column."""


class Text(Value):
    """A string or a heredoc.

    Attributes:
        span: What is inside its quotes.
        parts: Texts, and the expressions of `${…}`.
        exact: Whether it is written as it reads: no escape, no indentation that goes.
    """

    span: Span
    parts: tuple[Expression, ...]
    exact: bool = True


class Literal(Value):
    """A number, `true`, `false` or `null` as written; in the parts of a `Text` a piece of it.

    Attributes:
        span: Where it is.
        text: What it reads.
        places: Of a piece: the offset of each character, and of the end.
    """

    span: Span
    text: str
    places: tuple[int, ...] = ()


class Name(Value):
    """A variable, or what is inside of one: `target.app.tags` is three names."""

    span: Span
    path: tuple[str, ...]


class Items(Value):
    """A list."""

    span: Span
    items: tuple[Expression, ...]


class Object(Value):
    """A map; keys that are plain names are texts."""

    span: Span
    pairs: tuple[tuple[Expression, Expression], ...]


class Opaque(Value):
    """What only evaluation could tell."""

    span: Span


if TYPE_CHECKING:
    Expression: TypeAlias = Text | Literal | Name | Items | Object | Opaque


class Attribute(Value):
    """`name = value`; `span` is the name's."""

    name: str
    span: Span
    value: Expression


class Block(Value):
    """`kind "label" { … }`; `span` is all of it."""

    kind: str
    labels: tuple[Text, ...]
    span: Span
    attributes: tuple[Attribute, ...]

    def get(self, name: str) -> Attribute | None:
        """An attribute."""
        return next((item for item in self.attributes if item.name == name), None)


class Body(Value):
    """What a file holds on its top level."""

    attributes: tuple[Attribute, ...]
    blocks: tuple[Block, ...]


def read(source: Source) -> Body:
    """Read a file.

    Raises:
        HclError: It cannot be read.
    """
    text = source.text
    if len(text) > CHARACTERS:
        raise HclError(f"larger than {CHARACTERS // 1_000_000} MB, too large to be read as HCL")
    try:
        _, children = follow(STARTS["file"], text)
    except Unreadable as fault:
        place = source.position(fault.at)
        what = "ends too early" if fault.at >= len(text) else f"`{text[fault.at]}` cannot stand here"
        raise HclError(f"{place.line}:{place.column}: not HCL: {what}") from None
    return _Reader(text).body(children)


def template(text: str, place: Callable[[int, int], Span], *, exact: bool) -> Text:
    """The parts of a text that knows no escapes but `$${` and `%%{`: a heredoc's, or a string of JSON.

    Args:
        text: The text.
        place: Where two offsets in it are in the file.
        exact: Whether it stands in the file as it is.
    """
    try:
        _, children = follow(STARTS["template"], text)
    except Unreadable:
        return Text(place(0, len(text)), (Opaque(place(0, len(text))),), False)
    reader = _Reader(text, place)
    parts = tuple(reader.parts(children))
    return Text(
        place(0, len(text)), parts, exact and all(leaf[0] == "TEXT" for leaf in children if len(leaf) == 3)
    )


class _Reader:
    """Makes values of the driver's trees: leaves `(terminal, start, end)` and `(rule, children)`."""

    def __init__(self, text: str, place: Callable[[int, int], Span] = Span) -> None:
        self._text = text
        self._place = place
        self._depth = 0

    def body(self, children: list[Any]) -> Body:
        return Body(
            tuple(self._attribute(child[1]) for child in children if child[0] == "attribute"),
            tuple(self._block(child[1]) for child in children if child[0] == "block"),
        )

    def _attribute(self, children: list[Any]) -> Attribute:
        (_, start, end), value = children
        return Attribute(self._text[start:end], self._place(start, end), self._expression(value))

    def _block(self, children: list[Any]) -> Block:
        _, start, end = children[0]
        labels = (child for child in children[1:] if child[0] in ("NAME", "string"))
        attributes = tuple(self._attribute(child[1]) for child in children if child[0] == "attribute")
        return Block(
            self._text[start:end],
            tuple(self._text_of(label) for label in labels),
            self._place(start, children[-1][2]),
            attributes,
        )

    def _text_of(self, node: Any) -> Text:
        """A string, or a name that stands for one."""
        if node[0] == "string":
            return self._string(node[1])
        piece = Literal(self._place(node[1], node[2]), self._text[node[1] : node[2]])
        return Text(piece.span, (piece,))

    def _expression(self, node: Any) -> Expression:
        self._depth += 1
        if self._depth > DEPTH:
            raise HclError(f"more than {DEPTH} levels, too deep to be read as HCL")
        found = self._read(node)
        self._depth -= 1
        return found

    def _read(self, node: Any) -> Expression:
        kind = node[0]
        if len(node) == 3:
            return self._leaf(*node)
        children = node[1]
        if kind == "string":
            return self._string(children)
        if kind == "parentheses":
            return self._expression(children[0])
        if kind == "tuple":
            return Items(self._span(node), tuple(map(self._expression, children)))
        if kind == "object":
            pairs = (child[1] for child in children if child[0] == "item")
            return Object(
                self._span(node), tuple((self._key(key), self._expression(value)) for key, value in pairs)
            )
        if kind in ("member", "index"):
            return self._inside(node)
        return Opaque(self._span(node))

    def _leaf(self, kind: str, start: int, end: int) -> Expression:
        span, text = self._place(start, end), self._text[start:end]
        if kind == "HEREDOC":
            return self._heredoc(start, end)
        if kind == "NUMBER" or text in ("true", "false", "null"):
            return Literal(span, text)
        return Name(span, (text,))

    def _key(self, node: Any) -> Expression:
        return self._text_of(node) if node[0] in ("NAME", "NUMBER") else self._expression(node)

    def _inside(self, node: Any) -> Expression:
        """`a.b` and `a["b"]`."""
        outer, inner = node[1]
        base = self._expression(outer)
        span = self._span(node)
        if not isinstance(base, Name) or inner[0] == "STAR":
            return Opaque(span)
        if node[0] == "member":
            return Name(span, (*base.path, self._text[inner[1] : inner[2]]))
        key = self._expression(inner)
        piece = key.parts[0] if isinstance(key, Text) and len(key.parts) == 1 else key
        return Name(span, (*base.path, piece.text)) if isinstance(piece, Literal) else Opaque(span)

    def _string(self, children: list[Any]) -> Text:
        span = self._place(children[0][2], children[-1][1])
        inside = children[1:-1]
        return Text(span, tuple(self.parts(inside)), all(child[0] != "ESCAPE" for child in inside))

    def parts(self, children: list[Any]) -> Iterator[Expression]:
        """The parts of a template; texts that lie side by side are one."""
        gathered: list[tuple[str, int, int]] = []
        for child in children:
            if child[0] in PIECES:
                gathered.append(child)
                continue
            if gathered:
                yield self._piece(gathered)
                gathered = []
            if child[0] == "DIRECTIVE":
                yield Opaque(self._place(child[1], child[2]))
            else:
                yield self._expression(child[1][0])
        if gathered:
            yield self._piece(gathered)

    def _piece(self, leaves: list[tuple[str, int, int]]) -> Literal:
        text = ""
        places: list[int] = []
        for kind, start, end in leaves:
            plain = _plain(kind, self._text[start:end])
            text += plain
            inside = range(start, end) if len(plain) == end - start else [start] * len(plain)
            places += (self._place(at, at + 1).start for at in inside)
        span = self._place(leaves[0][1], leaves[-1][2])
        return Literal(span, text, (*places, span.end))

    def _heredoc(self, start: int, end: int) -> Text:
        """The lines between the markers; `<<-` takes away the indentation that they share."""
        begin = self._text.index("\n", start) + 1
        stop = self._text.rindex("\n", start, end) + 1
        text = self._text[begin:stop]
        dedent = self._text.startswith("<<-", start)
        lines = text.splitlines(keepends=True)
        margin = min((len(line) - len(line.lstrip(" \t")) for line in lines), default=0) if dedent else 0
        if not margin:
            return template(text, lambda one, two: self._place(begin + one, begin + two), exact=True)
        places = [at for at, _ in _dedented(lines, margin, begin)] + [stop]
        kept = "".join(char for _, char in _dedented(lines, margin, begin))
        return template(kept, lambda one, two: self._place(places[one], places[two]), exact=False)

    def _span(self, node: Any) -> Span:
        """From the first to the last leaf of a tree."""
        ends: list[int] = []
        todo = [node]
        while todo:
            item = todo.pop()
            if len(item) == 3:
                ends += item[1:]
            else:
                todo += item[1]
        return self._place(min(ends), max(ends)) if ends else self._place(0, 0)


def _dedented(lines: list[str], margin: int, at: int) -> Iterator[tuple[int, str]]:
    """The characters that are left of lines, each with its offset."""
    for line in lines:
        for index in range(margin, len(line)):
            yield at + index, line[index]
        at += len(line)


def _plain(kind: str, written: str) -> str:
    """The text that a piece of a template stands for."""
    if kind in ("CHARS", "TEXT"):
        return written
    if written[0] != "\\":
        return written[1:]
    return ESCAPES.get(written[1], written[1])

"""Arguments: from a stretch of text to its words, as nodes with source spans."""

from __future__ import annotations

from dfcheck.syntax.driver import Unreadable, read
from dfcheck.syntax.nodes import Argument, Escape, Literal, Malformed, Quoted, Token, Variable
from dfcheck.syntax.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    from dfcheck.syntax.nodes import Word

# Nodes are made, and read, by functions that call themselves; nobody nests `${a:-${b:-…}}` this deep by hand.
DEEPEST = 50
# Maps a range of the text at hand to the span of source it comes from.
Cover: TypeAlias = "Callable[[int, int], Span]"


def argument(text: str, cover: Cover, escape: str) -> Argument:
    """`text` as an argument, its words read."""
    return Argument(cover(0, len(text)), text, words(text, cover, escape))


def words(text: str, cover: Cover, escape: str) -> tuple[Word, ...]:
    """The words of `text`; one `Malformed` where BuildKit could not expand it.

    Args:
        text: Any text.
        cover: Maps ranges of `text` to source.
        escape: The escape character.
    """
    if "$" not in text and escape not in text and "'" not in text and '"' not in text:
        return (Literal(cover(0, len(text)), text),) if text else ()
    try:
        _, children = read("word", text, escape)
    except Unreadable as fault:
        return (Malformed(cover(0, len(text)), text, _reason(text, fault)),)
    if text.count("${") > DEEPEST and _depth(children) > 2 * DEEPEST:
        return (Malformed(cover(0, len(text)), text, f"nests variables more than {DEEPEST} levels deep"),)
    return _pieces(children, text, cover)


def _depth(children: list[Any]) -> int:
    """How deep trees are nested in `children`; a variable with an operand is two levels, it and the operand."""
    depth = 0
    while children := [inner for child in children if len(child) == 2 for inner in child[1]]:
        depth += 1
    return depth


def parse_words(text: str, escape: str = "\\") -> tuple[Word, ...]:
    """The words of `text` with spans that are offsets into it."""
    return words(text, Span, escape)


def _pieces(children: list[Any], text: str, cover: Cover) -> tuple[Word, ...]:
    """Word nodes of tree children; neighbouring plain leaves become one `Literal`."""
    out: list[Word] = []
    start = end = -1
    for child in children:
        if len(child) == 3 and child[0] in _PLAIN:
            if start < 0:
                start = child[1]
            end = child[2]
            continue
        if start >= 0:
            out.append(Literal(cover(start, end), text[start:end]))
            start = -1
        out.append(_special(child, text, cover))
    if start >= 0:
        out.append(Literal(cover(start, end), text[start:end]))
    return tuple(out)


_PLAIN = frozenset({"PLAIN", "CLOSE", "SLASH", "DOLLAR", "DOUBLE_PLAIN"})


def _special(child: Any, text: str, cover: Cover) -> Word:
    """Node of one leaf or tree that is not plain text."""
    name = child[0]
    if name in {"ESCAPED", "DOUBLE_ESCAPED"}:
        _, start, end = child
        return Escape(cover(start, end), text[start + 1 : end])
    if name == "SINGLE":
        _, start, end = child
        inner = (Literal(cover(start + 1, end - 1), text[start + 1 : end - 1]),) if end - start > 2 else ()
        return Quoted(cover(start, end), "'", inner)
    if name == "double":
        opening, *inside, closing = child[1]
        return Quoted(cover(opening[1], closing[2]), '"', _pieces(inside, text, cover))
    return _variable(child[1], text, cover)


def _variable(parts: list[Any], text: str, cover: Cover) -> Variable:
    """`Variable` of the parts of a variable tree."""
    kind, start, end = parts[0]
    if kind == "NAME":
        return Variable(cover(start, end), Token(cover(start + 1, end), text[start + 1 : end]))
    rest = parts[1:]
    name = Token(cover(end, end), "")
    if rest[0][0] == "BRACED_NAME":
        name = Token(cover(rest[0][1], rest[0][2]), text[rest[0][1] : rest[0][2]])
        rest = rest[1:]
    span = cover(start, rest[-1][2])
    if len(rest) == 1:
        return Variable(span, name, braced=True)
    operator = text[rest[0][1] : rest[0][2]]
    operand = _pieces(rest[1][1], text, cover)
    replacement = _pieces(rest[3][1], text, cover) if operator[0] == "/" else ()
    return Variable(span, name, True, operator, operand, replacement)


def _reason(text: str, fault: Unreadable) -> str:
    """Why expansion fails, in a form that follows the argument's name."""
    at_end = fault.at >= len(text)
    if not at_end and text[fault.at] == "'":
        return "has a `'` that is not closed"
    if at_end and "DOUBLE_PLAIN" in fault.expected and "DOUBLE_QUOTE" in fault.expected:
        return 'has a `"` that is not closed'
    opened = text.rfind("${", 0, fault.at)
    if "BRACED_NAME" in fault.expected:
        return "has a `${` without a name"
    if (
        at_end
        and "SLASH" in fault.expected
        and "CLOSE" in fault.expected
        and "OPERATOR" not in fault.expected
    ):
        return f"has a `{text[opened : opened + 20]}` that lacks its second `/` or its `}}`"
    if at_end:
        return f"has a `{text[opened : opened + 20]}` that is not closed by `}}`"
    return f"has `{text[opened : fault.at + 1]}`, a form of `${{…}}` that BuildKit does not know"

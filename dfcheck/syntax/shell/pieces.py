"""Pieces: shell text to syntax trees in time and memory that grow with its length, whatever is in it.

The parser's recovery from errors can take time and memory that grow with the square of what it has to recover
from. So a text longer than WHOLE characters is read in pieces cut where a list goes on. A piece's weight is its
number of operators, brackets and dollars: first START, doubled while the piece does not end well, up to MOST.
After FAILURES pieces with errors the rest is not read.
"""

from __future__ import annotations

from bisect import bisect_right

from dfcheck.syntax.shell.tree import parse
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Tree

WHOLE = 8_192
START = 500
MOST = 4_000
FAILURES = 8


class Piece(Value):
    """A stretch of text, its tree (None where it is not read), and the operator that follows it."""

    start: int
    end: int
    tree: Tree | None
    operator: str


class Cut(Value):
    """A place where a long text may be cut: before `operator`, with the weight of all before it."""

    at: int
    operator: str
    weight: int


# Which operators are likelier to part whole statements; the empty one is the text's end.
_RANKS = {"": 2, "\n": 2, "&&": 1, "||": 1, ";": 0, "|": 0, "|&": 0}


def pieces(text: str) -> Iterator[Piece]:
    """`text` (ASCII) in pieces with their trees; one piece unless it is long."""
    if len(text) <= WHOLE:
        yield Piece(0, len(text), parse(text), "")
        return
    cuts = _cuts(text)
    begin = before = failures = first = 0
    while begin < len(text) and failures < FAILURES:
        cut, index, tree = _longest(text, begin, cuts, first, before)
        failures += tree is None or tree.root_node.has_error
        yield Piece(begin, cut.at, tree, cut.operator)
        begin = cut.at + len(cut.operator)
        before, first = cut.weight, index + 1
    if begin < len(text):
        yield Piece(begin, len(text), None, "")


def _longest(text: str, begin: int, cuts: list[Cut], first: int, before: int) -> tuple[Cut, int, Tree | None]:
    """The cut that ends the piece at `begin`, its index, and the piece's tree.

    Args:
        text: The whole text.
        begin: Where the piece begins.
        cuts: All cuts.
        first: Index of the first cut after `begin`.
        before: Weight up to `begin`.
    """
    size, tried, last = START, -1, len(cuts) - 1
    while True:
        index = max(first, bisect_right(cuts, before + size, key=lambda cut: cut.weight) - 1)
        if size in {START, 4 * START} and index < last:
            index = max(range(first, index + 1), key=lambda at: (_RANKS[cuts[at].operator], at))
        cut = cuts[index]
        if cut.weight - before > MOST:
            return cut, index, None
        if index != tried:
            tree = parse(text[begin : cut.at])
            tried = index
        if not tree.root_node.has_error or index == last or size >= MOST:
            return cut, index, tree
        size *= 2


_TOKENS = r"""
    '[^']*'? | "[^"\\]*(?:\\.[^"\\]*)*"? | \\. | (?<![^\s;&|()])\#[^\n]*
    | && | \|\|?(?!&) | \|& | ;;&? | ;& | ; | \n | >\| | [<>(){}\[\]&$`|]
"""


def _cuts(text: str) -> list[Cut]:
    """Where `text` may be cut: at the operators outside quotes, and at its end."""
    import re

    cuts: list[Cut] = []
    weight = 0
    for match in re.compile(_TOKENS, re.VERBOSE | re.DOTALL).finditer(text):
        token = match[0]
        if token in _RANKS:
            cuts.append(Cut(match.start(), token, weight))
        if token[0] not in "'\"\\#":
            weight += 1
        elif token[0] == '"':
            weight += token.count("$") + token.count("`")
    cuts.append(Cut(len(text), "", weight))
    return cuts

"""Driver: follows the parse tables that Lark compiled from the grammars.

A run of the command must not pay for importing Lark (50 ms), so this is the part of Lark's LALR parser and
contextual lexer that a finished table needs. Trees are equal to Lark's own, which a test proves.
"""

from __future__ import annotations

import re

from dfcheck.syntax.tables import STARTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

# A leaf is (terminal, start, end), a tree (rule, children); offsets count from the start of the parsed text.
Leaf: TypeAlias = "tuple[str, int, int]"
Tree: TypeAlias = "tuple[str, list[Any]]"

END = "$END"
IGNORED = ("_COMMENT", "_WHITE")  # terminals that may stand between any others, in a grammar that has them
_compiled: dict[str, re.Pattern[str]] = {}


class Unreadable(Exception):
    """The text does not follow the grammar.

    Attributes:
        at: Offset of the first character that cannot be read, or the text's length.
        expected: Names of the terminals that could stand there.
    """

    def __init__(self, at: int, expected: frozenset[str]) -> None:
        super().__init__(f"unreadable at {at}, expected {sorted(expected)}")
        self.at = at
        self.expected = expected


def _scanner(pattern: str) -> re.Pattern[str]:
    """Compiled alternation of one state's terminals; compiling costs 0.2 ms, so only on first use."""
    compiled = _compiled.get(pattern)
    if compiled is None:
        compiled = _compiled[pattern] = re.compile(pattern)
    return compiled


def read(start: str, text: str, escape: str = "\\") -> Tree:
    """The tree of `text` by the rule `start`.

    Terminals whose name begins with `_` leave no leaf, rules so named are spliced into their parent.

    Args:
        start: A start symbol of the grammars.
        text: All of it must be read.
        escape: The escape character, a backslash or a backtick.

    Raises:
        Unreadable: The text does not follow the grammar.
    """
    return follow(STARTS[start], text, escape)


def follow(tables: tuple[tuple[Any, ...], int, int], text: str, escape: str = "\\") -> Tree:
    """The tree of `text` by the tables of a start symbol; as `read`."""
    (states, rules, plain, backtick), first, last = tables
    patterns = backtick if backtick is not None and escape == "`" else plain
    stack = [first]
    values: list[Any] = []
    at, size = 0, len(text)
    while True:
        lexer, row = states[stack[-1]]
        if at < size:
            match = _scanner(patterns[lexer]).match(text, at)
            if match is None:
                raise Unreadable(at, _terminals(row))
            name: str = match.lastgroup  # type: ignore[assignment]
            leaf = (name, at, match.end())
        else:
            name, leaf = END, (END, size, size)
        while (action := row.get(name)) is not None and action < 0:
            origin, length, label = rules[-1 - action]
            _reduce(values, length, origin, label)
            if length:
                del stack[-length:]
            target = states[stack[-1]][1][origin]
            stack.append(target)
            if name is END and target == last:
                return values[-1]  # type: ignore[no-any-return]
            row = states[target][1]
        if action is None:
            if name in IGNORED:
                at = leaf[2]
                continue
            raise Unreadable(at, _terminals(row))
        stack.append(action)
        values.append(leaf)
        at = leaf[2]


def _reduce(values: list[Any], length: int, origin: str, label: str) -> None:
    """Replace the last `length` values by their parent; what `_` rules gathered is a bare list."""
    children: list[Any] = []
    if length:
        parts = values[-length:]
        del values[-length:]
        if isinstance(parts[0], list):
            # Left-recursive repetition: the list is grown in place, which keeps long repetitions linear.
            children = parts.pop(0)
        for part in parts:
            if isinstance(part, list):
                children += part
            elif part[0][0] != "_":
                children.append(part)
    values.append(children if origin[0] == "_" else (label, children))


def _terminals(row: dict[str, int]) -> frozenset[str]:
    return frozenset(name for name in row if name.isupper() or name == END)

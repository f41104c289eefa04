"""Bake values: what the expressions of bake files come to, as far as the files alone tell.

What a function, an operator or a variable without a default decides is unknown. A variable's default is taken, though
the environment may have another: a word made of it is `assumed`.
"""

from __future__ import annotations

from dfcheck.commands.hcl import Items, Literal, Name, Object, Text
from dfcheck.commands.model import UNKNOWN, Word
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from dfcheck.commands.hcl import Expression
    from dfcheck.syntax.text import Span

BUDGET = 5_000_000  # characters that names may bring in, in a file


class Null(Value):
    """`null`: as if it were not there."""

    span: Span


class Unsure(Value):
    """What is not known."""

    span: Span


class Listed(Value):
    """A list."""

    items: tuple[Data, ...]


class Mapped(Value):
    """A map, its keys as words."""

    pairs: tuple[tuple[Word, Data], ...]

    def get(self, name: str) -> Data | None:
        """The value of a key."""
        return next((value for key, value in self.pairs if key.text == name), None)


if TYPE_CHECKING:
    Data: TypeAlias = Word | Null | Unsure | Listed | Mapped


class Scope:
    """What names stand for.

    Args:
        constants: Top-level attributes.
        variables: Defaults of variables; None for one without.
        target: Gives an attribute of a target.
        matrix: Values of the names that the matrix of a target gives it.
    """

    def __init__(
        self,
        constants: dict[str, Expression],
        variables: dict[str, Expression | None],
        target: Callable[[str, str], Data | None],
        matrix: dict[str, Data] | None = None,
    ) -> None:
        self._constants = constants
        self._variables = variables
        self._target = target
        self._matrix = matrix or {}
        self._values: dict[str, Data | None] = {}
        self._budget = BUDGET
        self._top = self

    def inside(self, matrix: dict[str, Data]) -> Scope:
        """The scope of a target with a matrix."""
        scope = Scope(self._constants, self._variables, self._target, matrix)
        scope._top = self._top
        return scope

    def value(self, expression: Expression) -> Data:
        """What an expression comes to; all of it counts as written where it stands."""
        match expression:
            case Text():
                return self._text(expression)
            case Literal(span, "null"):
                return Null(span)
            case Literal(span, text):
                return Word(text, span)
            case Items(_, items):
                return Listed(tuple(map(self.value, items)))
            case Object(span, pairs):
                found = [(self.value(key), self.value(value)) for key, value in pairs]
                plain = tuple((key, value) for key, value in found if isinstance(key, Word) and key.literal)
                return Mapped(plain) if len(plain) == len(found) else Unsure(span)
            case Name():
                return self._named(expression)
            case _:
                return Unsure(expression.span)

    def _text(self, text: Text) -> Data:
        if not text.parts:
            return Word("", text.span)
        if len(text.parts) == 1:
            part = text.parts[0]
            if isinstance(part, Literal):
                return Word(part.text, text.span, whole=text.exact)
            return placed(self.value(part), text.span)
        values = [self.value(part) for part in text.parts]
        pieces = [
            part if isinstance(part, Word) else Word(UNKNOWN, text.span, literal=False) for part in values
        ]
        return Word(
            "".join(piece.text for piece in pieces),
            text.span,
            all(piece.literal for piece in pieces),
            whole=False,
            assumed=any(piece.assumed for piece in pieces),
        )

    def _named(self, name: Name) -> Data:
        first, *rest = name.path
        if first == "target" and len(rest) >= 2:
            data = self._target(rest[0], rest[1])
            rest = rest[2:]
        else:
            data = self._variable(first)
        for inner in rest:
            data = data.get(inner) if isinstance(data, Mapped) else None
        if data is None:
            return Unsure(name.span)
        self._top._budget -= _size(data)  # noqa: SLF001 -- its own kind
        return Unsure(name.span) if self._top._budget < 0 else placed(data, name.span)  # noqa: SLF001

    def _variable(self, name: str) -> Data | None:
        if name in self._matrix:
            return self._matrix[name]
        return self._top._kept(name)  # noqa: SLF001 -- its own kind

    def _kept(self, name: str) -> Data | None:
        if name not in self._values:
            self._values[name] = None  # what is made of itself is not known
            self._values[name] = self._found(name)
        return self._values[name]

    def _found(self, name: str) -> Data | None:
        expression = self._constants.get(name) or self._variables.get(name)
        if expression is None:
            return None
        data = self.value(expression)
        if name in self._constants:
            return data
        # An empty default waits for the environment's value.
        empty = isinstance(data, Null) or (isinstance(data, Word) and not data.text)
        return None if empty else assumed(data)


def _size(data: Data) -> int:
    """How many characters and values there are in a value."""
    if isinstance(data, Word):
        return 1 + len(data.text)
    if isinstance(data, Listed):
        return 1 + sum(map(_size, data.items))
    if isinstance(data, Mapped):
        return 1 + sum(1 + len(key.text) + _size(value) for key, value in data.pairs)
    return 1


def placed(data: Data, span: Span) -> Data:
    """A value as if it were written at `span`."""
    if isinstance(data, Word):
        return data._replace(span=span, whole=False)
    if isinstance(data, Listed):
        return Listed(tuple(placed(item, span) for item in data.items))
    if isinstance(data, Mapped):
        return Mapped(tuple((key._replace(span=span, whole=False), placed(v, span)) for key, v in data.pairs))
    return data._replace(span=span)


def assumed(data: Data) -> Data:
    """A value that may be another."""
    if isinstance(data, Word):
        return data._replace(assumed=True)
    if isinstance(data, Listed):
        return Listed(tuple(map(assumed, data.items)))
    if isinstance(data, Mapped):
        return Mapped(tuple((key, assumed(value)) for key, value in data.pairs))
    return data

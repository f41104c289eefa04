"""Scopes: which variables an instruction sees, as immutable snapshots that share what they have in common."""

from __future__ import annotations

from dfcheck.syntax.words import Known, Unknown
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from dfcheck.syntax.nodes import Pair

# A persistent hash map: a leaf is a small dict, an inner node has a child for each value of four hash bits.
Node: TypeAlias = "dict[str, Binding] | tuple[Node, ...]"
_LEAF = 8
_DEEPEST = 15


class Binding(Value):
    """A variable.

    Attributes:
        kind: `arg`, `env`, `base` for a known base image's, or `predefined` for platform arguments and PATH.
        origin: The pair that defines or declares it last; None when predefined.
        value: Its value; None for an ARG that is declared and nothing else.
    """

    kind: str
    origin: Pair | None
    value: str | Unknown | None


class Scope:
    """The variables that an instruction sees.

    Attributes:
        base: Why a variable that the file does not define may be defined all the same, a clause; None when it
            cannot be, because the chain of stages ends in `scratch` or the scope is that of FROM.
        exact: Whether an ARG without a value is unset for sure, because all build arguments are known.
    """

    __slots__ = ("_root", "base", "exact")

    def __init__(self, base: str | None, *, exact: bool, root: Node | None = None) -> None:
        self.base = base
        self.exact = exact
        self._root: Node = {} if root is None else root

    def bind(self, name: str, binding: Binding) -> Scope:
        """This scope with one more variable, or another value of one."""
        root = _insert(self._root, name, binding, hash(name), 0)
        return Scope(self.base, exact=self.exact, root=root)

    def binding(self, name: str) -> Binding | None:
        """The variable as the file defines it, or None."""
        node, bits = self._root, hash(name)
        while isinstance(node, tuple):
            node, bits = node[bits & 15], bits >> 4
        return node.get(name)

    def lookup(self, name: str) -> str | Unknown | None:
        """The value of a variable, None when it is unset for sure."""
        found = self.binding(name)
        if found is not None and found.value is not None:
            return found.value
        if found is not None and not self.exact:
            return Unknown(f"depends on `--build-arg {name}=…`: ARG `{name}` has no default")
        return None if self.base is None else Unknown(self.base)

    def get(self, name: str) -> Known | Unknown | None:
        """The value of a variable; None when it is unset for sure."""
        value = self.lookup(name)
        return Known(value) if isinstance(value, str) else value

    def names(self) -> tuple[str, ...]:
        """Names of the predefined variables, then of those that the file defines or declares, in order."""
        found = sorted(
            _walk(self._root), key=lambda item: item[1].origin.span.start if item[1].origin else -1
        )
        return tuple(name for name, _ in found)

    def origin(self, name: str) -> Pair | None:
        """The pair that defines or declares `name` last; None when it is not in the file."""
        found = self.binding(name)
        return None if found is None else found.origin

    def __contains__(self, name: object) -> bool:
        """Whether the file defines or declares the variable, or it is predefined."""
        return isinstance(name, str) and self.binding(name) is not None

    def __repr__(self) -> str:
        return f"Scope({', '.join(f'{name}={self.lookup(name)!r}' for name in self.names())})"


def _insert(node: Node, name: str, binding: Binding, bits: int, depth: int) -> Node:
    if isinstance(node, tuple):
        at = bits & 15
        return (*node[:at], _insert(node[at], name, binding, bits >> 4, depth + 1), *node[at + 1 :])
    leaf = {**node, name: binding}
    if len(leaf) <= _LEAF or depth >= _DEEPEST:
        return leaf
    children: tuple[dict[str, Binding], ...] = tuple({} for _ in range(16))
    for key, value in leaf.items():
        children[hash(key) >> 4 * depth & 15][key] = value
    return children


def _walk(node: Node) -> Iterator[tuple[str, Binding]]:
    if isinstance(node, dict):
        yield from node.items()
        return
    for child in node:
        yield from _walk(child)

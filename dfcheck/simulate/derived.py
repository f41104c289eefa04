"""Derived: unknown values that remember what they were made from, so that two builds can be told to make the same."""

from __future__ import annotations

from dfcheck.syntax.words import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.simulate.state import State
    from dfcheck.syntax.nodes import Instruction


class Derived(Unknown):
    """A value that only the build knows, made from a text and the variables in force.

    Attributes:
        why: As of any unknown value.
        origin: A number for what it was made from: where it is equal, so are the values, on one base image.
    """

    why: str
    origin: int


def derive(value: object, node: Instruction, state: State) -> object:
    """`value` as `node` makes it from `state`: the same, or an unknown one that says so; tuples part by part."""
    if isinstance(value, Derived) or not isinstance(value, (Unknown, tuple)):
        return value
    if isinstance(value, Unknown):
        text = node.line.text
        return Derived(value.why, hash((text, state.directory, state.env if "$" in text else ())))
    return tuple(derive(item, node, state) for item in value)


def with_origins(before: State, after: State, node: Instruction) -> State:
    """`after` with the origins of what `node` has made of `before`."""
    changes: dict[str, object] = {}
    if after.env is not before.env:
        known = set(before.env)
        changes["env"] = tuple(
            item if item in known else (item[0], derive(item[1], node, before)) for item in after.env
        )
    if after.directory is not before.directory:
        changes["directory"] = derive(after.directory, node, before)
    if after.config.user is not before.config.user:
        changes["config"] = after.config._replace(user=derive(after.config.user, node, before))
    return after._replace(**changes) if changes else after

"""Graph: the operations of a build, as far as BuildKit tells one from another.

BuildKit knows an operation by its content, so two stages that do the same thing share one, which bears the name
that was written last; an operation that nothing needs does not take part.
"""

from __future__ import annotations

from dfcheck.simulate.model import Step
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.simulate.keys import Key
    from dfcheck.simulate.selected import Slot


class Vertex(Value):
    """An operation.

    Attributes:
        key: What it is, inputs included; equal keys are one operation.
        inputs: In BuildKit's order.
        name: Of its numbered step; empty for an operation that has none.
        line: Of its instruction.
        kind: `base`, `file system`.
        stage: Index of the stage.
        number: Of the step in the stage.
        known: What BuildKit's cache knows it by; None when it never knows it again, as the build context.
        slots: What it takes from each of `inputs`; see `Key.slots`.
    """

    key: int
    inputs: tuple[Vertex, ...] = ()
    name: str = ""
    line: int = 0
    kind: str = "file system"
    stage: int = 0
    number: int = 0
    known: Key | None = None
    slots: tuple[Slot | None, ...] = ()


def vertex(
    content: object, inputs: tuple[Vertex | None, ...], step: Step, number: int, known: Key | None = None
) -> Vertex:
    """An operation on `inputs`; None among them is an empty file system."""
    key = hash((content, tuple(0 if item is None else item.key for item in inputs)))
    present = tuple(item for item in inputs if item is not None)
    slots = () if known is None else known.slots
    slots += (None,) * (len(inputs) - len(slots))
    kept = tuple(slot for slot, item in zip(slots, inputs, strict=True) if item is not None)
    return Vertex(key, present, step.name, step.line, step.kind, step.stage, number, known, kept)


def steps(target: Vertex | None) -> tuple[Step, ...]:
    """The numbered steps that the build of `target` takes, stages in file order."""
    last: dict[int, Vertex] = {}
    for item in visit(target):
        last[item.key] = item
    order = sorted((item for item in last.values() if item.name), key=lambda item: (item.stage, item.number))
    return tuple(Step(item.name, item.line, item.kind, item.stage) for item in order)


def visit(target: Vertex | None) -> Iterator[Vertex]:
    """Every operation once, inputs first."""
    seen: set[int] = set()
    stack = [] if target is None else [(target, iter(target.inputs))]
    while stack:
        item, rest = stack[-1]
        if id(item) in seen:
            stack.pop()
            continue
        for inner in rest:
            if id(inner) not in seen:
                stack.append((inner, iter(inner.inputs)))
                break
        else:
            stack.pop()
            seen.add(id(item))
            yield item

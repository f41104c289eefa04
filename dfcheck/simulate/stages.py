"""Stages: what is told of each stage that takes part in a build."""

from __future__ import annotations

from dfcheck.simulate.model import BuiltStage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.resolve import Build
    from dfcheck.simulate.state import State


def built(build: Build, states: dict[int, State], target: int) -> tuple[BuiltStage, ...]:
    """The stages that take part, in the order of the file.

    Args:
        build: The resolved file.
        states: What each of them ends in, by its index.
        target: The stage that becomes the image.
    """
    kept: set[int] = set()
    at: int | None = target
    while at is not None:
        kept.add(at)
        at = build.stages[at].base
    source = build.document.source
    found = []
    for index in sorted(states):
        stage = build.stages[index]
        line = source.position(stage.from_.span.start).line
        found.append(
            BuiltStage(
                index,
                stage.name,
                line,
                stage.image if stage.base is None and not stage.scratch else None,
                stage.base,
                index in kept,
                states[index].layers,
                states[index].base_layers,
                states[index].tree,
            )
        )
    return tuple(found)

"""Rows: the instructions of a build in order, each with what it does: files, or start-up and metadata."""

from __future__ import annotations

from dfcheck.syntax.lines import SPACE
from dfcheck.syntax.nodes import Add, Copy, From, Run, Workdir
from dfcheck.syntax.words import Unknown
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.simulate.model import BuiltStage, Image, Layer
    from dfcheck.syntax.nodes import Instruction

FILES = "file system"
METADATA = "start-up/metadata"
ARGUMENTS = "build only"


class Row(Value):
    """An instruction.

    Attributes:
        number: From 1; every instruction of a stage that takes part is one, as in docker's classic log.
        line: Its line.
        text: As written, continuations joined.
        stage: The stage that it stands in; None for an ARG before the first FROM.
        kind: `file system`, `start-up/metadata`, or `build only` for ARG.
        layers: The layers that it adds; more than one for a FROM whose triggers add some.
        dead: Line of the instruction that takes its effect away; None when it counts.
    """

    number: int
    line: int
    text: str
    stage: BuiltStage | None
    kind: str
    layers: tuple[Layer, ...]
    dead: int | None = None


def rows(image: Image) -> tuple[Row, ...]:
    """All instructions of the stages that take part, in the order of the file, the ARGs before them included."""
    build = image.build
    if build is None:
        return ()
    source = build.document.source
    found: list[tuple[Instruction, BuiltStage | None]] = [(node, None) for node in build.global_instructions]
    for part in image.stages:
        stage = build.stages[part.index]
        found += [(node, part) for node in (stage.from_, *stage.instructions)]
    out = []
    for number, (node, built) in enumerate(found, 1):
        line = source.position(node.span.start).line
        text = node.line.text.strip(SPACE)
        out.append(
            Row(
                number,
                line,
                text,
                built,
                _kind(node),
                _layers(built, line),
                _dead(node, line, built, image),
            )
        )
    return tuple(out)


def _kind(node: Instruction) -> str:
    if isinstance(node, (From, Run, Copy, Add, Workdir)):
        return FILES
    return ARGUMENTS if node.keyword.text.upper() == "ARG" else METADATA


def _layers(built: BuiltStage | None, line: int) -> tuple[Layer, ...]:
    """The layers that the instruction on a line makes in its stage."""
    if built is None:
        return ()
    return tuple(layer for layer in built.layers if layer.line == line)


def _dead(node: Instruction, line: int, built: BuiltStage | None, image: Image) -> int | None:
    """The line that takes away what a CMD, ENTRYPOINT, USER or the like says; only in stages that are kept."""
    field = _ONE.get(node.keyword.text.upper())
    if field is None or built is None or not built.kept:
        return None
    for key, origin in image.origins:
        if key == field and origin > line:
            return origin
    return None


# Instructions of which the last one counts, and the field of the config that they set.
_ONE = {
    "CMD": "cmd",
    "ENTRYPOINT": "entrypoint",
    "HEALTHCHECK": "healthcheck",
    "STOPSIGNAL": "stop_signal",
}


def added(image: Image) -> tuple[int, int, int]:
    """Layers that the file adds to the image, the bytes known to be in them, and how many are not known."""
    own = [layer for layer in image.layers if layer.line is not None]
    known = [layer.size for layer in own if not isinstance(layer.size, Unknown)]
    return len(own), sum(known), len(own) - len(known)

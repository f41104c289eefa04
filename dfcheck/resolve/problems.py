"""Problems: what BuildKit refuses although every instruction can be read."""

from __future__ import annotations

from dfcheck.resolve.roles import expanded, is_plain
from dfcheck.syntax.nodes import Arg, Problem
from dfcheck.syntax.words import ExpansionError, Known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.resolve.build import Build
    from dfcheck.resolve.model import Stage

_EMPTY_HELP = "define the variable by an ARG with a default, above the first FROM"
_LATE_HELP = "move its ARG above the first FROM, with a default"


def expansion_problems(build: Build) -> Iterator[Problem]:
    """One for each argument that cannot be expanded, save a default that a build argument replaces."""
    given = build.inputs.build_args or {}
    for instruction in build.document.instructions:
        pairs = instruction.pairs if isinstance(instruction, Arg) and given else ()
        replaced = {pair.value.span for pair in pairs if pair.value and pair.key.text in given}
        for argument in expanded(instruction):
            if is_plain(argument) or argument.span in replaced:
                continue
            result = build.expand(argument)
            if isinstance(result, ExpansionError):
                yield Problem(result.span, f"`{argument.text}` {result.message}")


def from_problems(build: Build) -> Iterator[Problem]:
    """A FROM whose image or platform is empty after expansion."""
    for stage in build.stages:
        image, platform = stage.from_.image, stage.from_.platform
        if stage.image == Known(""):
            help_ = _LATE_HELP if _declared_late(build, stage) else _EMPTY_HELP
            yield Problem(image.span, f"the image name `{image.text}` expands to nothing", help_)
        if platform is not None and stage.platform == Known(""):
            yield Problem(platform.span, f"the platform `{platform.text}` expands to nothing", _EMPTY_HELP)


def _declared_late(build: Build, stage: Stage) -> bool:
    """Whether a variable of FROM is declared by an ARG of a stage, which is too late."""
    names = {variable.name.text for variable in build.undefined_in(stage.from_)}
    return any(
        isinstance(item, Arg) and any(pair.key.text in names for pair in item.pairs)
        for other in build.stages
        for item in other.instructions
    )

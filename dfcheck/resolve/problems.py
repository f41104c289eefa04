"""Problems: what BuildKit refuses although every instruction can be read."""

from __future__ import annotations

from dfcheck.resolve.roles import expanded, is_plain
from dfcheck.syntax.nodes import Arg, Problem
from dfcheck.syntax.words import ExpansionError, Known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.resolve.build import Build

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
    late: set[str] | None = None
    for stage in build.stages:
        image, platform = stage.from_.image, stage.from_.platform
        if stage.image == Known(""):
            late = _declared_late(build) if late is None else late
            names = {variable.name.text for variable in build.undefined_in(stage.from_)}
            help_ = _EMPTY_HELP if late.isdisjoint(names) else _LATE_HELP
            yield Problem(image.span, f"the image name `{image.text}` expands to nothing", help_)
        if platform is not None and stage.platform == Known(""):
            yield Problem(platform.span, f"the platform `{platform.text}` expands to nothing", _EMPTY_HELP)


def _declared_late(build: Build) -> set[str]:
    """Names of the ARGs of stages, which are too late for a FROM."""
    items = [item for stage in build.stages for item in stage.instructions if isinstance(item, Arg)]
    return {pair.key.text for item in items for pair in item.pairs}

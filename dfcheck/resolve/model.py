"""Model: the values that resolving a document gives."""

from __future__ import annotations

from dfcheck.syntax.words import Known
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.syntax.nodes import From, Instruction, Onbuild
    from dfcheck.syntax.text import Span
    from dfcheck.syntax.words import Unknown


OTHERS = "*"  # stands for build arguments whose names are not known


class Inputs(Value):
    """What a build is given beside the file.

    Attributes:
        build_args: `--build-arg` values by name. None: nothing is known of them, so an ARG counts with its
            default, and without one it is Unknown. A mapping, also an empty one: these and no others, so an
            ARG that is not in it and has no default is unset; unless `OTHERS` is in it.
        platform: The platform to build for, `linux/arm64`; None when not known.
        build_platform: The platform of the machine that builds; None when not known.
        target: The stage to build, by name; None for the last one.
        environments: Environments of images outside the file that are known, by the reference that FROM expands to.
        shells: What comments say of the shell that is in force from their offset on, in order: above the first
            FROM in all stages, above another one or in a stage in that stage, and until a SHELL says otherwise.
        contexts: Names of further build contexts, which stand in for images that are named so.
    """

    build_args: dict[str, str | Unknown] | None = None
    platform: str | None = None
    build_platform: str | None = None
    target: str | None = None
    environments: dict[str, dict[str, str]] | None = None
    shells: tuple[tuple[int, tuple[str, ...]], ...] = ()
    contexts: tuple[str, ...] = ()


class Edge(Value):
    """A stage's use of another stage or of an image; not of a further build context.

    Attributes:
        kind: `from`, `copy` or `mount`.
        span: The reference in the source.
        stage: Index of the stage that uses.
        name: What is used, as resolved: an image reference, a stage's name or index as written.
        target: Index of the stage that is used; None for an image, or when only the build knows.
    """

    kind: str
    span: Span
    stage: int
    name: str
    target: int | None


class Stage(Value):
    """A stage.

    Attributes:
        index: From 0.
        from_: Its FROM.
        name: In lower case; None when it has none.
        image: The image reference after expansion.
        base: Index of the stage that it is built from; None for an image, scratch included.
        platform: Of `--platform`, after expansion; None without the flag.
        instructions: All up to the next FROM.
        triggers: The base stage's ONBUILD instructions, which the build executes first.
    """

    index: int
    from_: From
    name: str | None
    image: Known | Unknown
    base: int | None
    platform: Known | Unknown | None
    instructions: tuple[Instruction, ...]
    triggers: tuple[Onbuild, ...] = ()

    @property
    def scratch(self) -> bool:
        """Whether it begins with the empty image."""
        return self.base is None and self.image == Known("scratch")

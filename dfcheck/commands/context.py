"""Context: what a rule about build commands sees: a file, the builds in it, and the Dockerfiles they mean."""

from __future__ import annotations

from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Generic, TypeVar

    from dfcheck.commands.model import BuildCommand
    from dfcheck.commands.site import Target
    from dfcheck.commands.texts import Taken
    from dfcheck.resolve import Build
    from dfcheck.syntax.text import Source, Span

    O = TypeVar("O", bound=Value)  # noqa: E741 - for options
else:
    O = None  # noqa: E741

    class Generic:
        """Stands in for `typing.Generic`, which takes milliseconds to load."""

        def __class_getitem__(cls, item: object) -> type:
            return cls


class FoundBuild(Value):
    """A build in a file.

    Attributes:
        command: What it says.
        target: The Dockerfile that it means.
        dockerfile: That Dockerfile, parsed and resolved with the build's own arguments; None when there is none.
        inline: Its text, where it stands in the same file.
    """

    command: BuildCommand
    target: Target
    dockerfile: Build | None = None
    inline: Taken | None = None

    @property
    def name(self) -> str:
        """What to call the Dockerfile in a message: its file's name, or what it is."""
        if self.inline is not None:
            return "the inline Dockerfile"
        return f"`{self.target.path.replace(chr(92), '/').rpartition('/')[2]}`"


class CommandContext(Generic[O]):
    """What a rule about build commands sees.

    Attributes:
        source: The file with the commands.
        builds: Those that build an image, in order.
        options: The rule's options, from settings or defaults.
    """

    __slots__ = ("builds", "options", "source")

    if TYPE_CHECKING:
        source: Source
        builds: tuple[FoundBuild, ...]
        options: O

    def __init__(self, source: Source, builds: tuple[FoundBuild, ...], options: O) -> None:
        self.source = source
        self.builds = builds
        self.options = options

    def text(self, span: Span) -> str:
        """The source text of `span`."""
        return self.source.cut(span)

    def nearest(self, name: str, names: Iterable[str]) -> str | None:
        """The one of `names` that `name` is a misspelling of, or None; names that are equal count, too."""
        from dfcheck.syntax.near import nearest

        return nearest(name, names)

"""Surroundings: what lies around a Dockerfile: its build context and, with that, the image that it would make.

Everything is looked at when somebody first asks for it, and then kept, so that rules share one look.
"""

from __future__ import annotations

from dfcheck.simulate.context import Context, Ignored, everything, read
from dfcheck.simulate.model import BuildError
from dfcheck.simulate.tree import FileError, children
from dfcheck.syntax.words import Known, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from dfcheck.resolve import Stage
    from dfcheck.resolve.platforms import Platform
    from dfcheck.simulate.bases import BaseImage
    from dfcheck.simulate.flat import Clash
    from dfcheck.simulate.leaks import Leak
    from dfcheck.simulate.missing import MissingSource
    from dfcheck.simulate.model import Image, Inputs
    from dfcheck.simulate.startable import StartFault
    from dfcheck.simulate.starts import Bases
    from dfcheck.simulate.tree import Node
    from dfcheck.simulate.waste import Waste
    from dfcheck.syntax.nodes import Document

    # By directory and Dockerfile: the context, why its ignore file stops the build, or None.
    Contexts: TypeAlias = dict[tuple[str, str], Context | BuildError | None]

# Files and directories of a context up to which an image is predicted; walking more takes a second and longer.
MOST = 50_000


class Surroundings:
    """What is at hand for one Dockerfile.

    Attributes:
        told: Whether the user has named the context. One that was found may yet lack what is made before the build.
    """

    __slots__ = (
        "_bases",
        "_context",
        "_directory",
        "_document",
        "_everything",
        "_image",
        "_inputs",
        "_later",
        "_refused",
        "_shared",
        "told",
    )

    def __init__(
        self,
        document: Document,
        inputs: Inputs,
        directory: str = "",
        *,
        told: bool = True,
        later: Callable[[str], bool] | None = None,
        bases: Bases | None = None,
        shared: Contexts | None = None,
    ) -> None:
        """Note where to look.

        Args:
            document: The Dockerfile; a name of its source that is a path may have an ignore file of its own.
            inputs: What the build is given.
            directory: The context; empty when only `bases` are at hand.
            told: See above.
            later: Whether a path below `directory` is one that tools make, so that it may come into being.
            bases: Finds base images.
            shared: Contexts that have been read for other builds of the same files; gets those read here.
        """
        self._document = document
        self._inputs = inputs
        self._directory = directory
        self._later = later
        self._bases = bases
        self._context: tuple[Context | BuildError | None] | None = None
        self._everything: Node | None = None
        self._image: tuple[Image | None] | None = None
        self._refused: dict[str, str] = {}
        self._shared = {} if shared is None else shared
        self.told = told

    @property
    def context(self) -> Context | None:
        """The context; None when there is none, it cannot be read, or its ignore file stops the build."""
        found = self._read()
        return found if isinstance(found, Context) else None

    @property
    def everything(self) -> Node | None:
        """All that lies in the context's directory, what the ignore file keeps back included."""
        if self._everything is None and self.context is not None:
            self._everything = everything(self.context)
        return self._everything

    @property
    def image(self) -> Image | None:
        """The predicted image; None when nothing is at hand or the context is too large."""
        if self._image is None:
            self._image = (self._simulated(),)
        return self._image[0]

    def comes_later(self, path: str) -> bool:
        """Whether something that is not in the context may be there when the build starts."""
        return self._later is not None and self._later(path)

    # --- questions of rules --------------------------------------------------------------------------------

    def missing(
        self, text: str, *, parents: bool = False, exclude: tuple[str, ...] = ()
    ) -> MissingSource | None:
        """Why a source of COPY is not sent; see `dfcheck.simulate.missing`."""
        from dfcheck.simulate.missing import missing

        return missing(self, text, parents=parents, exclude=exclude)

    def clashes(self, sources: tuple[str, ...], destination: str) -> tuple[Clash, ...]:
        """What one COPY copies to one place; see `dfcheck.simulate.flat`."""
        from dfcheck.simulate.flat import clashes

        return () if self.context is None else clashes(self.context, sources, destination)

    def is_folder(self, source: str) -> bool:
        """Whether a source of COPY is a directory of the context, and no pattern."""
        from dfcheck.simulate.flat import found_by
        from dfcheck.simulate.globs import has_wildcard

        if self.context is None or has_wildcard(source):
            return False
        return any(node.type == "dir" for _, node in found_by(self.context, source))

    def leaks(self) -> tuple[Leak, ...]:
        """The secrets in the image's layers; see `dfcheck.simulate.leaks`."""
        from dfcheck.simulate.leaks import leaks

        return () if self.image is None else leaks(self.image, self.context)

    def hidden(self) -> tuple[Waste, ...]:
        """The bytes that layers hide of earlier ones; see `dfcheck.simulate.waste`."""
        from dfcheck.simulate.waste import hidden

        return () if self.image is None else hidden(self.image)

    def held(self, path: str, before: int, wanted: Callable[[int, int], bool]) -> tuple[int, tuple[int, ...]]:
        """Bytes at a path before a line, and the lines that wrote them; see `dfcheck.simulate.waste`."""
        from dfcheck.simulate.waste import held

        return (0, ()) if self.image is None else held(self.image, path, before, wanted)

    def start_faults(self) -> tuple[StartFault, ...]:
        """Why what the image starts cannot be started; see `dfcheck.simulate.startable`."""
        from dfcheck.simulate.startable import start_faults

        return () if self.image is None else start_faults(self.image)

    def refusal(self, stage: Stage) -> str:
        """Why the image that a stage begins with cannot be used; empty when it can, or is not at hand."""
        from dfcheck.simulate.references import full_name
        from dfcheck.simulate.state import Stop

        if self.image is None or stage.base is not None or not isinstance(stage.image, Known):
            return ""
        try:
            return self._refused.get(full_name(stage.image.value), "")
        except Stop:
            return ""  # no name of an image, which is told elsewhere

    def has(self, stage: int, path: str) -> bool | None:
        """Whether there is something at an absolute path when a stage ends; None when that is not known."""
        from dfcheck.simulate.tree import lookup

        for found in () if self.image is None or self.image.error else self.image.stages:
            if found.index == stage and not isinstance(found.tree, Unknown):
                return lookup(found.tree.root, path) is not None
        return None

    # --- looking -------------------------------------------------------------------------------------------

    def _read(self) -> Context | BuildError | None:
        if self._context is None:
            key = self._directory, self._document.source.name
            if key not in self._shared:
                self._shared[key] = self._looked()
            self._context = (self._shared[key],)
        return self._context[0]

    def _looked(self) -> Context | BuildError | None:
        if not self._directory:
            return None
        try:
            return read(self._directory, self._document.source.name)
        except Ignored as error:
            return BuildError(str(error))
        except OSError:
            return None  # then nothing is known of it

    def _simulated(self) -> Image | None:
        from dfcheck.simulate.simulate import simulate

        found = self._read()
        if found is None and self._bases is None:
            return None
        try:
            if isinstance(found, Context) and not _is_small(found.root):
                return None
            return simulate(self._document, self._inputs, found, self._bases and self._base)
        except FileError:
            return None  # something in the context cannot be looked at

    def _base(self, name: str, platform: Platform) -> BaseImage | None:
        """A base image; why one cannot be used is noted, and it is taken as one that is not known."""
        from dfcheck.simulate.bases import BaseError

        try:
            return None if self._bases is None else self._bases(name, platform)
        except BaseError as error:
            self._refused[name] = str(error)
            return None


def _is_small(root: Node) -> bool:
    """Whether a tree has at most `MOST` nodes; looks at no more than that."""
    count, todo = 0, [root]
    while todo:
        inside = children(todo.pop())
        count += len(inside)
        if count > MOST:
            return False
        todo += [node for node in inside.values() if node.type == "dir"]
    return True

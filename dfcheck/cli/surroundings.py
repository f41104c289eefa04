"""Surroundings of a Dockerfile on disk: which directory is its build context, where nobody says it.

Nobody knows what directory a Dockerfile will be built in. Its own is taken where that is clearly a project's:
it has an ignore file; or it is the top of a repository, or the file is called Dockerfile, and sources of COPY lie in it.
It is not taken where a source that it lacks lies in a directory above, up to the top of the repository.
"""

from __future__ import annotations

import os
from functools import cache
from posixpath import normpath

from dfcheck.cli.discover import NAMES
from dfcheck.resolve import OTHERS, Known
from dfcheck.syntax.nodes import Add, Copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dfcheck.cli.work import Request
    from dfcheck.resolve import Build
    from dfcheck.resolve.platforms import Platform
    from dfcheck.simulate.bases import BaseImage
    from dfcheck.simulate.surroundings import Contexts, Surroundings

IGNORE_FILE = ".dockerignore"
REPOSITORY = ".git"


class Around:
    """Gives what lies around one Dockerfile; looks when it is first asked, and at most once.

    Attributes:
        looked: Whether the answer depends on more than the names in the file's directory.
    """

    __slots__ = ("_build", "_found", "_path", "_request", "_shared", "looked")

    def __init__(self, build: Build, path: str, request: Request, shared: Contexts | None = None) -> None:
        """Note where to look: beside the file at `path`, unless `request` names a context.

        `shared` holds contexts that have been read for other builds.
        """
        self._build = build
        self._path = path
        self._request = request
        self._shared = shared
        self._found: tuple[Surroundings | None] | None = None
        self.looked = False

    def __call__(self) -> Surroundings | None:
        """What is at hand; None when there is no context."""
        if self._found is None:
            self._found = (self._look(),)
        return self._found[0]

    def _look(self) -> Surroundings | None:
        told = self._request.context if self._request.told else ""
        directory = self._request.context or ("" if self._path == "-" else self._own())
        bases = dict(self._request.bases)
        self.looked = self.looked or bool(directory or bases)
        if not directory and not bases:
            return None
        from dfcheck.cli.asked_build import machine
        from dfcheck.simulate.model import Inputs
        from dfcheck.simulate.surroundings import Surroundings

        inputs = Inputs(
            dict(self._request.build_args),
            target=self._request.target or None,
            platform=self._request.platform or None,
            build_platform=machine(),
            digests=False,
            complete=bool(self._request.build_args) and OTHERS not in dict(self._request.build_args),
            lenient=True,
        )
        later = _later(directory) if directory and not told else None
        return Surroundings(
            self._build.document,
            inputs,
            directory,
            told=bool(told),
            later=later,
            bases=(lambda name, platform: _base(bases, name, platform)) if bases else None,
            shared=self._shared,
        )

    def _own(self) -> str:
        """The file's own directory where it is certainly the context; otherwise empty."""
        directory = os.path.dirname(os.path.abspath(self._path))
        names = _names(directory)
        top = REPOSITORY in names
        sure = IGNORE_FILE in names
        if not (sure or top or os.path.basename(self._path).lower() in NAMES):
            return ""
        sources = list(_sources(self._build))
        if not sure and not any(_is_among(source, names) for source in sources):
            return ""
        self.looked = True
        return "" if not top and _fits_better_above(directory, sources) else directory


def beside(path: str, text: str, request: Request) -> str:
    """What the answer of `Around` for a file and its text depends on as long as it has not `looked`."""
    if request.context or request.bases:
        return f"{request.context}\n{request.bases}"
    words = text.lower()
    if "copy" not in words and "add" not in words:
        return ""
    directory = os.path.dirname(os.path.abspath(path))
    names = _names(directory)
    if IGNORE_FILE in names:
        return IGNORE_FILE
    if REPOSITORY in names or os.path.basename(path).lower() in NAMES:
        return "/".join((REPOSITORY if REPOSITORY in names else "", *sorted(names)))
    return ""


def _base(bases: dict[str, str], name: str, platform: Platform) -> BaseImage | None:
    """The base image of a full name, when it is one of those that the user has named.

    Raises:
        NoPlatform: It has no image for the platform.
    """
    from dfcheck.simulate.bases import load

    return load(bases[name], platform) if name in bases else None


@cache
def _names(directory: str) -> frozenset[str]:
    """The names in a directory; none where it cannot be read."""
    try:
        return frozenset(os.listdir(directory))
    except OSError:
        return frozenset()


def _sources(build: Build) -> Iterator[str]:
    """The paths that COPY and ADD take from the context, from its root; not the root itself."""
    from dfcheck.resolve.values import is_remote

    for item in build.document.instructions:
        if not isinstance(item, (Copy, Add)) or (isinstance(item, Copy) and item.from_ is not None):
            continue
        opened = {heredoc.word for heredoc in item.heredocs}
        for source in item.sources:
            value = build.value(source) if source.span not in opened else None
            if isinstance(value, Known) and not is_remote(value):
                path = normpath(f"/{value.value}").strip("/")
                if path:
                    yield path


def _is_among(path: str, names: frozenset[str]) -> bool:
    first = path.partition("/")[0]
    if not any(char in "*?[" for char in first):
        return first in names
    from fnmatch import fnmatchcase

    return any(fnmatchcase(name, first) for name in names)


def _fits_better_above(directory: str, sources: list[str]) -> bool:
    """Whether something that `directory` lacks lies in a directory above it, up to the top of the repository."""
    missing = [path for path in sources if not any(char in "*?[" for char in path)]
    missing = [path for path in missing if not os.path.lexists(os.path.join(directory, path))]
    while missing and not os.path.exists(os.path.join(directory, REPOSITORY)):
        directory, before = os.path.dirname(directory), directory
        if directory == before:
            return False
        if any(os.path.lexists(os.path.join(directory, path)) for path in missing):
            return True
    return False


def _later(directory: str) -> Callable[[str], bool]:
    """Whether git ignores a path below `directory`: what tools make is not kept in repositories."""

    def later(path: str) -> bool:
        from dfcheck.cli.discover import Ignored

        ignored = Ignored(directory, lambda _text: None)
        if os.path.isfile(os.path.join(directory, ".gitignore")):
            ignored.add(directory)
        names = path.split("/")
        parts = ["/".join(names[:end]) for end in range(1, len(names) + 1)]
        return any(ignored(os.path.join(directory, part), True) for part in parts) or ignored(
            os.path.join(directory, path), False
        )

    return later

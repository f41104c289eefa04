"""Sites: a build where it stands in a file, and the Dockerfile that it means."""

from __future__ import annotations

import os

from dfcheck.resolve.values import REMOTE_CONTEXT
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.commands.model import BuildCommand
    from dfcheck.commands.texts import Taken

# What may stand for a context that is no directory here.
NO_DIRECTORY = (*REMOTE_CONTEXT, "docker-image://", "oci-layout://")
# The names that a tool looks for in a context.
NAMES = {"podman": ("Containerfile", "Dockerfile"), "buildah": ("Containerfile", "Dockerfile")}


class Where(Value):
    """The directory that relative paths count from.

    Attributes:
        bases: Where it may be, the likeliest first.
        sure: Whether it is one of them: false behind a `cd` that cannot be followed.
    """

    bases: tuple[str, ...]
    sure: bool = True

    def inside(self, path: str | None) -> Where:
        """Where one is after `cd path`; None for one that is not known."""
        if path is None:
            return self._replace(sure=False)
        return self._replace(bases=tuple(os.path.normpath(os.path.join(base, path)) for base in self.bases))


class Site(Value):
    """A build in a file.

    Attributes:
        command: The build.
        where: Where it runs.
        from_context: Whether the path of its Dockerfile counts from the context, as in Compose files.
        inline: The Dockerfile, where it stands in the same file.
    """

    command: BuildCommand
    where: Where
    from_context: bool = False
    inline: Taken | None = None


class Target(Value):
    """The Dockerfile that a build means.

    Attributes:
        path: Its path; empty when it cannot be known: standard input, a URL, a variable.
        context: The directory that is built; empty when it cannot be known.
        there: Whether the file exists; None when that cannot be known.
        beside: What lies in the directory of one that does not.
    """

    path: str = ""
    context: str = ""
    there: bool | None = None
    beside: tuple[str, ...] = ()


def target_of(site: Site) -> Target:
    """The Dockerfile of a build. Looks at the disk."""
    command = site.command
    file = command.last("file")
    if site.inline is not None:
        inside = _context(command)
        roots = () if inside is None else (os.path.join(base, inside) for base in site.where.bases)
        return Target(context=next((_tidy(root) for root in roots if os.path.isdir(root)), ""))
    if file is not None and (not file.literal or file.text == "-" or file.text.startswith(NO_DIRECTORY)):
        return Target()
    if not command.certain and file is None:
        return Target()
    context = _context(command)
    names = NAMES.get(command.tool.partition(" ")[0], ("Dockerfile",))
    paths = names if file is None else (file.text,)
    if context is None and (file is None or site.from_context):
        return Target()
    for base in site.where.bases:
        directory = "" if context is None else os.path.join(base, context)
        places = [directory] if file is None or site.from_context else [base]
        if file is not None and "Containerfile" in names:
            places.append(directory)  # they look there, too
        for path in (os.path.join(place, name) for place in places for name in paths):
            if os.path.isfile(path):
                return Target(_tidy(path), _tidy(directory), True)
    return _missing(site, context, paths[-1])


def _missing(site: Site, context: str | None, name: str) -> Target:
    """A Dockerfile that is not there.

    Where its context is not there either, both may be made, or brought, unless the context's name is a misspelling;
    and a path with backslashes is for Windows.
    """
    bases = site.where.bases
    base = bases[0] if bases else ""
    directory = os.path.join(base, context or "")
    inside = site.command.last("file") is None or site.from_context
    path = _tidy(os.path.join(directory if inside else base, name))
    sure = site.where.sure and bool(bases) and "\\" not in path
    if sure and context is not None and not any(os.path.isdir(os.path.join(each, context)) for each in bases):
        from dfcheck.syntax.near import nearest

        place = _tidy(directory)
        sure = nearest(os.path.basename(place), _beside(place)) is not None
    return Target(path, "", False, _beside(path)) if sure else Target(path)


def _beside(path: str) -> tuple[str, ...]:
    place = os.path.dirname(path) or "."
    return tuple(sorted(os.listdir(place))) if os.path.isdir(place) and os.access(place, os.R_OK) else ()


def _context(command: BuildCommand) -> str | None:
    """The context's path; None when it is no directory on disk, or not known."""
    word = command.context
    if word is None:
        return "." if command.tool.startswith(("buildah", "podman")) and command.certain else None
    if not word.literal or word.text == "-" or word.text.startswith(NO_DIRECTORY):
        return None
    return word.text or None


def _tidy(path: str) -> str:
    return os.path.normpath(path) if path else ""

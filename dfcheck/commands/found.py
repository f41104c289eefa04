"""Found: the builds in a file, each with the Dockerfile that it means, read from the disk."""

from __future__ import annotations

from dfcheck.commands.context import FoundBuild
from dfcheck.commands.find import find
from dfcheck.commands.site import target_of
from dfcheck.resolve import OTHERS, Unknown, resolve
from dfcheck.resolve.contexts import ANY
from dfcheck.syntax.parser import parse
from dfcheck.syntax.text import Source, decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.commands.model import BuildCommand
    from dfcheck.commands.site import Site
    from dfcheck.resolve import Build


def found_builds(source: Source) -> tuple[FoundBuild, ...]:
    """The builds in a file with their Dockerfiles, which are read from the disk.

    Raises:
        FormatError: It cannot be read as what its name says it is.
    """
    return tuple(_found(site, source.name) for site in find(source))


def _found(site: Site, name: str) -> FoundBuild:
    target = target_of(site)
    if site.inline is not None:
        source = Source(name, site.inline.text)
        return FoundBuild(site.command, target, _resolved(source, site.command), site.inline)
    if not target.there:
        return FoundBuild(site.command, target)
    try:
        with open(target.path, "rb") as file:
            source = Source(target.path, decode(file.read()))
    except OSError:
        return FoundBuild(site.command, target._replace(there=None))
    return FoundBuild(site.command, target, _resolved(source, site.command))


def _resolved(source: Source, command: BuildCommand) -> Build:
    stage = command.last("target")
    return resolve(
        parse(source),
        build_args=build_args(command) or None,
        target=stage.text if stage is not None and stage.literal else None,
        contexts=known_contexts(command),
    )


def build_args(command: BuildCommand) -> dict[str, str | Unknown]:
    """The values of the build arguments, as far as they are known; `OTHERS` where some may be hidden."""
    found: dict[str, str | Unknown] = {}
    for name, value in command.build_args():
        if not name.literal:
            found[OTHERS] = Unknown("is a build argument whose name is not known")
        elif value is not None and value.literal:
            found[name.text] = value.text
        else:
            found[name.text] = Unknown(f"depends on the build argument `{name.text}`")
    if found and not command.certain:
        found[OTHERS] = Unknown("may be a build argument that is not seen")
    return found


def known_platforms(command: BuildCommand) -> tuple[str, ...]:
    """The platforms that are built for; none unless all of them are known."""
    words = tuple(command.every("platform"))
    if not all(word.literal for word in words):
        return ()
    parts = (part.strip() for word in words for part in word.text.split(","))
    return tuple(dict.fromkeys(part for part in parts if part and part != "local"))


def known_contexts(command: BuildCommand) -> tuple[str, ...]:
    """The names of further contexts; `ANY` for one whose name is not known."""
    names = (word.text.partition("=")[0] for word in command.every("build-context"))
    return tuple(dict.fromkeys(ANY if "$" in name else name for name in names))

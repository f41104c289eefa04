"""Found: the builds in a file, each with the Dockerfile that it means, read from the disk."""

from __future__ import annotations

from dfcheck.commands.context import FoundBuild
from dfcheck.commands.find import find
from dfcheck.commands.site import target_of
from dfcheck.resolve import resolve
from dfcheck.syntax.parser import parse
from dfcheck.syntax.text import Source, decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.commands.model import BuildCommand
    from dfcheck.commands.site import Site


def found_builds(source: Source) -> tuple[FoundBuild, ...]:
    """The builds in a file with their Dockerfiles, which are read from the disk.

    Raises:
        YamlError: The file is to be YAML and is not.
    """
    return tuple(_found(site) for site in find(source))


def _found(site: Site) -> FoundBuild:
    target = target_of(site)
    if not target.there:
        return FoundBuild(site.command, target)
    try:
        with open(target.path, "rb") as file:
            source = Source(target.path, decode(file.read()))
    except OSError:
        return FoundBuild(site.command, target._replace(there=None))
    stage = site.command.last("target")
    return FoundBuild(
        site.command,
        target,
        resolve(
            parse(source),
            build_args=known_args(site.command) or None,
            target=stage.text if stage is not None and stage.literal else None,
        ),
    )


def known_args(command: BuildCommand) -> dict[str, str]:
    """The build arguments whose values are known."""
    return {
        name.text: value.text
        for name, value in command.build_args()
        if value is not None and value.literal and name.literal
    }

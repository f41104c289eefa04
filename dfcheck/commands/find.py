"""Find: the builds in a file, read as what its name or its content says it is."""

from __future__ import annotations

import os

from dfcheck.commands.site import Where
from dfcheck.commands.texts import whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.commands.site import Site
    from dfcheck.commands.yaml_nodes import Node
    from dfcheck.syntax.text import Source

YAML = (".yml", ".yaml")
MAKE = ("makefile", "gnumakefile")
SCRIPTS = (".sh", ".bash")
COMPOSE = ("compose.", "docker-compose.")
VENDORED = "vendor"
BAKE = ("docker-bake.", "bake.")


def is_command_file(path: str) -> bool:
    """Whether a file of this name is looked into when a directory is searched for builds; not one of vendored code."""
    name = os.path.basename(path).lower()
    if VENDORED in os.path.normpath(path).split(os.sep):
        return False
    if name in MAKE or name.endswith((".mk", *SCRIPTS)):
        return True
    if name.startswith(BAKE) and name.endswith((".hcl", ".json")):
        return True
    workflow = os.path.join(".github", "workflows") + os.sep in os.path.normpath(path)
    known = name.startswith(COMPOSE) or workflow or name.endswith(".gitlab-ci.yml")
    return name.endswith(YAML) and (known or name in ("action.yml", "action.yaml"))


def find(source: Source) -> tuple[Site, ...]:
    """The builds in a file, in order.

    Raises:
        FormatError: It cannot be read as what its name says it is.
    """
    sites = {site.command: site for site in _find(source)}  # what YAML's aliases repeat stands there once
    return tuple(sorted(sites.values(), key=lambda site: site.command.span.start))


def _find(source: Source) -> Iterator[Site]:
    name = os.path.basename(source.name).lower()
    if name in MAKE or name.endswith(".mk"):
        from dfcheck.commands.makefiles import makefile_builds

        yield from makefile_builds(source, Where((_directory(source.name),)))
    elif name.endswith((".hcl", ".json")):
        from dfcheck.commands.bake import bake_builds

        top = os.path.abspath(_directory(source.name)) == os.path.abspath(_repository(source.name))
        yield from bake_builds(source, tuple(dict.fromkeys(_likely(source.name))), top=top)
    elif name.endswith(YAML):
        from dfcheck.commands.yaml_nodes import read

        for node in read(source):
            yield from _of_yaml(node, source)
    else:
        from dfcheck.commands.scripts import builds

        yield from builds(
            whole(source), source, Where(tuple(dict.fromkeys(_likely(source.name))), sure=False)
        )[0]


def _of_yaml(node: Node, source: Source) -> Iterator[Site]:
    from dfcheck.commands.compose import compose_builds
    from dfcheck.commands.workflows import github_builds, gitlab_builds
    from dfcheck.commands.yaml_nodes import Mapping

    if not isinstance(node, Mapping):
        return
    if node.get("services") is not None and isinstance(node.get("services"), Mapping):
        yield from compose_builds(node, source, Where((_directory(source.name),)))
    elif node.get("jobs") is not None or node.get("runs") is not None:
        yield from github_builds(node, source, Where((_repository(source.name),)))
    else:
        yield from gitlab_builds(node, source, Where((_repository(source.name),)))


def _directory(path: str) -> str:
    return os.path.dirname(path) or "."


def _likely(path: str) -> Iterator[str]:
    """Where a script may be meant to run: its own directory, those above it, the current one."""
    place = _directory(path)
    top = os.path.abspath(_repository(path))
    yield place
    while os.path.abspath(place) != top:
        place = os.path.normpath(os.path.join(place, os.pardir))
        yield place
    yield "."


def _repository(path: str) -> str:
    """The directory that holds the whole checkout; the file's own when none can be told."""
    place = _directory(path)
    here = place
    while True:
        if any(os.path.exists(os.path.join(here, name)) for name in (".git", ".github")):
            return os.path.normpath(here)
        above = os.path.normpath(os.path.join(here, os.pardir))
        if os.path.realpath(above) == os.path.realpath(here):
            return place
        here = above

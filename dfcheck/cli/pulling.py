"""Pulling: base images from registries and local stores, for the options that ask for them."""

from __future__ import annotations

from dfcheck.cli import output
from dfcheck.cli.options import Option, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dfcheck.cli.options import Arguments
    from dfcheck.resolve.platforms import Platform
    from dfcheck.simulate.bases import BaseImage

    Find = Callable[[str, Platform], BaseImage | None]

BASES = (
    Option(
        "--base", "a base image: OCI layout, archive, or image config as JSON", "NAME=PATH", complete="file"
    ),
    Option("--pull", "fetch the configs of base images from their registries; nothing else uses the network"),
    Option("--pull-layers", "as --pull, and their layers where files of a base are looked at"),
    Option("--local", "take base images that docker or podman on this machine has"),
    Option("--mirror", "ask this address before docker.io; REGISTRY=ADDRESS for others", "ADDRESS"),
    Option("--insecure-registry", "speak without TLS with this host; localhost always is", "HOST"),
)


def finder(arguments: Arguments) -> Find | None:
    """What finds base images beyond `--base`; None when nothing of the kind was asked for.

    Raises:
        UsageError: An option needs `--pull`.
    """
    note = (lambda _text: None) if arguments.count("--quiet") else output.note
    finders = [item for item in (_local(arguments, note), _remote(arguments, note)) if item is not None]
    if len(finders) < 2:
        return finders[0] if finders else None
    here, there = finders

    def both(name: str, platform: Platform) -> BaseImage | None:
        found = here(name, platform)
        return there(name, platform) if found is None else found

    return both


def _local(arguments: Arguments, note: Callable[[str], None]) -> Find | None:
    if not arguments.count("--local"):
        return None
    from dfcheck.simulate.bases import BaseError
    from dfcheck.simulate.local import Local

    try:
        return Local(note)
    except BaseError as error:
        raise UsageError(f"--local: {error}") from error


def _remote(arguments: Arguments, note: Callable[[str], None]) -> Find | None:
    layers = bool(arguments.count("--pull-layers"))
    if not layers and not arguments.count("--pull"):
        for name in ("--mirror", "--insecure-registry"):
            if arguments.count(name):
                raise UsageError(f"{name} needs --pull or --pull-layers")
        return None
    from dfcheck.simulate.pull import Puller, PullOptions

    mirrors = tuple(_mirror(item) for item in arguments.every("--mirror"))
    insecure = frozenset(arguments.every("--insecure-registry"))
    return Puller(PullOptions(layers, mirrors, insecure), note)


def _mirror(text: str) -> tuple[str, str]:
    registry, equals, address = text.partition("=")
    if not equals:
        registry, address = "docker.io", text
    if not registry or not address or "@" in address:
        raise UsageError(f"--mirror takes [REGISTRY=]ADDRESS without a login, not `{_hidden(text)}`")
    scheme, slashes, _ = address.partition("://")
    if slashes and scheme not in {"http", "https"}:
        raise UsageError(f"--mirror takes an address of http or https, not `{_hidden(text)}`")
    return registry, address


def _hidden(text: str) -> str:
    """`text` without what stands before an `@`: people put passwords there."""
    return text if "@" not in text else f"…@{text.rpartition('@')[2]}"

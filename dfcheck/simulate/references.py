"""References: an image's name in full, `docker.io/library/debian:12`."""

from __future__ import annotations

from dfcheck.simulate.state import Stop
from dfcheck.syntax.reference import is_valid_reference

HUB = "docker.io"


def full_name(text: str) -> str:
    """`text` with registry, `library/` and tag, as BuildKit names images; a digest stays and needs no tag.

    Raises:
        Stop: It is no image reference.
    """
    if not is_valid_reference(text):
        raise Stop(f'failed to parse stage name "{text}": invalid reference format{_capitals(text)}')
    name, at, digest = text.partition("@")
    slash, colon = name.rfind("/"), name.rfind(":")
    tag = ""
    if colon > slash:
        name, tag = name[:colon], name[colon + 1 :]
    host, slashed, path = name.partition("/")
    if not slashed or not ("." in host or ":" in host or host == "localhost" or host != host.lower()):
        host, path = HUB, name
    if host == "index.docker.io":
        host = HUB
    if host == HUB and "/" not in path:
        path = f"library/{path}"
    tag = tag or ("" if at else "latest")
    return f"{host}/{path}" + (f":{tag}" if tag else "") + at + digest


def _capitals(text: str) -> str:
    """What BuildKit adds about a name that is not in lower case."""
    host, slash, path = text.partition("/")
    if not slash or not ("." in host or ":" in host or host == "localhost" or host != host.lower()):
        host, path = HUB, text
    if host in {HUB, "index.docker.io"} and "/" not in path:
        path = f"library/{path}"
    path = path.partition(":")[0]
    return "" if path == path.lower() else f": repository name ({path}) must be lowercase"


def familiar(text: str) -> str:
    """`text` as docker shows it: with its tag, without the hub's registry and `library/`.

    Raises:
        Stop: It is no image reference.
    """
    return full_name(text).removeprefix(f"{HUB}/").removeprefix("library/")

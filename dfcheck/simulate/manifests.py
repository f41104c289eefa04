"""Manifests: what a registry says an image consists of, read strictly, and the choice by platform.

Sources: the OCI image specification, Docker's image manifest version 2 schema 2, containerd's order of platforms.
"""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dfcheck.resolve.platforms import Platform, parse_platform
from dfcheck.simulate.transport import PullError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
MANIFESTS = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
CONFIGS = frozenset({
    "application/vnd.oci.image.config.v1+json",
    "application/vnd.docker.container.image.v1+json",
})  # fmt: skip
ACCEPT = ", ".join(INDEXES + MANIFESTS)
LARGEST_MANIFEST = 4 << 20  # bytes; what registries take at most
_SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1+"
_DIGEST = r"^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True)


class PlatformPart(_Part):
    """The platform of an index's entry."""

    os: str = ""
    architecture: str = ""
    variant: str = ""
    version: str = Field("", alias="os.version")

    def platform(self) -> Platform:
        """In normal form."""
        found = parse_platform("/".join(filter(None, (self.os, self.architecture, self.variant))))
        return found._replace(version=self.version)


class Descriptor(_Part):
    """A pointer to a blob; `size` in bytes."""

    media_type: str = Field("", alias="mediaType")
    digest: Annotated[str, Field(pattern=_DIGEST)]
    size: Annotated[int, Field(ge=0)]
    platform: PlatformPart | None = None


class Index(_Part):
    """Images for several platforms."""

    manifests: Annotated[list[Descriptor], Field(max_length=10_000)]


class Manifest(_Part):
    """One image."""

    config: Descriptor
    layers: Annotated[list[Descriptor], Field(max_length=10_000)]


def read_manifest(data: bytes, sent_as: str = "") -> Index | Manifest:
    """The index or manifest in `data`.

    Args:
        data: The JSON.
        sent_as: The `Content-Type` that it came with; empty when it is not known.

    Raises:
        PullError: It is neither, or it is not what it was sent as.
    """
    sent = sent_as.partition(";")[0].strip().lower()
    if sent.startswith(_SCHEMA_1):
        raise PullError("the image is in Docker's first format, which builders do not read any more")
    if sent not in {"", "application/json", "text/plain", "application/octet-stream", *INDEXES, *MANIFESTS}:
        raise PullError(f"no manifest but `{shown(sent)}`; is it a registry?")
    value = _object(data)
    said = value.get("mediaType") or ""
    if value.get("schemaVersion") == 1:
        raise PullError("the image is in Docker's first format, which builders do not read any more")
    if not isinstance(said, str) or (said and said not in INDEXES + MANIFESTS):
        raise PullError(f"no image but `{shown(str(said))}`")
    if said and sent in INDEXES + MANIFESTS and said != sent:
        raise PullError(f"a manifest that calls itself `{shown(said)}` was sent as `{shown(sent)}`")
    if "manifests" in value and ("config" in value or "layers" in value):
        raise PullError("its manifest claims to be an index too")
    kind = said or (sent if sent in INDEXES + MANIFESTS else "")
    index = kind in INDEXES if kind else "manifests" in value
    read = _validated(Index if index else Manifest, value)
    if isinstance(read, Manifest) and read.config.media_type not in {"", *CONFIGS}:
        raise PullError(f"no image to run: its config is `{shown(read.config.media_type)}`")
    return read


def _object(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        raise PullError("its manifest is no JSON") from None
    if not isinstance(value, dict):
        raise PullError("its manifest is no JSON object")
    return value


def _validated(model: type[Index | Manifest], value: dict[str, Any]) -> Index | Manifest:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise PullError(f"its manifest is wrong at `{shown(where)}`: {shown(first['msg'])}") from None


def choose(index: Index, wanted: Platform) -> Descriptor:
    """The entry of an index for a platform: the best that it can run, else the first that names no platform.

    Raises:
        PullError: There is none.
    """
    named = [(item.platform.platform(), item) for item in index.manifests if item.platform is not None]
    for platform in compatible(wanted):
        fitting = [(found, item) for found, item in named if found._replace(version="") == platform]
        exact = [item for found, item in fitting if wanted.version and found.version == wanted.version]
        if fitting:
            return exact[0] if exact else fitting[0][1]
    unnamed = [item for item in index.manifests if item.platform is None]
    if unnamed:
        return unnamed[0]
    have = ", ".join(sorted({str(found) for found, _ in named if found.os != "unknown"})) or "none"
    raise PullError(f"it has no image for {wanted}; it has: {shown(have, 400)}")


def compatible(wanted: Platform) -> Iterator[Platform]:
    """Platforms whose images `wanted` can run, best first, in normal form."""
    bare = wanted._replace(version="")
    yield bare
    major, _, minor = wanted.variant.removeprefix("v").partition(".")
    number = int(major) if major.isdecimal() and len(major) < 3 else 0
    part = int(minor) if minor.isdecimal() and len(minor) < 3 else 0
    if wanted.arch == "amd64":
        for lower in range(number - 1, 0, -1):
            yield bare._replace(variant=f"v{lower}" if lower > 1 else "")
        yield bare._replace(arch="386", variant="")
    elif wanted.arch == "arm":
        for lower in range(number - 1, 4, -1):
            yield bare._replace(variant=f"v{lower}")
    elif wanted.arch == "arm64":
        for lower in range(part - 1, -1, -1):
            yield bare._replace(variant=_arm64(number or 8, lower))
        if number == 9:
            for lower in range(part + 5, -1, -1):
                yield bare._replace(variant=_arm64(8, lower))
        for lower in range(8, 4, -1):
            yield bare._replace(arch="arm", variant=f"v{lower}")


def _arm64(major: int, minor: int) -> str:
    return f"v{major}.{minor}" if minor else ("" if major == 8 else f"v{major}")


def shown(text: str, most: int = 80) -> str:
    """What a server said, fit for a line: printable and short."""
    clean = "".join(char if char.isprintable() else "?" for char in text[: most + 1])
    return clean if len(clean) <= most else clean[:most] + "…"

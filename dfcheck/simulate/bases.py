"""Bases: external images from local files: an OCI layout, an archive of one or of `docker save`, a config's JSON.

Reads files; everything else of the simulator gets what this gives. What is read may be hostile: sizes are bounded,
nothing is unpacked, and names of blobs are checked before they become paths.
"""

from __future__ import annotations

import os
from io import BufferedReader
from posixpath import dirname

from dfcheck.resolve.platforms import Platform, parse_platform
from dfcheck.simulate.config import Config, read_config
from dfcheck.simulate.model import HistoryItem
from dfcheck.simulate.paths import clean
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, BinaryIO

    from dfcheck.simulate.model import Reader

    # Opens a file of the layout by its name in it, e.g. `blobs/sha256/…`.
    Open = Callable[[str], BinaryIO]

LARGEST_JSON = 16 << 20  # bytes; a config with a thousand history entries has 300 kB
DEEPEST = 4  # indexes of indexes


class BaseError(Exception):
    """A base that cannot be used; the message is one line for the user."""


class NoPlatform(BaseError):
    """A base that has images, but none for the platform; the message says which it has."""


class BaseImage(Value):
    """An external image, as far as it is known.

    Attributes:
        config: What it starts with.
        history: Its history; None where what is at hand does not hold it.
        diff_ids: Of its layers, oldest first.
        platform: That its config names.
        author: That its config names.
        os_features: That its config names.
        layers: Opens each layer's tar, as it is stored (it may be compressed); None when only the config is known.
    """

    config: Config
    history: tuple[HistoryItem, ...] | None
    diff_ids: tuple[str, ...]
    platform: Platform
    author: str = ""
    os_features: tuple[str, ...] = ()
    layers: tuple[Reader, ...] | None = None


def load(path: str, platform: Platform) -> BaseImage:
    """The image at `path`: an OCI layout's directory, an archive, or a file with an image config.

    Args:
        path: What the user named.
        platform: The one to choose where there are several.

    Raises:
        BaseError: It is none of these, or broken.
        OSError: It cannot be read.
    """
    try:
        if os.path.isdir(path):
            return _layout(lambda name: _open_file(os.path.join(path, *name.split("/"))), platform)
        with open(path, "rb") as file:
            start = file.read(512).lstrip()
            if start[:1] in (b"{", b"["):
                file.seek(0)
                return _described(_json(file, path))
        return _archive(path, platform)
    except (ValueError, TypeError, AttributeError, RecursionError, IndexError) as error:
        raise BaseError(f"{path}: not an image that can be used as a base: {error}") from error
    except KeyError as error:
        raise BaseError(f"{path}: not an image that can be used as a base: it lacks {error}") from error


def _open_file(path: str) -> BinaryIO:
    return open(path, "rb")


def _json(file: BinaryIO, name: str) -> dict[str, Any]:
    import json

    data = file.read(LARGEST_JSON + 1)
    if len(data) > LARGEST_JSON:
        raise BaseError(f"{name}: larger than {LARGEST_JSON >> 20} MB")
    value = json.loads(data)
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, dict):
        raise ValueError(f"{name} holds no JSON object")  # noqa: TRY004 -- the caller turns it into a BaseError
    return value


def _described(data: dict[str, Any]) -> BaseImage:
    """The image that a config blob, or what `docker image inspect` prints, describes."""
    if "RootFS" not in data:
        return read_image(data)
    found = read_image(
        {
            "config": data.get("Config"),
            "os": data.get("Os"),
            "architecture": data.get("Architecture"),
            "variant": data.get("Variant"),
            "os.version": data.get("OsVersion"),
            "author": data.get("Author"),
            "rootfs": {"diff_ids": (data.get("RootFS") or {}).get("Layers")},
        }
    )
    return found._replace(history=None)


def read_image(data: dict[str, Any], layers: tuple[Reader, ...] | None = None) -> BaseImage:
    """The image that a config blob describes.

    Raises:
        ValueError: A field has the wrong type.
    """
    history = tuple(
        HistoryItem(
            go_time(item.get("created")),
            str(item.get("created_by") or ""),
            str(item.get("comment") or ""),
            bool(item.get("empty_layer")),
            str(item.get("author") or ""),
        )
        for item in data.get("history") or ()
    )
    rootfs = data.get("rootfs") or {}
    return BaseImage(
        read_config(data.get("config") or {}),
        history,
        tuple(map(str, rootfs.get("diff_ids") or ())),
        Platform(
            str(data.get("os") or ""),
            str(data.get("architecture") or ""),
            str(data.get("variant") or ""),
            str(data.get("os.version") or ""),
        ),
        str(data.get("author") or ""),
        tuple(map(str, data.get("os.features") or ())),
        layers,
    )


def go_time(text: str | None) -> str | None:
    """An RFC 3339 time as Go writes it again: no zeros at the end of a fraction, `Z` for UTC."""
    if not text:
        return None
    head, zone = (text[:-1], "Z") if text[-1:] in {"Z", "z"} else (text[:-6], text[-6:])
    if zone in {"+00:00", "-00:00"}:
        zone = "Z"
    whole, dot, part = head.partition(".")
    part = part.rstrip("0")[:9]
    return whole + (dot + part if part else "") + zone


# --- layouts -----------------------------------------------------------------------------------------------


def _layout(opened: Open, platform: Platform) -> BaseImage:
    """The image of an OCI layout whose files `opened` opens."""
    manifest = _choose(_read(opened, "index.json"), opened, platform, 0)
    config = _read(opened, _blob(manifest["config"]["digest"]))
    names = [_blob(layer["digest"]) for layer in manifest.get("layers") or ()]
    return read_image(config, tuple(_reader(opened, name) for name in names))


def _reader(opened: Open, name: str) -> Reader:
    return lambda: opened(name)


def _read(opened: Open, name: str) -> dict[str, Any]:
    with opened(name) as file:
        return _json(file, name)


def _blob(digest: str) -> str:
    """The path of a blob in a layout.

    Raises:
        ValueError: It is no digest.
    """
    algorithm, _, value = digest.partition(":")
    if not (algorithm.isalnum() and value.isalnum() and value.isascii() and algorithm.isascii()):
        raise ValueError(f"`{digest}` is no digest")
    return f"blobs/{algorithm}/{value}"


def _choose(index: dict[str, Any], opened: Open, platform: Platform, depth: int) -> dict[str, Any]:
    """The manifest of an index for a platform; the first where none names one.

    Raises:
        NoPlatform: There is no manifest for the platform.
    """
    if "config" in index:
        return index
    if depth > DEEPEST:
        raise ValueError("its indexes are nested too deep")
    entries = index.get("manifests") or []
    named = [item for item in entries if item.get("platform")]
    fitting = [item for item in named if _fits(item["platform"], platform)]
    chosen = (fitting or [item for item in entries if not item.get("platform")] or [None])[0]
    if chosen is None:
        have = ", ".join(sorted({str(_platform(item["platform"])) for item in named})) or "none"
        raise NoPlatform(f"it has no image for {platform}; it has: {have}")
    return _choose(_read(opened, _blob(chosen["digest"])), opened, platform, depth + 1)


def _platform(data: dict[str, Any]) -> Platform:
    return parse_platform(
        "/".join(part for part in (data.get("os"), data.get("architecture"), data.get("variant")) if part)
    )


def _fits(data: dict[str, Any], platform: Platform) -> bool:
    found = _platform(data)
    return (found.os, found.arch, found.variant) == (platform.os, platform.arch, platform.variant)


def _archive(path: str, platform: Platform) -> BaseImage:
    """The image in a tar, compressed or not: of an OCI layout, or of `docker save`."""
    from dfcheck.simulate.content import OnDisk
    from dfcheck.simulate.slices import Slice
    from dfcheck.simulate.unpacked import Source, Whole
    from dfcheck.simulate.untar import BadArchive, members

    reader: Reader = OnDisk(os.path.realpath(path))
    source = Source(reader)
    try:
        found = {clean(f"/{member.name}")[1:]: member for member in members(source)}
    except BadArchive as error:
        raise BaseError(f"{path}: neither an OCI layout, nor an archive, nor an image config") from error
    finally:
        source.close()
    whole = Whole(reader, source) if source.packed else reader

    def opened(name: str) -> BinaryIO:
        member = found.get(name)
        if member is not None and member.type == "2":
            member = found.get(clean(f"/{dirname(name)}/{member.link}")[1:])
        if member is None or member.type != "0":
            raise ValueError(f"`{name}` is missing in it")
        return BufferedReader(Slice(whole(), member.start, member.size))

    if "index.json" in found:
        return _layout(opened, platform)
    with opened("manifest.json") as file:
        import json

        saved = json.loads(file.read(LARGEST_JSON))[0]
    names = [str(name) for name in saved.get("Layers") or ()]
    return read_image(_read(opened, saved["Config"]), tuple(_reader(opened, name) for name in names))

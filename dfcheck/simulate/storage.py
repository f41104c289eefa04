"""Storage: a base image in the store that podman, buildah and skopeo share, read as files, without a daemon.

Source: the layout of containers/storage: `DRIVER-images/images.json` beside a directory of each image. Layers lie
there unpacked, so only configs are read; nothing is locked and nothing written.
"""

from __future__ import annotations

import base64
import json
import os

from dfcheck.simulate.bases import LARGEST_JSON, BaseError, BaseImage, read_image

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dfcheck.resolve.platforms import Platform

LARGEST_LIST = 64 << 20  # bytes; a thousand images have 2 MB


def stores() -> tuple[str, ...]:
    """Directories where a store may be: those of settings, then the usual ones."""
    data = os.environ.get("XDG_DATA_HOME") or os.path.join(os.path.expanduser("~"), ".local", "share")
    usual = (os.path.join(data, "containers", "storage"), "/var/lib/containers/storage")
    return tuple(dict.fromkeys((*_configured(), *usual)))


def _configured() -> tuple[str, ...]:
    """`graphroot` of `storage.conf`, the user's first."""
    import tomllib

    home = os.environ.get("XDG_CONFIG_HOME") or os.path.join(os.path.expanduser("~"), ".config")
    named = os.environ.get("CONTAINERS_STORAGE_CONF")
    usual = (os.path.join(home, "containers", "storage.conf"), "/etc/containers/storage.conf")
    found = []
    for path in (named,) if named else usual:
        try:
            with open(path, "rb") as file:
                root = tomllib.load(file).get("storage", {}).get("graphroot")
        except (FileNotFoundError, NotADirectoryError):
            continue
        except (OSError, ValueError, AttributeError) as error:
            raise BaseError(f"{path}: {getattr(error, 'strerror', None) or error}") from error
        if isinstance(root, str) and os.path.isabs(root):
            found.append(root)
    return tuple(found)


def find(store: str, name: str, platform: Platform) -> BaseImage | None:
    """The image of a full name in a store, its layers unknown; None when it is not there.

    Raises:
        BaseError: The store cannot be read, or the image in it is damaged.
    """
    try:
        drivers = sorted(item for item in os.listdir(store) if item.endswith("-images"))
        for driver in drivers:
            folder = os.path.join(store, driver)
            for entry in _listed(os.path.join(folder, "images.json")):
                if _is_named(entry, name):
                    image = _read(os.path.join(folder, str(entry["id"])))
                    if (image.platform.os, image.platform.arch) == (platform.os, platform.arch):
                        return image
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise BaseError(f"{error.filename or store}: {error.strerror or error}") from error
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise BaseError(f"{store}: `{name}` in it is damaged: {error}") from error
    return None


def _listed(path: str) -> list[dict[str, Any]]:
    data = _bytes(path, LARGEST_LIST)
    return json.loads(data) if data else []


def _is_named(entry: dict[str, Any], name: str) -> bool:
    """Whether an entry of the list is the image of a full name, `HOST/PATH:TAG` or `HOST/PATH@DIGEST`."""
    bare, at, digest = name.partition("@")
    names = [str(item) for item in entry.get("names") or ()]
    if not at:
        return bare in names
    slash = bare.rfind("/")
    repository = bare[: slash + 1] + bare[slash + 1 :].partition(":")[0]
    ours = any(item.startswith((f"{repository}:", f"{repository}@")) for item in names)
    return ours and (entry.get("digest") == digest or f"{repository}@{digest}" in names)


def _read(folder: str) -> BaseImage:
    """The image in a directory, by its manifest; its config's digest is verified."""
    from hashlib import sha256

    manifest = json.loads(_bytes(os.path.join(folder, "manifest"), LARGEST_JSON))
    digest = str(manifest["config"]["digest"])
    encoded = base64.b64encode(digest.encode()).decode()
    if "/" in encoded:
        raise ValueError(f"`{digest}` is no digest")
    data = _bytes(os.path.join(folder, f"={encoded}"), LARGEST_JSON)
    if f"sha256:{sha256(data).hexdigest()}" != digest:
        raise ValueError("its config has another digest")
    return read_image(json.loads(data))


def _bytes(path: str, limit: int) -> bytes:
    with open(path, "rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise ValueError(f"{path} is larger than {limit >> 20} MB")
    return data

"""What the tests of the simulator share: builds from text, contexts and bases laid out on disk, tars by hand."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from typing import TYPE_CHECKING, Any

from dfcheck.simulate.bases import load
from dfcheck.simulate.context import read
from dfcheck.simulate.model import Inputs
from dfcheck.simulate.references import full_name
from dfcheck.simulate.simulate import simulate
from dfcheck.syntax.parser import parse
from dfcheck.syntax.text import Source

if TYPE_CHECKING:
    from pathlib import Path

    from dfcheck.simulate.model import Image

EPOCH = 1_500_000_000


def build(
    text: str,
    context: Path | None = None,
    *,
    bases: dict[str, Path] | None = None,
    epoch: int | None = EPOCH,
    build_args: dict[str, str] | None = None,
    **options: Any,
) -> Image:
    """The predicted image of a Dockerfile's text."""
    arguments = dict(build_args or {})
    if epoch is not None:
        arguments["SOURCE_DATE_EPOCH"] = str(epoch)
    paths = {full_name(name): path for name, path in (bases or {}).items()}
    return simulate(
        parse(Source("Dockerfile", text)),
        Inputs(arguments, **options),
        None if context is None else read(str(context)),
        lambda name, platform: load(str(paths[name]), platform) if name in paths else None,
    )


def put(path: Path, data: bytes | str, mtime: int, mode: int = 0o644) -> Path:
    """A file with a fixed time and mode."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    path.chmod(mode)
    os.utime(path, (mtime, mtime))
    return path


def go_tar(members: list[tuple[tarfile.TarInfo, bytes]]) -> bytes:
    """A USTAR archive as Go writes it: Python's, with the device fields filled and two blocks at the end."""
    out = b""
    for info, data in members:
        block = bytearray(info.tobuf(tarfile.USTAR_FORMAT))
        block[329:345] = b"0000000\0" * 2
        block[148:156] = b" " * 8
        block[148:156] = b"%06o\0 " % sum(block)
        out += bytes(block) + data + bytes(-len(data) % 512)
    return out + bytes(1024)


def member(
    name: str, data: bytes = b"", *, mode: int = 0o644, mtime: int = EPOCH, kind: bytes = b"0"
) -> tuple[tarfile.TarInfo, bytes]:
    """A member of root for `go_tar`."""
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime, info.type = len(data), mode, mtime, kind
    return info, data


def digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def layer_tar(files: dict[str, bytes | None]) -> bytes:
    """A layer's tar; None is a directory."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.mtime = 1_400_000_000
            if data is None:
                info.type, info.mode = tarfile.DIRTYPE, 0o755
                tar.addfile(info)
            else:
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def image_config(layers: list[bytes], config: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """A base image's config blob."""
    history = [{"created": "2020-01-02T03:04:05Z", "created_by": f"layer {n}"} for n in range(len(layers))]
    return {
        "architecture": "amd64",
        "os": "linux",
        "created": "2020-01-02T03:04:05Z",
        "config": config or {},
        "rootfs": {"type": "layers", "diff_ids": [digest(layer) for layer in layers]},
        "history": history,
        **fields,
    }


def layout(
    root: Path,
    images: list[tuple[dict[str, Any], list[bytes]]],
    platforms: list[dict[str, str]] | None = None,
) -> Path:
    """An OCI layout of images, each for its platform where platforms are given."""
    blobs = root / "blobs" / "sha256"
    blobs.mkdir(parents=True)

    def blob(data: bytes, kind: str) -> dict[str, Any]:
        (blobs / digest(data)[7:]).write_bytes(data)
        media_type = f"application/vnd.oci.image.{kind}"
        return {"mediaType": media_type, "digest": digest(data), "size": len(data)}

    manifests = []
    for number, (config, layers) in enumerate(images):
        manifest = {
            "schemaVersion": 2,
            "config": blob(json.dumps(config).encode(), "config.v1+json"),
            "layers": [blob(layer, "layer.v1.tar") for layer in layers],
        }
        entry = blob(json.dumps(manifest).encode(), "manifest.v1+json")
        manifests.append(entry | ({"platform": platforms[number]} if platforms else {}))
    (root / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": manifests}))
    (root / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
    return root

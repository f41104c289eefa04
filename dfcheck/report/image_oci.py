"""Image OCI: a predicted image as an OCI image layout: its blobs, manifest and index, in BuildKit's bytes.

Source: the OCI image specification 1.1; BuildKit's image exporter for the order of fields and for annotations.
"""

from __future__ import annotations

import json
from hashlib import sha256

from dfcheck.simulate.references import full_name
from dfcheck.simulate.tar import Undetermined, write
from dfcheck.simulate.unpacked import Source, compression
from dfcheck.syntax.words import Unknown
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dfcheck.simulate.model import Image, Layer, Reader

    Sink = Callable[[bytes], object]

KIND = "application/vnd.oci.image"
REWRITTEN = "buildkit/rewritten-timestamp"
SUFFIXES = {"": "", "gzip": "+gzip", "zstd": "+zstd"}
CHUNK = 1 << 20


class Unwritable(Exception):
    """An image that cannot be written; the text is one line that says why."""


class File(Value):
    """A file of the layout.

    Attributes:
        path: In the layout.
        size: Bytes.
        write: Hands its bytes to a sink; raises `Undetermined` or OSError.
    """

    path: str
    size: int
    write: Callable[[Sink], object]


def layout(image: Image, tags: tuple[str, ...], epoch: int | None) -> tuple[File, ...]:
    """The files of the layout, blobs first.

    Args:
        image: The prediction.
        tags: Names for the image.
        epoch: SOURCE_DATE_EPOCH of the build, which BuildKit notes at each layer that it made.

    Raises:
        Unwritable: Something of the image is not known.
        OSError: A layer of the base cannot be read.
    """
    text = image.config_json
    if isinstance(text, Unknown):
        why = text.why if text.why.startswith("`") else f"it {text.why}"
        raise Unwritable(f"the image cannot be written: {why}{_cures(image)}")
    config = text.encode("utf-8", "surrogateescape")
    files: dict[str, File] = {}
    layers = []
    for layer in image.layers:
        file, descriptor = _layer(layer, epoch)
        files[file.path] = file
        layers.append(descriptor)
    manifest = {
        "schemaVersion": 2,
        "mediaType": f"{KIND}.manifest.v1+json",
        "config": _blob(files, config, f"{KIND}.config.v1+json"),
        "layers": layers or None,
    }
    body = json.dumps(manifest, indent=2).encode()
    top = _blob(files, body, f"{KIND}.manifest.v1+json")
    entries = [{**top, **_names(tag), **_for(image)} for tag in tags] or [{**top, **_for(image)}]
    index = {"schemaVersion": 2, "mediaType": f"{KIND}.index.v1+json", "manifests": entries}
    return (
        *files.values(),
        _file("index.json", json.dumps(index).encode()),
        _file("oci-layout", b'{"imageLayoutVersion":"1.0.0"}'),
    )


def _cures(image: Image) -> str:
    found = list(dict.fromkeys(gap.cure for gap in image.gaps if gap.cure))
    return f"; give {' and '.join(f'`{cure}`' for cure in found)}" if found else ""


def _names(tag: str) -> dict[str, object]:
    name = full_name(tag)
    short = name.partition("@")[0].rpartition(":")[2]
    return {"annotations": {"io.containerd.image.name": name, "org.opencontainers.image.ref.name": short}}


def _for(image: Image) -> dict[str, object]:
    """The platform, as an index names it."""
    if isinstance(image.platform, Unknown):
        return {}
    parts = image.platform.split("/")
    return {
        "platform": dict(
            zip(("architecture", "os", "variant"), (parts[1], parts[0], *parts[2:]), strict=False)
        )
    }


def _file(path: str, data: bytes) -> File:
    return File(path, len(data), lambda sink: sink(data))


def _blob(files: dict[str, File], data: bytes, kind: str) -> dict[str, object]:
    """Add a blob of bytes that are at hand; its descriptor."""
    digest = sha256(data).hexdigest()
    file = _file(f"blobs/sha256/{digest}", data)
    files[file.path] = file
    return {"mediaType": kind, "digest": f"sha256:{digest}", "size": len(data)}


# --- layers ------------------------------------------------------------------------------------------------


def _layer(layer: Layer, epoch: int | None) -> tuple[File, dict[str, object]]:
    """A layer's blob and its descriptor."""
    if layer.line is None:
        return _stored(layer)
    entries, digest, size = layer.entries, layer.diff_id, layer.tar_size
    if isinstance(entries, Unknown) or isinstance(digest, Unknown) or isinstance(size, Unknown):
        raise Unwritable(f"the layer of line {layer.line} cannot be written: it is not known")

    def write_tar(sink: Sink) -> None:
        hasher = sha256()

        def both(data: bytes) -> None:
            hasher.update(data)
            sink(data)

        write(entries, both)
        if f"sha256:{hasher.hexdigest()}" != digest:
            raise Undetermined(f"a file of line {layer.line} changed while the image was written")

    descriptor: dict[str, object] = {"mediaType": f"{KIND}.layer.v1.tar", "digest": digest, "size": size}
    if epoch is not None:
        descriptor["annotations"] = {REWRITTEN: str(epoch)}
    return File(_path(digest), size, write_tar), descriptor


def _path(digest: str) -> str:
    return f"blobs/sha256/{digest.removeprefix('sha256:')}"


def _stored(layer: Layer) -> tuple[File, dict[str, object]]:
    """A layer of the base image, as it is stored; its bytes are held against the config's digest."""
    reader = layer.stored
    if reader is None:
        raise Unwritable("the image cannot be written: only the config of its base image is known")
    digest, size, packed = _hashed(reader)
    if packed not in SUFFIXES:
        raise Unwritable(f"a layer of the base image is compressed by {packed}, which OCI does not know")
    if _plain_digest(reader, digest, packed) != layer.diff_id:
        raise Unwritable("a layer of the base image is not the one that its config names")
    descriptor: dict[str, object] = {
        "mediaType": f"{KIND}.layer.v1.tar{SUFFIXES[packed]}",
        "digest": digest,
        "size": size,
    }
    return File(_path(digest), size, lambda sink: _copy(reader, sink)), descriptor


def _hashed(reader: Reader) -> tuple[str, int, str]:
    """Digest, size and compression of a stored layer."""
    hasher, size, start = sha256(), 0, b""
    with reader() as stream:
        while data := stream.read(CHUNK):
            start = start or data[:10]
            hasher.update(data)
            size += len(data)
    return f"sha256:{hasher.hexdigest()}", size, compression(start)


def _plain_digest(reader: Reader, digest: str, packed: str) -> str:
    if not packed:
        return digest
    hasher, source = sha256(), Source(reader)
    try:
        while data := source.read(CHUNK):
            hasher.update(data)
    finally:
        source.close()
    return f"sha256:{hasher.hexdigest()}"


def _copy(reader: Reader, sink: Sink) -> None:
    with reader() as stream:
        while data := stream.read(CHUNK):
            sink(data)

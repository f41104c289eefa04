"""Cache: what registries sent, by digest, in the user's own cache directory.

A blob is written beside its place and renamed when its digest is right, and its digest is computed again when it is
read: nothing wrong is ever kept or used. Nothing but blobs is kept. The directory may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import os

from dfcheck.simulate.transport import CHUNK, PullError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_LENGTHS = {"sha256": 64, "sha512": 128}


class WrongBlob(PullError):
    """A server sent something else than was asked for."""


def is_digest(text: str) -> bool:
    """Whether `text` is a digest that can be verified here: `sha256:…` or `sha512:…`, in small letters."""
    algorithm, _, value = text.partition(":")
    return len(value) == _LENGTHS.get(algorithm) and not value.strip("0123456789abcdef")


def digest_of(data: bytes, like: str = "sha256:") -> str:
    """The digest of `data`, by the algorithm of the digest `like`."""
    algorithm = like.partition(":")[0]
    return f"{algorithm}:{hashlib.new(algorithm, data).hexdigest()}"


def home() -> str:
    """The cache directory: `$XDG_CACHE_HOME/dfcheck`, else `~/.cache/dfcheck`."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        base = os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "dfcheck")


class Cache:
    """Blobs by digest."""

    def __init__(self, directory: str) -> None:
        """Use `directory`; it is made when something is kept."""
        self._directory = os.path.join(directory, "blobs")
        self._sure: set[str] = set()

    def read(self, digest: str, limit: int) -> bytes | None:
        """The blob of at most `limit` bytes; None when it is not there, or not what its name says."""
        try:
            with open(self._path(digest), "rb") as file:
                data = file.read(limit + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unusable(error) from error
        return data if len(data) <= limit and digest_of(data, digest) == digest else None

    def file(self, digest: str) -> str | None:
        """The path of a blob, verified once a run; None as `read`."""
        path = self._path(digest)
        if digest in self._sure:
            return path
        try:
            with open(path, "rb") as file:
                right = _hash(file, digest) == digest
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unusable(error) from error
        if right:
            self._sure.add(digest)
        return path if right else None

    def keep(self, digest: str, size: int | None, chunks: Iterator[bytes]) -> str:
        """Write a blob; its path.

        Args:
            digest: What it must have.
            size: Bytes that it must have; None when that is not known.
            chunks: Its bytes.

        Raises:
            WrongBlob: It has another digest or size.
            PullError: It cannot be written.
        """
        path = self._path(digest)
        beside = f"{path}.{os.getpid()}.{os.urandom(4).hex()}"
        try:
            _folder(os.path.dirname(path))
            handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise _unusable(error) from error
        try:
            with open(handle, "wb") as file:
                _write(file, digest, size, chunks)
            os.replace(beside, path)
        except BaseException as error:
            os.unlink(beside)
            if isinstance(error, OSError):
                raise _unusable(error) from error
            raise
        self._sure.add(digest)
        return path

    def _path(self, digest: str) -> str:
        algorithm, _, value = digest.partition(":")
        return os.path.join(self._directory, algorithm, value)


def _folder(path: str) -> None:
    """Make a directory that only its user can look into, and those above it."""
    if not os.path.isdir(path):
        _folder(os.path.dirname(path))
        try:
            os.mkdir(path, 0o700)
        except FileExistsError:
            if not os.path.isdir(path):
                raise


def _write(file: BinaryIO, digest: str, size: int | None, chunks: Iterator[bytes]) -> None:
    found = hashlib.new(digest.partition(":")[0])
    count = 0
    for chunk in chunks:
        found.update(chunk)
        count += len(chunk)
        file.write(chunk)
    if size is not None and count != size:
        raise WrongBlob(f"{short(digest)} has {count} bytes where its manifest says {size}")
    if found.hexdigest() != digest.partition(":")[2]:
        raise WrongBlob(f"what came as {short(digest)} has another digest")


def _hash(file: BinaryIO, digest: str) -> str:
    found = hashlib.new(digest.partition(":")[0])
    while chunk := file.read(CHUNK):
        found.update(chunk)
    return f"{found.name}:{found.hexdigest()}"


def short(digest: str) -> str:
    """A digest as people tell them apart."""
    algorithm, _, value = digest.partition(":")
    return f"{algorithm}:{value[:12]}"


def _unusable(error: OSError) -> PullError:
    return PullError(
        f"{error.filename or home()}: {error.strerror or error}; XDG_CACHE_HOME says where to keep what is pulled"
    )

"""Unpacked: the plain bytes of a file that may be compressed by gzip, bzip2, xz or Zstandard.

Nothing is written but, when somebody reads a member of a compressed archive, one nameless temporary file that
vanishes with its reader. What a compressed file may grow to is bounded.
"""

from __future__ import annotations

import io
import os

from dfcheck.simulate.tree import Unreadable
from dfcheck.simulate.untar import BadArchive

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

    from dfcheck.simulate.model import Reader

CHUNK = 1 << 20
# Bytes that one archive may hold; a build has no such bound, a prediction must end.
LARGEST = 16 << 30
MAGIC = (
    (b"BZh", "bzip2"),
    (b"\x1f\x8b\x08", "gzip"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)


def compression(start: bytes) -> str:
    """The compression that a file which begins with `start` (10 bytes are enough) has; empty without one."""
    for magic, name in MAGIC:
        if start.startswith(magic):
            return name
    skippable = len(start) >= 8 and start[1:4] == b"\x2a\x4d\x18" and start[0] & 0xF0 == 0x50
    return "zstd" if skippable else ""


class Source:
    """The plain bytes of a file, front to back."""

    __slots__ = ("_file", "_left", "_plain", "packed")

    def __init__(self, reader: Reader) -> None:
        """Open the file.

        Raises:
            OSError: It cannot be opened.
            Unreadable: It needs a library that is not there.
        """
        self._file = reader()
        start = self._file.read(10) or b""
        self._file.seek(0)
        self.packed = compression(start)
        self._plain = _opened(self.packed, self._file)
        self._left = LARGEST

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, fewer only at the end.

        Raises:
            BadArchive: The compressed data is damaged or ends too early.
            Unreadable: There is more than we look at.
        """
        parts = []
        while size:
            part = self._some(min(size, CHUNK))
            if not part:
                break
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def skip(self, size: int, /) -> None:
        """Leave out `size` bytes; a plain file that is too short shows at the next read.

        Raises:
            BadArchive: As `read`.
            Unreadable: As `read`.
        """
        if not self.packed:
            end = self._file.seek(0, os.SEEK_CUR) + size
            if end > self._file.seek(0, os.SEEK_END):
                raise BadArchive("unexpected EOF")
            self._file.seek(end)
            return
        while size:
            part = self._some(min(size, CHUNK))
            if not part:
                raise BadArchive("unexpected EOF")
            size -= len(part)

    @property
    def taken(self) -> int:
        """How many plain bytes were read or left out so far."""
        return LARGEST - self._left

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _some(self, size: int) -> bytes:
        try:
            data = self._plain.read(size) or b""
        except EOFError as error:
            raise BadArchive("unexpected EOF") from error
        except OSError as error:
            if error.errno is not None:
                raise
            raise BadArchive(f"{self.packed}: invalid data") from error
        except Exception as error:
            if not self.packed:
                raise
            raise BadArchive(f"{self.packed}: invalid data") from error
        self._left -= len(data)
        if self._left < 0:
            raise Unreadable(f"an archive expands to more than {LARGEST >> 30} GB")
        return data


def _opened(packed: str, file: BinaryIO) -> BinaryIO:
    if packed == "gzip":
        import gzip

        return gzip.GzipFile(fileobj=file, mode="rb")  # type: ignore[return-value]
    if packed == "bzip2":
        import bz2

        return bz2.BZ2File(file)  # type: ignore[return-value]
    if packed == "xz":
        import lzma

        return lzma.LZMAFile(file)  # type: ignore[return-value]
    return _zstd(file) if packed else file


def _zstd(file: BinaryIO) -> BinaryIO:
    """A reader of Zstandard: Python has it from 3.14 on, before that one of two libraries."""
    from importlib import import_module

    for name in ("compression.zstd", "backports.zstd"):
        try:
            module = import_module(name)
        except ImportError:
            continue
        return module.ZstdFile(file)  # type: ignore[no-any-return]
    try:
        library = import_module("zstandard")
    except ImportError:
        raise Unreadable(
            "an archive is compressed by zstd, which needs Python 3.14 or backports.zstd"
        ) from None
    return library.ZstdDecompressor().stream_reader(file, read_across_frames=True)  # type: ignore[no-any-return]


class Whole:
    """Opens the plain bytes of a compressed file at any place; unpacks them once, into a temporary file.

    Only as far as `source`, which went through them before: BuildKit does not notice damage behind that either.
    """

    __slots__ = ("_number", "_reader", "_source")

    def __init__(self, reader: Reader, source: Source) -> None:
        self._reader = reader
        self._source = source
        self._number = -1  # of the open temporary file

    def __del__(self) -> None:
        if self._number >= 0:
            os.close(self._number)

    def __call__(self) -> BinaryIO:
        """A stream with a place of its own."""
        if self._number < 0:
            self._number = self._unpack()
        return _Window(self, self._number)  # type: ignore[return-value]

    def _unpack(self) -> int:
        import tempfile

        source = Source(self._reader)
        try:
            with tempfile.TemporaryFile() as spool:
                while data := source.read(min(CHUNK, self._source.taken - source.taken)):
                    spool.write(data)
                spool.flush()
                return os.dup(spool.fileno())
        except BadArchive as error:
            raise OSError(None, f"an archive has changed meanwhile: {error}") from error
        finally:
            source.close()


class _Window(io.RawIOBase):
    """A reader of an open file by number, which leaves the file's own place alone."""

    def __init__(self, owner: object, number: int) -> None:
        super().__init__()
        self._owner = owner  # closes the file when nobody holds it any more
        self._number = number
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        self._at = offset + (self._at if whence == os.SEEK_CUR else 0)
        return self._at

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        data = os.pread(self._number, len(buffer), self._at)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


class Sparse:
    """Opens a sparse file of a tar: stored chunks, zeros between them."""

    __slots__ = ("chunks", "size", "start", "whole")

    def __init__(self, whole: Reader, start: int, size: int, chunks: tuple[tuple[int, int], ...]) -> None:
        self.whole = whole
        self.start = start
        self.size = size
        self.chunks = chunks

    def __call__(self) -> BinaryIO:
        """The file's bytes."""
        stream = self.whole()
        stream.seek(self.start)
        return _Filled(stream, self.size, self.chunks)  # type: ignore[return-value]


class _Filled(io.RawIOBase):
    def __init__(self, stream: BinaryIO, size: int, chunks: tuple[tuple[int, int], ...]) -> None:
        super().__init__()
        self._stream = stream
        self._size = size
        self._chunks = [chunk for chunk in reversed(chunks) if chunk[1]]
        self._at = 0

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._stream.close()
        super().close()

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        room = min(len(buffer), self._size - self._at)
        if room <= 0:
            return 0
        if self._chunks and self._chunks[-1][0] <= self._at:
            offset, length = self._chunks[-1]
            data = self._stream.read(min(room, offset + length - self._at)) or b""
            if offset + length == self._at + len(data):
                self._chunks.pop()
            buffer[: len(data)] = data
            self._at += len(data)
            return len(data)
        step = min(room, self._chunks[-1][0] - self._at) if self._chunks else room
        buffer[:step] = bytes(step)
        self._at += step
        return step

"""Content: where the bytes of a file come from; each is a `Reader`, called to open them anew."""

from __future__ import annotations

from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

    from dfcheck.simulate.model import Reader


class OnDisk(Value):
    """A regular file on this machine."""

    path: str

    def __call__(self) -> BinaryIO:
        """Open it; never a FIFO or a device that has taken its place meanwhile.

        Raises:
            OSError: It is gone, cannot be read or is no regular file any more.
        """
        import os
        import stat

        handle = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise OSError(None, "is no regular file any more", self.path)
        return open(handle, "rb", buffering=0)


class Inline(Value):
    """The body of a here-document.

    BuildKit makes one file for equal names and bodies, so two of them have the same time.
    """

    name: str
    data: bytes

    def __call__(self) -> BinaryIO:
        """Open it."""
        import io

        return io.BytesIO(self.data)


class Part(Value):
    """`size` bytes at `start` of something else: a member of a tar."""

    whole: Reader
    start: int
    size: int

    def __call__(self) -> BinaryIO:
        """Open the whole and stand at the part's begin; who reads stops after `size` bytes."""
        stream = self.whole()
        stream.seek(self.start)
        return stream


def read_all(reader: Reader | None, limit: int) -> bytes:
    """At most `limit` bytes of a file."""
    if reader is None:
        return b""
    with reader() as stream:
        return stream.read(limit) or b""

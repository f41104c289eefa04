"""Tar: a layer's bytes as Go's `archive/tar` writes them for BuildKit, and their digest.

USTAR wherever an entry fits into it, otherwise a PAX header with only the records that are needed. Nothing is
held but one chunk of one file.
"""

from __future__ import annotations

import os
import posixpath
from hashlib import sha256
from struct import Struct

from dfcheck.simulate.model import TIMED
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dfcheck.simulate.model import Entry

BLOCK = 512
CHUNK = 1 << 18
END = bytes(2 * BLOCK)
FLAGS = {
    "file": b"0",
    "hardlink": b"1",
    "symlink": b"2",
    "char": b"3",
    "block": b"4",
    "dir": b"5",
    "fifo": b"6",
}
LARGEST_ID = 0o7777777
LARGEST_NUMBER = 0o77777777777
FILLED = bytes(BLOCK)
# Name, mode, user, group, size, time, checksum, flag, link, magic with version and no names, device, prefix.
HEADER = Struct("100s8s8s8s12s12s8s1s100s72s8s8s155s12x")
MAGIC = b"ustar\x0000"
ZERO = b"%07o" % 0
BLANK = b" " * 8


class Undetermined(Exception):
    """A tar whose bytes cannot be told; the text says why."""


class Digest(Value):
    """What is to say of a tar.

    Attributes:
        diff_id: `sha256:…` of its bytes.
        tar_size: How many these are.
        size: Bytes of file content in it.
    """

    diff_id: str
    tar_size: int
    size: int


def digest(entries: Iterable[Entry]) -> Digest:
    """The digest of the tar of `entries`.

    Raises:
        Undetermined: An entry's time is that of the build, its content is not known, or it changes while read.
        OSError: A content cannot be read.
    """
    hasher = sha256()
    total, content = write(entries, hasher.update)
    return Digest(f"sha256:{hasher.hexdigest()}", total, content)


def write(entries: Iterable[Entry], sink: Callable[[bytes], object]) -> tuple[int, int]:
    """Write the tar of `entries` into `sink`; gives the bytes written and those of content.

    Raises:
        Undetermined: As `digest`.
        OSError: A content cannot be read.
    """
    total = content = 0
    for entry in entries:
        head = header(entry)
        sink(head)
        total += len(head)
        if entry.type == "file" and entry.size:
            _content(entry, sink)
            rest = -entry.size % BLOCK
            if rest:
                sink(FILLED[:rest])
            total += entry.size + rest
            content += entry.size
    sink(END)
    return total + len(END), content


def _content(entry: Entry, sink: Callable[[bytes], object]) -> None:
    """Hand on exactly as many bytes as the header has promised."""
    if entry.content is None:
        raise Undetermined(f"the content of `/{entry.path}` is not known")
    left = entry.size
    with entry.content() as stream:
        while left > 0:
            data = stream.read(min(left, CHUNK))
            if not data:
                raise Undetermined(f"`/{entry.path}` became shorter while it was read")
            sink(data)
            left -= len(data)


def header(entry: Entry) -> bytes:
    """The blocks before an entry's content: a PAX header where it is needed, then its own.

    Raises:
        Undetermined: Its time is that of the build.
    """
    if entry.mtime is None:
        raise Undetermined(f"`/{entry.path}` {TIMED}")
    name = os.fsencode(entry.path) + (b"/" if entry.type == "dir" else b"")
    link = os.fsencode(entry.link)
    numbers = {"gid": entry.gid, "mtime": entry.mtime, "size": entry.size, "uid": entry.uid}
    large = {
        key: str(value).encode()
        for key, value in numbers.items()
        if not 0 <= value <= (LARGEST_ID if key in ("uid", "gid") else LARGEST_NUMBER)
    }
    short = _short(name)
    plain = not large and not entry.capability and short is not None and link.isascii() and len(link) <= 100
    if plain and short is not None:
        return _block(entry, *short, link, numbers)
    records = dict(large)
    if not name.isascii() or len(name) > 100:
        records["path"] = name
    if not link.isascii() or len(link) > 100:
        records["linkpath"] = link
    if entry.capability:
        records["SCHILY.xattr.security.capability"] = entry.capability
    small = {key: 0 if key in large else value for key, value in numbers.items()}
    return _pax(name, records) + _block(entry, b"", _cut(_ascii(name)), _cut(_ascii(link)), small)


def _short(name: bytes) -> tuple[bytes, bytes] | None:
    """The name as prefix and rest; None when USTAR cannot hold it."""
    if not name.isascii():
        return None
    if len(name) <= 100:
        return b"", name
    reach = 156 if len(name) > 156 else len(name) - name.endswith(b"/")
    slash = name.rfind(b"/", 0, reach)
    rest = len(name) - slash - 1
    if slash <= 0 or slash > 155 or not 0 < rest <= 100:
        return None
    return name[:slash], name[slash + 1 :]


def _ascii(text: bytes) -> bytes:
    return bytes(byte for byte in text if 0 < byte < 128)


def _cut(name: bytes) -> bytes:
    """The name, or the end of a link, for a field of 100 bytes.

    Where it is cut at a slash, the first of the slashes there becomes a zero, lest it look like a directory's.
    """
    if len(name) > 100 and name[99:100] == b"/":
        end = len(name[:99].rstrip(b"/"))
        return name[:end] + b"\0" + name[end + 1 : 100]
    return name[:100]


def _pax(name: bytes, records: dict[str, bytes]) -> bytes:
    """The header that carries what the entry's own cannot."""
    text = b"".join(_record(key.encode(), records[key]) for key in sorted(records))
    folder, base = posixpath.split(name)
    title = posixpath.normpath(posixpath.join(folder, b"PaxHeaders.0", base))
    title = _ascii(title)[:100].rstrip(b"/")
    size, time = b"%011o" % len(text), b"%011o" % 0
    block = HEADER.pack(title, ZERO, ZERO, ZERO, size, time, BLANK, b"x", b"", MAGIC, b"", b"", b"")
    return _sealed(block) + text + bytes(-len(text) % BLOCK)


def _record(key: bytes, value: bytes) -> bytes:
    """`LENGTH KEY=VALUE`, where the length counts its own digits."""
    rest = len(key) + len(value) + 3
    length = rest + len(str(rest))
    length = rest + len(str(length))
    return b"%d %b=%b\n" % (length, key, value)


def _block(entry: Entry, prefix: bytes, name: bytes, link: bytes, numbers: dict[str, int]) -> bytes:
    """An entry's own header."""
    major, minor = entry.device
    return _sealed(
        HEADER.pack(
            name,
            b"%07o" % entry.mode,
            b"%07o" % numbers["uid"],
            b"%07o" % numbers["gid"],
            b"%011o" % numbers["size"],
            b"%011o" % numbers["mtime"],
            BLANK,
            FLAGS[entry.type],
            link,
            MAGIC,
            b"%07o" % major,
            b"%07o" % minor,
            prefix,
        )
    )


def _sealed(block: bytes) -> bytes:
    """The block with its checksum, taken with blanks in that place."""
    return b"%b%06o\0 %b" % (block[:148], sum(block.replace(b"\0", b"")), block[156:])

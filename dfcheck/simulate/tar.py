"""Tar: a layer's bytes as Go's `archive/tar` writes them for BuildKit, and their digest.

USTAR wherever an entry fits into it, otherwise a PAX header with only the records that are needed. Nothing is
held but one chunk of one file.
"""

from __future__ import annotations

import os
import posixpath
from hashlib import sha256

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
        raise Undetermined(f"`/{entry.path}` has the time of the build")
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
    return _pax(name, records) + _block(entry, b"", _cut(_ascii(name)), _ascii(link)[:100], small)


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
    """The name for a field of 100 bytes; where it is cut at a slash, that goes, lest it look like a directory's."""
    if len(name) > 100 and name[99:100] == b"/":
        return name[:99].rstrip(b"/")
    return name[:100]


def _pax(name: bytes, records: dict[str, bytes]) -> bytes:
    """The header that carries what the entry's own cannot."""
    text = b"".join(_record(key.encode(), records[key]) for key in sorted(records))
    folder, base = posixpath.split(name)
    title = posixpath.normpath(posixpath.join(folder, b"PaxHeaders.0", base))
    block = bytearray(BLOCK)
    _put(block, 0, _ascii(title)[:100].rstrip(b"/"))
    for start, width in ((100, 8), (108, 8), (116, 8), (136, 12)):
        _put(block, start, _octal(0, width))
    _put(block, 124, _octal(len(text), 12))
    block[156:157] = b"x"
    return _sealed(block) + text + bytes(-len(text) % BLOCK)


def _record(key: bytes, value: bytes) -> bytes:
    """`LENGTH KEY=VALUE`, where the length counts its own digits."""
    rest = len(key) + len(value) + 3
    length = rest + len(str(rest))
    length = rest + len(str(length))
    return b"%d %b=%b\n" % (length, key, value)


def _block(entry: Entry, prefix: bytes, name: bytes, link: bytes, numbers: dict[str, int]) -> bytes:
    """An entry's own header."""
    block = bytearray(BLOCK)
    _put(block, 0, name)
    _put(block, 100, _octal(entry.mode, 8))
    _put(block, 108, _octal(numbers["uid"], 8))
    _put(block, 116, _octal(numbers["gid"], 8))
    _put(block, 124, _octal(numbers["size"], 12))
    _put(block, 136, _octal(numbers["mtime"], 12))
    block[156:157] = FLAGS[entry.type]
    _put(block, 157, link)
    _put(block, 329, _octal(entry.device[0], 8))
    _put(block, 337, _octal(entry.device[1], 8))
    _put(block, 345, prefix)
    return _sealed(block)


def _put(block: bytearray, start: int, text: bytes) -> None:
    block[start : start + len(text)] = text


def _octal(value: int, width: int) -> bytes:
    return b"%0*o\0" % (width - 1, value)


def _sealed(block: bytearray) -> bytes:
    """The block with magic, version and checksum."""
    block[257:265] = b"ustar\x0000"
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)

"""Untar: reads the headers of a tar as Go's `archive/tar` does, strictly and with bounds.

Formats: old V7, USTAR, STAR, PAX (with GNU's sparse files) and GNU. The data of members is only located.
"""

from __future__ import annotations

from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Protocol

    class Input(Protocol):
        """Where a tar is read from, front to back."""

        def read(self, size: int, /) -> bytes:
            """At most `size` bytes, fewer only at the end."""
            ...

        def skip(self, size: int, /) -> None:
            """Leave out `size` bytes, or as many as there are."""
            ...


BLOCK = 512
# Go's bounds: bytes of a long name or of PAX records; entries of a sparse map are bounded by the same.
LARGEST_SPECIAL = 1 << 20
INVALID = "archive/tar: invalid tar header"
TOO_LONG = "archive/tar: header field too long"
TRUNCATED = "unexpected EOF"
HEADER_ONLY = frozenset("123456")
XATTR = "SCHILY.xattr."


class BadArchive(Exception):
    """A tar that cannot be read on; the text is Go's."""


class Member(Value):
    """One member.

    Attributes:
        name: As stored; a directory's may end in `/`.
        type: The type flag: `0` file, `1` hard link, `2` symlink, `3` `4` devices, `5` directory, `6` FIFO, …
        mode: As stored.
        uid: Owner.
        gid: Group.
        mtime: Nanoseconds since 1970.
        size: Bytes of content, holes of a sparse file included.
        link: Target of a link.
        device: Major and minor number.
        start: Where its data begins.
        capability: Its `security.capability`.
        chunks: Of a sparse file: (offset in the file, length) of what is stored; None for others.
    """

    name: str
    type: str
    mode: int
    uid: int
    gid: int
    mtime: int
    size: int
    link: str
    device: tuple[int, int]
    start: int
    capability: bytes = b""
    chunks: tuple[tuple[int, int], ...] | None = None


def members(source: Input) -> Iterator[Member]:
    """The members in order; global PAX headers are left out.

    Raises:
        BadArchive: The tar is damaged or ends too early.
    """
    reader = _Reader(source)
    while (member := reader.next()) is not None:
        yield member


class _About(Value):
    """What special headers say of the member that follows: PAX records, GNU's long name and long link."""

    records: dict[str, bytes]
    name: bytes
    link: bytes


class _End(Exception):
    """The tar ends where blanks should fill up a block; to Go that is an end like any other."""


class _Reader:
    __slots__ = ("_ahead", "_at", "_blank", "_source")

    def __init__(self, source: Input) -> None:
        self._source = source
        self._at = 0
        self._ahead = (
            0  # bytes of the last member's data, which are left out only when somebody wants the next one
        )
        self._blank = 0  # bytes behind that data, up to the next block

    def next(self) -> Member | None:
        """The next member; None at the end."""
        try:
            return self._next()
        except _End:
            return None

    def _next(self) -> Member | None:
        self._pass(self._ahead)
        self._fill(self._blank)
        self._ahead = self._blank = 0
        about = _About({}, b"", b"")
        begun = False
        while True:
            block = self._header(begun=begun)
            if block is None:
                return None
            kind = chr(block[156])
            size = _number(block[124:136])
            if kind in "xg":
                text = self._special(size)
                if kind == "x":
                    about = about._replace(records=_records(text))
                    begun = True
            elif kind in "LK":
                text = self._special(size).split(b"\0", 1)[0]
                about = about._replace(name=text) if kind == "L" else about._replace(link=text)
                begun = True
            else:
                return self._member(block, kind, size, about)

    def _header(self, *, begun: bool) -> bytes | None:
        """The next header block; None at the end, which must not come after a special header."""
        block = self._read(BLOCK, end_allowed=not begun)
        if block and not any(block):
            block = self._read(BLOCK, end_allowed=True)
            if block and any(block):
                raise BadArchive(INVALID)
            block = b""
        if not block:
            if begun:
                raise BadArchive(TRUNCATED)
            return None
        _check_sum(block)
        return block

    def _member(self, block: bytes, kind: str, size: int, about: _About) -> Member:
        records = about.records
        name = records.get("path") or about.name or _ustar_name(block)
        if kind == "\0":
            kind = "5" if name.endswith(b"/") else "0"
        link = records.get("linkpath") or about.link or _text(block[157:257])
        size = _decimal(records["size"]) if records.get("size") else size
        if size < 0:
            raise BadArchive(INVALID)
        devices = (_number(block[329:337]), _number(block[337:345])) if _is_extended(block) else (0, 0)
        member = Member(
            _decode(name),
            kind,
            _number(block[100:108]),
            _decimal(records["uid"]) if records.get("uid") else _number(block[108:116]),
            _decimal(records["gid"]) if records.get("gid") else _number(block[116:124]),
            _time(records["mtime"]) if records.get("mtime") else _number(block[136:148]) * 10**9,
            0 if kind in HEADER_ONLY else size,
            _decode(link),
            devices if kind in "34" else (0, 0),
            self._at,
            records.get(XATTR + "security.capability", b""),
        )
        if kind == "0" and _is_sparse(records):
            return self._sparse(member, records)
        self._ahead, self._blank = member.size, -member.size % BLOCK
        return member

    def _sparse(self, member: Member, records: dict[str, bytes]) -> Member:
        """A member of which only parts are stored, behind a map or as its records say."""
        stored = member.size
        if records.get("GNU.sparse.major", b"0") == b"1":
            numbers, used = self._sparse_map(stored)
        else:
            numbers, used = [_decimal(item) for item in records["GNU.sparse.map"].split(b",") if item], 0
        real = records.get("GNU.sparse.realsize") or records.get("GNU.sparse.size") or b""
        size = _decimal(real)
        if len(numbers) % 2 or size < 0:
            raise BadArchive(INVALID)
        chunks = tuple(zip(numbers[::2], numbers[1::2], strict=True))
        end = 0
        for offset, length in chunks:
            if length < 0 or offset < end or offset + length > size:
                raise BadArchive(INVALID)
            end = offset + length
        if sum(length for _, length in chunks) != stored - used:
            raise BadArchive(INVALID)
        name = _decode(records["GNU.sparse.name"]) if records.get("GNU.sparse.name") else member.name
        self._ahead, self._blank = stored - used, -stored % BLOCK
        return member._replace(name=name, size=size, start=self._at, chunks=chunks)

    def _sparse_map(self, stored: int) -> tuple[list[int], int]:
        """The numbers at the head of the data, one a line: how many pairs, then the pairs; and their bytes."""
        data = b""
        numbers: list[int] = []
        while True:
            lines = data.split(b"\n")
            if len(lines) > 1:
                wanted = 1 + 2 * _decimal(lines[0])
                if wanted > LARGEST_SPECIAL:
                    raise BadArchive(INVALID)
                if len(lines) > wanted:
                    numbers = [_decimal(line) for line in lines[1:wanted]]
                    break
            if len(data) >= min(stored, LARGEST_SPECIAL):
                raise BadArchive(INVALID)
            data += self._read(BLOCK)
        return numbers, len(data)

    def _special(self, size: int) -> bytes:
        """The data of a header that describes the next one."""
        if size < 0:
            raise BadArchive(INVALID)
        if size > LARGEST_SPECIAL:
            raise BadArchive(TOO_LONG)
        data = self._read(size)
        self._fill(-size % BLOCK)
        return data

    def _read(self, size: int, *, end_allowed: bool = False) -> bytes:
        data = self._source.read(size)
        if len(data) < size and (data or not end_allowed):
            raise BadArchive(TRUNCATED)
        self._at += len(data)
        return data

    def _fill(self, size: int) -> None:
        """Leave out the blanks behind data.

        Raises:
            _End: There are not as many.
        """
        data = self._source.read(size) if size else b""
        if len(data) < size:
            raise _End
        self._at += size

    def _pass(self, size: int) -> None:
        if size:
            self._source.skip(size)
            self._at += size


def _check_sum(block: bytes) -> None:
    """Raise BadArchive unless the header's checksum is right, taken over signed or unsigned bytes."""
    blank = block[:148] + b" " * 8 + block[156:]
    unsigned = sum(blank)
    signed = unsigned - 256 * sum(byte > 127 for byte in blank)
    if _octal(block[148:156]) not in (unsigned, signed):
        raise BadArchive(INVALID)


def _is_extended(block: bytes) -> bool:
    return block[257:262] == b"ustar"


def _ustar_name(block: bytes) -> bytes:
    """The name, with the prefix that USTAR and STAR keep apart."""
    name = _text(block[:100])
    if block[257:263] == b"ustar\0":
        prefix = _text(block[345:476] if block[508:512] == b"tar\0" else block[345:500])
        return prefix + b"/" + name if prefix else name
    return name


def _is_sparse(records: dict[str, bytes]) -> bool:
    """Whether these are records of a kind of sparse file that Go reads."""
    version = records.get("GNU.sparse.major"), records.get("GNU.sparse.minor")
    if version == (b"1", b"0"):
        return True
    return version in ((b"0", b"0"), (b"0", b"1"), (None, None)) and bool(records.get("GNU.sparse.map"))


def _records(data: bytes) -> dict[str, bytes]:
    r"""PAX records: `LENGTH KEY=VALUE\n`, the length of all of it. GNU's sparse 0.0 pairs are joined to a map."""
    found: dict[str, bytes] = {}
    pairs: list[bytes] = []
    at = 0
    while at < len(data):
        space = data.find(b" ", at)
        digits = data[at:space]
        if space < 0 or not digits.isdigit() or len(digits) > 10:
            raise BadArchive(INVALID)
        end = at + int(digits)
        equals = data.find(b"=", space, end)
        if end > len(data) or equals < 0 or end <= equals or data[end - 1 : end] != b"\n":
            raise BadArchive(INVALID)
        key, value = data[space + 1 : equals].decode("utf-8", "surrogateescape"), data[equals + 1 : end - 1]
        if not key or "\0" in key or (key in ("path", "linkpath", "uname", "gname") and b"\0" in value):
            raise BadArchive(INVALID)
        if key in ("GNU.sparse.offset", "GNU.sparse.numbytes"):
            if (len(pairs) % 2 == 0) != (key == "GNU.sparse.offset"):
                raise BadArchive(INVALID)
            pairs.append(value)
        else:
            found[key] = value
        at = end
    if pairs:
        found["GNU.sparse.map"] = b",".join(pairs)
    return found


def _text(field: bytes) -> bytes:
    return field.split(b"\0", 1)[0]


def _decode(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def _number(field: bytes) -> int:
    """A number in octal digits or, with the highest bit set, in binary."""
    if field[0] & 0x80:
        value = int.from_bytes(field, "big")
        bits = 8 * len(field)
        value &= (1 << (bits - 1)) - 1
        if field[0] & 0x40:
            value -= 1 << (bits - 1)
        if not -(1 << 63) <= value < 1 << 63:
            raise BadArchive(INVALID)
        return value
    return _octal(field)


def _octal(field: bytes) -> int:
    text = field.strip(b" \0").split(b"\0", 1)[0]
    if any(byte not in b"01234567" for byte in text):
        raise BadArchive(INVALID)
    return int(text, 8) if text else 0


def _decimal(text: bytes) -> int:
    digits = text[1:] if text[:1] in (b"-", b"+") else text
    if not digits.isdigit() or len(digits) > 19:
        raise BadArchive(INVALID)
    return int(text)


def _time(text: bytes) -> int:
    """Seconds with a fraction, as nanoseconds."""
    whole, _, fraction = text.partition(b".")
    seconds = _decimal(whole)
    if fraction and not fraction.isdigit():
        raise BadArchive(INVALID)
    nanoseconds = int((fraction + b"0" * 9)[:9])
    return seconds * 10**9 + (-nanoseconds if whole.startswith(b"-") else nanoseconds)

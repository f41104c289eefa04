"""Past: a context as it was when a revision was checked out, from what the revision holds and what lies there now.

A revision keeps names, bytes, links and one bit of the mode. All else is taken from the file as it is now; so is what
is not part of the revision but is ignored by its version control, such as the output of a build.
"""

from __future__ import annotations

import hashlib
import os
import stat
from io import BytesIO

from dfcheck.simulate.content import OnDisk
from dfcheck.simulate.tree import Node
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import BinaryIO

    from dfcheck.simulate.tree import Pending

CHUNK = 1 << 20
EXECUTE = 0o111
LINK, PROGRAM, MODULE = "120000", "100755", "160000"
# What a repository keeps of itself: nobody knows what it was.
HISTORY = Node("unknown", 0)
POINTER = b"version https://git-lfs.github.com/spec/"


class Blob(Value):
    """A file of a revision: git's mode and the name of its content."""

    mode: str
    name: str


class Revision(Value):
    """A revision, and what lies in its work tree now.

    Attributes:
        root: The work tree.
        folders: By directory from the root, `.` left out: its names; None for a directory.
        ignored: What git ignores, from the root; a directory with a slash at its end stands for all in it.
        read: Gives the bytes of a content.
    """

    root: str
    folders: Mapping[str, Mapping[str, Blob | None]]
    ignored: frozenset[str]
    read: Callable[[str], bytes]

    def file(self, path: str) -> bytes | None:
        """The bytes of a file; None when the revision has none at `path`, from the root."""
        above, _, name = path.rpartition("/")
        blob = self.folders.get(above, {}).get(name)
        return None if blob is None or blob.mode in {LINK, MODULE} else self.read(blob.name)


class Held(Value):
    """Bytes in memory."""

    data: bytes

    def __call__(self) -> BinaryIO:
        """Open them."""
        return BytesIO(self.data)


class PastEntry:
    """A name in a directory of a past context."""

    __slots__ = ("_make", "folder", "name", "path")

    def __init__(self, name: str, path: str, folder: bool, make: Callable[[], Node]) -> None:
        self.name = name
        self.path = path
        self.folder = folder
        self._make = make

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        """Whether it is a directory; links are none."""
        return self.folder and not follow_symlinks

    def node(self, inside: Pending | None) -> Node:
        """The file."""
        node = self._make()
        return node if inside is None else node._replace(children=inside)


class Past:
    """The context in the directory `above`, from the root of the work tree, as it was in a revision.

    Attributes:
        ignored: Paths that git ignores and that were looked at: taken as they are now.
        modules: Directories of which the revision only keeps a commit: likewise.
    """

    __slots__ = ("_above", "_revision", "ignored", "modules")

    def __init__(self, revision: Revision, above: str) -> None:
        self._revision = revision
        self._above = above
        self.ignored: dict[str, None] = {}
        self.modules: dict[str, None] = {}

    def ignore_file(self, dockerfile: str) -> tuple[str, bytes]:
        """Path and content of the ignore file in force; `dockerfile` from the root of the work tree."""
        candidates = [f"{dockerfile}.dockerignore"] if dockerfile else []
        for path in (*candidates, _join(self._above, ".dockerignore")):
            data = self._revision.file(path)
            if data is not None:
                return path, data
        return "", b""

    def scan(self, name: str) -> Iterator[PastEntry]:
        """What was in a directory of the context, from its root."""
        place = _join(self._above, name)
        kept = self._revision.folders.get(place, {})
        for inner, blob in kept.items():
            yield self._entry(inner, _join(place, inner), blob)
        for entry in _names(os.path.join(self._revision.root, place)):
            path = _join(place, entry.name)
            if entry.name == ".git":
                yield PastEntry(entry.name, entry.path, False, lambda: HISTORY)
            elif entry.name not in kept and self._stays(path, entry):
                yield self._present(path, entry)

    def _entry(self, name: str, path: str, blob: Blob | None) -> PastEntry:
        full = os.path.join(self._revision.root, path)
        if blob is None or blob.mode == MODULE:
            if blob is not None:
                self.modules[path] = None
            return PastEntry(name, full, True, lambda: Node("dir", _mode(full, 0o755, folder=True)))
        return PastEntry(name, full, False, lambda: self._file(full, blob))

    def _present(self, path: str, entry: os.DirEntry[str]) -> PastEntry:
        """Something that stays as it is now."""

        def make() -> Node:
            if self._is_ignored(path):
                self.ignored[path] = None
            return _now(entry.path)

        return PastEntry(entry.name, entry.path, entry.is_dir(follow_symlinks=False), make)

    def _stays(self, path: str, entry: os.DirEntry[str]) -> bool:
        """Whether something that is not part of the revision was there: it is ignored, or a directory without files."""
        if self._is_ignored(path) or path in self._modules_above(path):
            return True
        if not entry.is_dir(follow_symlinks=False):
            return False
        inner = list(_names(entry.path))
        return not inner or any(self._stays(_join(path, item.name), item) for item in inner)

    def _is_ignored(self, path: str) -> bool:
        ignored = self._revision.ignored
        if path in ignored:
            return True
        parts = path.split("/")
        return any("/".join(parts[:end]) + "/" in ignored for end in range(1, len(parts) + 1))

    def _modules_above(self, path: str) -> tuple[str, ...]:
        """`path`, when it lies in another repository of which the revision only keeps the commit."""
        parts = path.split("/")
        for end in range(1, len(parts)):
            blob = self._revision.folders.get("/".join(parts[: end - 1]), {}).get(parts[end - 1])
            if blob is not None and blob.mode == MODULE:
                return (path,)
        return ()

    def _file(self, full: str, blob: Blob) -> Node:
        """A file of the revision; the present one where its bytes are the same."""
        if blob.mode == LINK:
            return Node("symlink", 0o777, link=os.fsdecode(self._revision.read(blob.name)))
        mode = _mode(full, 0o644)
        mode = (
            mode & ~EXECUTE if blob.mode != PROGRAM else mode | (0 if mode & 0o100 else mode >> 2 & EXECUTE)
        )
        now = _regular(full)
        if now is not None and _same(full, now.st_size, blob.name):
            return Node("file", mode, size=now.st_size, content=OnDisk(full) if now.st_size else None)
        data = self._revision.read(blob.name)
        if data.startswith(POINTER):
            return _pointed(full, now, mode, data)
        if now is not None and b"\r\n" in _head(full) and _unix(full) == data:
            return Node("file", mode, size=now.st_size, content=OnDisk(full))
        return Node("file", mode, size=len(data), content=Held(data) if data else None)


def _join(above: str, name: str) -> str:
    return f"{above}/{name}" if above and name else above or name


def _names(full: str) -> list[os.DirEntry[str]]:
    """What is in a directory now."""
    try:
        with os.scandir(full) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _mode(full: str, default: int, *, folder: bool = False) -> int:
    """The mode of what lies there now, if it is of the kind."""
    try:
        facts = os.lstat(full)
    except OSError:
        return default
    if stat.S_ISDIR(facts.st_mode) != folder or stat.S_ISLNK(facts.st_mode):
        return default
    return stat.S_IMODE(facts.st_mode)


def _regular(full: str) -> os.stat_result | None:
    try:
        facts = os.lstat(full)
    except OSError:
        return None
    return facts if stat.S_ISREG(facts.st_mode) else None


def _now(full: str) -> Node:
    """What lies there now."""
    facts = os.lstat(full)
    mode = stat.S_IMODE(facts.st_mode)
    if stat.S_ISLNK(facts.st_mode):
        return Node("symlink", mode, link=os.readlink(full))
    if stat.S_ISDIR(facts.st_mode):
        return Node("dir", mode)
    if stat.S_ISREG(facts.st_mode):
        return Node("file", mode, size=facts.st_size, content=OnDisk(full) if facts.st_size else None)
    if stat.S_ISFIFO(facts.st_mode):
        return Node("fifo", mode)
    return Node("file", mode)


def _same(full: str, size: int, name: str) -> bool:
    """Whether a file's bytes are the content of that name."""
    digest = hashlib.sha1(usedforsecurity=False) if len(name) == 40 else hashlib.sha256()
    digest.update(b"blob %d\0" % size)
    return _hash(full, digest) == name


def _hash(full: str, digest: hashlib._Hash) -> str:
    try:
        with OnDisk(full)() as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
    except OSError:
        return ""
    return digest.hexdigest()


def _head(full: str) -> bytes:
    with OnDisk(full)() as file:
        return file.read(CHUNK)


def _unix(full: str) -> bytes:
    """A text as git keeps it where it turns line ends."""
    with OnDisk(full)() as file:
        data = b""
        while chunk := file.read(CHUNK):
            data += chunk
    return data.replace(b"\r\n", b"\n")


def _pointed(full: str, now: os.stat_result | None, mode: int, data: bytes) -> Node:
    """A file whose bytes are kept elsewhere (Git LFS): known when the present one has the digest."""
    fields = dict(line.split(b" ", 1) for line in data.splitlines() if b" " in line)
    size = int(fields.get(b"size", b"0"))
    wanted = fields.get(b"oid", b"").removeprefix(b"sha256:").decode()
    if now is not None and now.st_size == size and _hash(full, hashlib.sha256()) == wanted:
        return Node("file", mode, size=size, content=OnDisk(full))
    if now is not None and now.st_size == len(data):
        return Node("file", mode, size=len(data), content=Held(data))
    return Node("file", mode, size=size)

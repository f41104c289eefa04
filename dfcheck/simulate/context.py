"""Context: the files that a client offers to the build, less what `.dockerignore` keeps back.

A directory is looked at when somebody asks for what is in it, as BuildKit's client sends only what an
instruction names. Nothing here opens a file but the ignore file; FIFOs and devices are never opened.
"""

from __future__ import annotations

import errno
import os
import stat
from functools import partial

from dfcheck.simulate.content import OnDisk
from dfcheck.simulate.globs import BadPattern
from dfcheck.simulate.ignore import NOTHING, Line, Mark, Matcher
from dfcheck.simulate.ignore import read as read_lines
from dfcheck.simulate.names import in_order
from dfcheck.simulate.tree import FileError, Node, Unreadable
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dfcheck.simulate.past import Past, PastEntry

NO_DEVICE = (0, 0)
LARGEST_IGNORE = 16 << 20
TYPES = {
    stat.S_IFREG: "file",
    stat.S_IFDIR: "dir",
    stat.S_IFLNK: "symlink",
    stat.S_IFIFO: "fifo",
    stat.S_IFCHR: "char",
    stat.S_IFBLK: "block",
    # BuildKit's client sends a socket as an empty file.
    stat.S_IFSOCK: "file",
}


class Context(Value):
    """A build context.

    Attributes:
        directory: Where it lies.
        root: Its files, as BuildKit sees them: all owned by root.
        matcher: The patterns of the ignore file; None without one.
        ignore_file: Path of the ignore file in force; empty without one.
        lines: Its patterns and where they stand.
        past: Where its files come from when it is not the directory as it is now.
    """

    directory: str
    root: Node
    matcher: Matcher | None
    ignore_file: str
    lines: tuple[Line, ...]
    past: Past | None = None


class KeptBack(Value):
    """Something that is not sent.

    Attributes:
        path: From the context's root.
        folder: Whether it is a directory, of which nothing is sent.
        size: Bytes of a file; None of a directory, which is not looked into.
        by: Index of the pattern that decided.
    """

    path: str
    folder: bool
    size: int | None
    by: int


class Log:
    """What a walk finds out besides: what is kept back, and which patterns had a say."""

    __slots__ = ("kept_back", "unreadable", "used")

    def __init__(self) -> None:
        self.kept_back: list[KeptBack] = []
        self.used: set[int] = set()
        self.unreadable: list[str] = []


class Ignored(Exception):
    """An ignore file that stops the build; the text is BuildKit's reason."""


def read(
    directory: str, dockerfile: str | None = None, log: Log | None = None, past: Past | None = None
) -> Context:
    """The context in `directory`, nothing of which is looked at yet but the ignore file.

    Args:
        directory: An existing directory.
        dockerfile: Path of the Dockerfile: a `.dockerignore` of its own stands beside it.
        log: Gets what is kept back, as directories are looked at.
        past: The context as it was; `dockerfile` is then as its ignore file is looked for.

    Raises:
        Ignored: The ignore file holds a pattern that BuildKit refuses.
        OSError: The ignore file or the directory cannot be read.
    """
    path, data = _ignore_file(directory, dockerfile) if past is None else past.ignore_file(dockerfile or "")
    try:
        lines = read_lines(data)
        matcher = Matcher(line.text for line in lines) if lines else None
    except BadPattern as error:
        raise Ignored(str(error)) from error
    top = os.path.realpath(directory)
    if not stat.S_ISDIR(os.stat(directory).st_mode):
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), directory)
    listing = Listing(top, "", NOTHING, _Shared(matcher, {}, log, past))
    root = Node("dir", 0o755, children=listing)
    return Context(directory, root, matcher, path, lines, past)


def everything(context: Context) -> Node:
    """The root of all that lies in the context's directory, what the ignore file keeps back included."""
    top = os.path.realpath(context.directory)
    return Node("dir", 0o755, children=Listing(top, "", NOTHING, _Shared(None, {}, None, context.past)))


def _ignore_file(directory: str, dockerfile: str | None) -> tuple[str, bytes]:
    """Path and content of the ignore file in force. One that is only for the Dockerfile wins even when empty."""
    candidates = [f"{dockerfile}.dockerignore"] if dockerfile and dockerfile != "-" else []
    for path in (*candidates, os.path.join(directory, ".dockerignore")):
        try:
            if not stat.S_ISREG(os.stat(path).st_mode):
                continue
            with open(path, "rb") as file:
                data = file.read(LARGEST_IGNORE + 1)
        except (FileNotFoundError, NotADirectoryError):
            continue
        if len(data) > LARGEST_IGNORE:
            raise OSError(None, f"is larger than {LARGEST_IGNORE >> 20} MB", path)
        return path, data
    return "", b""


class _Shared:
    """What all listings of a context have in common."""

    __slots__ = ("inodes", "log", "matcher", "past")

    def __init__(
        self,
        matcher: Matcher | None,
        inodes: dict[tuple[int, int], int],
        log: Log | None,
        past: Past | None = None,
    ) -> None:
        self.matcher = matcher
        self.inodes = inodes
        self.log = log
        self.past = past


class Listing:
    """What is in a directory of the context, looked up once and when it is asked for."""

    __slots__ = ("_found", "_mark", "_met", "_name", "_path", "_shared")

    def __init__(self, path: str, name: str, mark: Mark, shared: _Shared, met: int = 0) -> None:
        self._path = path
        self._name = name  # seen from the context's root
        self._mark = mark
        self._met = met  # bits of the patterns that match the directory or one above it
        self._shared = shared
        self._found: dict[str, Node] | None = None

    def get(self) -> dict[str, Node]:
        """Name to node.

        Raises:
            FileError: Something in it stops the build.
        """
        if self._found is None:
            self._found = self._look()
        return self._found

    def _look(self) -> dict[str, Node]:
        found: dict[str, Node] = {}
        try:
            if self._shared.past is not None:
                for item in self._shared.past.scan(self._name):
                    node = self._node(item, item.node)
                    if node is not None:
                        found[item.name] = node
                return found
            with os.scandir(self._path) as entries:
                for entry in entries:
                    node = self._node(entry, partial(self._stat, entry))
                    if node is not None:
                        found[entry.name] = node
        except FileNotFoundError:
            return {}  # it went away; the client passes over it too
        except OSError as error:
            raise FileError(f"error from sender: open {self._path}: {_lower(error)}") from error
        except BadPattern as error:
            raise FileError(f"error from sender: failed to match excludepatterns: {error}") from error
        return found

    def _node(
        self, entry: os.DirEntry[str] | PastEntry, make: Callable[[Listing | None], Node]
    ) -> Node | None:
        """The node, which `make` makes, for a name in the directory; None when it is kept back."""
        name = f"{self._name}/{entry.name}" if self._name else entry.name
        matcher, log = self._shared.matcher, self._shared.log
        mark = matcher.mark(name, self._mark) if matcher is not None else NOTHING
        inside = None
        if entry.is_dir(follow_symlinks=False):
            met = matcher.met(name, self._met) if matcher is not None and matcher.negations else 0
            inside = Listing(entry.path, name, mark, self._shared, met)
        if log is not None and mark.by >= 0:
            log.used.add(mark.by)
        if mark.matched and matcher is not None:
            begun = len(log.kept_back) if log is not None else 0
            if inside is None or not matcher.may_take_back(name) or not inside.get():
                if log is not None:
                    del log.kept_back[begun:]  # the directory stands for what is in it
                    log.kept_back.append(KeptBack(name, inside is not None, _size(entry, inside), mark.by))
                return None
        try:
            node = make(inside)
        except FileNotFoundError:
            return None
        return node._replace(size=0, content=None) if node.size and self._is_withheld(name) else node

    def _is_withheld(self, name: str) -> bool:
        """Whether the client names a file but does not send what is in it.

        It asks the patterns twice: on its way, and, where that has forgotten one that did not count for a directory,
        again for the file alone.
        """
        matcher = self._shared.matcher
        if matcher is None or not matcher.negations or self._met == self._mark.bits:
            return False
        return matcher.mark(name, Mark(False, -1, self._met)).matched

    def _stat(self, entry: os.DirEntry[str], inside: Listing | None) -> Node:
        facts = entry.stat(follow_symlinks=False)
        kind = TYPES.get(stat.S_IFMT(facts.st_mode))
        if kind is None:
            raise Unreadable(f"`{entry.path}` is of a kind that is not known")
        size = facts.st_size if stat.S_ISREG(facts.st_mode) else 0
        if size and not _may_read(entry.path, facts):
            size = 0  # the client sends nothing, and says nothing
            if self._shared.log is not None:
                self._shared.log.unreadable.append(entry.path)
        return Node(  # all fields by position: by name it takes three times as long
            kind,
            stat.S_IMODE(facts.st_mode),
            0,
            0,
            facts.st_mtime_ns,
            size,
            os.readlink(entry.path) if kind == "symlink" else "",
            OnDisk(entry.path) if size else None,
            inside,
            None,
            _device(facts.st_rdev) if kind in ("char", "block") else NO_DEVICE,
            b"",
            self._inode(facts) if facts.st_nlink > 1 and kind != "dir" else 0,
        )

    def _inode(self, facts: os.stat_result) -> int:
        """A number for a file with several names, the same for all of them."""
        key = facts.st_dev, facts.st_ino
        inodes = self._shared.inodes
        return inodes.setdefault(key, len(inodes) + 1)


def _size(entry: os.DirEntry[str] | PastEntry, inside: Listing | None) -> int | None:
    """Bytes of something that is kept back; None for a directory."""
    if inside is not None:
        return None
    try:
        facts = os.lstat(entry.path)
    except OSError:
        return 0
    return facts.st_size if stat.S_ISREG(facts.st_mode) else 0


def _device(number: int) -> tuple[int, int]:
    return os.major(number), os.minor(number)


def _may_read(path: str, facts: os.stat_result) -> bool:
    """Whether we may read a file; asks the system only when the mode does not say so."""
    return facts.st_mode & 0o444 == 0o444 or os.access(path, os.R_OK)


def _lower(error: OSError) -> str:
    """The system's text as Go writes it."""
    return (error.strerror or str(error)).lower()


def walk(context: Context) -> list[tuple[str, Node]]:
    """All that the context offers, paths from its root, in the order of a walk.

    Raises:
        FileError: Something in it stops the build.
    """
    from dfcheck.simulate.tree import children

    found: list[tuple[str, Node]] = []
    todo: list[tuple[str, Node]] = [("", context.root)]
    while todo:
        path, node = todo.pop()
        if path:
            found.append((path, node))
        if node.type == "dir":
            inside = children(node)
            todo += [
                (f"{path}/{name}" if path else name, inside[name]) for name in reversed(in_order(inside))
            ]
    return found

"""Archives: what ADD makes of a local file that is a tar, compressed or not.

BuildKit unpacks in a `chroot` to the destination: names and links never lead above it, links in the archive
are followed below it. Whatever stands at a name is replaced, save a directory by a directory.
"""

from __future__ import annotations

from itertools import count

from dfcheck.simulate.content import Part
from dfcheck.simulate.names import cut, show
from dfcheck.simulate.paths import clean
from dfcheck.simulate.tree import SET_GID, TOO_MANY_LINKS, FileError, Node, Unreadable, directory, resolve
from dfcheck.simulate.unpacked import LARGEST, Source, Sparse, Whole
from dfcheck.simulate.untar import BadArchive, members

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.simulate.model import Reader
    from dfcheck.simulate.names import Parts
    from dfcheck.simulate.passwd import Owner
    from dfcheck.simulate.tree import Draft
    from dfcheck.simulate.untar import Member

TYPES = {"0": "file", "2": "symlink", "3": "char", "4": "block", "5": "dir", "6": "fifo"}
MOST_MEMBERS = 1_000_000
# Go's `os.Chtimes` gets no time outside these, in nanoseconds.
TIMES = range(1 << 63)

_numbers = count(1)


def fresh_inode() -> int:
    """A number that no file has yet."""
    return next(_numbers)


def is_archive(node: Node) -> bool:
    """Whether BuildKit would unpack the file: the first header of a tar can be read.

    Raises:
        Unreadable: That cannot be told here.
    """
    if node.type != "file" or node.content is None:
        return False
    try:
        source = Source(node.content)
    except OSError:
        return False
    try:
        return next(members(source), None) is not None
    except (BadArchive, OSError):
        return False
    finally:
        source.close()


def unpack(draft: Draft, reader: Reader, place: Parts, owner: Owner | None, line: int | None) -> None:
    """Unpack an archive into the directory at `place`.

    Args:
        draft: The file system; the directory exists.
        reader: Opens the archive.
        place: The directory.
        owner: Who gets all members, instead of their own owners.
        line: The instruction's line.

    Raises:
        FileError: Where BuildKit would stop.
        Unreadable: It is larger than we look at.
        OSError: The archive cannot be read.
    """
    source = Source(reader)
    draft.update(place, mtime=None)  # a directory is made in it, and taken away, on the way into it
    unpacking = Unpacking(draft, Whole(reader, source) if source.packed else reader, place, owner, line)
    try:
        for number, member in enumerate(members(source)):
            if number >= MOST_MEMBERS:
                raise Unreadable(f"an archive has more than {MOST_MEMBERS:,} members")
            unpacking.add(member)
    except BadArchive as error:
        raise FileError(str(error)) from error
    finally:
        source.close()
    unpacking.finish()


class Unpacking:
    """An archive on its way into a directory, member by member."""

    __slots__ = ("_draft", "_line", "_linked", "_owner", "_place", "_size", "_times", "_whole")

    def __init__(
        self, draft: Draft, whole: Reader, place: Parts, owner: Owner | None, line: int | None
    ) -> None:
        self._draft = draft
        self._whole = whole
        self._place = place
        self._owner = owner
        self._line = line
        self._linked: dict[int, list[Parts]] = {}
        self._times: list[tuple[Parts, int]] = []
        self._size = 0

    def add(self, member: Member) -> None:
        """Write one member."""
        name = cut(clean(member.name))
        self._size += member.size
        if self._size > LARGEST:
            raise Unreadable(f"an archive expands to more than {LARGEST >> 30} GB")
        if not name:
            self._root(member)
            return
        parts = self._made(member, name)
        above = self._get(parts[:-1])
        if above is None or above.type != "dir":
            why = "no such file or directory" if above is None else "not a directory"
            raise FileError(f"{_call(member, name)}{why}")
        old = self._get(parts)
        keep = old is not None and old.type == "dir" and member.type == "5"
        if old is not None and not keep:
            self._draft.remove(self._place + parts)
        if member.type == "1":
            self._link(member, name, parts)
            return
        node = self._node(member)
        if keep and old is not None:
            node = node._replace(children=old.children)
        self._draft.put(self._place + parts, node)
        if node.type == "dir":
            self._times.append((name, node.mtime or 0))

    def _made(self, member: Member, name: Parts) -> Parts:
        """The place of a member's name, the directories above it made."""
        try:
            self._parents(name[:-1])
            return (*self._find(name[:-1]), name[-1])
        except FileError as error:
            if str(error).startswith("mkdir "):
                raise
            raise FileError(f"{_call(member, name)}{_reason(error)}") from error

    def finish(self) -> None:
        """Set the directories' times, which writing into them has changed; of what stands there in the end.

        Raises:
            FileError: Nothing stands there any more.
        """
        for name, time in self._times:
            try:
                parts = self._find(name)
            except FileError as error:
                raise FileError(f"chtimes {show(name)}: {_reason(error)}") from error
            if self._get(parts) is None:
                raise FileError(f"chtimes {show(name)}: no such file or directory")
            self._draft.update(self._place + parts, mtime=time)

    def _root(self, member: Member) -> None:
        """A member that names the destination itself."""
        if clean(member.name) == ".":
            return
        if member.type == "5":
            node = self._node(member)
            self._draft.update(self._place, mode=node.mode, uid=node.uid, gid=node.gid)
            self._times.append(((), node.mtime or 0))
            return
        raise FileError("open /: is a directory")

    def _parents(self, name: Parts) -> None:
        """Make the directories that no member has announced: root's, 0755, set-gid where the one above is."""
        for end in range(1, len(name) + 1):
            parts = self._find(name[:end])
            if self._get(parts) is None:
                if self._get((*self._find(name[: end - 1]), name[end - 1])) is not None:  # a link to nowhere
                    if end == len(name):
                        return  # what is written through it fails
                    raise FileError(f"mkdir {show(name[:end])}: file exists")
                above = self._get(parts[:-1])
                inherited = 0 if above is None else above.mode & SET_GID
                self._draft.put(self._place + parts, directory(self._line, 0o755 | inherited))

    def _link(self, member: Member, name: Parts, parts: Parts) -> None:
        """A further name for a file."""
        target = cut(member.link)
        place = (*self._find(target[:-1]), *target[-1:])
        node = self._get(place)
        if node is None or node.type == "dir":
            why = "no such file or directory" if node is None else "operation not permitted"
            raise FileError(f"link {show(target)} {show(name)}: {why}")
        new = self._node(member, like=node)
        if node.type == "symlink" or not self._leads(member.link):
            # A link's own cannot be set through another name, nor anything through a name that leads nowhere.
            mode = node.mode if node.type == "symlink" else _chowned(node.mode)
            new = new._replace(mode=mode, mtime=node.mtime)
        inode = node.inode or fresh_inode()
        new = new._replace(inode=inode)
        names = self._linked.setdefault(inode, [place])
        for other in names:
            found = self._get(other)
            if found is not None and (found.inode == inode or other == place):
                self._draft.put(self._place + other, new)
        names.append(parts)
        self._draft.put(self._place + parts, new)

    def _leads(self, link: str) -> bool:
        """Whether each `..` in a path stands behind a directory, as the kernel wants it."""
        names = link.split("/")
        for end, name in enumerate(names):
            node = self._get(self._find(cut("/".join(names[:end])))) if name == ".." and end else None
            if name == ".." and end and (node is None or node.type != "dir"):
                return False
        return True

    def _node(self, member: Member, like: Node | None = None) -> Node:
        """The node that a member makes; for a hard link, of the file that it names."""
        kind = like.type if like else TYPES.get(member.type)
        if kind is None:
            raise FileError(f"unhandled tar header type {ord(member.type)}")
        uid, gid = (self._owner.uid, self._owner.gid) if self._owner else (member.uid, member.gid)
        node = like or Node(
            kind,
            0,
            size=member.size if kind == "file" else 0,
            link=member.link if kind == "symlink" else "",
            content=self._content(member) if kind == "file" else None,
            children={} if kind == "dir" else None,
            device=member.device,
        )
        return node._replace(
            mode=0o777 if kind == "symlink" else member.mode & 0o7777,
            uid=uid & 0xFFFFFFFF,
            gid=gid & 0xFFFFFFFF,
            mtime=member.mtime if member.mtime in TIMES else 0,
            line=self._line,
            capability=member.capability,
        )

    def _content(self, member: Member) -> Reader | None:
        if not member.size:
            return None
        if member.chunks is not None:
            return Sparse(self._whole, member.start, member.size, member.chunks)
        return Part(self._whole, member.start, member.size)

    def _find(self, name: Parts) -> Parts:
        """The place below the destination that a name leads to, links followed."""
        top = self._draft.get(self._place)
        return resolve(top, name) if top is not None else name

    def _get(self, parts: Parts) -> Node | None:
        return self._draft.get(self._place + parts)


def _chowned(mode: int) -> int:
    """What is left of a file's mode when it gets an owner: no set-uid, and set-gid only where nothing is executed."""
    return mode & ~0o4000 & (~0o2000 if mode & 0o010 else ~0)


def _reason(error: FileError) -> str:
    """Why a path cannot be followed, as the kernel words it."""
    why = str(error).rpartition(": ")[2]
    return "too many levels of symbolic links" if why == TOO_MANY_LINKS else why


def _call(member: Member, name: Parts) -> str:
    """What fails when a member cannot be written, as Go words it."""
    if member.type == "1":
        return f"link {show(cut(member.link))} {show(name)}: "
    if member.type == "2":
        return f"symlink {member.link} {show(name)}: "
    return {"5": f"mkdir {show(name)}: ", "0": f"open {show(name)}: "}.get(member.type, "")

"""Copy: the file part of COPY, ADD and WORKDIR, from tree to tree, as BuildKit's file operations do it."""

from __future__ import annotations

from dfcheck.simulate import sources
from dfcheck.simulate.archive import fresh_inode, is_archive, unpack
from dfcheck.simulate.chmod import BadMode, parse_mode
from dfcheck.simulate.content import Inline
from dfcheck.simulate.globs import BadPattern
from dfcheck.simulate.model import BuildError
from dfcheck.simulate.names import cut, in_order, is_folder, show
from dfcheck.simulate.overlay import overlay
from dfcheck.simulate.passwd import owner
from dfcheck.simulate.tree import (
    EMPTY,
    Draft,
    FileError,
    Node,
    Tree,
    Unreadable,
    children,
    directory,
    directory_in,
    find,
    resolve,
)
from dfcheck.syntax.words import Unknown
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.simulate.chmod import Mode
    from dfcheck.simulate.ignore import Mark
    from dfcheck.simulate.names import Parts
    from dfcheck.simulate.passwd import Owner


class CopyRequest(Value):
    """A COPY or ADD, expanded.

    Attributes:
        origin: Root of the context, or of the stage or image of `--from`.
        sources: Source paths as they stand, heredocs not among them.
        destination: Absolute; a slash or `/.` at its end says that it is a directory.
        line: Line of the instruction.
        files: Heredocs: name and body.
        chown: Value of `--chown`, or empty.
        chmod: Value of `--chmod`, or empty.
        parents: `--parents`.
        exclude: `--exclude` patterns.
        link: Whether the files go into a layer that depends on nothing (`--link`, and no `--chmod`).
        unpack: Whether archives are unpacked (ADD without `--unpack=false`).
        checked: Whether BuildKit looks for the sources before it copies.
    """

    origin: Node
    sources: tuple[str, ...]
    destination: str
    line: int | None = None
    files: tuple[tuple[str, bytes], ...] = ()
    chown: str = ""
    chmod: str = ""
    parents: bool = False
    exclude: tuple[str, ...] = ()
    link: bool = False
    unpack: bool = False
    checked: bool = True


class Copied(Value):
    """What a copy made.

    Attributes:
        tree: The file system afterwards.
        before: The tree that its layer is the difference to; an empty one with `--link`.
        after: The tree that its layer is the difference of.
    """

    tree: Tree
    before: Tree
    after: Tree


def copy(tree: Tree, request: CopyRequest) -> Copied | BuildError | Unknown:
    """Carry out a COPY or ADD.

    Args:
        tree: The file system before it.
        request: What to copy.

    Returns:
        The file system after it; why the build stops there; or why nobody can tell.
    """
    start = EMPTY if request.link else tree
    try:
        found = [sources.read_source(text, parents=request.parents) for text in request.sources]
        if request.checked:
            sources.check_all(request.origin, found, request.exclude)
        draft = Draft(start)
        copying = _Copying(draft, request, owner(request.chown, tree, linked=request.link))
        for source in found:
            copying.source(source)
        for name, data in request.files:
            copying.heredoc(name, data)
    except (FileError, BadPattern, BadMode) as error:
        return BuildError(str(error), request.line)
    except Unreadable as error:
        return Unknown(str(error))
    except OSError as error:
        return Unknown(f"`{error.filename or 'a source'}` cannot be read: {error.strerror or error}")
    after = draft.tree()
    return Copied(overlay(tree, after) if request.link else after, start, after)


def make_directory(tree: Tree, path: str, user: str, line: int | None) -> Tree | BuildError:
    """Make the directory of a WORKDIR, and those above it, where they are missing.

    Args:
        tree: The file system before it.
        path: Absolute.
        user: USER in force, or empty: who owns them.
        line: Line of the instruction.
    """
    try:
        who = owner(user, tree)
        draft = Draft(tree)
        _make_folders(draft, resolve(tree.root, cut(path)), 0o755, who, line)
    except FileError as error:
        return BuildError(str(error), line)
    return draft.tree()


def _make_folders(draft: Draft, place: Parts, mode: int, who: Owner | None, line: int | None) -> None:
    """Make the directory at `place` and those above it.

    Raises:
        FileError: Something else stands there.
    """
    for end in range(1, len(place) + 1):
        node = draft.get(place[:end])
        if node is None:
            new = directory_in(draft.get(place[: end - 1]), line, mode)
            draft.put(place[:end], new._replace(uid=who.uid, gid=who.gid) if who else new)
        elif node.type != "dir":
            raise FileError(f"mkdir {show(place[:end])}: not a directory")


class _Folder:
    """A source directory on the way down."""

    __slots__ = ("above", "chosen", "made", "marks", "name", "node", "place")

    def __init__(
        self, node: Node, name: str, place: Parts, above: _Folder | None, marks: tuple[Mark, Mark]
    ) -> None:
        self.node = node
        self.name = name  # path below the source
        self.place = place
        self.above = above
        self.marks = marks
        self.made = False  # whether it has been copied, not only looked into
        self.chosen = False  # whether it was copied for itself, not for something in it


class _Copying:
    """One instruction at work on a draft."""

    __slots__ = ("_choice", "_draft", "_inodes", "_line", "_mode", "_owner", "_request")

    def __init__(self, draft: Draft, request: CopyRequest, who: Owner | None) -> None:
        self._draft = draft
        self._request = request
        self._owner = who
        self._mode: Mode | None = parse_mode(request.chmod) if request.chmod else None
        self._line = request.line

    def source(self, source: sources.Source) -> None:
        """Copy what one source path names."""
        root, request = self._request.origin, self._request
        self._choice = sources.Choice(source, request.exclude)
        for path in sources.expand(root, source.path):
            parts = resolve(root, cut(path))
            node = find(root, parts)
            if node is None:
                raise FileError(f"lstat {show(parts)}: no such file or directory")
            if request.unpack and is_archive(node) and node.content is not None:
                place = self._place()
                _make_folders(self._draft, place, 0o755, self._owner, self._line)
                unpack(self._draft, node.content, place, self._owner, self._line)
            else:
                self._copy(node, path)

    def heredoc(self, name: str, data: bytes) -> None:
        """Copy a heredoc's body, a file of root."""
        if "/" in name:
            raise FileError(f"open {show(cut(name))}: no such file or directory")
        self._choice = sources.Choice(sources.Source(f"/{name}"), ())
        self._copy(Node("file", 0o644, size=len(data), content=Inline(name, data)), name)

    def _place(self) -> Parts:
        return resolve(self._draft.root, cut(self._request.destination))

    def _copy(self, node: Node, path: str) -> None:
        """Copy one file, or what is in one directory; `path` gives the file its name in a directory."""
        draft, destination = self._draft, self._request.destination
        self._inodes: dict[int, int] = {}
        above = cut(destination) if is_folder(destination) else cut(destination)[:-1]
        mode = self._mode.parents if self._mode else 0o755
        _make_folders(draft, resolve(draft.root, above), mode, self._owner, self._line)
        place = self._place()
        there = draft.get(place)
        if node.type != "dir":
            if there is not None and there.type == "dir":
                place = (*place, *cut(path)[-1:])
            _make_folders(draft, place[:-1], mode, self._owner, self._line)
            self._write(node, place)
        else:
            _make_folders(draft, place if there is None else place[:-1], mode, self._owner, self._line)
            if draft.get(place).type != "dir":  # type: ignore[union-attr]
                raise FileError(f"cannot copy to non-directory: {show(place)}")
            self._contents(node, place)

    def _contents(self, node: Node, place: Parts) -> None:
        """Copy what is in a directory into the one at `place`, which takes over its time."""
        top = _Folder(node, "", place, None, sources.START)
        top.made = True
        todo: list[tuple[bool, _Folder]] = [(False, top)]
        while todo:
            left, folder = todo.pop()
            if left:
                self._leave(folder, top)
                continue
            todo.append((True, folder))
            inside = children(folder.node)
            inner = []
            for name in in_order(inside):
                found = self._enter(inside[name], name, folder)
                if found is not None:
                    inner.append((False, found))
            todo += reversed(inner)

    def _enter(self, node: Node, name: str, above: _Folder) -> _Folder | None:
        """Copy a file, or begin with a directory; gives the directory when there is something in it to look at."""
        path = f"{above.name}/{name}" if above.name else name
        taken, marks = self._choice.next(path, above.marks)
        place = (*above.place, name)
        if node.type != "dir":
            if taken:
                self._make_above(above)
                self._write(node, place)
            return None
        folder = _Folder(node, path, place, above, marks)
        if taken:
            self._make_above(above)
            self._folder(folder)
            folder.made = folder.chosen = True
            return folder
        return folder if self._choice.descends(path, marks) else None

    def _make_above(self, folder: _Folder) -> None:
        """Copy the directories above something that is copied, where that has not happened yet."""
        missing = []
        step: _Folder | None = folder
        while step is not None and not step.made:
            missing.append(step)
            step = step.above
        for each in reversed(missing):
            if self._folder(each):
                self._draft.put(each.place, self._dressed(each.node, self._draft.get(each.place)))
            each.made = True

    def _folder(self, folder: _Folder) -> bool:
        """Make a directory, or give the one that is there the source's mode; whether it is new."""
        there = self._draft.get(folder.place)
        if there is None:
            self._draft.put(folder.place, directory(self._line, folder.node.mode))
            return True
        if there.type != "dir":
            raise FileError(f"cannot copy to non-directory: {show(folder.place)}")
        self._draft.update(folder.place, mode=folder.node.mode, line=self._line)
        return False

    def _leave(self, folder: _Folder, top: _Folder) -> None:
        """Set what writing into a directory has changed, or what has waited for its end."""
        if folder is top:
            self._draft.update(folder.place, mtime=folder.node.mtime)
        elif folder.chosen:
            self._draft.put(folder.place, self._dressed(folder.node, self._draft.get(folder.place)))

    def _dressed(self, node: Node, there: Node | None) -> Node:
        """The directory `there` with owner, mode, time and attributes of the source `node`."""
        return self._owned(node)._replace(children=there.children if there else {}, inode=0)

    def _write(self, node: Node, place: Parts) -> None:
        """Write anything but a directory; what stands there goes, save a directory."""
        there = self._draft.get(place)
        if there is not None and there.type == "dir":
            raise FileError(f"cannot replace to directory {show(place)} with file")
        if there is not None:
            self._draft.remove(place)
        new = self._owned(node)
        if node.inode:  # of things with several names only files stay one
            inode = self._inodes.setdefault(node.inode, fresh_inode()) if node.type == "file" else 0
            new = new._replace(inode=inode)
        self._draft.put(place, new)

    def _owned(self, node: Node) -> Node:
        """`node` with the owner and the mode that the instruction gives it."""
        changes: dict[str, object] = {"line": self._line}
        if self._owner is not None:
            changes |= {"uid": self._owner.uid, "gid": self._owner.gid}
        if self._mode is not None and node.type != "symlink":
            changes["mode"] = self._mode.apply(node.mode, folder=node.type == "dir")
        return node._replace(**changes)

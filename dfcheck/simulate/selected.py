"""Selected: the files that an operation takes from one of its inputs, as far as BuildKit's cache tells them apart.

A file is known by type, mode, owner, size, link, device, capability and bytes, and by its path where a directory or
a pattern chooses it; never by its times. Source: BuildKit's `cache/contenthash`.
"""

from __future__ import annotations

from dfcheck.simulate.globs import BadPattern, has_wildcard
from dfcheck.simulate.names import cut, in_order
from dfcheck.simulate.sources import START, Choice, Source, expand, read_source
from dfcheck.simulate.tree import FileError, Node, Unreadable, children, find, resolve
from dfcheck.syntax.words import Unknown
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

    from dfcheck.simulate.ignore import Mark
    from dfcheck.simulate.model import Reader
    from dfcheck.simulate.names import Parts

CHUNK = 1 << 20
HISTORY = Unknown("`.git` is sent too and changes with every commit; .dockerignore can keep it back")


class Slot(Value):
    """What an operation takes from one of its inputs.

    Attributes:
        selector: The paths as it names them; an input that is known by its operation must be asked for the same.
        sources: The same, read.
        exclude: `--exclude` patterns.
        root: The input's files.
        local: Whether the input is the build context. A daemon that has a directory of it does not notice when only
            the directory's mode changes.
        pinned: What makes equal all that it can be, a checksum that the build demands; empty without one.
    """

    selector: tuple[str, ...]
    sources: tuple[Source, ...]
    exclude: tuple[str, ...]
    root: Node | Unknown
    local: bool = False
    pinned: str = ""


class Picked(Value):
    """The files that one source names.

    Attributes:
        shape: `one` file, a directory's `tree`, or a `list` of what a pattern chooses; the names count in all but `one`.
        files: Path below the source, or below what stands before its first wildcard, and node.
        shown: The path that `files` are below, for people.
    """

    shape: str
    files: tuple[tuple[str, Node], ...]
    shown: str


class Difference(Value):
    """The first file in which two selections differ.

    Attributes:
        path: From the root of what it was taken from.
        what: `changed`, `new`, `gone`, `mode`, `owner`, `type` or `choice` (another choice of equal files).
        old: The file before; None for a new one.
        new: The file now; None for one that is gone.
    """

    path: str
    what: str
    old: Node | None = None
    new: Node | None = None


def slot_of(
    texts: tuple[str, ...],
    root: Node | Unknown,
    *,
    exclude: tuple[str, ...] = (),
    parents: bool = False,
    local: bool = False,
) -> Slot:
    """The slot of a COPY, an ADD or a mount that names `texts`."""
    sources = tuple(read_source(text, parents=parents) for text in texts)
    return Slot(tuple(sorted(item.path for item in sources)), sources, exclude, root, local)


def compare(old: Slot, new: Slot, *, anew: bool = False) -> Difference | Unknown | None:
    """Where the files of two slots differ; None when BuildKit's cache takes them for equal.

    Args:
        old: Of the build before.
        new: Of the build now.
        anew: Whether the daemon gets the whole context again, and so notices new modes of directories.
    """
    if new.pinned and old.pinned == new.pinned:
        return None
    olds, news = _distinct(old), _distinct(new)
    if len(olds) != len(news):
        return Difference("", "choice")
    if isinstance(old.root, Unknown):
        return old.root
    if isinstance(new.root, Unknown):
        return new.root
    doubt: Unknown | None = None
    first = _Picking(old, old.root, None)
    second = _Picking(new, new.root, old.root if old.local and not anew else None)
    try:
        for before, now in zip(olds, news, strict=True):
            found = _compare(first.pick(before), second.pick(now))
            if isinstance(found, Difference):
                return found
            doubt = doubt or found
    except (FileError, BadPattern, Unreadable) as error:
        return Unknown(str(error))
    except OSError as error:
        return Unknown(f"`{error.filename or 'a file'}` cannot be read: {error.strerror or error}")
    return doubt


def _distinct(slot: Slot) -> list[Source]:
    """The sources by their paths; a plain one below another one says nothing more."""
    plain = {item.path for item in slot.sources if _is_plain(slot, item)}

    def is_inside(source: Source) -> bool:
        return any(source.path != path and source.path.startswith(f"{path.rstrip('/')}/") for path in plain)

    kept: dict[object, Source] = {}
    for source in slot.sources:
        if not _is_plain(slot, source):
            kept[len(kept), source.path] = source
        elif not is_inside(source):
            kept[source.path] = source
    return sorted(kept.values(), key=lambda item: item.path)


def _is_plain(slot: Slot, source: Source) -> bool:
    return not has_wildcard(source.path) and source.include is None and not slot.exclude


# --- choosing ------------------------------------------------------------------------------------------------


class _Picking:
    """A slot's files being chosen; `stale` is the context where the daemon has directories' modes from."""

    __slots__ = ("_choice", "_local", "_root", "_slot", "_stale")

    def __init__(self, slot: Slot, root: Node, stale: Node | None) -> None:
        self._slot = slot
        self._root = root
        self._local = slot.local
        self._stale = stale

    def pick(self, source: Source) -> Picked:
        """What `source` names.

        Raises:
            FileError: It is not there.
            BadPattern: A pattern cannot be read.
        """
        root = self._root
        if _is_plain(self._slot, source):
            return self._follow(source.path)
        self._choice = Choice(source, self._slot.exclude)
        found: list[tuple[str, Node]] = []
        if has_wildcard(source.path):
            for path in expand(root, source.path):
                found += self._chosen(cut(path))
        else:
            found += self._chosen(resolve(root, cut(source.path), follow=False))
        if len(found) == 1 and found[0][0].rpartition("/")[2] == source.path.rpartition("/")[2]:
            return Picked("one", (("", found[0][1]),), found[0][0])
        prefix = _prefix(source.path)
        return Picked(
            "list", tuple((path.removeprefix(prefix).lstrip("/"), node) for path, node in found), prefix
        )

    def _follow(self, path: str) -> Picked:
        """A file or a whole directory, links followed."""
        parts = resolve(self._root, cut(path))
        node = find(self._root, parts)
        if node is None:
            raise FileError(f"{path}: not found")
        shown = "/".join(parts)
        if node.type != "dir":
            return Picked("one", (("", node),), shown)
        return Picked("tree", tuple(self._tree(node, parts)), shown)

    def _tree(self, node: Node, parts: Parts) -> list[tuple[str, Node]]:
        """A directory and all in it, in the order of a walk."""
        found: list[tuple[str, Node]] = []
        todo = [("", node, parts)]
        while todo:
            path, here, place = todo.pop()
            found.append((path, self._header(here, place)))
            if here.type == "dir":
                inside = children(here)
                todo += [
                    (f"{path}/{name}" if path else name, inside[name], (*place, name))
                    for name in reversed(in_order(inside))
                ]
        return found

    def _header(self, node: Node, place: Parts) -> Node:
        """A directory as the daemon has it: of the context, one that it has already keeps its mode."""
        if node.type != "dir" or not self._local:
            return node
        if not place:
            return node._replace(mode=-1)  # the root of a context is none that is sent
        before = None if self._stale is None else find(self._stale, place)
        return node._replace(mode=before.mode) if before is not None and before.type == "dir" else node

    def _chosen(self, place: Parts) -> list[tuple[str, Node]]:
        """What patterns choose of the file at `place` and all below it."""
        node = find(self._root, place)
        if node is None:
            raise FileError(f"/{'/'.join(place)}: not found")
        path = "/".join(place)
        if node.type == "symlink" and self._choice.takes(""):
            inner = self._follow(path)
            return [(f"{path}/{name}" if name else path, item) for name, item in inner.files]
        found: list[tuple[str, Node]] = []
        self._choose(_Here(node, "", place), (self._choice.takes(""), START), found)
        return found

    def _choose(
        self, here: _Here, verdict: tuple[bool, tuple[Mark, Mark]], found: list[tuple[str, Node]]
    ) -> bool:
        """Add to `found` what is chosen, directories only for themselves or with something in them; whether any was."""
        taken, marks = verdict
        mine = "/".join(here.place)
        if here.node.type != "dir":
            if (
                taken and here.node.type == "symlink" and len(here.place) == 1
            ):  # as if it were a source itself
                inner = self._follow(mine)
                found += [(f"{mine}/{name}" if name else mine, item) for name, item in inner.files]
            elif taken:
                found.append((mine, here.node))
            return taken
        at = len(found)
        if taken and here.place:
            found.append((mine, self._header(here.node, here.place)))
        some = taken
        inside = children(here.node)
        for name in in_order(inside):
            path = f"{here.below}/{name}" if here.below else name
            below = _Here(inside[name], path, (*here.place, name))
            some |= self._choose(below, self._choice.next(path, marks), found)
        if some and not taken and here.place:
            found.insert(at, (mine, self._header(here.node, here.place)))
        return some


class _Here(Value):
    """A file on the way down: it, its path below the source, and its place."""

    node: Node
    below: str
    place: Parts


def _prefix(path: str) -> str:
    """The names before the first one with a wildcard."""
    kept = []
    for name in cut(path):
        if has_wildcard(name):
            break
        kept.append(name)
    return "/".join(kept)


# --- comparing -----------------------------------------------------------------------------------------------


def _compare(old: Picked, new: Picked) -> Difference | Unknown | None:
    before, now = dict(old.files), dict(new.files)
    doubt: Unknown | None = None
    unknown = [path for path, node in old.files if node.type == "unknown"]
    for path, node in new.files:
        if any(path == item or path.startswith(f"{item}/") for item in unknown):
            doubt = HISTORY
            continue
        shown = "/".join(part for part in (new.shown, path) if part)
        if path not in before:
            return Difference(shown, "new", None, node)
        what = _unlike(before[path], node)
        if isinstance(what, str):
            return Difference(shown, what, before[path], node)
        doubt = doubt or what
    for path, node in old.files:
        if path not in now:
            return Difference("/".join(part for part in (old.shown, path) if part), "gone", node, None)
    if old.shape != new.shape:
        return Difference(new.shown, "choice")
    return doubt


def _unlike(old: Node, new: Node) -> str | Unknown | None:
    """How two files differ for the cache; None when they do not."""
    if old.type != new.type:
        return "type"
    if old.type == "symlink":
        return "changed" if _owner(old) != _owner(new) or old.link != new.link else None
    if old.size != new.size or old.device != new.device:
        return "changed"
    if old.mode != new.mode:
        return "mode"
    if _owner(old) != _owner(new):
        return "owner"
    if not old.size or old.content == new.content:
        return None
    if old.content is None or new.content is None:
        return Unknown("what is in a file is not known")
    return "changed" if _differ(old.content, new.content, old.size) else None


def _owner(node: Node) -> tuple[int, int, bytes]:
    return node.uid, node.gid, node.capability


def _differ(old: Reader, new: Reader, size: int) -> bool:
    """Whether two files of one size hold different bytes.

    Raises:
        OSError: One cannot be read.
    """
    with old() as one, new() as other:
        while size > 0:
            a, b = _exactly(one, min(size, CHUNK)), _exactly(other, min(size, CHUNK))
            if a != b or not a:
                return a != b
            size -= len(a)
    return False


def _exactly(stream: BinaryIO, size: int) -> bytes:
    """`size` bytes, fewer at the end of the file."""
    out = b""
    while len(out) < size:
        more = stream.read(size - len(out))
        if not more:
            break
        out += more
    return out

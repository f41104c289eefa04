"""Owners: `--chown` and USER by number or by a name from the image's own `/etc/passwd` and `/etc/group`."""

from __future__ import annotations

from dfcheck.simulate.content import read_all
from dfcheck.simulate.names import cut, show
from dfcheck.simulate.patterns import WHITE
from dfcheck.simulate.tree import FileError, Unreadable, find, resolve
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.simulate.tree import Tree

# Bytes that BuildKit reads of such a file, and of one line of each.
LARGEST = 10 << 20
UNCHANGED = 0xFFFFFFFF
LONGEST = {"passwd": (64 << 10) - 1, "group": (1 << 20) - 1}


class Owner(Value):
    """A user and group by number."""

    uid: int
    gid: int


def owner(text: str, tree: Tree, *, linked: bool = False) -> Owner | None:
    """Who `text` means, `USER[:GROUP]`; None for an empty text.

    A number alone is user and group. An unknown user is 0; an unknown group is the user's own.

    Args:
        text: As in the instruction, expanded.
        tree: The file system before the instruction.
        linked: Whether the files go into a layer of their own (`--link`), which has no users to look up.

    Raises:
        FileError: A name cannot be looked up: there is no file system yet, or the file is none or too large.
        Unreadable: It is -1, of which the kernel makes no owner.
    """
    if not text:
        return None
    user, colon, group = text.partition(":")
    uid = number(user)
    gid = number(group) if colon else uid
    if uid is None or gid is None:
        if tree.bare or linked:
            raise FileError("invalid user index: -1")
        primary = uid
        if uid is None:
            uid, primary = next(_entries(tree, "passwd", user), (0, 0))
        if not colon:
            gid = primary
        elif gid is None:
            gid = next(_entries(tree, "group", group), (primary or 0, 0))[0]
    found = Owner(uid, gid or 0)
    if UNCHANGED in (found.uid, found.gid):
        raise Unreadable("-1 as an owner leaves what is there")
    return found


def number(text: str) -> int | None:
    """The number that `text` is; `root` and nothing are 0; None for another name."""
    if text in ("", "root"):
        return 0
    digits = text[1:] if text[0] in "+-" else text
    if not (digits.isascii() and digits.isdigit()) or len(digits.lstrip("0")) > 10:
        return None
    value = int(digits.lstrip("0") or "0") * (-1 if text[0] == "-" else 1)
    return value & 0xFFFFFFFF if -(1 << 31) <= value < 1 << 31 else None


def _entries(tree: Tree, name: str, wanted: str) -> Iterator[tuple[int, int]]:
    """Third and fourth field of each line that begins with `wanted`, as numbers."""
    for line in _lines(tree, name):
        fields = line.split(":")
        if fields[0] == wanted and (name == "passwd" or not line.startswith("#")):
            first, second, *_ = (*map(_integer, fields[2:4]), 0, 0)
            yield first, second


def _lines(tree: Tree, name: str) -> Iterator[str]:
    """The lines of `/etc/passwd` or `/etc/group`; none when it does not exist."""
    try:
        place = resolve(tree.root, cut(f"/etc/{name}"))
    except FileError:
        return
    node = find(tree.root, place)
    if node is None:
        return
    if node.type != "file":
        raise FileError(f"{show(place)} is not a regular file")
    data = read_all(node.content, LARGEST + 1)
    for line in data[:LARGEST].split(b"\n"):
        if len(line) > LONGEST[name]:
            raise FileError("bufio.Scanner: token too long")
        yield line.decode("utf-8", "surrogateescape").strip(WHITE)
    if len(data) > LARGEST:
        raise FileError(f'"{show(place)}" exceeds {LARGEST} bytes')


def _integer(text: str) -> int:
    """A number as Go's `Atoi` reads it, 0 for anything else."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not (digits.isascii() and digits.isdigit()):
        return 0
    return min(max(int(text[:25]), -(1 << 63)), (1 << 63) - 1) & 0xFFFFFFFF

"""Classic context: what docker's client sends to the builder before BuildKit: the whole context as one tar.

Source: docker's command line, `cli/command/image/build`, and the archive package that it uses.
"""

from __future__ import annotations

import os

from dfcheck.simulate.context import walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.simulate.context import Context
    from dfcheck.simulate.tree import Node

BLOCK = 512
NAME_FIELD = 100  # bytes of a name or link that need no record of their own
LARGEST = 0o77777777777  # bytes of a file that its header can count


def sent(context: Context, dockerfile: str) -> int:
    """Bytes of the tar that the client sends.

    The Dockerfile and `.dockerignore` travel even when a pattern keeps them back; a directory that is kept back
    does not, though files in it may.

    Args:
        context: The context.
        dockerfile: Path of the Dockerfile; one outside the context is put into it under a name of its own.

    Raises:
        FileError: Something in the context cannot be walked.
        OSError: The Dockerfile cannot be looked at.
    """
    total = 2 * BLOCK
    inodes: set[int] = set()
    names: set[str] = set()
    for path, node in walk(context):
        names.add(path)
        kept_back = node.type == "dir" and context.matcher is not None
        if kept_back and context.matcher is not None and context.matcher.mark_alone(path).matched:
            continue
        total += _member(path, node, inodes)
    for name, path in _always(context, dockerfile):
        if name not in names:
            total += _plain(name, os.stat(path).st_size)
    return total


def _always(context: Context, dockerfile: str) -> list[tuple[str, str]]:
    """Name in the context and path of what travels whatever the patterns say."""
    top = os.path.realpath(context.directory)
    ignore = os.path.join(context.directory, ".dockerignore")
    found = [(".dockerignore", ignore)] if os.path.isfile(ignore) else []
    name = os.path.relpath(os.path.realpath(dockerfile), top)
    outside = name == os.pardir or name.startswith(os.pardir + os.sep)
    if outside:
        # A name made up for it, and an ignore file that keeps that name from being copied.
        return [*(found or [(".dockerignore", os.devnull)]), (".dockerfile.0123456789", dockerfile)]
    return [*found, (name, dockerfile)]


def _member(path: str, node: Node, inodes: set[int]) -> int:
    """Bytes of one member."""
    name = path + "/" if node.type == "dir" else path
    size = node.size if node.type == "file" else 0
    if node.inode and node.type != "dir":
        size = 0 if node.inode in inodes else size
        inodes.add(node.inode)
    return _plain(name, size, node.link)


def _plain(name: str, size: int, link: str = "") -> int:
    records = sum(
        _record(key, value)
        for key, value in (("path", os.fsencode(name)), ("linkpath", os.fsencode(link)))
        if len(value) > NAME_FIELD or not value.isascii()
    )
    if size > LARGEST:
        records += _record("size", str(size).encode())
    return BLOCK + (BLOCK + _padded(records) if records else 0) + _padded(size)


def _record(key: str, value: bytes) -> int:
    """Length of `LENGTH KEY=VALUE`, which counts its own digits."""
    rest = len(key) + len(value) + 3
    return rest + len(str(rest + len(str(rest))))


def _padded(size: int) -> int:
    return size + -size % BLOCK

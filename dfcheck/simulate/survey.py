"""Survey: what a context sends and keeps back, counted, and what in it deserves a second look."""

from __future__ import annotations

from heapq import nlargest

from dfcheck.simulate.context import Log, read, walk
from dfcheck.simulate.sensitive import kind_of
from dfcheck.simulate.tree import lookup
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.simulate.context import Context, KeptBack
    from dfcheck.simulate.tree import Node

LARGEST = 10
MANY_BYTES = 100_000_000


class Warned(Value):
    """Something to look at.

    Attributes:
        kind: `secret`, `history`, `packages`, `cache`, `link`, `unreadable`, `special`, `ignore-file`, `large`.
        path: What it is about, from the context's root; empty for the context as a whole.
        text: One sentence.
    """

    kind: str
    path: str
    text: str


class Survey(Value):
    """A context, looked through.

    Attributes:
        context: It.
        sent: Path and node of all that is sent, in the order of a walk.
        kept_back: What is not, by path.
        unused: Indexes of patterns that decided nothing.
        files: How many of `sent` are no directories.
        size: Bytes of all files sent.
        largest: The ten largest files, largest first.
        warnings: What to look at.
    """

    context: Context
    sent: list[tuple[str, Node]]
    kept_back: list[KeptBack]
    unused: tuple[int, ...]
    files: int
    size: int
    largest: list[tuple[str, Node]]
    warnings: tuple[Warned, ...]


def survey(directory: str, dockerfile: str | None) -> Survey:
    """Look through the context in `directory`.

    Args:
        directory: An existing directory.
        dockerfile: Path of the Dockerfile, whose own ignore file would count.

    Raises:
        Ignored: A pattern of the ignore file stops the build.
        FileError: Something in the context stops the build.
        OSError: It cannot be read.
    """
    log = Log()
    context = read(directory, dockerfile, log)
    sent = walk(context)
    files = [(path, node) for path, node in sent if node.type != "dir"]
    size = sum(node.size for _, node in files)
    count = len(context.matcher.patterns) if context.matcher else 0
    return Survey(
        context,
        sent,
        sorted(log.kept_back, key=lambda item: item.path),
        tuple(index for index in range(count) if index not in log.used),
        len(files),
        size,
        nlargest(LARGEST, files, key=lambda item: item[1].size),
        (*_overall(context, size), *_each(context.root, sent, log)),
    )


def _overall(context: Context, size: int) -> list[Warned]:
    """Warnings about the context as a whole."""
    found = []
    if not context.ignore_file:
        found.append(Warned("ignore-file", "", "there is no .dockerignore: everything is sent"))
    elif not context.lines:
        text = f"{context.ignore_file} has no pattern: everything is sent"
        found.append(Warned("ignore-file", "", text))
    if size > MANY_BYTES:
        found.append(Warned("large", "", f"{size:,} bytes are sent when the context is copied as a whole"))
    return found


def _each(root: Node, sent: list[tuple[str, Node]], log: Log) -> list[Warned]:
    """Warnings about single paths; one for a directory, none for what is in it."""
    found = [
        Warned("unreadable", path, "may not be read: it would be an empty file in the image")
        for path in log.unreadable
    ]
    inside = ""
    for path, node in sent:
        if inside and path.startswith(inside):
            continue
        kind = kind_of(path, node)
        if kind is not None:
            found.append(Warned(kind.name, path, kind.text))
            inside = f"{path}/" if kind.folder else inside
        elif node.type == "symlink" and lookup(root, path) is None:
            found.append(Warned("link", path, f"leads to {node.link}, which is not in the context"))
        elif node.type in ("fifo", "char", "block"):
            found.append(Warned("special", path, f"is no regular file but a {NAMES[node.type]}"))
    return found


NAMES = {"fifo": "named pipe", "char": "device", "block": "device"}

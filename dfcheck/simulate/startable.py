"""Startable: whether the file that an image starts is there, and whether the kernel takes it."""

from __future__ import annotations

from dfcheck.simulate.content import read_all
from dfcheck.simulate.leaks import entries_of
from dfcheck.simulate.paths import clean
from dfcheck.simulate.tree import lookup
from dfcheck.syntax.words import Unknown
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.simulate.model import Entry, Image
    from dfcheck.simulate.tree import Node, Tree

EXECUTE = 0o111
LOOK = 256  # bytes of a file's first line


class StartFault(Value):
    """Why a program cannot be started.

    Attributes:
        kind: `absent`, `folder`, `mode`, `crlf`, `no shebang`, or `interpreter`.
        path: The program's place, absolute, or its name when it is in no directory of PATH.
        origin: Line of ENTRYPOINT or CMD.
        copied: Line of the instruction that wrote it; None when nothing did.
        interpreter: What its first line names.
    """

    kind: str
    path: str
    origin: int
    copied: int | None = None
    interpreter: str = ""


def start_faults(image: Image) -> tuple[StartFault, ...]:
    """Why the program that the image starts cannot be started; empty when it can, or when that is not known.

    Several where one may be mended by a RUN without the other.
    """
    config = image.config
    key = "cmd" if config.entrypoint == () else "entrypoint"
    words = getattr(config, key)
    origin = dict(image.origins).get(key)
    if image.error is not None or isinstance(words, Unknown) or not words or origin is None:
        return ()
    return _of_program(image, words[0], origin)


def _of_program(image: Image, program: str | Unknown, origin: int) -> tuple[StartFault, ...]:
    if isinstance(program, Unknown) or not program or not image.stages:
        return ()
    target = next((stage for stage in reversed(image.stages) if stage.kept), None)
    tree = Unknown("there is no stage") if target is None else target.tree
    workdir = image.config.workdir
    if "/" not in program:
        return () if isinstance(tree, Unknown) else _by_name(image, tree, program, origin)
    if not program.startswith("/"):
        if isinstance(workdir, Unknown):
            return ()
        program = f"{workdir or '/'}/{program}"
    path = clean(f"/{program.lstrip('/')}")
    if isinstance(tree, Unknown):
        entry = _last(image, path)
        return () if entry is None else tuple(_of_file(entry, path, origin, None))
    return _of_node(tree, path, origin)


def _by_name(image: Image, tree: Tree, name: str, origin: int) -> tuple[StartFault, ...]:
    path = image.config.variable("PATH")
    if not isinstance(path, str):
        return ()
    for folder in path.split(":"):
        node = lookup(tree.root, f"{folder}/{name}")
        if node is not None and node.type == "file" and node.mode & EXECUTE:
            return ()
    return (StartFault("absent", name, origin),)


def _of_node(tree: Tree, path: str, origin: int) -> tuple[StartFault, ...]:
    node = lookup(tree.root, path)
    if node is None:
        return (StartFault("absent", path, origin),)
    if node.type == "dir":
        return (StartFault("folder", path, origin, node.line),)
    return tuple(_of_file(node, path, origin, tree)) if node.type == "file" else ()


def _of_file(file: Node | Entry, path: str, origin: int, tree: Tree | None) -> Iterator[StartFault]:
    """The faults of a file; `tree` is what else there is, None when that is not known."""
    if not file.mode & EXECUTE:
        yield StartFault("mode", path, origin, file.line)
    if file.content is None:
        if file.size == 0:
            yield StartFault("no shebang", path, origin, file.line)
        return
    try:
        start = read_all(file.content, LOOK)[: file.size]
    except OSError:
        return  # nobody can tell
    if not start.startswith(b"#!"):
        if all(byte >= 9 for byte in start):
            yield StartFault("no shebang", path, origin, file.line)
        return
    first, end, _ = start.partition(b"\n")
    words = first[2:].decode("utf-8", "replace").split()
    interpreter = words[0] if words else ""
    if end and first.endswith(b"\r"):
        yield StartFault("crlf", path, origin, file.line, interpreter)
    elif tree is not None and interpreter.startswith("/") and lookup(tree.root, interpreter) is None:
        yield StartFault("interpreter", path, origin, file.line, interpreter)


def _last(image: Image, path: str) -> Entry | None:
    """What the newest layer of the Dockerfile that holds `path` has there, when it is a file."""
    for layer in reversed(image.layers):
        if layer.line is None:
            return None
        for entry in entries_of(layer):
            if entry.path == path[1:]:
                return entry if entry.type == "file" else None
    return None

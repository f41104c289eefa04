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


def start_fault(image: Image) -> StartFault | None:
    """Why the program that the image starts cannot be started; None when it can, or when that is not known."""
    config = image.config
    key = "cmd" if config.entrypoint == () else "entrypoint"
    words = getattr(config, key)
    origin = dict(image.origins).get(key)
    if image.error is not None or isinstance(words, Unknown) or not words or origin is None:
        return None
    return fault_of(image, words[0], origin)


def fault_of(image: Image, program: str | Unknown, origin: int) -> StartFault | None:
    """The same for any program of the image, which the instruction on line `origin` names."""
    if isinstance(program, Unknown) or not program or not image.stages:
        return None
    target = next((stage for stage in reversed(image.stages) if stage.kept), None)
    tree = Unknown("there is no stage") if target is None else target.tree
    workdir = image.config.workdir
    if "/" not in program:
        return None if isinstance(tree, Unknown) else _by_name(image, tree, program, origin)
    if not program.startswith("/"):
        if isinstance(workdir, Unknown):
            return None
        program = f"{workdir or '/'}/{program}"
    path = clean(f"/{program.lstrip('/')}")
    if isinstance(tree, Unknown):
        entry = _last(image, path)
        return None if entry is None else _of_file(entry, path, origin, None)
    return _of_node(tree, path, origin)


def _by_name(image: Image, tree: Tree, name: str, origin: int) -> StartFault | None:
    path = image.config.variable("PATH")
    if not isinstance(path, str):
        return None
    for folder in path.split(":"):
        node = lookup(tree.root, f"{folder}/{name}")
        if node is not None and node.type == "file" and node.mode & EXECUTE:
            return None
    return StartFault("absent", name, origin)


def _of_node(tree: Tree, path: str, origin: int) -> StartFault | None:
    node = lookup(tree.root, path)
    if node is None:
        return StartFault("absent", path, origin)
    if node.type == "dir":
        return StartFault("folder", path, origin, node.line)
    return _of_file(node, path, origin, tree) if node.type == "file" else None


def _of_file(file: Node | Entry, path: str, origin: int, tree: Tree | None) -> StartFault | None:
    """The fault of a file; `tree` is what else there is, None when that is not known."""
    if not file.mode & EXECUTE:
        return StartFault("mode", path, origin, file.line)
    if file.content is None:
        return StartFault("no shebang", path, origin, file.line) if file.size == 0 else None
    try:
        start = read_all(file.content, LOOK)
    except OSError:
        return None  # nobody can tell
    start = start[: file.size]
    if not start.startswith(b"#!"):
        text = b"\0" not in start and all(byte >= 9 for byte in start)
        return StartFault("no shebang", path, origin, file.line) if text else None
    first, end, _ = start.partition(b"\n")
    words = first[2:].decode("utf-8", "replace").split()
    interpreter = words[0] if words else ""
    if end and first.endswith(b"\r"):
        return StartFault("crlf", path, origin, file.line, interpreter)
    if tree is not None and interpreter.startswith("/") and lookup(tree.root, interpreter) is None:
        return StartFault("interpreter", path, origin, file.line, interpreter)
    return None


def _last(image: Image, path: str) -> Entry | None:
    """What the newest layer of the Dockerfile that holds `path` has there, when it is a file."""
    for layer in reversed(image.layers):
        if layer.line is None:
            return None
        for entry in entries_of(layer):
            if entry.path == path[1:]:
                return entry if entry.type == "file" else None
    return None

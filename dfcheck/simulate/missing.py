"""Missing: what COPY, ADD and bind mounts name and the context does not send, and why it does not."""

from __future__ import annotations

from dfcheck.resolve.values import is_remote
from dfcheck.simulate.globs import BadPattern, has_wildcard
from dfcheck.simulate.names import cut
from dfcheck.simulate.sources import BEFORE, check, expand, read_source
from dfcheck.simulate.tree import FileError, Unreadable, children, find, lookup
from dfcheck.syntax.near import distance, nearest
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.simulate.context import Context
    from dfcheck.simulate.surroundings import Surroundings
    from dfcheck.simulate.tree import Node


class MissingSource(Value):
    """A source that is not sent.

    Attributes:
        path: From the context's root.
        stops: Whether the build stops there; a wildcard that finds nothing only copies nothing.
        pattern: The pattern that keeps it back; empty when none does.
        line: Line of the pattern in `file`.
        file: Name of the ignore file.
        link: Where it leads, when it is a link to something that is not sent.
        near: The name of a neighbour that may be meant, or empty.
        outside: Whether it is written as if it lay above the context.
    """

    path: str
    stops: bool
    pattern: str = ""
    line: int = 0
    file: str = ""
    link: str = ""
    near: str = ""
    outside: bool = False


def missing(
    around: Surroundings, text: str, *, parents: bool = False, exclude: tuple[str, ...] = ()
) -> MissingSource | None:
    """Why a source is not sent; None when it is, when it comes from elsewhere, or when nobody can tell.

    Args:
        around: What is at hand; without a context, nothing can be told.
        text: The source, expanded.
        parents: `--parents`.
        exclude: `--exclude` patterns.
    """
    context = around.context
    if context is None or is_remote(text):
        return None
    source = read_source(text, parents=parents)
    path = source.required if parents else source.path
    try:
        if not path or has_wildcard(path):
            return None if parents else _of_wildcard(around, context, path)
        check(context.root, source, exclude)
        # With patterns the build finds out only when it copies.
        return None if lookup(context.root, path) is not None else _of_path(context, path, text)
    except FileError as error:
        told = str(error).startswith(BEFORE) and str(error).endswith("not found")
        return _of_path(context, path, text) if told else None
    except (BadPattern, Unreadable, OSError):
        return None


def _of_wildcard(around: Surroundings, context: Context, path: str) -> MissingSource | None:
    """A wildcard that finds nothing because all that it would find is kept back."""
    if _found(context.root, path) or around.everything is None:
        return None
    kept = _found(around.everything, path)
    return _kept_back(context, kept[0], stops=False) if kept else None


def _found(root: Node, path: str) -> list[str]:
    try:
        return expand(root, path)
    except FileError:
        return []


def _of_path(context: Context, path: str, text: str) -> MissingSource:
    inner = path.strip("/")
    node = find(context.root, cut(inner))
    if node is not None and node.type == "symlink":
        return MissingSource(inner, True, link=node.link)
    found = _kept_back(context, inner, stops=True)
    if found is not None:
        return found
    above, _, name = inner.rpartition("/")
    directory = find(context.root, cut(above))
    names = children(directory) if directory is not None and directory.type == "dir" else {}
    outside = text.startswith("../")
    return MissingSource(inner, True, near=_near(name, names), outside=outside)


def _near(name: str, names: dict[str, Node]) -> str:
    """The name that differs from `name` by one slip; short names are near too many others."""
    for other in names:
        if other.lower() == name.lower():
            return other
    found = nearest(name, names) if len(name) > 4 else None
    return found if found is not None and distance(name, found) <= 1 else ""


def _kept_back(context: Context, path: str, *, stops: bool) -> MissingSource | None:
    """`path` as one that a pattern keeps back; None when none does."""
    if context.matcher is None or not path:
        return None
    mark = context.matcher.mark_alone(path)
    if not mark.matched or mark.by < 0:
        return None
    line = context.lines[context.matcher.origin[mark.by]]
    name = context.ignore_file.replace("\\", "/").rpartition("/")[2]
    return MissingSource(path, stops, line.text, line.number, name)

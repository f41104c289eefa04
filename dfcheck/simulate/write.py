"""Write: what COPY, ADD and WORKDIR do to the file system, and the layer that comes of it."""

from __future__ import annotations

from dfcheck.resolve.values import is_remote
from dfcheck.simulate.copy import CopyRequest, make_directory
from dfcheck.simulate.copy import copy as copy_files
from dfcheck.simulate.diff import layer as entries_between
from dfcheck.simulate.globs import BadPattern
from dfcheck.simulate.model import BuildError, Gap, Layer
from dfcheck.simulate.passwd import number
from dfcheck.simulate.sources import BEFORE, check_all, read_source
from dfcheck.simulate.tree import FileError, Tree, Unreadable, directory
from dfcheck.syntax.text import encode
from dfcheck.syntax.words import Unknown
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.simulate.config import Text
    from dfcheck.simulate.model import Entry
    from dfcheck.simulate.state import Setting, State
    from dfcheck.simulate.tree import Node

STOPPED = Unknown("the build has stopped before it")
NOT_ASKED = Unknown("is not asked for")


class Words(Value):
    """A COPY or ADD with its arguments expanded; heredocs are names and contents."""

    sources: tuple[Text, ...]
    heredocs: tuple[tuple[str, Text], ...]
    destination: Text
    chown: Text | None
    chmod: Text | None
    exclude: tuple[str, ...]
    parents: bool
    link: bool
    unpack: bool


class Taken(Value):
    """What a COPY or ADD takes from.

    Attributes:
        root: The files.
        depth: How many stages must be done before they are there.
        checked: Whether BuildKit looks for the sources before it copies.
    """

    root: Node | Unknown
    depth: int
    checked: bool


def write_copy(
    state: State, words: Words, destination: Text, taken: Taken, *, text: str, setting: Setting
) -> State:
    """`state` with the files and the layer of a COPY or ADD.

    Args:
        state: Before it.
        words: Its arguments.
        destination: Absolute.
        taken: What it takes from.
        text: The history's text.
        setting: Of the build.
    """
    if setting.dry:
        return _told(state, text, NOT_ASKED)
    request = _request(state, words, destination, taken)
    if state.failed is not None:
        return _told(_looked(state, request, taken.depth), text, STOPPED)
    if isinstance(request, Unknown):
        return _told(state, text, request)
    tree: Tree | Unknown = EMPTY if request.link and isinstance(state.tree, Unknown) else state.tree
    try:
        if isinstance(tree, Unknown):
            _look(request)
            return _told(state, text, tree, _entries(_plain(request), setting))
        copied = copy_files(tree, request)
        if isinstance(copied, BuildError):
            return _failed(state, text, copied, taken.depth, linked=words.link)
        if isinstance(copied, Unknown):
            return _told(state, text, copied)
        after = state.tree if isinstance(state.tree, Unknown) else copied.tree
        made = entries_between(copied.before, copied.after, setting.epoch)
        return _layer(state._replace(tree=after), text, made, setting)
    except (FileError, BadPattern) as error:
        return _failed(state, text, BuildError(str(error), state.line), taken.depth)
    except (OSError, Unreadable) as error:
        return _told(state, text, Unknown(f"cannot be read here: {error}"))


def _look(request: CopyRequest) -> None:
    """Look for the sources as BuildKit does before it copies.

    Raises:
        FileError: One is not there, or cannot be read as a pattern.
        OSError: A directory cannot be read.
        Unreadable: As `FileError`, but it is only here that it cannot.
    """
    if request.checked:
        found = [read_source(source, parents=request.parents) for source in request.sources]
        check_all(request.origin, found, request.exclude)


def _looked(state: State, request: CopyRequest | Unknown, depth: int) -> State:
    """`state` with the first source that is not there, for that shows before anything fails that runs."""
    if state.early is not None or isinstance(request, Unknown):
        return state
    try:
        _look(request)
    except (FileError, BadPattern) as error:
        if str(error).startswith(BEFORE):
            return state._replace(early=(2 * depth, BuildError(str(error), state.line)))
    except (OSError, Unreadable):
        return state  # the step is not reached; nothing is said of it
    return state


def write_directory(state: State, path: Text, user: Text, text: str, setting: Setting) -> State:
    """`state` with the directory and the layer of a WORKDIR.

    Args:
        state: Before it.
        path: Absolute.
        user: USER in force: its owner.
        text: The history's text.
        setting: Of the build.
    """
    tree = state.tree
    if setting.dry:
        return _told(state, text, NOT_ASKED)
    if state.failed is not None:
        return _told(state, text, STOPPED)
    for part in (path, user):
        if isinstance(part, Unknown):
            return _told(state, text, part)
    path, user = str(path), str(user)
    if isinstance(tree, Unknown):
        alone = make_directory(EMPTY, path, user if _numbers(user) else "", state.line)
        written = () if isinstance(alone, BuildError) else entries_between(EMPTY, alone, setting.epoch)
        return _told(state, text, tree, written)
    try:
        after = make_directory(tree, path, user, state.line)
        if isinstance(after, BuildError):
            return _failed(state, text, after)
        made = entries_between(tree, after, setting.epoch)
    except (OSError, Unreadable) as error:
        return _told(state, text, Unknown(f"cannot be read here: {error}"))
    return _layer(state._replace(tree=after), text, made, setting)


# A file system with nothing in it that names of users can be looked up in, to no avail.
EMPTY = Tree(directory())


def _request(state: State, words: Words, destination: Text, taken: Taken) -> CopyRequest | Unknown:
    """What to copy, or why that cannot be told."""
    bodies = tuple(body for _, body in words.heredocs)
    for part in (*words.sources, *bodies, destination, words.chown, words.chmod):
        if isinstance(part, Unknown):
            return part
    remote = next(filter(is_remote, words.sources), None)
    if remote is not None:
        return Unknown(f"is fetched from {remote}")
    root = taken.root
    if isinstance(root, Unknown):
        if words.sources:
            return root
        root = EMPTY.root
    return CopyRequest(
        root,
        tuple(item for item in words.sources if isinstance(item, str)),
        str(destination),
        state.line,
        tuple((name, encode(body)) for name, body in words.heredocs if isinstance(body, str)),
        str(words.chown or ""),
        str(words.chmod or ""),
        words.parents,
        words.exclude,
        words.link,
        words.unpack,
        taken.checked,
    )


def _numbers(owner: str) -> bool:
    """Whether an owner is given by numbers."""
    return all(number(part) is not None for part in owner.split(":", 1))


def _plain(request: CopyRequest) -> CopyRequest:
    """`request` as it can be carried out in an empty file system: without owners to look up."""
    return request if _numbers(request.chown) else request._replace(chown="")


def _entries(request: CopyRequest, setting: Setting) -> tuple[Entry, ...] | Unknown:
    """What the request writes into an empty file system."""
    copied = copy_files(EMPTY, request)
    if isinstance(copied, BuildError):
        return Unknown(copied.message)
    if isinstance(copied, Unknown):
        return copied
    return entries_between(copied.before, copied.after, setting.epoch)


def _told(state: State, text: str, why: Unknown, written: tuple[Entry, ...] | Unknown | None = None) -> State:
    """`state` with a layer that is not known, and so a file system that is not."""
    layer = Layer(state.line, text, why, why, why, why, why if written is None else written)
    tree = state.tree if isinstance(state.tree, Unknown) else why
    gaps = state.gaps
    if not isinstance(state.tree, Unknown):
        gaps = (*gaps, Gap("layer", why.why, state.line))
    return state._replace(layers=(*state.layers, layer), tree=tree, gaps=gaps)


def _failed(state: State, text: str, error: BuildError, depth: int = 0, *, linked: bool = False) -> State:
    """`state` after an instruction that stops the build.

    Args:
        state: Before it.
        text: The history's text.
        error: Why.
        depth: That of what it takes from.
        linked: Whether it waits for no other step (`--link`).
    """
    found = error.message.startswith(BEFORE)
    if found or linked:
        state = state._replace(early=state.early or (2 * depth + (not found), error))
    return _told(state._replace(failed=error), text, STOPPED)


def _layer(state: State, text: str, made: tuple[Entry, ...], setting: Setting) -> State:
    """`state` with a layer that is known."""
    diff_id, tar_size = _digest(made) if setting.digests else (NOT_ASKED, NOT_ASKED)
    size = sum(entry.size for entry in made)
    layer = Layer(state.line, text, diff_id, size, made, tar_size, made)
    return state._replace(layers=(*state.layers, layer))


def _digest(made: tuple[Entry, ...]) -> tuple[str | Unknown, int | Unknown]:
    """Digest and size of a layer's tar.

    Raises:
        OSError: A file cannot be read.
    """
    from dfcheck.simulate.tar import Undetermined, digest

    try:
        found = digest(made)
    except Undetermined as error:
        return Unknown(str(error)), Unknown(str(error))
    return found.diff_id, found.tar_size

"""Files: COPY, ADD and WORKDIR as BuildKit words and counts them; what they write is `dfcheck.simulate.copy`'s business."""

from __future__ import annotations

from dfcheck.resolve.values import is_remote
from dfcheck.simulate.graph import Vertex, vertex
from dfcheck.simulate.keys import Key, copy_key, workdir_key
from dfcheck.simulate.paths import clean, join, without_drive
from dfcheck.simulate.sources import BEFORE
from dfcheck.simulate.state import Stop, commit, expander, shown
from dfcheck.simulate.steps import begin, plain_text
from dfcheck.simulate.write import Taken, Words, write_copy, write_directory
from dfcheck.syntax.nodes import Add, Copy
from dfcheck.syntax.words import ExpansionError, Known, Unknown, expand, read_unquoted
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.simulate.config import Text
    from dfcheck.simulate.state import Setting, State
    from dfcheck.simulate.tree import Node
    from dfcheck.syntax.nodes import Heredoc, Workdir


class Source(Value):
    """Where COPY takes its files from.

    Attributes:
        vertex: Its operation in the graph.
        root: The files there.
        depth: How many stages must be done before they are there.
        local: Whether it is the build context.
    """

    vertex: Vertex | None
    root: Node | Unknown
    depth: int = 0
    local: bool = False


# Whatever is fetched: nothing of it is known before.
_REMOTE = Vertex(hash("remote"))


def copy(state: State, node: Copy | Add, setting: Setting, source: Source) -> State:
    """COPY and ADD.

    Raises:
        Stop: Something in it cannot be expanded, or BuildKit refuses it.
    """
    words = _expanded(state, node, setting)
    _check(node, words)
    text, known = _created_by(node, words)
    state, step = begin(state, plain_text(state, node, setting.escape))
    destination = _destination(state, words.destination)
    remote = tuple(_REMOTE for item in words.sources if is_remote(item))[:1]
    if len(words.sources) == sum(map(is_remote, words.sources)):
        source = Source(None, source.root)  # nothing is taken from it, so nothing waits for it
    # What goes into a layer of its own is the same operation as on an empty file system.
    content = ("copy", words._replace(destination=destination, link=False), "" if known else text)
    # What a step takes from the very files that it changes is not looked for before it runs.
    checked = source.vertex is not None and (
        words.link or state.vertex is None or state.vertex.key != source.vertex.key
    )
    key = copy_key(state, words, destination, node, source, same=not checked and source.vertex is not None)
    above = None if words.link else state.vertex
    made = vertex(content, (above, source.vertex, *remote), step, state.number, key)
    if words.link and state.vertex is not None:
        made = vertex("merge", (state.vertex, made), step._replace(name=""), 0, Key("link", ()))
    state = state._replace(vertex=made)
    from_context = isinstance(node, Add) or node.from_ is None or not node.from_.text
    state = state._replace(
        depth=max(state.depth, source.depth), named=(*state.named, *(words.sources if from_context else ()))
    )
    taken = Taken(source.root, source.depth, checked)
    written = write_copy(state, words, destination, taken, text=text, setting=setting)
    if (
        setting.lenient
        and from_context
        and written.failed is not None
        and written.failed.message.startswith(BEFORE)
    ):
        written = written._replace(failed=state.failed, early=state.early)
    return commit(written, text, setting, layer=True, known=known)


def _destination(state: State, path: Text) -> Text:
    """Where COPY puts its files; a slash at the end stays."""
    if isinstance(path, Unknown):
        return path
    if state.platform.os == "windows":
        path = _plain(path)
    if isinstance(state.directory, Unknown) and not path.startswith("/"):
        return state.directory
    path = "./" if path in {"", "."} else path  # the directory itself, also where it does not exist yet
    return join(str(state.directory), path, keep_slash=True)


def _expanded(state: State, node: Copy | Add, setting: Setting) -> Words:
    """The arguments of COPY or ADD, expanded in BuildKit's order."""
    value = expander(state, setting.escape)
    chown = None if node.chown is None else value(node.chown)
    chmod = None if node.chmod is None else value(node.chmod)
    opened = {heredoc.word for heredoc in node.heredocs}
    sources = tuple(value(item) for item in node.sources if item.span not in opened)
    destination = value(node.destination)
    bodies = {heredoc.name: heredoc for heredoc in node.heredocs}
    heredocs = tuple((item.name, _body(state, bodies[item.name], item)) for item in node.heredocs)
    if isinstance(node, Copy):
        unpack, parents = False, node.parents
    else:
        unpack, parents = node.unpack is not False, False
    exclude = tuple(item.text for item in node.exclude)
    return Words(
        sources, heredocs, destination, chown, chmod, exclude, parents, node.link and not chmod, unpack
    )


def _body(state: State, last: Heredoc, opening: Heredoc) -> Text:
    """A heredoc's file: of several with one name the last body counts; how it is read, its own word says."""
    text = last.content
    if opening.chomp:
        text = "\n".join(line.lstrip("\t") for line in text.split("\n"))
    if not opening.expand:
        return text
    result = expand(read_unquoted(text), state.lookup())
    if isinstance(result, ExpansionError):
        raise Stop(f"the body of `<<{opening.name}` {result.message}")
    return result.value.value if isinstance(result.value, Known) else result.value


def _check(node: Copy | Add, words: Words) -> None:
    """What BuildKit refuses before it copies anything.

    Raises:
        Stop: With BuildKit's message.
    """
    if isinstance(node, Copy):
        if any(isinstance(item, str) and item.startswith(("http://", "https://")) for item in words.sources):
            raise Stop("source can't be a URL for COPY")
        return
    if node.checksum is not None and node.checksum.text:
        if len(words.sources) != 1:
            raise Stop("checksum can't be specified for multiple sources")
        first = words.sources[0]
        if isinstance(first, str) and not is_remote(first):
            raise Stop("checksum requires HTTP(S) or Git sources")


def _created_by(node: Copy | Add, words: Words) -> tuple[str, bool]:
    """The history's text, and whether it is certain."""
    parts = ["COPY" if isinstance(node, Copy) else "ADD"]
    if words.parents:
        parts.append("--parents")
    if words.chown and node.chown:
        parts.append(f"--chown={shown(words.chown, node.chown)}")
    if words.chmod and node.chmod:
        parts.append(f"--chmod={shown(words.chmod, node.chmod)}")
    opened = {heredoc.word for heredoc in node.heredocs}
    plain = [item for item in node.sources if item.span not in opened]
    parts += [shown(value, item) for value, item in zip(words.sources, plain, strict=True)]
    parts += [f"<<{name}" for name, _ in words.heredocs]
    parts.append(shown(words.destination, node.destination))
    everything = (*words.sources, words.destination, words.chown, words.chmod)
    return " ".join(parts) + " # buildkit", not any(isinstance(item, Unknown) for item in everything)


def workdir(state: State, node: Workdir, setting: Setting) -> State:
    """WORKDIR: a layer unless it is the root, also when the directory is there already."""
    value = expander(state, setting.escape)(node.path)
    before = state
    state = change_directory(state, value)
    path = state.directory
    text = path if isinstance(path, str) else node.path.text
    if path == "/":
        return commit(state._replace(number=state.number), f"WORKDIR {text}", setting)
    state, step = begin(state, plain_text(state, node, setting.escape))
    content = ("mkdir", path, before.config.user, setting.epoch)
    key = workdir_key(before, path, node, setting.epoch)
    state = state._replace(vertex=vertex(content, (state.vertex,), step, state.number, key))
    state = write_directory(state, path, before.config.user, f"WORKDIR {text}", setting)
    return commit(state, f"WORKDIR {text}", setting, layer=True, known=isinstance(path, str))


def change_directory(state: State, path: Text) -> State:
    """`state` with the working directory that WORKDIR, or the base image's config, gives; Windows keeps backslashes.

    Raises:
        Stop: It is a Windows path outside the system drive.
    """
    if state.platform.os != "windows" or isinstance(path, Unknown):
        found = joined(state.config.workdir, path)
        return state._replace(config=state.config._replace(workdir=found), directory=found)
    above = state.config.workdir
    found = joined(above if isinstance(above, Unknown) else _plain(above), _plain(path))
    if isinstance(found, Unknown):
        return state._replace(config=state.config._replace(workdir=found), directory=found)
    found = clean(found)
    config = state.config._replace(workdir=found.replace("/", "\\"))
    return state._replace(config=config, directory=found)


def _plain(path: str) -> str:
    """A Windows path with slashes and without its drive."""
    plain = without_drive(path)
    if plain is None:
        raise Stop(f"{path} is not on the system drive (C:)")
    return plain


def joined(parent: Text, path: Text) -> Text:
    """The working directory that WORKDIR gives."""
    if isinstance(path, Unknown):
        return path
    if path.startswith("/"):
        return path
    return parent if isinstance(parent, Unknown) else join(parent, path)

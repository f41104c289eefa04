"""Keys: what BuildKit's cache knows an operation by, beside its inputs: named parts in a fixed order.

Two operations with equal parts, and inputs that match, share a record of the cache. What the cache leaves out is not
in the parts: names of source directories, times, labels. Source: the cache maps of BuildKit's `solver/llbsolver/ops`.
"""

from __future__ import annotations

from posixpath import basename

from dfcheck.resolve.values import is_remote
from dfcheck.simulate.derived import derive
from dfcheck.simulate.paths import clean
from dfcheck.simulate.selected import Slot, slot_of
from dfcheck.simulate.sources import read_source
from dfcheck.syntax.nodes import ShellForm
from dfcheck.syntax.words import Unknown
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from dfcheck.simulate.bases import BaseImage
    from dfcheck.simulate.config import Text
    from dfcheck.simulate.files import Source
    from dfcheck.simulate.mounts import Mounted
    from dfcheck.simulate.state import State
    from dfcheck.simulate.write import Words
    from dfcheck.syntax.nodes import Add, Copy, Run, Workdir

    # Name of a part and its value; an `Unknown` in it may be equal to anything.
    Parts: TypeAlias = "tuple[tuple[str, object], ...]"


class Key(Value):
    """What an operation is known by.

    Attributes:
        kind: `image`, `copy`, `workdir`, `run` or `link`.
        parts: See the module.
        slots: What it takes from each input that it knows by its files, in the order of the inputs; None for an input
            that it knows by its operation alone.
    """

    kind: str
    parts: Parts
    slots: tuple[Slot | None, ...] = ()


def image_key(reference: str, platform: str, image: BaseImage | None) -> Key:
    """An image that is pulled: by its layers; by its name when these are not at hand.

    BuildKit asks its cache for the manifest first, then for the layers; what stands on the image does not always wait
    for the second answer. So another image with the same layers may be taken from the cache, or not.
    """
    named = f"{reference} for {platform}"
    if image is not None and image.diff_ids:
        same = (image.config, image.history, image.author, image.platform)
        return Key("image", (("layers", image.diff_ids), ("image", Pulled(named, same))))
    return Key("image", (("layers", Unknown(named)), ("image", Unknown(named))))


class Pulled(Unknown):
    """An image whose manifest is not known.

    Attributes:
        why: Its name and platform.
        same: What is the same in two images that have the same manifest.
    """

    why: str
    same: object


def workdir_key(state: State, path: Text, node: Workdir, epoch: int | None) -> Key:
    """A WORKDIR.

    Args:
        state: Before it.
        path: Absolute.
        node: The instruction.
        epoch: SOURCE_DATE_EPOCH.
    """
    place = clean(path) if isinstance(path, str) else path
    parts = (
        ("path", derive(place, node, state)),
        ("user", _owner(state.config.user)),
        ("SOURCE_DATE_EPOCH", epoch),
        ("on", state.vertex is None),
    )
    return Key("workdir", parts)


def copy_key(
    state: State, words: Words, destination: Text, node: Copy | Add, source: Source, *, same: bool
) -> Key:
    """A COPY or ADD.

    Args:
        state: Before it.
        words: Its arguments.
        destination: As it is joined to the working directory.
        node: The instruction.
        source: What it takes from.
        same: Whether that is the very state that it changes; it is then known by the operation alone.
    """
    plain = tuple(item for item in words.sources if not is_remote(item))
    remote = tuple(item for item in words.sources if is_remote(item))
    parts: tuple[tuple[str, object], ...] = (
        ("sources", tuple(_base(item, parents=words.parents) for item in words.sources)),
        ("heredocs", words.heredocs),
        ("destination", _destination(destination, words.destination)),
        ("--chown", _owner(words.chown or "")),
        ("--chmod", _mode(words.chmod or "")),
        ("--exclude", words.exclude),
        ("--parents", words.parents),
        ("ADD", words.unpack),
        ("on", state.vertex is None or words.link),
    )
    texts = tuple(item for item in plain if isinstance(item, str))
    root = source.root if len(texts) == len(plain) else Unknown("names what only the build knows")
    slot = None
    if plain and not same:
        slot = slot_of(texts, root, exclude=words.exclude, parents=words.parents, local=source.local)
    slots: tuple[Slot | None, ...] = (None, slot)
    if remote:
        slots += (_remote(tuple(map(str, remote)), node),)
    joined = not isinstance(words.destination, Unknown)  # then only the directory may be unknown
    told = tuple(
        (name, value if joined and name == "destination" else derive(value, node, state))
        for name, value in parts
    )
    return Key("copy", told, slots)


def _remote(urls: tuple[str, ...], node: Copy | Add) -> Slot:
    """What is fetched from elsewhere: certain only with a checksum."""
    checksum = getattr(node, "checksum", None)
    pinned = f"{' '.join(urls)} {checksum.text}" if checksum is not None and checksum.text else ""
    return Slot(urls, (), (), Unknown(f"what {urls[0]} gives now is not known"), pinned=pinned)


def _base(item: Text, *, parents: bool) -> object:
    """A source as the cache knows it: its last name; with `--parents` the pattern too."""
    if isinstance(item, Unknown):
        return item
    if is_remote(item):
        return basename(item.partition("?")[0].partition("#")[0])
    source = read_source(item, parents=parents)
    return (basename(source.path), source.include, source.required) if parents else basename(source.path)


def _destination(path: Text, written: Text) -> object:
    """Where files go, cleaned; a slash at the end says directory and stays."""
    if isinstance(path, Unknown):
        return path if isinstance(written, Unknown) else (path, written)
    out = clean(path)
    if path.endswith("/") and not out.endswith("/"):
        return f"{out}/"
    if path.endswith("/."):
        return "/." if out == "/" else f"{out}/."
    return out


def _owner(text: Text) -> object:
    """An owner: numbers where they are numbers; `root` is 0."""
    if isinstance(text, Unknown) or not text:
        return text
    return tuple(_number(part) for part in text.split(":", 1))


def _number(text: str) -> int | str:
    if text == "root":
        return 0
    digits = text[1:] if text[:1] in {"+", "-"} else text
    return int(text) if digits.isascii() and digits.isdigit() and abs(int(text)) < 1 << 31 else text


def _mode(text: Text) -> object:
    if isinstance(text, Unknown) or not text:
        return text
    return int(text, 8) if text.isascii() and text.isdigit() and not set(text) & {"8", "9"} else text


# --- RUN ---------------------------------------------------------------------------------------------------


def run_key(state: State, words: object, node: Run, script: object, mounted: Mounted) -> Key:
    """A RUN.

    Args:
        state: Before it.
        words: The process; not known where the shell is not.
        node: The instruction.
        script: The body of a heredoc that is a script of its own; None without one.
        mounted: Its mounts.
    """
    if isinstance(words, Unknown):
        words = (words, node.command.text if isinstance(node.command, ShellForm) else "", *_bodies(node))
    network = "" if node.network is None else node.network.text
    security = "" if node.security is None else node.security.text
    parts = (
        ("command", words),
        ("script", script),
        ("variables", state.env),
        ("other variables", state.rest),
        ("directory", state.directory),
        ("user", state.config.user),
        ("platform", str(state.platform)),
        ("mounts", derive(mounted.parts, node, state)),
        ("--network", "" if network == "default" else network),
        ("--security", "" if security == "sandbox" else security),
        ("--device", tuple(item.text for item in node.devices)),
        ("on", state.vertex is None),
    )
    return Key("run", parts, (_root_slot(state, mounted), *mounted.slots))


def _bodies(node: Run) -> tuple[object, ...]:
    return tuple((item.name, item.content, item.chomp) for item in node.heredocs)


def _root_slot(state: State, mounted: Mounted) -> Slot | None:
    """The root is known by its files where a mount shows the very same state."""
    if state.vertex is None or all(item is None or item.key != state.vertex.key for item in mounted.inputs):
        return None
    tree = state.tree
    return slot_of(("/",), tree if isinstance(tree, Unknown) else tree.root)


def script_of(node: Run, words: object) -> object:
    """The body of a heredoc that runs as a script of its own, which BuildKit mounts; None without one."""
    if len(node.heredocs) == 1 and isinstance(words, tuple) and words:
        last = words[-1]
        if isinstance(last, str) and last == f"/dev/pipes/{node.heredocs[0].name}":
            return node.heredocs[0].content, node.heredocs[0].chomp
    return None

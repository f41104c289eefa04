"""Leaks: secrets and histories of repositories that the layers of an image hold, and how they got there."""

from __future__ import annotations

import os

from dfcheck.simulate.content import OnDisk, read_all
from dfcheck.simulate.sensitive import Kind, kind_of
from dfcheck.syntax.words import Unknown
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.simulate.context import Context
    from dfcheck.simulate.model import Entry, Image, Layer

WANTED = frozenset({"secret", "history"})
# Directories of files that came from elsewhere, or are there for tests: their keys are known to all the world.
PUBLIC = frozenset(
    "node_modules vendor site-packages test tests testdata __tests__ spec fixtures examples example testing".split()
)
# Words of names whose values are secrets.
WORDS = (
    "password",
    "passwd",
    "secret",
    "token",
    "apikey",
    "api_key",
    "private_key",
    "access_key",
    "credential",
)
# What stands where a secret will be.
PLACEHOLDERS = (
    "changeme",
    "change_me",
    "change-me",
    "your",
    "xxx",
    "todo",
    "example",
    "placeholder",
    "<",
    "${",
)
LOOK = 65536  # bytes of a file of variables


class Leak(Value):
    """A secret in a layer.

    Attributes:
        path: Where it lies in the image, absolute.
        source: Its path in the context; empty when it is not from there.
        text: What it is.
        folder: Whether it is a directory.
        line: Line of the instruction that brings it into the image.
        origin: Line of the COPY or ADD that takes it from the context, when that is another one, in another stage.
    """

    path: str
    source: str
    text: str
    folder: bool
    line: int
    origin: int | None = None


def leaks(image: Image, context: Context | None) -> tuple[Leak, ...]:
    """The leaks of an image's own layers, in their order; one for each directory of secrets.

    Args:
        image: The prediction.
        context: What it was made from.
    """
    raw = [item for layer in image.layers if layer.line is not None for item in _of_layer(layer)]
    if not raw:
        return ()
    top = "" if context is None else os.path.realpath(context.directory)
    firsts = _origins(image)
    found = [_leak(item, top, firsts) for item in raw]
    return tuple(leak for leak in found if PUBLIC.isdisjoint(leak.source.split("/")))


def entries_of(layer: Layer) -> tuple[Entry, ...]:
    """What a layer is known to hold: its entries, or what its instruction writes."""
    for entries in (layer.entries, layer.written):
        if not isinstance(entries, Unknown):
            return entries
    return ()


class _Raw(Value):
    """A sensitive entry, or the first file of a sensitive directory, whose path is `folder`."""

    entry: Entry
    kind: Kind
    line: int
    folder: str = ""


def _of_layer(layer: Layer) -> Iterator[_Raw]:
    folder: str | None = None
    open_kind: Kind | None = None  # of the directory, until a file is found in it
    line = layer.line or 0
    for entry in entries_of(layer):
        if folder is not None and entry.path.startswith(f"{folder}/"):
            if open_kind is not None and entry.type == "file":
                yield _Raw(entry, open_kind, line, folder)
                open_kind = None
            continue
        folder, open_kind = None, None
        kind = _kind(entry)
        if kind is not None and kind.folder:
            folder, open_kind = entry.path, kind
        elif kind is not None:
            yield _Raw(entry, kind, line)


def _kind(entry: Entry) -> Kind | None:
    """Why an entry should not be in an image; None where that is not certain."""
    try:
        kind = kind_of(entry.path, entry)
        if kind is None or kind.name not in WANTED or not PUBLIC.isdisjoint(entry.path.split("/")):
            return None
        if kind.text.startswith("environment variables"):
            return Kind("secret", "variables that hold secrets") if _has_secrets(entry) else None
        if "access token" in kind.text and not _has_token(entry):
            return None
    except OSError:
        return None  # nobody can tell
    return kind


def _has_token(entry: Entry) -> bool:
    """Whether a registry's settings hold a token, not only the name of a variable with one."""
    for line in read_all(entry.content, LOOK).decode("utf-8", "replace").splitlines():
        name, _, value = line.strip().replace(": ", "=").rpartition("=")
        value = value.strip("\"' ")
        if (
            ("_auth" in name or "AuthToken" in name)
            and value
            and not value.startswith(("$", "true", "false"))
        ):
            return True
    return False


def _has_secrets(entry: Entry) -> bool:
    """Whether a file of variables sets one to what is meant to be secret."""
    for line in read_all(entry.content, LOOK).decode("utf-8", "replace").splitlines():
        name, _, value = line.strip().removeprefix("export ").partition("=")
        value = value.strip().strip("\"'").lower()
        if not value or name.startswith("#"):
            continue
        if "://" in value:
            secret = "@" in value and ":" in value.partition("://")[2].partition("@")[0]
        else:
            secret = any(word in name.lower() for word in WORDS) and not name.lower().endswith(
                ("_file", "_path")
            )
        if secret and not any(text in value for text in PLACEHOLDERS):
            return True
    return False


def _leak(raw: _Raw, top: str, firsts: dict[str, int]) -> Leak:
    entry, path, folder = raw.entry, raw.folder or raw.entry.path, bool(raw.folder)
    place = entry.content.path if isinstance(entry.content, OnDisk) else ""
    source = place[len(top) + 1 :].replace(os.sep, "/") if top and place.startswith(f"{top}{os.sep}") else ""
    if folder and source:
        inner = entry.path[len(path) :]
        if source.endswith(inner):
            source = source.removesuffix(inner)
        else:  # a single file has been copied into the directory
            path, folder = entry.path, False
    origin = firsts.get(place, raw.line)
    return Leak(f"/{path}", source, raw.kind.text, folder, raw.line, origin if origin != raw.line else None)


def _origins(image: Image) -> dict[str, int]:
    """By place on disk, the first line that takes a file from the context."""
    firsts: dict[str, int] = {}
    for stage in image.stages:
        for layer in stage.layers:
            for entry in entries_of(layer):
                if layer.line is not None and isinstance(entry.content, OnDisk):
                    firsts.setdefault(entry.content.path, layer.line)
    return firsts

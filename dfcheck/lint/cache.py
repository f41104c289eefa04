"""Cache: reports of files that have been checked before, so that nothing of it is done again.

A report is kept under a digest of all that it depends on: the file's text, the settings as they count for its
name, the build arguments, the names around it, and what checks (dfcheck's modules, the installed packages, ShellCheck).
A report for which other files were read is not kept. What else a rule came to look at would have to be in that digest.

The directory holds up to 256 shards, each a text file: a head line, then one line a report, `digest JSON`. A run
over thousands of files reads and writes a few hundred small files, a run over one file a single one. What cannot be
understood is as if it were not there.
"""

from __future__ import annotations

import os
import sys

from dfcheck.lint.stored import Foreign, dump, load
from dfcheck.lint.whole import write_whole
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dfcheck.lint.engine import FileReport
    from dfcheck.lint.registry import Registry
    from dfcheck.lint.settings import Settings
    from dfcheck.syntax.text import Source

HEAD = b"dfcheck-cache 1\n"
LIMIT = 256 * 1024  # bytes of a shard, so 64 MB in all
TAG = "CACHEDIR.TAG"
TAGGED = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# This directory is a cache of dfcheck; `dfcheck clean` empties it.\n"
)
ENDING = ".shard"


class UnsafeError(Exception):
    """A directory that is not to be trusted with reports; one line that says why."""


def directory() -> str:
    """Where the cache is unless the user says otherwise; empty where there is no home."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        home = os.path.expanduser("~")
        base = os.path.join(home, ".cache") if os.path.isabs(home) and home != os.sep else ""
    return os.path.join(base, "dfcheck") if base else ""


class Cache:
    """Reports by what they depend on.

    Args:
        path: The directory; it is made when the first report is kept.
        extra: More that reports depend on, the same for all of this run.

    Raises:
        UnsafeError: The directory is somebody else's, or others may write to it.
    """

    __slots__ = ("_base", "_kept", "_path", "_settings", "_shards")

    def __init__(self, path: str, extra: tuple[object, ...] = ()) -> None:
        self._path = path
        self._shards: dict[str, bytes] = {}
        self._kept: dict[str, list[bytes]] = {}
        self._settings: dict[int, tuple[Settings, bytes]] = {}
        verify(path)
        self._base = _digest(repr((checker(), extra)).encode("utf-8", "backslashreplace"))

    def key(self, source: Source, settings: Settings, rules: Callable[[], Registry], beside: str = "") -> str:
        """The digest of all that the report of `source` depends on.

        Args:
            source: The file.
            settings: As they count for it.
            rules: Asked only for plugins.
            beside: What it depends on of the files around it.
        """
        from dfcheck.lint.select import matches

        known = self._settings.get(id(settings))
        if known is None:
            known = settings, self._base + _digest(_decisive(settings, rules))
            self._settings[id(settings)] = known
        globs = settings.per_file_ignores
        named = "".join(str(int(matches(globbed, source.name))) for globbed in globs)
        text = source.text.encode("utf-8", "surrogateescape")
        around = beside.encode("utf-8", "surrogateescape")
        return _digest(known[1] + named.encode() + b"\0" + around + b"\0" + text).hex()

    def get(self, key: str, source: Source) -> FileReport | None:
        """The report kept under `key`, None when there is none that can be understood."""
        shard = self._shard(key[:2])
        at = shard.rfind(f"\n{key} ".encode())  # the newest, should an older one be damaged
        if at < 0:
            return None
        end = shard.find(b"\n", at + 1)
        try:
            return load(shard[at + len(key) + 2 : end], source)
        except Foreign:
            return None

    def keep(self, key: str, report: FileReport) -> None:
        """Keep a report; `save` writes it. One of a rule's crash is not kept."""
        if not report.crashes:
            self._kept.setdefault(key[:2], []).append(f"{key} ".encode() + dump(report) + b"\n")

    def save(self) -> None:
        """Write what has been kept, each shard beside its place and then renamed.

        Raises:
            OSError: It cannot be written.
        """
        if not self._kept:
            return
        os.makedirs(os.path.dirname(self._path) or ".", exist_ok=True)
        if not os.path.isdir(self._path):
            os.mkdir(self._path, 0o700)
        tag = os.path.join(self._path, TAG)
        if not os.path.exists(tag):
            write_whole(tag, TAGGED.encode())
        for name, lines in self._kept.items():
            path = os.path.join(self._path, name + ENDING)
            write_whole(path, _bounded(_read(path), lines))
        self._kept.clear()

    def _shard(self, name: str) -> bytes:
        if name not in self._shards:
            self._shards[name] = _read(os.path.join(self._path, name + ENDING))
        return self._shards[name]


def verify(path: str) -> None:
    """See to it that nobody else can have written what is in the directory.

    Raises:
        UnsafeError: Somebody can, or it is no directory.
    """
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise UnsafeError(f"{path}: {error.strerror or error}") from None
    if not os.path.isdir(path):
        raise UnsafeError(f"{path}: not a directory")
    if hasattr(os, "getuid") and status.st_uid != os.getuid():
        raise UnsafeError(f"{path}: it belongs to another user")
    if os.name == "posix" and status.st_mode & 0o022:
        raise UnsafeError(f"{path}: others may write to it (`chmod go-w` mends that)")


def clean(path: str) -> int:
    """Remove what a cache has written to the directory, nothing else; how many files that were.

    Raises:
        UnsafeError: As `verify`.
        OSError: A file cannot be removed.
    """
    verify(path)
    if not os.path.isdir(path):
        return 0
    shards = [name for name in os.listdir(path) if _is_ours(name)]
    for name in shards:
        os.unlink(os.path.join(path, name))
    tag = os.path.join(path, TAG)
    if os.path.isfile(tag) and _start(tag, len(TAGGED)) == TAGGED.encode():
        os.unlink(tag)
    if not os.listdir(path):
        os.rmdir(path)
    return sum(name.endswith(ENDING) for name in shards)


def checker() -> tuple[object, ...]:
    """What checks: changes when anything does that could find something else.

    Of an installed dfcheck the record of its installation says all, with a digest of each module, so that a cache
    which CI restores stays good. Of a checkout the names, sizes and times of the modules count.
    """
    from dfcheck.lint.shellcheck import binary

    installed = [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
    packages = sorted({name for path in installed for name in _names(path) if name.endswith(".dist-info")})
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    shellcheck = binary()
    size = os.stat(shellcheck).st_size if shellcheck else 0
    return sys.version, packages, _record(os.path.dirname(here)) or _checkout(here), size


def _record(place: str) -> bytes:
    """The record of dfcheck's installation in `place`, empty when it has not been installed there."""
    for name in _names(place):
        if name.startswith("dfcheck-") and name.endswith(".dist-info"):
            record = os.path.join(place, name, "RECORD")
            if os.path.isfile(record):
                return _start(record, -1)
    return b""


def _checkout(here: str) -> list[object]:
    """The modules of a checkout: dfcheck's, and its rules beside it."""
    rules = os.path.join(os.path.dirname(here), "rules")
    return [entry for place in (here, rules) if os.path.isdir(place) for entry in _modules(place)]


def _modules(top: str) -> list[tuple[str, int, int]]:
    """Name, size and time of each Python module in a package."""
    found: list[tuple[str, int, int]] = []
    pending = [top]
    while pending:
        place = pending.pop()
        with os.scandir(place) as entries:
            for entry in entries:
                if entry.name.endswith(".py"):
                    status = entry.stat()
                    found.append((entry.path, status.st_size, status.st_mtime_ns))
                elif entry.name != "__pycache__" and entry.is_dir():
                    pending.append(entry.path)
    return sorted(found)


def _decisive(settings: Settings, rules: Callable[[], Registry]) -> bytes:
    """What decides about findings in the settings, and the modules of plugins."""
    # Which globs match a name is asked for each file; what is put in place here only says where things come from.
    fields = settings._replace(
        per_file_ignores=tuple(globbed._replace(root="") for globbed in settings.per_file_ignores),
        exclude=(),
        fail_level=None,
        output_format="",
        files=(),
        origins=(),
    )
    plugins: list[object] = []
    if settings.plugins:
        from dfcheck.lint.registry import module_of

        files = {str(module_of(rule).__file__) for rule in rules().rules}
        places = sorted({os.path.dirname(path) for path in files})
        plugins = [entry for place in places for entry in _modules(place)]
    return repr((fields, plugins)).encode("utf-8", "backslashreplace")


def _digest(data: bytes) -> bytes:
    try:
        from _blake2 import blake2b  # `hashlib` would load OpenSSL too, 3 ms
    except ImportError:
        from hashlib import blake2b

    return blake2b(data, digest_size=20).digest()


def _bounded(old: bytes, lines: Iterable[bytes]) -> bytes:
    """A shard of the old lines and the new ones, the oldest dropped where it would grow too large."""
    body = old[len(HEAD) :] + b"".join(lines)
    if len(body) > LIMIT:
        body = body[body.find(b"\n", len(body) - LIMIT) + 1 :]
    return HEAD + body


def _read(path: str) -> bytes:
    """A shard; only its head when there is none, or something else is in its place."""
    try:
        with open(path, "rb") as file:
            data = file.read(LIMIT + len(HEAD) + 1)
    except OSError:
        return HEAD  # what cannot be read will be found out anew
    return data if data.startswith(HEAD) and data.endswith(b"\n") else HEAD


def _names(path: str) -> list[str]:
    return os.listdir(path) if os.path.isdir(path) else []


def _is_ours(name: str) -> bool:
    stem, _, rest = name.partition(".")
    mine = len(stem) == 2 and all(char in "0123456789abcdef" for char in stem)
    return mine and (f".{rest}" == ENDING or (f".{rest}".startswith(f"{ENDING}.") and rest.endswith(".tmp")))


def _start(path: str, size: int) -> bytes:
    with open(path, "rb") as file:
        return file.read(size)


class Opened(Value):
    """A cache and its trouble: None and why, when there is none to use."""

    cache: Cache | None
    trouble: str = ""


def opened(path: str, extra: tuple[object, ...]) -> Opened:
    """The cache at `path`."""
    try:
        return Opened(Cache(path, extra))
    except (UnsafeError, OSError) as error:
        return Opened(None, str(error))

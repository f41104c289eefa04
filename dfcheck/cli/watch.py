"""`--watch`: checks again whenever a file changes, by looking at them once in a while; Ctrl-C ends it."""

from __future__ import annotations

import os
import sys
import time

from dfcheck.cli import output
from dfcheck.cli.discover import discover
from dfcheck.cli.options import UsageError
from dfcheck.cli.work import forget_settings
from dfcheck.lint.registry import RegistryError
from dfcheck.lint.settings import NAMES, SettingsError
from dfcheck.report.summary import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from dfcheck.cli.discover import Search

PAUSE = 0.5  # seconds between two looks
CLEAR = "\x1b[2J\x1b[H"


def watch(once: Callable[[], int], paths: Sequence[str], search: Search, more: Iterable[str]) -> int:
    """Call `once` now and after every change of the files that `paths` mean, their settings and the files `more`.

    Raises:
        UsageError: Standard input is among the paths.
        KeyboardInterrupt: The user ends it.
    """
    if "-" in paths:
        raise UsageError("--watch cannot watch standard input")
    seen: object = None
    quiet = search._replace(note=lambda _: None)
    while True:
        files = [file.path for file in discover(paths, quiet)]
        now = _state((*files, *_settings(files), *more))
        if now != seen:
            if output.is_terminal():
                output.write(CLEAR)
            _tried(once)
            output.flush()
            if sys.stderr is not None:
                output.note(f"watching {counted(len(files), 'file', 'files')}; Ctrl-C ends it")
            seen = now
        time.sleep(PAUSE)


def _tried(once: Callable[[], int]) -> None:
    """One run; what is wrong with settings can be mended while we watch."""
    forget_settings()
    try:
        once()
    except (UsageError, SettingsError, RegistryError) as error:
        output.error(str(error))


def _settings(files: Iterable[str]) -> list[str]:
    """Where settings files are or may come to be."""
    places = {os.path.dirname(os.path.abspath(path)) for path in files} | {os.getcwd()}
    for place in tuple(places):
        places |= set(_above(place))
    return [os.path.join(place, name) for place in sorted(places) for name in NAMES]


def _above(place: str) -> Iterator[str]:
    """The directories above `place` up to the root of its repository."""
    while os.path.dirname(place) != place and not os.path.exists(os.path.join(place, ".git")):
        place = os.path.dirname(place)
        yield place


def _state(paths: Iterable[str]) -> list[tuple[str, int, int]]:
    """What shows that a file has changed: time and size; -1 for one that is not there."""
    found = []
    for path in paths:
        try:
            status = os.stat(path)
        except OSError:
            found.append((path, -1, -1))
        else:
            found.append((path, status.st_mtime_ns, status.st_size))
    return found

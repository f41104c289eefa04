"""Plugins: rule packages of other distributions, by entry point.

A checked repository can name plugins in its settings, and it must not be able to make dfcheck run its own
code. So a plugin is looked up only among the distributions installed in the running environment (their
metadata in a `site-packages` or `dist-packages` directory of `sys.path`), never in the current directory,
never next to the settings file; `sys.path` is not added to, and while a plugin is imported the current
directory that `python -m` puts first is taken out of it.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager

from dfcheck.lint.registry import RegistryError, nearest, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.metadata import EntryPoint

    from dfcheck.findings import Rule

GROUP = "dfcheck.rules"


def plugin_rules(name: str) -> tuple[Rule, ...]:
    """Rules of the installed plugin whose entry point in the group `dfcheck.rules` is called `name`.

    Raises:
        RegistryError: No installed distribution has that entry point, or its package fails to import.
    """
    points = {point.name: point for point in _entry_points()}
    point = points.get(name)
    if point is None:
        close = nearest(name, points)
        hint = f"; did you mean `{close}`?" if close else ""
        raise RegistryError(
            f"plugin `{name}` is not installed in this Python environment ({sys.prefix}){hint}"
        )
    try:
        with _without_current_directory():
            return tuple(walk(point.load()))
    except Exception as error:  # a plugin may fail in any way; the user gets one line, with the reason
        raise RegistryError(f"plugin `{name}` ({point.value}) fails to load: {_reason(error)}") from error


def _entry_points() -> list[EntryPoint]:
    """Entry points of the group in installed distributions, dfcheck's own left out."""
    from importlib.metadata import distributions

    here = os.getcwd()
    directories = [
        path
        for path in sys.path
        if os.path.basename(path) in ("site-packages", "dist-packages") and os.path.abspath(path) != here
    ]
    return [
        point
        for distribution in distributions(path=directories)
        for point in distribution.entry_points
        if point.group == GROUP and point.name != "dfcheck"
    ]


@contextmanager
def _without_current_directory() -> Iterator[None]:
    """Take the first entry out of `sys.path` while it is the current directory.

    `python -m dfcheck` puts it there; a directory that the user added (PYTHONPATH, an editable install) stays.
    """
    first = sys.path[0] if sys.path and not sys.flags.safe_path else None
    if first is None or os.path.abspath(first) != os.getcwd():
        yield
        return
    del sys.path[0]
    try:
        yield
    finally:
        sys.path.insert(0, first)


def _reason(error: Exception) -> str:
    """One line: the kind of error and what it says."""
    return " ".join(f"{type(error).__name__}: {error}".split())

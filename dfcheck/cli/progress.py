"""Progress: a bar on standard error, for a person who would otherwise wait without a sign."""

from __future__ import annotations

import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeVar

    T = TypeVar("T")

PATIENCE = 1.0  # seconds before the bar appears
PACE = 0.1  # seconds between two drawings
WIDTH = 30  # columns


def shown(items: Iterable[T], total: int) -> Iterator[T]:
    """Pass `items` on; draw how many of `total` have come when that takes long and a terminal is there."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield from items
        return
    due = time.monotonic() + PATIENCE
    drawn = False
    try:
        for count, item in enumerate(items, 1):
            if time.monotonic() >= due:
                done = WIDTH * count // total
                sys.stderr.write(f"\r[{'#' * done}{'.' * (WIDTH - done)}] {count}/{total} files")
                sys.stderr.flush()
                due = time.monotonic() + PACE
                drawn = True
            yield item
    finally:
        if drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

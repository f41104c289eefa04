"""Names: paths as tuples of names, from the root of a tree.

Names are text; bytes that are no UTF-8 are lone surrogates, as `os.fsdecode` makes them.
"""

from __future__ import annotations

import os

from dfcheck.simulate.paths import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeAlias

# A path from the root of a tree, name by name; the root itself is empty.
Parts: TypeAlias = "tuple[str, ...]"


def cut(path: str) -> Parts:
    """The names of `path` below the root; `..` never leads above it."""
    text = clean(f"/{path}")
    return () if text == "/" else tuple(text[1:].split("/"))


def show(parts: Iterable[str]) -> str:
    """The absolute path of `parts`."""
    return "/" + "/".join(parts)


def in_order(names: Iterable[str]) -> list[str]:
    """`names` by the values of their bytes, the order of a walk."""
    names = list(names)
    if "".join(names).isascii():
        names.sort()
    else:
        names.sort(key=os.fsencode)
    return names


def is_folder(path: str) -> bool:
    """Whether `path` itself says that it names a directory: it ends in `/` or `/.`."""
    return path.endswith(("/", "/.")) or path in ("", ".")

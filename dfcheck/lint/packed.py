"""The byte code of a package's modules in one file, beside the files where Python keeps it.

To find, open and read a hundred small files takes three times as long as to run what is in them, in each run.
The pack is what Python's own `.pyc` files are: made by whoever may write there, never needed, and used only
while every module in it has the size and time of its source.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import CodeType, ModuleType

FEW = 20  # modules up to which a pack is not worth its file


def unpack(package: ModuleType, files: Iterable[str]) -> dict[str, CodeType]:
    """Code of the modules whose sources are `files`, by file; none when there is no pack, or a file has changed."""
    from marshal import loads

    place = _place(package)
    if not place:
        return {}
    try:
        with open(place, "rb") as file:
            stamps, codes = loads(file.read())  # noqa: S302 -- as Python reads its `.pyc` files
        if stamps == _stamps(files):
            return dict(codes)
    except (OSError, ValueError, TypeError, EOFError):
        pass  # absent, or cut short by a full disk: the modules are loaded one by one
    return {}


def pack(package: ModuleType, codes: Mapping[str, CodeType]) -> None:
    """Keep the code of these modules, by the file of each, for `unpack`; nothing happens where Python keeps none."""
    place = _place(package)
    if not place or len(codes) < FEW or sys.dont_write_bytecode:
        return
    from contextlib import suppress
    from marshal import dumps

    from dfcheck.lint.whole import write_whole

    # Installed by somebody else, or no room: as with `.pyc` files, it goes without.
    with suppress(OSError):
        write_whole(place, dumps((_stamps(codes), dict(codes))))


def _place(package: ModuleType) -> str:
    """Beside the byte code of the package itself; empty when that is kept nowhere, as in a zip archive."""
    folder, _, name = ((package.__spec__ and package.__spec__.cached) or "").rpartition(os.sep)
    return os.path.join(folder, name.replace("__init__", "_packed")) if folder else ""


def _stamps(files: Iterable[str]) -> dict[str, tuple[int, int]]:
    return {path: ((found := os.stat(path)).st_mtime_ns, found.st_size) for path in files}

"""Files that are written whole or not at all."""

from __future__ import annotations

import os


def write_whole(path: str, data: bytes, mode: int | None = None) -> None:
    """Write a file under another name beside its place and rename it, so that nobody ever sees half of it.

    Args:
        path: Where it shall be; what is there is replaced.
        data: What it shall hold.
        mode: Its permissions; those of any new file when None.

    Raises:
        OSError: It cannot be written; nothing is left behind.
    """
    beside = f"{path}.{os.getpid()}.tmp"
    try:
        with open(beside, "xb") as file:
            file.write(data)
        if mode is not None:
            os.chmod(beside, mode)
        os.replace(beside, path)
    except BaseException:
        if os.path.exists(beside):
            os.unlink(beside)
        raise

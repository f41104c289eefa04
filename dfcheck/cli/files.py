"""Files: from a path to a source, and the reason in one line when that fails."""

from __future__ import annotations

import sys

from dfcheck.syntax.text import Source, decode

NUL_WINDOW = 8192  # bytes


def load(path: str, stdin_name: str = "") -> Source:
    """The source at `path`, or on standard input for `-`, which `stdin_name` names.

    Raises:
        OSError: It cannot be read.
    """
    if path == "-":
        if sys.stdin is None:
            raise OSError("standard input is closed")
        return Source(stdin_name or "-", decode(sys.stdin.buffer.read()))
    with open(path, "rb") as file:
        return Source(path, decode(file.read()))


def is_binary(source: Source) -> bool:
    """Whether the text has a NUL near its beginning: BuildKit reads it, but nobody wrote it."""
    return "\0" in source.text[:NUL_WINDOW]


def reason(path: str, error: OSError) -> str:
    """`PATH: why` for one line."""
    return f"{path}: {error.strerror or error}"

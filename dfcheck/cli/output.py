"""Output: the two streams, colours, and files written whole or not at all."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dfcheck.cli.options import Arguments

OUT, ERR = 1, 2


class UnwritableError(Exception):
    """Standard output cannot take what it should; the message is one line for the user."""


def write(text: str) -> None:
    """Write to standard output; what its encoding lacks is written as an escape, never an error.

    Raises:
        BrokenPipeError: Nobody reads any more.
        UnwritableError: It cannot be written for another reason.
    """
    if sys.stdout is not None:
        _forgiving(sys.stdout)
        _tried(lambda: sys.stdout.write(text))


def write_bytes(data: bytes) -> None:
    """Write to standard output as it is; raises as `write`."""
    if sys.stdout is not None:
        flush()
        _tried(lambda: sys.stdout.buffer.write(data))


def flush() -> None:
    """Send on what standard output holds, so that a failure shows here and not while Python shuts down."""
    if sys.stdout is not None:
        _tried(sys.stdout.flush)


def _tried(action: Callable[[], object]) -> None:
    try:
        action()
    except BrokenPipeError:
        raise
    except OSError as fault:
        abandon()
        raise UnwritableError(f"cannot write the output: {fault.strerror or fault}") from None


def write_beside(text: str) -> None:
    """Write to standard error what would go to standard output, where that is taken."""
    if sys.stderr is not None:
        _forgiving(sys.stderr)
        sys.stderr.write(text)


def abandon() -> None:
    """Drop what standard output still holds: nobody can take it."""
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, OUT)
    os.close(sink)


def note(text: str) -> None:
    """One line on standard error that is no failure."""
    _say(f"dfcheck: {text}")


def warning(text: str) -> None:
    """One line on standard error: the run goes on."""
    _say(f"dfcheck: warning: {text}")


def error(text: str) -> None:
    """One line on standard error: the run cannot be right."""
    _say(f"dfcheck: error: {text}")


def colours(arguments: Arguments, settings: str = "") -> bool:
    """Whether to colour standard output.

    The option decides, then the settings (`always`, `never` or nothing), NO_COLOR, FORCE_COLOR, the terminal.
    """
    when = arguments.last("--color") or settings or "auto"
    if when != "auto":
        return when == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return is_terminal() and os.environ.get("TERM") != "dumb"


def is_terminal() -> bool:
    """Whether a person reads standard output."""
    return sys.stdout is not None and sys.stdout.isatty()


def columns() -> int:
    """Width of the terminal; 120 where there is none."""
    try:
        return os.get_terminal_size(OUT).columns or 120
    except OSError:
        return 120


def save(path: str, data: bytes) -> None:
    """Write a file under another name beside its place and rename it, so that nobody sees half of it.

    A path that is no regular file (`/dev/stdout`, a named pipe) is written to directly.

    Raises:
        OSError: It cannot be written; `filename` is set.
    """
    if os.path.exists(path) and not os.path.isfile(path):
        with open(path, "wb") as file:
            file.write(data)
        return
    from dfcheck.lint.whole import write_whole

    path = os.path.realpath(path)
    write_whole(path, data, os.stat(path).st_mode if os.path.exists(path) else None)


def _say(text: str) -> None:
    if sys.stderr is not None:
        from dfcheck.report.display import safe

        _forgiving(sys.stderr)
        try:
            sys.stderr.write(safe(text) + "\n")
            sys.stderr.flush()
        except OSError:
            sys.stderr = None  # nobody can be told any more; the exit status still tells


def _forgiving(stream: object) -> None:
    from io import TextIOWrapper

    if isinstance(stream, TextIOWrapper) and stream.errors != "backslashreplace":
        stream.reconfigure(errors="backslashreplace")

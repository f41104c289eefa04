"""Entry: picks the verb, loads its module alone, and turns every failure into one line and an exit code."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from importlib import import_module

from dfcheck.cli import output
from dfcheck.cli.options import UsageError, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

# Each verb is the module of its name in this package, with `VERB: Verb` and `run(Arguments) -> int`.
VERBS = {
    "check": "find what is wrong (this is what happens without a command)",
    "rule": "explain a rule, or list all rules",
    "config": "show the settings in force and where they come from",
    "parse": "show how a Dockerfile is read",
    "simulate": "show what a build would make, without building",
    "rebuild": "show which steps a change makes the builder run again, and why",
    "context": "show what a build would be sent, and what .dockerignore keeps back",
    "clean": "empty the cache of reports",
    "completion": "print a script that completes dfcheck's commands in a shell",
    "version": "print the version",
}
DEFAULT = "check"

OK, FOUND, FAILED, INTERRUPTED, CLOSED_PIPE = 0, 1, 2, 130, 141


def script() -> NoReturn:
    """Run the command line of this process and end it at once: Python's own tidying up takes a tenth of a short run."""
    code = main()
    atexit._run_exitfuncs()  # noqa: SLF001 -- what is left of temporary directories is removed there
    if sys.stderr is not None:
        sys.stderr.flush()
    os._exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line.

    Args:
        argv: Its words without the program's name; those of the process by default.

    Returns:
        0 nothing found, 1 something found, 2 could not do the job; 130 after Ctrl-C and 141 when the reader
        of the output went away, as a shell reports of programs that die of those signals.
    """
    # Trees and findings live long and have few cycles: looking for those less often saves a third of the time.
    gc.set_threshold(50_000, 20, 50)
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        code = _run(words)
        output.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        output.abandon()
        return CLOSED_PIPE
    except Exception as error:  # noqa: BLE001 -- the last resort: a user gets a line, not a traceback
        return _failed(error, words)
    return code


def _run(words: list[str]) -> int:
    name, rest = DEFAULT, words
    if words and words[0] in VERBS:
        name, rest = words[0], words[1:]
    elif words and words[0] in ("-h", "--help", "help"):
        from dfcheck.cli.usage import main_screen

        output.write(main_screen(VERBS.items()))
        return OK
    elif words and words[0] in ("-V", "--version"):
        name, rest = "version", words[1:]
    module = import_module(f"dfcheck.cli.{name}")
    arguments = read(rest, module.VERB)
    if arguments.count("--help"):
        from dfcheck.cli.usage import verb_screen

        output.write(verb_screen(module.VERB))
        return OK
    code: int = module.run(arguments)
    return code


def _failed(error: Exception, words: Sequence[str]) -> int:
    """Say in one line what went wrong; exit code 2."""
    if isinstance(error, (UsageError, output.UnwritableError, *_expected())):
        output.error(str(error))
        return FAILED
    if any(word == "--verbose" or (word[:1] == "-" and word[1:2] != "-" and "v" in word) for word in words):
        from traceback import print_exception

        print_exception(error)
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = f" ({os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno})" if trace else ""
    reason = " ".join(f"{type(error).__name__}: {error}".split())
    output.error(
        f"internal error: {reason}{where}; please report it with the input that causes it (-v shows more)"
    )
    return FAILED


def _expected() -> tuple[type[Exception], ...]:
    """Errors of lower rooms whose message is meant for the user."""
    from dfcheck.lint.registry import RegistryError
    from dfcheck.lint.settings import SettingsError

    return RegistryError, SettingsError

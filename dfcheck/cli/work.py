"""Work: checks files one after the other, or in several processes when there are many.

What a run needs travels as one frozen `Request`, what comes of a file as one frozen `Outcome`, so both ways
are the same function mapped over the same files, and the results keep their order.
"""

from __future__ import annotations

import os
from functools import cache

from dfcheck.cli.files import is_binary, load, reason
from dfcheck.lint.engine import check_build
from dfcheck.lint.registry import RegistryError, load_named
from dfcheck.lint.settings import Finder, SettingsError
from dfcheck.resolve import resolve
from dfcheck.syntax.parser import parse
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from dfcheck.api import Safety
    from dfcheck.cli.discover import Found
    from dfcheck.lint.engine import Diagnostic, FileReport
    from dfcheck.lint.registry import Registry
    from dfcheck.lint.settings import Settings
    from dfcheck.syntax.text import Source

MANY = 50  # files from which on processes repay their start
CHUNK = 16  # files that a process takes at once


class Request(Value):
    """How to check a file.

    Attributes:
        config: Path of the settings file to use, empty to search for one.
        isolated: Use no settings file.
        flags: What the command line sets, as pairs of a settings file's keys and values.
        build_args: Values for ARG, by name.
        target: The stage to build, empty for the last one.
        stdin_name: Name of standard input.
        mend: The most daring grade of fixes to apply, None to apply none.
    """

    config: str = ""
    isolated: bool = False
    flags: tuple[tuple[str, Any], ...] = ()
    build_args: tuple[tuple[str, str], ...] = ()
    target: str = ""
    stdin_name: str = ""
    mend: Safety | None = None


class Outcome(Value):
    """What came of one file.

    Attributes:
        path: The path given, or `-`.
        report: What was found; None when the file could not be checked.
        failing: Whether a finding is as severe as the settings' fail level.
        error: Why the file could not be checked, or not quite; one line.
        note: Why the file was left out; one line.
        before: The text before fixes, when fixes were applied.
        applied: Findings that fixes have mended.
        traceback: Of a crash.
    """

    path: str
    report: FileReport | None = None
    failing: bool = False
    error: str = ""
    note: str = ""
    before: Source | None = None
    applied: tuple[Diagnostic, ...] = ()
    traceback: str = ""


@cache
def finder(request: Request) -> Finder:
    """The finder of settings for a request; one for each process."""
    return Finder(config=request.config, isolated=request.isolated, flags=dict(request.flags))


def check_all(files: Sequence[Found], request: Request, jobs: int | None) -> Iterator[Outcome]:
    """Check the files in order.

    Args:
        files: The files.
        request: How.
        jobs: Number of processes; None for one each processor when there are many files.
    """
    processes = min(jobs or _processors(), (len(files) + CHUNK - 1) // CHUNK)
    if processes < 2 or (jobs is None and len(files) < MANY) or any(file.path == "-" for file in files):
        yield from (check_one(file, request) for file in files)
    else:
        yield from _in_processes(files, request, processes)


def check_one(file: Found, request: Request) -> Outcome:
    """Check one file; whatever goes wrong is in the outcome, and the next file gets its turn."""
    try:
        return _checked(file, request)
    except OSError as error:
        return Outcome(file.path, error=reason(file.path, error))
    except (SettingsError, RegistryError) as error:
        return Outcome(file.path, error=str(error))
    except Exception as error:  # noqa: BLE001 -- a fault of dfcheck in one file must not hide the others
        from traceback import format_exc

        said = " ".join(f"{type(error).__name__}: {error}".split())
        text = f"{file.path}: internal error: {said}; please report it with the file (-v shows more)"
        return Outcome(file.path, error=text, traceback=format_exc())


def _checked(file: Found, request: Request) -> Outcome:
    source = load(file.path, request.stdin_name)
    if not file.named and is_binary(source):
        return Outcome(file.path, note=f"{file.path}: left out, it is a binary file; name it to check it")
    settings = finder(request).for_file(source.name)
    rules = load_named(settings.plugins)
    report = _report(source, settings, rules, request)
    if request.mend is None or not any(item.fixable for item in report.diagnostics):
        return _outcome(file.path, report, settings)
    from dfcheck.lint.fix import fix_report

    fixed = fix_report(report, lambda text: _report(text, settings, rules, request), safety=request.mend)
    outcome = _outcome(file.path, fixed.report, settings)
    if fixed.refused or not fixed.settled:
        codes = sorted({item.code for item in fixed.refused or fixed.applied[-1:]})
        what = "would break the file" if fixed.refused else "undo each other"
        outcome = outcome._replace(error=f"{file.path}: fixes of {', '.join(codes)} {what}; please report it")
    return outcome._replace(before=source, applied=fixed.applied) if fixed.applied else outcome


def _report(source: Source, settings: Settings, rules: Registry, request: Request) -> FileReport:
    build = resolve(parse(source), build_args=dict(request.build_args) or None, target=request.target or None)
    return check_build(build, settings, rules)


def _outcome(path: str, report: FileReport, settings: Settings) -> Outcome:
    level = settings.fail_level
    failing = level is not None and any(item.severity <= level for item in report.diagnostics)
    trace = "".join(crash.traceback for crash in report.crashes)
    codes = ", ".join(f"{crash.code} ({crash.error})" for crash in report.crashes)
    error = (
        f"{path}: internal error in {codes}; please report it with the file (-v shows more)" if codes else ""
    )
    return Outcome(path, report, failing, error, traceback=trace)


def _in_processes(files: Sequence[Found], request: Request, processes: int) -> Iterator[Outcome]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import active_children

    with ProcessPoolExecutor(processes, initializer=_deaf) as executor:
        try:
            yield from executor.map(check_one, files, [request] * len(files), chunksize=CHUNK)
        except BaseException:
            executor.shutdown(wait=False, cancel_futures=True)
            for child in active_children():
                child.terminate()
            raise


def _deaf() -> None:
    """Leave Ctrl-C to the parent, which ends its workers."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on this system
        return os.cpu_count() or 1

"""Work: checks files one after the other, or in several processes when there are many.

What a run needs travels as one frozen `Request`, what comes of a file as one frozen `Outcome`, so both ways
are the same function mapped over the same files, and the results keep their order.
"""

from __future__ import annotations

import os
from functools import cache

from dfcheck.cli.files import is_binary, load, reason
from dfcheck.cli.surroundings import Around
from dfcheck.lint.registry import RegistryError, load_named
from dfcheck.lint.select import shell_wanted
from dfcheck.lint.settings import Finder, SettingsError
from dfcheck.lint.shells import shell_notes
from dfcheck.resolve import resolve
from dfcheck.syntax.parser import parse
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, ParamSpec, TypeAlias, TypeVar

    from dfcheck.cli.discover import Found
    from dfcheck.findings import Safety
    from dfcheck.lint.engine import Diagnostic, FileReport
    from dfcheck.lint.settings import Settings
    from dfcheck.lint.shellcheck import Job, Remark, Run
    from dfcheck.resolve import Build, Unknown
    from dfcheck.simulate.surroundings import Contexts
    from dfcheck.syntax.text import Source

    P = ParamSpec("P")
    T = TypeVar("T")
    # A file to check, and how.
    Task: TypeAlias = tuple[Found, "Request"]

MANY = 50  # files from which on processes repay their start
TABLES = ("severity", "per-file-ignores")  # settings that are tables
CHUNK = 16  # files that a process takes at once


class Request(Value):
    """How to check a file.

    Attributes:
        config: Path of the settings file to use, empty to search for one.
        isolated: Use no settings file.
        flags: What the command line sets, as pairs of a settings file's keys and values.
        build_args: Values for ARG, by name; see `resolve.Inputs`.
        target: The stage to build, empty for the last one.
        stdin_name: Name of standard input.
        mend: The most daring grade of fixes to apply, None to apply none.
        inline: Settings of the command line, as lines of TOML.
        fixable: Selectors of the rules whose fixes to apply, None for all.
        unfixable: Selectors of the rules whose fixes not to apply.
        context: The directory of the build context, empty to look whether the file's own is one.
        told: Whether the user has named that context, so that all is in it that the build needs.
        bases: Full names of base images, and the paths where they are.
        platform: The platform to build for, empty when not known.
        contexts: Names of further build contexts.
    """

    config: str = ""
    isolated: bool = False
    flags: tuple[tuple[str, Any], ...] = ()
    build_args: tuple[tuple[str, str | Unknown], ...] = ()
    target: str = ""
    stdin_name: str = ""
    mend: Safety | None = None
    inline: tuple[str, ...] = ()
    fixable: tuple[str, ...] | None = None
    unfixable: tuple[str, ...] = ()
    context: str = ""
    told: bool = True
    bases: tuple[tuple[str, str], ...] = ()
    platform: str = ""
    contexts: tuple[str, ...] = ()


class Outcome(Value):
    """What came of one file.

    Attributes:
        path: The path given, or `-`.
        report: What was found; None when the file could not be checked.
        failing: Whether a finding is as severe as the settings' fail level.
        error: Why the file could not be checked, or not quite; one line.
        note: Why the file was left out; one line.
        warning: Why it was checked with less than all; one line.
        before: The text before fixes, when fixes were applied.
        applied: Findings that fixes have mended.
        traceback: Of a crash.
        looked: Whether the report depends on other files than the Dockerfile.
    """

    path: str
    report: FileReport | None = None
    failing: bool = False
    error: str = ""
    note: str = ""
    warning: str = ""
    before: Source | None = None
    applied: tuple[Diagnostic, ...] = ()
    traceback: str = ""
    looked: bool = False


def finder(request: Request) -> Finder:
    """The finder of settings for a request; one for each process.

    Raises:
        SettingsError: The settings of the command line cannot be followed.
    """
    return _finder(request.config, request.isolated, request.flags, request.inline)


@cache
def _finder(
    config: str, isolated: bool, pairs: tuple[tuple[str, Any], ...], lines: tuple[str, ...]
) -> Finder:
    flags: dict[str, Any] = {}
    if lines:
        from dfcheck.lint.settings_file import inline

        flags = inline("\n".join(lines))
    for key, value in pairs:
        flags[key] = flags.get(key, {}) | dict(value) if key in TABLES else value
    return Finder(config=config, isolated=isolated, flags=flags)


def forget_settings() -> None:
    """Read settings anew when they are next asked for."""
    _finder.cache_clear()


def check_all(tasks: Sequence[Task], jobs: int | None) -> Iterator[Outcome]:
    """Check files in order.

    Args:
        tasks: The files, and how to check each.
        jobs: Number of processes; None for one each processor when there are many files.
    """
    yield from spread(check_some, tasks, jobs)


def spread(work: Callable[[Sequence[Task]], list[T]], tasks: Sequence[Task], jobs: int | None) -> Iterator[T]:
    """What `work`, a function of a module, makes of a few tasks at a time, in order; in processes as `check_all`."""
    processes = min(jobs or _processors(), (len(tasks) + CHUNK - 1) // CHUNK)
    chunks = [tasks[start : start + CHUNK] for start in range(0, len(tasks), CHUNK)]
    if processes < 2 or (jobs is None and len(tasks) < MANY) or any(file.path == "-" for file, _ in tasks):
        for chunk in chunks:
            yield from work(chunk)
    else:
        yield from _in_processes(work, chunks, processes)


def check_some(tasks: Sequence[Task]) -> list[Outcome]:
    """Check a few files, whose shell scripts one ShellCheck reads; whatever goes wrong with one is in its outcome."""
    prepared = [guarded(file, _prepared, file, request) for file, request in tasks]
    shelling = Shelling([item.build for item in prepared if isinstance(item, Prepared) and item.shell])
    shared: Contexts = {}
    return [
        item if isinstance(item, Outcome) else guarded(file, _checked, item, request, shelling, shared)
        for (file, request), item in zip(tasks, prepared, strict=True)
    ]


def guarded(file: Found, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T | Outcome:
    """What `work` gives, or an outcome that tells why it failed: the next file gets its turn."""
    try:
        return work(*arguments, **named)
    except OSError as error:
        return Outcome(file.path, error=reason(file.path, error))
    except (SettingsError, RegistryError) as error:
        return Outcome(file.path, error=str(error))
    except Exception as error:  # noqa: BLE001 -- a fault of dfcheck in one file must not hide the others
        from traceback import format_exc

        said = " ".join(f"{type(error).__name__}: {error}".split())
        text = f"{file.path}: internal error: {said}; please report it with the file (-v shows more)"
        return Outcome(file.path, error=text, traceback=format_exc())


class Prepared(Value):
    """A file that has been read, with what it is checked by; `shell` tells whether ShellCheck takes part."""

    path: str
    build: Build
    settings: Settings
    shell: bool


class Shelling:
    """ShellCheck at work on the scripts of some files; what it says is read when first asked for.

    Attributes:
        trouble: Why it has nothing to say, one line; empty when all is well.
    """

    def __init__(self, builds: Sequence[Build]) -> None:
        """Start it, if there is anything to read."""
        self.trouble = ""
        self._jobs: dict[int, tuple[Job, ...]] = {}
        self._run: Run | None = None
        if not builds:
            return
        from dfcheck.lint.shellcheck import Trouble, jobs, start

        self._jobs = {id(build): jobs(build) for build in builds}
        scripts = (job.script for found in self._jobs.values() for job in found)
        try:
            self._run = start(script for script in scripts if script not in _heard)
        except Trouble as trouble:
            self.trouble = str(trouble)

    def remarks(self, build: Build) -> list[Remark]:
        """What ShellCheck says of one file; waits for it to end."""
        from dfcheck.lint.shellcheck import Trouble, collect, remarks

        run, self._run = self._run, None
        try:
            _heard.update(collect(run))
        except Trouble as trouble:
            self.trouble = str(trouble)
        return [
            remark for job in self._jobs[id(build)] for remark in remarks(job, _heard.get(job.script, ()))
        ]


# What ShellCheck said of each script in this process: whole families of images share theirs.
_heard: dict[str, list[dict[str, Any]]] = {}


def _prepared(file: Found, request: Request) -> Prepared | Outcome:
    source = load(file.path, request.stdin_name)
    if not file.named and is_binary(source):
        return Outcome(file.path, note=f"{file.path}: left out, it is a binary file; name it to check it")
    settings = finder(request).for_file(source.name)
    return Prepared(file.path, build_of(source, request), settings, shell_wanted(settings))


def build_of(source: Source, request: Request) -> Build:
    """A Dockerfile, parsed and resolved as a request wants it."""
    document = parse(source)
    return resolve(
        document,
        build_args=dict(request.build_args) or None,
        platform=request.platform or None,
        target=request.target or None,
        shells=shell_notes(document),
        contexts=request.contexts,
    )


def report_of(item: Prepared, shelling: Shelling, around: Around) -> FileReport:
    """The findings of a file."""
    shell = (lambda: shelling.remarks(item.build)) if item.shell else None
    # Loaded here and not before, so that ShellCheck works meanwhile.
    from dfcheck.lint.engine import check_build

    rules = load_named(item.settings.plugins)
    return check_build(item.build, item.settings, rules, shell=shell, around=around)


def _checked(item: Prepared, request: Request, shelling: Shelling, shared: Contexts) -> Outcome:
    around = Around(item.build, item.path, request, shared)
    report = report_of(item, shelling, around)
    outcome = outcome_of(item.path, report, item.settings)._replace(
        warning=shelling.trouble, looked=around.looked
    )
    if request.mend is None or not any(found.fixable for found in report.diagnostics):
        return outcome
    from dfcheck.lint.fix import fix_report

    def again(text: Source) -> FileReport:
        build = build_of(text, request)
        shelling = Shelling([build] if item.shell else [])
        return report_of(item._replace(build=build), shelling, Around(build, item.path, request))

    fixed = fix_report(report, again, safety=request.mend, wanted=wanted(request, item.settings))
    outcome = outcome_of(item.path, fixed.report, item.settings)._replace(
        warning=shelling.trouble, looked=around.looked
    )
    if fixed.refused or not fixed.settled:
        codes = sorted({found.code for found in fixed.refused or fixed.applied[-1:]})
        what = "would break the file" if fixed.refused else "undo each other"
        outcome = outcome._replace(error=f"{item.path}: fixes of {', '.join(codes)} {what}; please report it")
    before = item.build.document.source
    return outcome._replace(before=before, applied=fixed.applied) if fixed.applied else outcome


def wanted(request: Request, settings: Settings) -> Callable[[str], bool] | None:
    """Whose fixes `--fixable` and `--unfixable` leave, by code; None for all.

    Raises:
        SettingsError: They name an unknown rule.
    """
    if request.fixable is None and not request.unfixable:
        return None
    from dfcheck.lint.select import selected
    from dfcheck.lint.settings_file import selectors

    rules = load_named(settings.plugins)
    on = selectors("fixable", request.fixable if request.fixable is not None else ("ALL",), rules)
    off = selectors("unfixable", request.unfixable, rules)
    return lambda code: selected(code, on, rules) and not selected(code, off, rules)


def outcome_of(path: str, report: FileReport, settings: Settings) -> Outcome:
    """The outcome of a file with this report."""
    level = settings.fail_level
    failing = level is not None and any(item.severity <= level for item in report.diagnostics)
    trace = "".join(crash.traceback for crash in report.crashes)
    codes = ", ".join(f"{crash.code} ({crash.error})" for crash in report.crashes)
    error = (
        f"{path}: internal error in {codes}; please report it with the file (-v shows more)" if codes else ""
    )
    return Outcome(path, report, failing, error, traceback=trace)


def _in_processes(
    work: Callable[[Sequence[Task]], list[T]], chunks: Sequence[Sequence[Task]], processes: int
) -> Iterator[T]:
    import threading
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import active_children

    with ProcessPoolExecutor(processes, initializer=_deaf) as executor:
        try:
            for outcomes in executor.map(work, chunks):
                yield from outcomes
        except BaseException:
            # The executor's own thread may trip over futures that are cancelled under its hands.
            threading.excepthook = lambda _: None
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

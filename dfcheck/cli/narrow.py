"""Narrowing: which findings a run tells, where not all are wanted: new ones only, or those on changed lines only."""

from __future__ import annotations

import os

from dfcheck.cli import output
from dfcheck.cli.files import reason
from dfcheck.cli.options import UsageError
from dfcheck.cli.work import Outcome, finder
from dfcheck.report.display import safe
from dfcheck.report.summary import counted
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dfcheck.cli.discover import Found
    from dfcheck.cli.options import Arguments
    from dfcheck.cli.work import Request
    from dfcheck.lint.engine import FileReport

FIXES = ("--fix", "--fix-only", "--diff", "--add-ignore")


class Narrower(Value):
    """How to narrow outcomes, prepared before anything is checked, so that what is wrong with it is told at once.

    Attributes:
        baseline: Path of the baseline, empty without one.
        known: Its entries by file.
        touched: Whether a finding of a report is on changed lines; None when that does not matter.
    """

    baseline: str = ""
    known: dict[str, tuple[str, ...]] | None = None
    touched: Callable[[FileReport], FileReport] | None = None


def narrower(arguments: Arguments, files: Sequence[Found]) -> Narrower:
    """The narrowing that the options ask for.

    Raises:
        UsageError: They cannot be followed.
    """
    revision = arguments.last("--diff-base")
    baseline = arguments.last("--baseline")
    if not revision and (not baseline or arguments.count("--write-baseline")):
        return Narrower()
    for name in FIXES:
        if arguments.count(name):
            one = "--diff-base" if revision else "--baseline"
            raise UsageError(f"{name} works on all findings; leave {one} out")
    known = None if not baseline or arguments.count("--write-baseline") else _read(baseline)
    touched = None
    if revision:
        if any(file.path == "-" for file in files):
            raise UsageError("--diff-base: git does not know standard input")
        from dfcheck.cli.changes import Repositories, on_changed_lines

        repositories = Repositories(revision)
        for file in files:
            if os.path.exists(file.path):
                repositories.of(file.path)

        def touched(report: FileReport) -> FileReport:
            return on_changed_lines(report, repositories)

    return Narrower(baseline, known, touched)


def _read(path: str) -> dict[str, tuple[str, ...]]:
    from dfcheck.lint.baseline import BaselineError, read

    try:
        return read(path)
    except BaselineError as error:
        raise UsageError(str(error)) from None


def narrowed(outcomes: Sequence[Outcome], how: Narrower, request: Request) -> tuple[tuple[Outcome, ...], str]:
    """The outcomes with the findings that are wanted, and a line on what the baseline did."""
    if how.touched is None and how.known is None:
        return tuple(outcomes), ""
    kept: list[Outcome] = []
    hidden = stale = 0
    for outcome in outcomes:
        report = outcome.report
        if report is not None and how.touched is not None:
            report = how.touched(report)
        if report is not None and how.known is not None:
            from dfcheck.lint.baseline import name_in
            from dfcheck.lint.baseline import narrowed as without

            left = without(report, how.known.get(name_in(report.source.name, how.baseline), ()))
            report, hidden, stale = left.report, hidden + left.known, stale + len(left.stale)
        kept.append(outcome if report is None else _again(outcome, report, request))
    if how.known is not None and how.touched is None:
        stale += _orphans(how)
    return tuple(kept), _said(hidden, 0 if how.touched else stale, how) if how.known is not None else ""


def _again(outcome: Outcome, report: FileReport, request: Request) -> Outcome:
    level = finder(request).for_file(report.source.name).fail_level
    failing = level is not None and any(item.severity <= level for item in report.diagnostics)
    return outcome._replace(report=report, failing=failing)


def _orphans(how: Narrower) -> int:
    """Entries of files that are gone."""
    base = os.path.dirname(how.baseline) or "."
    known = how.known or {}
    return sum(
        len(entries) for name, entries in known.items() if not os.path.exists(os.path.join(base, name))
    )


def _said(hidden: int, stale: int, how: Narrower) -> str:
    said = f"{counted(hidden, 'known finding', 'known findings')} not shown." if hidden else ""
    if stale:
        entries = counted(stale, "entry", "entries")
        verb = "matches" if stale == 1 else "match"
        said += (
            f"{' ' if said else ''}{entries} of {safe(how.baseline)} {verb} nothing any more;"
            " --write-baseline takes them out."
        )
    return said and said + "\n"


def write_baseline(outcomes: Sequence[Outcome], arguments: Arguments, *, failed: bool) -> int:
    """Write what was found to the baseline, and say so; the exit code.

    Entries of files that were not checked now stay as long as the files do.

    Raises:
        UsageError: What lies in its place is no baseline.
    """
    from dfcheck.lint.baseline import DEFAULT, entries, name_in, text

    path = arguments.last("--baseline") or DEFAULT
    known = _before(path)
    if failed:
        output.error("no baseline is written, because not all files could be checked")
        return 2
    base = os.path.dirname(path) or "."
    known = {name: old for name, old in known.items() if os.path.exists(os.path.join(base, name))}
    reports = [outcome.report for outcome in outcomes if outcome.report is not None]
    for report in reports:
        known[name_in(report.source.name, path)] = entries(report)
    try:
        output.save(path, text(known).encode())
    except OSError as error:
        output.error(reason(path, error))
        return 2
    if not arguments.count("--quiet"):
        total = sum(len(report.diagnostics) for report in reports)
        output.write(
            f"Wrote {counted(total, 'finding', 'findings')} of"
            f" {counted(len(reports), 'file', 'files')} to {safe(path)}.\n"
        )
    return 0


def _before(path: str) -> dict[str, tuple[str, ...]]:
    """The entries that are there already; none where there is no file, or one of another version of dfcheck."""
    from dfcheck.lint.baseline import BaselineError, read

    if not os.path.exists(path):
        return {}
    try:
        return read(path)
    except BaselineError as error:
        if error.ours:
            return {}
        raise UsageError(f"{error}; it is not overwritten") from None

"""Mending: what `--fix` and its relatives do with the texts that fixes made."""

from __future__ import annotations

from dfcheck.cli import output
from dfcheck.cli.files import reason
from dfcheck.report.display import safe
from dfcheck.report.summary import counted
from dfcheck.syntax.text import encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dfcheck.cli.options import Arguments
    from dfcheck.cli.work import Outcome
    from dfcheck.syntax.text import Source


def carry_out(outcomes: Iterable[Outcome], arguments: Arguments) -> tuple[str, bool]:
    """Write the mended files, or show the differences with `--diff`.

    Standard input goes to standard output, mended or not, so that an editor can take it back.

    Returns:
        What to tell the user about it, and whether all could be written.
    """
    outcomes = tuple(outcomes)
    if arguments.count("--diff"):
        return "".join(line for outcome in outcomes for line in _difference(outcome)), True
    good = True
    for outcome in outcomes:
        if outcome.report is None:
            continue
        data = encode(outcome.report.source.text)
        if outcome.path == "-":
            output.write_bytes(data)
        elif outcome.before is not None:
            try:
                output.save(outcome.path, data)
            except OSError as error:
                output.error(reason(outcome.path, error))
                good = False
    return _told(outcomes, arguments), good


def _told(outcomes: tuple[Outcome, ...], arguments: Arguments) -> str:
    total = sum(len(outcome.applied) for outcome in outcomes)
    if not total or arguments.count("--quiet"):
        return ""
    lines = []
    if arguments.count("--show-fixes"):
        lines = [
            f"{safe(outcome.path)}: {item.code} [{item.name}] {safe(item.finding.fix.title)}\n"
            for outcome in outcomes
            for item in outcome.applied
            if item.finding.fix is not None
        ]
    return "".join((*lines, f"Fixed {counted(total, 'problem', 'problems')}.\n"))


def _difference(outcome: Outcome) -> Iterator[str]:
    """A unified diff of what fixes change in a file; nothing when they change nothing."""
    if outcome.before is None or outcome.report is None:
        return
    from difflib import unified_diff

    name = safe(outcome.before.name)
    for line in unified_diff(_lines(outcome.before), _lines(outcome.report.source), name, name):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(source: Source) -> list[str]:
    return source.text.splitlines(keepends=True)

"""Fixing: apply the fixes of a file's findings until there is nothing left to apply."""

from __future__ import annotations

from dfcheck.findings import Safety
from dfcheck.lint.engine import FileReport, check
from dfcheck.syntax.nodes import Invalid
from dfcheck.syntax.parser import parse
from dfcheck.syntax.text import Source
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dfcheck.findings import Edit, Fix
    from dfcheck.lint.engine import Diagnostic
    from dfcheck.lint.registry import Registry
    from dfcheck.lint.settings import Settings

ROUNDS = 10


class Fixed(Value):
    """The outcome.

    Attributes:
        source: The text after all fixes.
        report: What is left to say about it.
        applied: Findings whose fixes were applied, in order.
        refused: Findings whose fixes would have broken the file; a fault of their rules.
        settled: False when the last round still had fixes to apply, i.e. rules undo each other's fixes.
    """

    source: Source
    report: FileReport
    applied: tuple[Diagnostic, ...]
    refused: tuple[Diagnostic, ...] = ()
    settled: bool = True


def fix(
    source: Source,
    settings: Settings,
    rules: Registry,
    *,
    safety: Safety = Safety.SAFE,
    wanted: Callable[[str], bool] | None = None,
) -> Fixed:
    """Check, apply fixes, and again until nothing is left to apply, at most ten rounds.

    Args:
        source: The file.
        settings: As for `check`.
        rules: As for `check`.
        safety: The most daring grade to apply.
        wanted: Tells by code whose fixes to apply; all without it.
    """
    report = check(source, settings, rules)
    return fix_report(report, lambda text: check(text, settings, rules), safety=safety, wanted=wanted)


def fix_report(
    report: FileReport,
    again: Callable[[Source], FileReport],
    *,
    safety: Safety = Safety.SAFE,
    wanted: Callable[[str], bool] | None = None,
    broken: Callable[[Source], int] | None = None,
) -> Fixed:
    """As `fix`, beginning with a report; `again` checks a changed text, `broken` counts its faults as `faults` does."""
    applied: list[Diagnostic] = []
    refused: list[Diagnostic] = []
    for _ in range(ROUNDS):
        chosen = [
            item
            for item in report.diagnostics
            if item.finding.fix is not None
            and item.finding.fix.safety <= safety
            and (wanted is None or wanted(item.code))
            and not any(
                item.code == other.code and item.finding.fix == other.finding.fix for other in refused
            )
        ]
        if not chosen:
            return Fixed(report.source, report, tuple(applied), tuple(refused))
        source, done, bad = _round(report.source, chosen, broken or faults)
        refused += bad
        if done:
            applied += done
            report = again(source)
    return Fixed(report.source, report, tuple(applied), tuple(refused), settled=False)


def _round(
    source: Source, chosen: list[Diagnostic], faults: Callable[[Source], int]
) -> tuple[Source, list[Diagnostic], list[Diagnostic]]:
    """Apply what does not overlap; when that breaks the file, one fix at a time without those that do."""
    text, done = apply(source.text, chosen)
    before = faults(source)
    after = Source(source.name, text)
    if faults(after) <= before:
        return after, done, [] if done else chosen
    kept: list[Diagnostic] = []
    bad: list[Diagnostic] = []
    for item in done:
        text, _ = apply(source.text, [*kept, item])
        (kept if faults(Source(source.name, text)) <= before else bad).append(item)
    return Source(source.name, apply(source.text, kept)[0]), kept, bad


def apply(text: str, chosen: Iterable[Diagnostic]) -> tuple[str, list[Diagnostic]]:
    """`text` after the fixes that do not overlap an earlier one, and the findings they belong to.

    All edits of a fix are made or none.
    """
    taken: list[Edit] = []
    done: list[Diagnostic] = []
    for item in chosen:
        change = item.finding.fix
        if change is not None and change.edits and _fits(change, taken):
            taken += change.edits
            done.append(item)
    pieces: list[str] = []
    at = 0
    for edit in sorted(taken, key=_place):
        pieces += (text[at : edit.span.start], edit.text)
        at = edit.span.end
    return "".join((*pieces, text[at:])), done


def _place(edit: Edit) -> tuple[int, int]:
    return edit.span.start, edit.span.end


def _fits(change: Fix, taken: list[Edit]) -> bool:
    """Whether the edits touch neither each other nor those taken."""
    own = list(change.edits)
    return not any(_clash(edit, other) for index, edit in enumerate(own) for other in (*taken, *own[:index]))


def _clash(first: Edit, second: Edit) -> bool:
    one, two = first.span, second.span
    return one == two or (one.start < two.end and two.start < one.end)


def faults(source: Source) -> int:
    """How many things in the file cannot be read."""
    document = parse(source)
    return len(document.problems) + sum(isinstance(item, Invalid) for item in document.items)

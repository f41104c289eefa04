"""Summary: the line below the findings, and the table of `--statistics`."""

from __future__ import annotations

from dfcheck.findings import Safety, Severity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dfcheck.lint.engine import Diagnostic
    from dfcheck.report.model import Report

NOUNS = {
    Severity.ERROR: ("error", "errors"),
    Severity.WARNING: ("warning", "warnings"),
    Severity.INFO: ("note", "notes"),
    Severity.STYLE: ("style remark", "style remarks"),
}


def summary(report: Report) -> str:
    """`Found 2 problems (2 warnings). …`, or `All good: 1 file.`."""
    found = [diagnostic for file in report.files for diagnostic in file.diagnostics]
    if not found:
        return f"All good: {counted(len(report.files), 'file', 'files')}.\n"
    parts = [f"Found {counted(len(found), 'problem', 'problems')} ({kinds(found)}).", *_fixable(found)]
    counts: dict[str, int] = {}
    for item in found:
        counts[item.code] = counts.get(item.code, 0) + 1
    # Of equally frequent ones the first to be seen.
    parts.append(f"`dfcheck rule {max(counts, key=lambda code: counts[code])}` says more.")
    return " ".join(parts) + "\n"


def kinds(found: Sequence[Diagnostic]) -> str:
    """`1 error, 2 warnings`: how many there are of each severity, the worst first."""
    numbers = ((severity, sum(item.severity is severity for item in found)) for severity in Severity)
    return ", ".join(counted(number, *NOUNS[severity]) for severity, number in numbers if number)


def _fixable(found: list[Diagnostic]) -> list[str]:
    safe = sum(_has(diagnostic, Safety.SAFE) for diagnostic in found)
    unsafe = sum(_has(diagnostic, Safety.UNSAFE) for diagnostic in found)
    if safe:
        return [f"{safe} fixable with --fix{f' ({unsafe} more with --unsafe-fixes)' if unsafe else ''}."]
    return [f"{unsafe} fixable with --fix --unsafe-fixes."] if unsafe else []


def _has(diagnostic: Diagnostic, safety: Safety) -> bool:
    fix = diagnostic.finding.fix
    return fix is not None and fix.safety is safety


def statistics(report: Report) -> list[dict[str, object]]:
    """How often each rule spoke, most first: `code`, `name`, `count` and how many are `fixable`."""
    rows: dict[str, dict[str, object]] = {}
    counts: dict[str, list[int]] = {}
    for file in report.files:
        for item in file.diagnostics:
            rows.setdefault(item.code, {"code": item.code, "name": item.name})
            count = counts.setdefault(item.code, [0, 0])
            count[0] += 1
            count[1] += item.finding.fix is not None and item.finding.fix.safety is not Safety.MANUAL
    order = sorted(rows, key=lambda code: (-counts[code][0], code))
    return [rows[code] | {"count": counts[code][0], "fixable": counts[code][1]} for code in order]


def table(rows: list[dict[str, object]]) -> str:
    """`statistics` for people."""
    width = max((len(str(row["count"])) for row in rows), default=0)
    lines = (
        f"{row['count']:>{width}}  {row['code']:7} {row['name']}{' (fixable)' if row['fixable'] else ''}\n"
        for row in rows
    )
    return "".join(lines)


def counted(number: int, one: str, many: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {one if number == 1 else many}"

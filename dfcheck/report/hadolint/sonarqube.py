"""Hadolint's `sonarqube` format: generic issues in the shape before SonarQube 10.3."""

from __future__ import annotations

from dfcheck.report.hadolint.rows import compact, rows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.report.hadolint.rows import Row
    from dfcheck.report.model import Report

LEVELS = {"error": "CRITICAL", "warning": "MAJOR", "info": "MINOR", "style": "INFO"}


def render(report: Report) -> Iterator[str]:
    """The report, in one piece."""
    yield compact({"issues": list(map(_issue, rows(report)))}) + "\n"


def _issue(row: Row) -> dict[str, object]:
    textual = {"startLine": row.line, "endLine": row.end_line}
    if (row.line, row.column) < (row.end_line, row.end_column):  # SonarQube refuses an empty range
        textual |= {"startColumn": row.column - 1, "endColumn": row.end_column - 1}
    return {
        "engineId": "Hadolint",
        "primaryLocation": {"filePath": row.file, "message": row.message, "textRange": textual},
        "ruleId": row.code,
        "severity": "BLOCKER" if row.unreadable else LEVELS[row.level],
        "type": "BUG" if row.level == "error" else "CODE_SMELL",
    }

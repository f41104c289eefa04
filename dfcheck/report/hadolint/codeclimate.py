"""Hadolint's `codeclimate` format: JSON objects, a NUL behind each."""

from __future__ import annotations

from dfcheck.report.hadolint.rows import compact, rows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.report.hadolint.rows import Row
    from dfcheck.report.model import Report

LEVELS = {"error": "blocker", "warning": "major", "info": "info", "style": "minor"}


def render(report: Report) -> Iterator[str]:
    """The issues, one after the other."""
    for row in rows(report):
        yield compact(issue(row)) + "\0"


def issue(row: Row) -> dict[str, object]:
    """An issue as plain values; hadolint names the column of syntax errors only."""
    here = {"column": row.column, "line": row.line}
    place = (
        {"positions": {"begin": here, "end": here}}
        if row.unreadable
        else {"lines": {"begin": row.line, "end": row.line}}
    )
    return {
        "categories": ["Bug Risk"],
        "check_name": row.code,
        "description": row.message,
        "location": {"path": row.file, **place},
        "severity": LEVELS[row.level],
        "type": "issue",
    }

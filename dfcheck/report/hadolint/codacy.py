"""Hadolint's `codacy` format: JSON objects one behind the other, with nothing between."""

from __future__ import annotations

from dfcheck.report.hadolint.rows import compact, rows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.report.model import Report


def render(report: Report) -> Iterator[str]:
    """The findings, one after the other."""
    for row in rows(report):
        yield compact({"filename": row.file, "line": row.line, "message": row.message, "patternId": row.code})

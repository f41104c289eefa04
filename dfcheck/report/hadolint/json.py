"""Hadolint's `json` format: an array of findings."""

from __future__ import annotations

from dfcheck.report.hadolint.rows import compact, rows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.report.model import Report


def render(report: Report) -> Iterator[str]:
    """The array, in one piece."""
    yield (
        compact(
            [
                {
                    "code": row.code,
                    "column": row.column,
                    "file": row.file,
                    "level": row.level,
                    "line": row.line,
                    "message": row.message,
                }
                for row in rows(report)
            ]
        )
        + "\n"
    )

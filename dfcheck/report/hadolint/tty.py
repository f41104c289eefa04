"""Hadolint's `tty` format: `FILE:LINE CODE LEVEL: MESSAGE`."""

from __future__ import annotations

from dfcheck.report.display import paint, safe
from dfcheck.report.hadolint.rows import rows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.report.model import Report

COLOURS = {"error": "red", "warning": "yellow", "info": "green", "style": "cyan"}


def render(report: Report) -> Iterator[str]:
    """The report, a line each."""
    for row in rows(report):
        file = safe(row.file)
        if row.unreadable:
            yield f"{file}:{row.line}:{row.column} {row.message}\n"
        else:
            level = paint(row.level, COLOURS[row.level], report.look.colours)
            yield f"{file}:{row.line} {row.code} {level}: {row.message}\n"

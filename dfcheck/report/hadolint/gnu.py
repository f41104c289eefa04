"""Hadolint's `gnu` format: `hadolint:FILE:LINE: CODE LEVEL: MESSAGE`."""

from __future__ import annotations

from dfcheck.report.display import safe
from dfcheck.report.hadolint.rows import rows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.report.model import Report


def render(report: Report) -> Iterator[str]:
    """The report, a line each."""
    for row in rows(report):
        file = safe(row.file)
        if row.unreadable:
            yield f"hadolint:{file}:{row.line}:{row.column}: {row.message}\n"
        else:
            yield f"hadolint:{file}:{row.line}: {row.code} {row.level}: {row.message}\n"

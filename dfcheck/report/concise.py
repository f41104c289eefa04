"""Concise format: a line for each finding."""

from __future__ import annotations

from dfcheck.report.full import headline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.report.model import Report


def render(report: Report) -> Iterator[str]:
    """The report, one line after the other."""
    for file in report.files:
        for diagnostic in file.diagnostics:
            yield headline(file.source, diagnostic, report.look)

"""JSON Lines format: an object a line for each finding, the same as in the JSON format."""

from __future__ import annotations

from json import dumps

from dfcheck.report.json import as_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.report.model import Report


def render(report: Report) -> Iterator[str]:
    """The report, a line each."""
    for file in report.files:
        for diagnostic in file.diagnostics:
            yield dumps(as_object(file.source, diagnostic)) + "\n"

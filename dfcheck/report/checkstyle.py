"""Checkstyle format: what Java's Checkstyle writes, and Jenkins, reviewdog and many others read."""

from __future__ import annotations

from dfcheck.findings import Severity
from dfcheck.report.places import region, relative
from dfcheck.report.texts import sentence, tag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.report.model import Report

# Checkstyle knows no mildest level but `ignore`.
LEVELS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "info",
    Severity.STYLE: "info",
}


def render(report: Report) -> Iterator[str]:
    """The document, a file in a piece."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<checkstyle version="4.3">\n'
    for file in report.files:
        errors = []
        for item in file.diagnostics:
            place = region(file.source, item.finding.span)
            values = {
                "line": place.line,
                "column": place.column,
                "severity": LEVELS[item.severity],
                "message": sentence(item.finding),
                "source": item.code,
            }
            errors.append(f"\n    {tag('error', values)}")
        inner = "".join((*errors, "\n  ")) if errors else ""
        yield f"  {tag('file', {'name': relative(file.source.name, report.base)}, inner)}\n"
    yield "</checkstyle>\n"

"""RDJSON format: reviewdog's diagnostics, with fixes as suggestions that a reviewer can take with a click.

Columns count UTF-8 bytes from 1. A suggestion is one replacement, so only safe fixes of a single edit become one.
Source: reviewdog's "Reviewdog Diagnostic Format".
"""

from __future__ import annotations

from json import dumps

from dfcheck.findings import Safety, Severity
from dfcheck.report.about import address, link
from dfcheck.report.places import relative, utf8_region
from dfcheck.report.texts import sentence
from dfcheck.syntax.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dfcheck.lint.engine import Diagnostic
    from dfcheck.report.model import Report
    from dfcheck.syntax.text import Source, Span

LEVELS = {
    Severity.ERROR: "ERROR",
    Severity.WARNING: "WARNING",
    Severity.INFO: "INFO",
    Severity.STYLE: "INFO",
}


def render(report: Report) -> Iterator[str]:
    """The result, in one piece."""
    home = address("Homepage")
    found = [
        _diagnostic(file.source, item, printable(relative(file.source.name, report.base)))
        for file in report.files
        for item in file.diagnostics
    ]
    source = {"name": "dfcheck", **({"url": home} if home else {})}
    yield dumps({"source": source, "diagnostics": found}, indent=1) + "\n"


def _diagnostic(source: Source, item: Diagnostic, path: str) -> dict[str, Any]:
    finding = item.finding
    url = link(item.code)
    made: dict[str, Any] = {
        "message": f"[{item.name}] {sentence(finding)}",
        "location": {"path": path, "range": _range(source, finding.span)},
        "severity": LEVELS[item.severity],
        "code": {"value": item.code, **({"url": url} if url else {})},
    }
    fix = finding.fix
    if fix is not None and fix.safety is Safety.SAFE and len(fix.edits) == 1:
        edit = fix.edits[0]
        made["suggestions"] = [{"range": _range(source, edit.span), "text": printable(edit.text)}]
    if finding.related:
        made["related_locations"] = [
            {
                "message": printable(other.message),
                "location": {"path": path, "range": _range(source, other.span)},
            }
            for other in finding.related
        ]
    return made


def _range(source: Source, span: Span) -> dict[str, Any]:
    place = utf8_region(source, span)
    return {
        "start": {"line": place.line, "column": place.column},
        "end": {"line": place.end_line, "column": place.end_column},
    }

"""JSON format: an array with an object for each finding.

Columns count code points from 1, ends are exclusive; `fix` and `url` are null where there is none. Bytes that
are not UTF-8 stand as U+FFFD.
"""

from __future__ import annotations

from json import dumps

from dfcheck.report.about import link
from dfcheck.report.places import region
from dfcheck.syntax.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dfcheck.findings import Fix
    from dfcheck.lint.engine import Diagnostic
    from dfcheck.report.model import Report
    from dfcheck.syntax.text import Source, Span


def render(report: Report) -> Iterator[str]:
    """The array, one finding a line."""
    first = True
    for file in report.files:
        for diagnostic in file.diagnostics:
            yield ("[\n" if first else ",\n") + dumps(as_object(file.source, diagnostic))
            first = False
    yield "[]\n" if first else "\n]\n"


def as_object(source: Source, diagnostic: Diagnostic) -> dict[str, Any]:
    """A finding as plain values."""
    finding = diagnostic.finding
    return {
        "file": printable(source.name),
        **_place(source, finding.span),
        "code": diagnostic.code,
        "name": diagnostic.name,
        "severity": diagnostic.severity.name.lower(),
        "message": printable(finding.message),
        "help": printable(finding.help),
        "related": [
            {**_place(source, other.span), "message": printable(other.message)} for other in finding.related
        ],
        "fix": _fix(source, finding.fix) if finding.fix else None,
        "url": link(diagnostic.code),
    }


def _fix(source: Source, fix: Fix) -> dict[str, Any]:
    edits = [{**_place(source, edit.span), "text": printable(edit.text)} for edit in fix.edits]
    return {"title": printable(fix.title), "safety": fix.safety.name.lower(), "edits": edits}


def _place(source: Source, span: Span) -> dict[str, int]:
    place = region(source, span)
    return {
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
    }

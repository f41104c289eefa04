"""Code Climate format: what an engine of Code Climate (now Qlty) prints, one JSON object and a NUL for each issue.

Source: "Code Climate Engine Specification".
"""

from __future__ import annotations

from json import dumps

from dfcheck.findings import Severity
from dfcheck.lint.registry import category
from dfcheck.report.fingerprint import Fingerprints
from dfcheck.report.page import page
from dfcheck.report.places import region, relative
from dfcheck.report.texts import sentence
from dfcheck.syntax.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.report.model import Report
    from dfcheck.syntax.text import Source, Span

LEVELS = {
    Severity.ERROR: "critical",
    Severity.WARNING: "major",
    Severity.INFO: "minor",
    Severity.STYLE: "info",
}
# By our category; what is not here is a risk of bugs.
CATEGORIES = {"security": "Security", "caching": "Performance", "layout": "Style"}


def render(report: Report) -> Iterator[str]:
    """The issues, one after the other."""
    prints = Fingerprints()
    bodies = {rule.code: page(rule).body for rule in report.registry.rules}
    for file in report.files:
        path = relative(file.source.name, report.base)
        for item in file.diagnostics:
            issue: dict[str, object] = {
                "type": "issue",
                "check_name": item.code,
                "description": sentence(item.finding),
                "categories": [CATEGORIES.get(category(item.code)[0], "Bug Risk")],
                "location": _location(file.source, item.finding.span, path),
                "severity": LEVELS[item.severity],
                "fingerprint": prints.unique(file.source, item, path)[:32],
            }
            if bodies.get(item.code):
                issue["content"] = {"body": bodies[item.code]}
            if item.finding.related:
                issue["other_locations"] = [
                    _location(file.source, other.span, path) for other in item.finding.related
                ]
            yield dumps(issue) + "\0"


def _location(source: Source, span: Span, path: str) -> dict[str, object]:
    place = region(source, span)
    return {
        "path": printable(path),
        "positions": {
            "begin": {"line": place.line, "column": place.column},
            "end": {"line": place.end_line, "column": place.end_column},
        },
    }

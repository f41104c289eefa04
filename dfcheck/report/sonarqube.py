"""SonarQube format: generic issues, which `sonar.externalIssuesReportPaths` names.

Columns count UTF-16 code units from 0; a range must not be empty, so an empty one is given by its line alone.
Source: SonarQube's "Generic formatted issue reports", the format since version 10.3.
"""

from __future__ import annotations

from json import dumps

from dfcheck.findings import Severity
from dfcheck.lint.registry import category
from dfcheck.report.page import page
from dfcheck.report.places import relative, utf16_region
from dfcheck.report.texts import sentence
from dfcheck.syntax.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dfcheck.findings import Rule
    from dfcheck.lint.engine import Diagnostic
    from dfcheck.report.model import Report
    from dfcheck.syntax.text import Source, Span

LEVELS = {
    Severity.ERROR: ("CRITICAL", "HIGH"),
    Severity.WARNING: ("MAJOR", "MEDIUM"),
    Severity.INFO: ("MINOR", "LOW"),
    Severity.STYLE: ("INFO", "LOW"),
}


def render(report: Report) -> Iterator[str]:
    """The report, in one piece."""
    known = {rule.code: rule for rule in report.registry.rules}
    examples = {item.code: item for file in report.files for item in file.diagnostics}
    rules = [_rule(examples[code], known.get(code)) for code in sorted(examples)]
    issues = [
        _issue(file.source, item, printable(relative(file.source.name, report.base)))
        for file in report.files
        for item in file.diagnostics
    ]
    yield dumps({"rules": rules, "issues": issues}, indent=1) + "\n"


def _rule(example: Diagnostic, rule: Rule | None) -> dict[str, Any]:
    severity, impact = LEVELS[example.severity]
    secure = category(example.code)[0] == "security"
    found = page(rule) if rule else None
    return {
        "id": example.code,
        "name": found.title if found else category(example.code)[1],
        "description": (found.body if found else "") or example.name,
        "engineId": "dfcheck",
        "cleanCodeAttribute": "TRUSTWORTHY" if secure else "CONVENTIONAL",
        "type": "VULNERABILITY" if secure else "CODE_SMELL",
        "severity": severity,
        "impacts": [{"softwareQuality": "SECURITY" if secure else "MAINTAINABILITY", "severity": impact}],
    }


def _issue(source: Source, item: Diagnostic, path: str) -> dict[str, Any]:
    finding = item.finding
    issue: dict[str, Any] = {
        "ruleId": item.code,
        "primaryLocation": _location(source, finding.span, path, sentence(finding)),
    }
    if finding.related:
        issue["secondaryLocations"] = [
            _location(source, other.span, path, printable(other.message)) for other in finding.related
        ]
    return issue


def _location(source: Source, span: Span, path: str, message: str) -> dict[str, Any]:
    place = utf16_region(source, span)
    textual = {"startLine": place.line}
    if (place.line, place.column) < (place.end_line, place.end_column):
        textual |= {
            "endLine": place.end_line,
            "startColumn": place.column - 1,
            "endColumn": place.end_column - 1,
        }
    return {"message": message, "filePath": path, "textRange": textual}

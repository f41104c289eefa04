"""SARIF 2.1.0, for GitHub code scanning and other collectors.

Columns count UTF-16 code units, as `columnKind` says; URIs are relative to the base directory and
percent-encoded; a finding keeps its fingerprint when its line moves. Source: the OASIS standard and GitHub's
"SARIF support for code scanning".
"""

from __future__ import annotations

from json import dumps
from urllib.parse import quote

from dfcheck.findings import Severity
from dfcheck.lint.registry import category
from dfcheck.report.about import address, link, version
from dfcheck.report.fingerprint import Fingerprints
from dfcheck.report.page import markdown, page
from dfcheck.report.places import relative, utf16_region
from dfcheck.syntax.text import encode, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dfcheck.findings import Fix, Rule
    from dfcheck.lint.engine import Diagnostic, FileReport
    from dfcheck.report.model import Report
    from dfcheck.syntax.text import Source, Span

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note", Severity.STYLE: "note"}
# GitHub ranks alerts tagged `security` by this figure: 7 and above is high, 4 and above medium.
SECURITY = {Severity.ERROR: "8.0", Severity.WARNING: "5.0", Severity.INFO: "3.0", Severity.STYLE: "1.0"}


def render(report: Report) -> Iterator[str]:
    """The log, in one piece."""
    found = {(item.code, item.name): item for file in report.files for item in file.diagnostics}
    order = {key: index for index, key in enumerate(sorted(found))}
    known = {rule.code: rule for rule in report.registry.rules}
    driver = {
        "name": "dfcheck",
        "version": version(),
        **({"informationUri": address("Homepage")} if address("Homepage") else {}),
        "rules": [_rule(found[key], known.get(key[0])) for key in order],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "utf16CodeUnits",
        "results": [result for file in report.files for result in _results(file, report.base, order)],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    yield dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}) + "\n"


def _rule(example: Diagnostic, rule: Rule | None) -> dict[str, Any]:
    """The descriptor of the rule that gave `example`; findings of dfcheck itself and ShellCheck have none."""
    severity = rule.severity if rule else example.severity
    group, title = category(example.code)
    tags: dict[str, Any] = {
        "tags": [group],
        "problem.severity": LEVELS[severity].replace("note", "recommendation"),
    }
    if group == "security":
        tags["security-severity"] = SECURITY[severity]
    head = page(rule).title if rule else title
    body = page(rule).body if rule else head
    return {
        "id": example.code,
        "name": example.name,
        "shortDescription": {"text": head},
        "fullDescription": {"text": body.partition("\n\n")[0] or head},
        "help": {"text": body or head, "markdown": markdown(rule) if rule else head},
        **({"helpUri": link(example.code)} if link(example.code) else {}),
        "defaultConfiguration": {"level": LEVELS[severity]},
        "properties": tags,
    }


def _results(file: FileReport, base: str, order: dict[tuple[str, str], int]) -> Iterator[dict[str, Any]]:
    prints = Fingerprints()
    source = file.source
    where = _artifact(relative(source.name, base))
    for item in file.diagnostics:
        print_, number = prints.of(source, item)
        finding = item.finding
        text = f"{finding.message}; {finding.help}" if finding.help else finding.message
        result = {
            "ruleId": item.code,
            "ruleIndex": order[item.code, item.name],
            "level": LEVELS[item.severity],
            "message": {"text": printable(text)},
            "locations": [_location(source, finding.span, where)],
            "partialFingerprints": {"primaryLocationLineHash": f"{print_[:16]}:{number}"},
        }
        if finding.related:
            result["relatedLocations"] = [
                {
                    "id": index,
                    **_location(source, other.span, where),
                    "message": {"text": printable(other.message)},
                }
                for index, other in enumerate(finding.related, 1)
            ]
        if finding.fix:
            result["fixes"] = [_fix(source, finding.fix, where)]
        yield result


def _artifact(path: str) -> dict[str, str]:
    """An artifact location: relative to the base, or a file URI for a path outside of it."""
    uri = quote(encode(path), safe="/-._~")
    if path.startswith("/"):
        return {"uri": f"file://{uri}"}
    if path[1:2] == ":":
        return {"uri": f"file:///{path[:2]}{quote(encode(path[2:]))}"}
    return {"uri": uri, "uriBaseId": "%SRCROOT%"}


def _location(source: Source, span: Span, where: dict[str, str]) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": where, "region": _region(source, span)}}


def _region(source: Source, span: Span) -> dict[str, int]:
    place = utf16_region(source, span)
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }


def _fix(source: Source, fix: Fix, where: dict[str, str]) -> dict[str, Any]:
    replacements = [
        {"deletedRegion": _region(source, edit.span), "insertedContent": {"text": printable(edit.text)}}
        for edit in fix.edits
    ]
    return {
        "description": {"text": printable(fix.title)},
        "artifactChanges": [{"artifactLocation": where, "replacements": replacements}],
    }

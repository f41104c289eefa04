"""Hadolint's `sarif` format: SARIF 2.1.0 without rules and fingerprints, which our own `sarif` format has.

The tool is named as hadolint names itself, because collectors keep alerts apart by that name.
"""

from __future__ import annotations

from dfcheck.report.about import address, version
from dfcheck.report.hadolint.rows import compact, rows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.report.hadolint.rows import Row
    from dfcheck.report.model import Report

LEVELS = {"error": "error", "warning": "warning", "info": "note", "style": "note"}


def render(report: Report) -> Iterator[str]:
    """The log, in one piece."""
    driver = {
        "name": "Hadolint",
        "fullName": f"dfcheck {version()}, in the shape of hadolint's report",
        "shortDescription": {"text": "Finds what is wrong with a Dockerfile"},
        "version": version(),
        **({"downloadUri": address("Homepage")} if address("Homepage") else {}),
    }
    run = {
        "tool": {"driver": driver},
        "defaultSourceLanguage": "dockerfile",
        "results": list(map(_result, rows(report))),
    }
    schema = "http://json.schemastore.org/sarif-2.1.0"
    yield compact({"$schema": schema, "version": "2.1.0", "runs": [run]}) + "\n"


def _result(row: Row) -> dict[str, object]:
    region = {
        "startLine": row.line,
        "startColumn": row.column,
        "endLine": row.end_line,
        "endColumn": row.end_column,
        "sourceLanguage": "sh" if row.code.startswith("SC") else "dockerfile",
    }
    return {
        "ruleId": row.code,
        "level": LEVELS[row.level],
        "message": {"text": row.message},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": row.file}, "region": region}}],
    }

"""GitLab format: a Code Quality report, which GitLab shows in merge requests.

A JSON array, the file that `artifacts: reports: codequality:` names. Of findings with the same fingerprint GitLab
shows one, so each has its own. Source: GitLab's "Code Quality report format".
"""

from __future__ import annotations

from json import dumps

from dfcheck.findings import Severity
from dfcheck.report.fingerprint import Fingerprints
from dfcheck.report.places import region, relative
from dfcheck.report.texts import sentence
from dfcheck.syntax.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dfcheck.report.model import Report

LEVELS = {
    Severity.ERROR: "critical",
    Severity.WARNING: "major",
    Severity.INFO: "minor",
    Severity.STYLE: "info",
}


def render(report: Report) -> Iterator[str]:
    """The array, in one piece."""
    yield dumps(list(_entries(report)), indent=1) + "\n"


def _entries(report: Report) -> Iterator[dict[str, Any]]:
    prints = Fingerprints()
    for file in report.files:
        path = relative(file.source.name, report.base)
        for item in file.diagnostics:
            place = region(file.source, item.finding.span)
            yield {
                "description": sentence(item.finding),
                "check_name": item.code,
                "fingerprint": prints.unique(file.source, item, path),
                "severity": LEVELS[item.severity],
                "location": {
                    "path": printable(path),
                    "positions": {
                        "begin": {"line": place.line, "column": place.column},
                        "end": {"line": place.end_line, "column": place.end_column},
                    },
                },
            }

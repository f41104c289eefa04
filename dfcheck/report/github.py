"""GitHub format: workflow commands, which become annotations of a pull request.

Source: GitHub's "Workflow commands for GitHub Actions". A column counts only for a range within one line.
"""

from __future__ import annotations

from dfcheck.findings import Severity
from dfcheck.report.display import safe
from dfcheck.report.places import region, relative

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.lint.engine import Diagnostic
    from dfcheck.report.model import Report
    from dfcheck.syntax.text import Source

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning"}


def render(report: Report) -> Iterator[str]:
    """The report, a command for each finding."""
    for file in report.files:
        path = relative(file.source.name, report.base)
        for diagnostic in file.diagnostics:
            yield _command(file.source, path, diagnostic)


def _command(source: Source, path: str, diagnostic: Diagnostic) -> str:
    finding = diagnostic.finding
    place = region(source, finding.span)
    properties = {
        "title": f"dfcheck ({diagnostic.code})",
        "file": path,
        "line": place.line,
        "col": place.column,
    }
    if place.end_line == place.line:
        properties |= {"endLine": place.end_line, "endColumn": place.end_column}
    else:
        del properties["col"]
        properties["endLine"] = place.end_line
    text = f"{path}:{place.line}:{place.column}: {diagnostic.code} [{diagnostic.name}] {finding.message}"
    text += f"; {finding.help}" if finding.help else ""
    listed = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{LEVELS.get(diagnostic.severity, 'notice')} {listed}::{_data(text)}\n"


def _data(text: str) -> str:
    return safe(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

"""Full format, for people: where, what, the source lines with marks, what to do."""

from __future__ import annotations

from dfcheck.findings import Severity
from dfcheck.report.display import paint, safe
from dfcheck.report.snippet import Label, snippet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.lint.engine import Diagnostic
    from dfcheck.report.model import Look, Report
    from dfcheck.syntax.text import Source

COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan", Severity.STYLE: "blue"}


def render(report: Report) -> Iterator[str]:
    """The report, one finding's block after the other."""
    for file in report.files:
        for diagnostic in file.diagnostics:
            yield headline(file.source, diagnostic, report.look)
            yield from (f"{line}\n" for line in _block(file.source, diagnostic, report.look))


def headline(source: Source, diagnostic: Diagnostic, look: Look) -> str:
    """`file:line:column: CODE [name] message`; terminals and editors make its beginning a link."""
    at = source.position(diagnostic.finding.span.start)
    place = paint(f"{safe(source.name)}:{at.line}:{at.column}:", "bold", look.colours)
    code = paint(diagnostic.code, COLOURS[diagnostic.severity], look.colours)
    return f"{place} {code} [{diagnostic.name}] {safe(diagnostic.finding.message)}\n"


def _block(source: Source, diagnostic: Diagnostic, look: Look) -> Iterator[str]:
    finding = diagnostic.finding
    labels = [
        Label(finding.span, "^", finding.help, COLOURS[diagnostic.severity]),
        *(Label(other.span, "-", other.message, "blue") for other in finding.related),
    ]
    return snippet(source, labels, look.width, look.colours)

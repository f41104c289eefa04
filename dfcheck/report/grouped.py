"""Grouped format, for people: the findings of each file below its name, a line each."""

from __future__ import annotations

from dfcheck.report.display import paint, safe
from dfcheck.report.full import COLOURS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.report.model import Report


def render(report: Report) -> Iterator[str]:
    """The report, one file after the other."""
    on = report.look.colours
    for file in report.files:
        if not file.diagnostics:
            continue
        yield f"{paint(safe(file.source.name), 'bold', on)}:\n"
        places = [file.source.position(item.finding.span.start) for item in file.diagnostics]
        texts = [f"{place.line}:{place.column}" for place in places]
        width = max(map(len, texts))
        for text, item in zip(texts, file.diagnostics, strict=True):
            code = paint(item.code, COLOURS[item.severity], on)
            yield f"  {text:{width}}  {code} [{item.name}] {safe(item.finding.message)}\n"
        yield "\n"

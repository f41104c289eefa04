"""Stored reports: to one line of JSON and back. The text of the file is not among it: it is the key."""

from __future__ import annotations

from dfcheck.findings import Edit, Finding, Fix, Related, Safety, Severity
from dfcheck.lint.engine import Diagnostic, FileReport
from dfcheck.syntax.text import Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Foreign(Exception):
    """A line that is not what `dump` writes, or not of this file."""


def dump(report: FileReport) -> bytes:
    """A report as one line of ASCII."""
    from json import dumps

    rows = [[_row(item) for item in items] for items in (report.diagnostics, report.suppressed)]
    return dumps(rows, separators=(",", ":")).encode()


def load(data: bytes, source: Source) -> FileReport:
    """The report of `source` that `dump` wrote.

    Raises:
        Foreign: It did not write that.
    """
    from json import loads

    try:
        found, suppressed = loads(data)
        size = len(source.text)
        report = FileReport(
            source,
            tuple(_diagnostic(row, size) for row in found),
            (),
            tuple(_diagnostic(row, size) for row in suppressed),
        )
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Foreign from error
    return report


def _row(item: Diagnostic) -> list[Any]:
    finding = item.finding
    fix = finding.fix
    return [
        item.code,
        item.name,
        int(item.severity),
        finding.span.start,
        finding.span.end,
        finding.message,
        finding.help,
        [[other.span.start, other.span.end, other.message] for other in finding.related],
        None if fix is None else [fix.title, int(fix.safety), [_edit(edit) for edit in fix.edits]],
    ]


def _edit(edit: Edit) -> list[Any]:
    return [edit.span.start, edit.span.end, edit.text]


def _diagnostic(row: list[Any], size: int) -> Diagnostic:
    code, name, severity, start, end, message, advice, related, fix = row
    finding = Finding(
        _span(start, end, size),
        _text(message),
        _text(advice),
        tuple(Related(_span(first, last, size), _text(text)) for first, last, text in related),
        None if fix is None else _fix(fix, size),
    )
    return Diagnostic(_text(code), _text(name), Severity(severity), finding)


def _fix(row: list[Any], size: int) -> Fix:
    title, safety, edits = row
    made = tuple(Edit(_span(start, end, size), _text(text)) for start, end, text in edits)
    return Fix(_text(title), made, Safety(safety))


def _span(start: object, end: object, size: int) -> Span:
    if type(start) is int and type(end) is int and 0 <= start <= end <= size:
        return Span(start, end)
    raise ValueError("a place outside of the file")


def _text(value: object) -> str:
    if type(value) is str:
        return value
    raise ValueError("not a text")

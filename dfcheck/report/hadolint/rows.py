"""Rows: the findings with the names that hadolint's formats use."""

from __future__ import annotations

from dfcheck.report.places import region
from dfcheck.report.texts import sentence
from dfcheck.syntax.text import printable
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.lint.engine import FileReport
    from dfcheck.report.model import Report

SYNTAX, UNREADABLE = "DF0001", "DL1000"


class Row(Value):
    """One finding.

    Attributes:
        file: The file's name as the user gave it.
        line: From 1, as are the other places; the end is exclusive.
        code: Its code, a syntax error's as hadolint names it.
        level: `error`, `warning`, `info` or `style`.
        message: One line.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    code: str
    level: str
    message: str

    @property
    def unreadable(self) -> bool:
        """Whether it is a syntax error, which hadolint tells in other words than a finding."""
        return self.code == UNREADABLE


def rows(report: Report) -> Iterator[Row]:
    """All findings in order."""
    for file in report.files:
        yield from rows_of(file)


def rows_of(file: FileReport) -> Iterator[Row]:
    """The findings of one file."""
    for item in file.diagnostics:
        place = region(file.source, item.finding.span)
        yield Row(
            printable(file.source.name),
            place.line,
            place.column,
            place.end_line,
            place.end_column,
            UNREADABLE if item.code == SYNTAX else item.code,
            item.severity.name.lower(),
            sentence(item.finding),
        )


def compact(value: object) -> str:
    """JSON as hadolint writes it: keys in order, no blanks."""
    from json import dumps

    return dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

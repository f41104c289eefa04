"""Hadolint's `checkstyle` format: one line of XML, with the level `style` that Checkstyle does not have."""

from __future__ import annotations

from dfcheck.report.hadolint.rows import rows_of
from dfcheck.report.texts import tag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.report.model import Report


def render(report: Report) -> Iterator[str]:
    """The document, a file in a piece."""
    yield '<?xml version="1.0" encoding="UTF-8"?><checkstyle version="4.3">'
    for file in report.files:
        errors = (
            tag(
                "error",
                {
                    "column": row.column,
                    "line": row.line,
                    "message": row.message,
                    "severity": row.level,
                    "source": "" if row.unreadable else row.code,
                },
            )
            for row in rows_of(file)
        )
        yield tag("file", {"name": file.source.name}, "".join(errors))
    yield "</checkstyle>\n"

"""Hadolint's `junit` format: a suite for each file, a failed test for each finding."""

from __future__ import annotations

from dfcheck.report.about import version
from dfcheck.report.hadolint.rows import rows_of
from dfcheck.report.texts import escaped, tag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.lint.engine import FileReport
    from dfcheck.report.hadolint.rows import Row
    from dfcheck.report.model import Report

TIME = "0.001"  # what hadolint always says


def render(report: Report) -> Iterator[str]:
    """The document, a suite in a piece."""
    from datetime import UTC, datetime

    now = datetime.now(UTC)
    name = f"Hadolint run at {now:%Y-%m-%d %H:%M:%S}"
    yield f'<?xml version="1.0" encoding="UTF-8"?><testsuites id="{now:%Y%m%d_%H%M%S}" name="{name}" time="{TIME}">'
    for file in report.files:
        yield _suite(file)
    yield "</testsuites>\n"


def _suite(file: FileReport) -> str:
    found = list(rows_of(file))
    attributes = {
        "errors": sum(row.unreadable for row in found),
        "failures": len(found),
        "id": "hadolint",
        "name": f"Hadolint (dfcheck {version()})",
        "time": TIME,
    }
    return tag("testsuite", attributes, "".join(map(_case, found)))


def _case(row: Row) -> str:
    if row.unreadable:
        text = (
            f"Parse Error in {row.file}\nLine: {row.line}\nColumn: {row.column}\nParse Error: {row.message}\n"
        )
        message = f"parse error at line {row.line}, column {row.column}"
        failure = tag("failure", {"message": message, "type": "error"}, escaped(text))
        return tag("testcase", {"id": "hadolint.error", "name": row.code, "time": TIME}, failure)
    text = (
        f"File: {row.file}\nLine: {row.line}\nCategory: Hadolint - Dockerfile Static Analysis\n"
        f"{row.level}: {row.message}\n"
    )
    failure = tag("failure", {"id": row.code, "message": row.message, "type": row.level}, escaped(text))
    return tag("testcase", {"id": f"hadolint.rule.{row.code}", "time": TIME}, failure)

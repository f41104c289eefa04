"""JUnit format: a suite for each file, a failed test for each finding, one passed test for a file without any.

Valid by the schemas of Jenkins; nothing but the findings decides its text, so that equal runs give equal files.
"""

from __future__ import annotations

from dfcheck.report.places import relative
from dfcheck.report.texts import escaped, sentence, tag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.lint.engine import Diagnostic, FileReport
    from dfcheck.report.model import Report


def render(report: Report) -> Iterator[str]:
    """The document, a suite in a piece."""
    total = sum(len(file.diagnostics) for file in report.files)
    cases = sum(max(len(file.diagnostics), 1) for file in report.files)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites name="dfcheck" tests="{cases}" failures="{total}" errors="0">\n'
    for file in report.files:
        yield _suite(file, relative(file.source.name, report.base))
    yield "</testsuites>\n"


def _suite(file: FileReport, path: str) -> str:
    found = file.diagnostics
    counts = {"tests": max(len(found), 1), "failures": len(found), "errors": 0, "skipped": 0}
    cases = [_case(file, item, path) for item in found]
    cases = cases or [tag("testcase", {"name": "no findings", "classname": path, "time": "0"})]
    inner = "".join(f"\n    {case}" for case in cases) + "\n  "
    suite = tag("testsuite", {"name": path, **counts, "time": "0"}, inner)
    return f"  {suite}\n"


def _case(file: FileReport, item: Diagnostic, path: str) -> str:
    at = file.source.position(item.finding.span.start)
    text = sentence(item.finding)
    body = escaped(f"{path}:{at.line}:{at.column}: {item.code} [{item.name}] {text}")
    failure = tag("failure", {"type": item.severity.name.lower(), "message": text}, body)
    name = f"{item.code} [{item.name}] line {at.line}, column {at.column}"
    return tag("testcase", {"name": name, "classname": path, "time": "0"}, failure)

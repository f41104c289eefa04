"""Markdown format: a comment for a pull request, with the findings in a table.

Text of a checked file cannot become markup, a link or a mention; what is between backticks stays code. A comment
on GitHub holds 65,536 characters, so a long table ends early and says how much it leaves out.
"""

from __future__ import annotations

import re

from dfcheck.findings import Severity
from dfcheck.report.about import link
from dfcheck.report.display import safe
from dfcheck.report.places import relative
from dfcheck.report.summary import counted, kinds
from dfcheck.report.texts import sentence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.lint.engine import Diagnostic
    from dfcheck.report.model import Report

ROOM = 60_000  # characters
SIGNS = {
    Severity.ERROR: ":x:",
    Severity.WARNING: ":warning:",
    Severity.INFO: ":information_source:",
    Severity.STYLE: ":art:",
}
HEAD = "| | where | rule | what |\n| --- | --- | --- | --- |\n"


def render(report: Report) -> Iterator[str]:
    """The comment, a row in a piece."""
    found = [item for file in report.files for item in file.diagnostics]
    files = counted(len(report.files), "file", "files")
    if not found:
        yield f"### dfcheck: all good\n\n{files} checked.\n"
        return
    yield f"### dfcheck: {counted(len(found), 'problem', 'problems')}\n\n{kinds(found)} in {files}.\n\n{HEAD}"
    room, left = ROOM, len(found)
    for row in _rows(report):
        room -= len(row)
        if room < 0:
            yield f"\n… and {left} more.\n"
            return
        yield row
        left -= 1


def _rows(report: Report) -> Iterator[str]:
    for file in report.files:
        path = relative(file.source.name, report.base)
        for item in file.diagnostics:
            at = file.source.position(item.finding.span.start)
            where = _code(f"{path}:{at.line}:{at.column}")
            yield f"| {SIGNS[item.severity]} | {where} | {_rule(item)} | {_prose(sentence(item.finding))} |\n"


def _rule(item: Diagnostic) -> str:
    url = link(item.code)
    return f"[{item.code}]({url}) {item.name}" if url else f"{item.code} {item.name}"


def _prose(text: str) -> str:
    """A message: what stands between two backticks is code, all other text is text."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # one backtick has no partner
        parts[-2:] = ["`".join(parts[-2:])]
    return "".join(_code(part) if index % 2 else _plain(part) for index, part in enumerate(parts))


def _code(text: str) -> str:
    """Text as code, in a fence longer than any run of backticks in it; a table's bar is escaped even there."""
    text = safe(text).replace("|", "\\|")
    if not text.strip():
        return _plain(text)
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    pad = " " if "`" in (text[0], text[-1]) else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _plain(text: str) -> str:
    escaped = re.sub(r"([\\`*_{}\[\]()#+!|~$:])", r"\\\1", safe(text).replace("&", "&amp;"))
    # A zero-width space keeps `@name` from being a mention.
    return escaped.replace("<", "&lt;").replace(">", "&gt;").replace("@", "@\u200b")

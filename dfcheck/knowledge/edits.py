"""Edits: text to put into the commands of a RUN, in the manner in which it is written."""

from __future__ import annotations

from dfcheck.syntax.nodes import ShellForm
from dfcheck.syntax.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.knowledge.calls import Call
    from dfcheck.resolve import Build


def beside(call: Call, text: str) -> tuple[Span, str] | None:
    """Where to insert an option behind the sub-command, and what; None in an exec form."""
    if not isinstance(call.run.command, ShellForm):
        return None
    end = call.word.span.end
    return Span(end, end), " " + text


def behind(build: Build, call: Call, command: str) -> tuple[Span, str] | None:
    """Where to insert a further command that runs after this one succeeds, and what; by sudo where this one is.

    None where that is not plain: an exec form, a pipeline, a condition or its branches, a loop, a function, before `||`.
    """
    at = call.command
    place = at.nesting
    odd = place.substitution or place.function or place.loop or place.condition or place.branch or at.negated
    if not isinstance(call.run.command, ShellForm) or odd or at.pipeline or at.operator in {"||", "&"}:
        return None
    end = at.span.end
    command = f"sudo {command}" if "sudo" in at.prefixes else command
    text = build.document.source.text
    if call.run.heredocs or "\n" not in text[call.run.span.start : call.run.span.end]:
        return Span(end, end), f" && {command}"
    start = text.rfind("\n", 0, at.span.start) + 1
    indent = _indent(text, start)
    if text[start : at.span.start].strip() not in {"", "&&"}:
        # The command stands behind RUN: the next line shows how far to indent.
        indent = _indent(text, text.find("\n", at.span.start, call.run.span.end) + 1 or start) or "    "
    wrap = f"{build.document.escape}{_line_end(text)}{indent}"
    if _trails(text, call.run.span):
        return Span(end, end), f" && {wrap}{command}"
    return Span(end, end), f" {wrap}&& {command}"


def _indent(text: str, start: int) -> str:
    end = start
    while end < len(text) and text[end] in " \t":
        end += 1
    return text[start:end]


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _trails(text: str, span: Span) -> bool:
    """Whether `&&` stands at the ends of a RUN's lines rather than at their beginnings."""
    lines = [line.strip() for line in text[span.start : span.end].splitlines()]
    leading = sum([line.startswith("&&") for line in lines])
    return sum([line[:-1].rstrip().endswith("&&") for line in lines[:-1]]) > leading

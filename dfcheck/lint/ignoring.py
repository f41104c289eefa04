"""Ignoring: writes comments into a file that ignore what was found in it.

The comment stands right above the instruction, in the line ends of its place, and a comment of ours that is there
already takes the new codes in. What is found outside of instructions, on a parser directive for one, is ignored for
the whole file. Nothing else of the text changes.
"""

from __future__ import annotations

from dfcheck.lint.comments import read_comments
from dfcheck.lint.select import CRASH
from dfcheck.syntax.nodes import Arg, Blank, Comment, Directive, From
from dfcheck.syntax.parser import parse
from dfcheck.syntax.text import BOM
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dfcheck.lint.comments import Ignore
    from dfcheck.lint.engine import Diagnostic, FileReport
    from dfcheck.lint.registry import Registry
    from dfcheck.syntax.nodes import Document, Instruction
    from dfcheck.syntax.text import Source, Span

WHOLE = -1  # stands for the index of an instruction where none is
# To ignore that an ignore is useless would be one more; a crash cannot be ignored.
UNWANTED = frozenset(("DF0002", CRASH))


class Ignored(Value):
    """A text with comments, and how many findings they ignore."""

    text: str
    count: int


def with_ignores(report: FileReport, rules: Registry, reason: str = "") -> Ignored:
    """The text of a file with comments that ignore what the report found in it.

    Args:
        report: What was found.
        rules: All known rules.
        reason: Why, one line; empty to give none.
    """
    document = parse(report.source)
    wanted = [item for item in report.diagnostics if item.code not in UNWANTED]
    by_place: dict[int, list[Diagnostic]] = {}
    for item in wanted:
        by_place.setdefault(_holder(document, item.finding.span), []).append(item)
    ignores = read_comments(document, rules).ignores
    edits = [_edit(document, index, found, ignores, reason) for index, found in by_place.items()]
    text = report.source.text
    for at, inserted in sorted(edits, reverse=True):
        text = text[:at] + inserted + text[at:]
    return Ignored(text, len(wanted))


def _holder(document: Document, span: Span) -> int:
    """Index of the instruction whose comment can ignore a finding at `span`; -1 when only the file's can.

    That is the instruction it begins in, or the next one when it begins in a comment or blank line above that.
    """
    for index, item in enumerate(document.items):
        if isinstance(item, Directive):
            if span.start < item.span.end:
                return WHOLE
        elif not isinstance(item, (Blank, Comment)) and span.start < item.line.span.end:
            return index
    return WHOLE


def _edit(
    document: Document, index: int, found: Sequence[Diagnostic], ignores: Iterable[Ignore], reason: str
) -> tuple[int, str]:
    """Where to insert what, so that the findings are ignored at one instruction, or in the whole file."""
    codes = tuple(dict.fromkeys(item.code for item in found))
    first = min(item.finding.span.start for item in found)
    end = len(document.source.text) + 1
    if index != WHOLE:
        end = _instruction(document, index).line.span.end
    for ignore in ignores:
        if ignore.family == "dfcheck" and ignore.scope.end == end and ignore.scope.start <= first:
            known = {code for entry in ignore.entries for code in entry.codes}
            return ignore.entries[-1].span.end, "".join(f",{code}" for code in codes if code not in known)
    word = "ignore-file" if index == WHOLE else "ignore"
    at = _behind_directives(document) if index == WHOLE else _above(document, index, first)
    comment = f"# dfcheck: {word}[{','.join(codes)}]{f' {reason}' if reason else ''}"
    return at, _as_line(comment, document.source, at)


def _above(document: Document, index: int, first: int) -> int:
    """Where a comment goes that covers an instruction and what begins at `first` above it.

    The line above FROM and ARG may describe the stage or the variable to BuildKit, so it keeps its place.
    """
    item = _instruction(document, index)
    at = item.line.span.start
    for other in reversed(document.items[:index]):
        describes = isinstance(other, Comment) and isinstance(item, (From, Arg)) and other.span.end == at
        if isinstance(other, (Blank, Comment)) and (first < at or describes):
            at = other.span.start
        else:
            break
    return at + document.source.text.startswith(BOM, at)


def _behind_directives(document: Document) -> int:
    directives = [item for item in document.items if isinstance(item, Directive)]
    return directives[-1].span.end if directives else int(document.source.text.startswith(BOM))


def _instruction(document: Document, index: int) -> Instruction:
    item = document.items[index]
    assert not isinstance(item, (Blank, Comment, Directive))  # noqa: S101 -- `_holder` gives no other
    return item


def _as_line(comment: str, source: Source, at: int) -> str:
    """The comment as a line of its own at `at`, ended as the lines around it are."""
    text = source.text
    behind = text.find("\n", at)
    near = behind if behind >= 0 else text.rfind("\n")
    end = "\r\n" if near > 0 and text[near - 1] == "\r" else "\n"
    opened = at > 0 and text[at - 1] not in ("\n", BOM)
    return f"{end if opened else ''}{comment}{end}"

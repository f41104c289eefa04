"""Parser: from a source to its Document, one node an instruction.

A fault is an `Invalid` node at the exact place; everything else is still read.
"""

from __future__ import annotations

from dfcheck.syntax import nodes as n
from dfcheck.syntax.body import Fault, cut
from dfcheck.syntax.lines import SPACE, split
from dfcheck.syntax.readers import READERS
from dfcheck.syntax.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.syntax.body import Body
    from dfcheck.syntax.lines import Unterminated
    from dfcheck.syntax.text import Source


def parse(source: Source) -> n.Document:
    """The document that `source` is; any text gives one, never an exception."""
    lines = split(source)
    lost = {item.start: item for item in lines.unterminated}
    items: list[n.Item] = []
    for item in lines.items:
        if not isinstance(item, n.Logical):
            items.append(item)
            continue
        text = item.text
        start = len(text) - len(text.lstrip(SPACE))
        node = read_instruction(item, lines.escape, start, len(text.rstrip(SPACE)))
        if item.span.start in lost and not isinstance(node, n.Invalid):
            node = _unterminated(node, lost[item.span.start])
        items.append(node)
    _mark_outside(items)
    return n.Document(source, lines.escape, tuple(items), (*lines.problems, *_empty(source, items)))


def read_instruction(
    line: n.Logical, escape: str, start: int, end: int, *, trigger: bool = False
) -> n.Instruction:
    """The instruction in `line.text[start:end]`; `trigger` tells that it stands inside ONBUILD."""
    if start >= end:
        nothing = n.Token(line.cover(0, 0), "")
        message = "a continuation with nothing to continue"
        return n.Invalid(nothing.span, nothing, (), line, message, nothing.span, "remove the line")
    body = cut(line, escape, start, end)
    try:
        return READERS.get(body.keyword.text.upper(), _unknown)(body)
    except Fault as fault:
        fatal = fault.early or not trigger
        return n.Invalid(
            body.span, body.keyword, body.flags, line, fault.message, fault.at, fault.help, fatal
        )


def _unknown(body: Body) -> n.Instruction:
    """The reader for a keyword that is none.

    Raises:
        Fault: Always.
    """
    from dfcheck.syntax.faults import explain_unknown

    message, help_ = explain_unknown(body.keyword.text, body.rest, tuple(READERS))
    raise Fault(message, body.keyword.span, help_)


def _unterminated(node: n.Instruction, lost: Unterminated) -> n.Invalid:
    """`node` as invalid because a heredoc of it has no end marker."""
    from dfcheck.syntax.faults import explain_heredoc

    message, help_ = explain_heredoc(lost)
    return n.Invalid(node.span, node.keyword, node.flags, node.line, message, lost.word, help_)


def _mark_outside(items: list[n.Item]) -> None:
    """Make instructions before the first FROM, save ARG, invalid: BuildKit has no stage for them.

    In a file without any FROM only the first is, so that one missing line is one finding.
    """
    begins = [
        index
        for index, item in enumerate(items)
        if isinstance(item, n.From) or (isinstance(item, n.Invalid) and item.keyword.text.upper() == "FROM")
    ]
    for index, item in enumerate(items[: begins[0]] if begins else items):
        if isinstance(item, (n.Blank, n.Comment, n.Directive, n.Arg, n.Invalid)):
            continue
        keyword = item.keyword
        message = f"{keyword.text.upper()} stands before the first FROM, where only ARG may"
        help_ = "move it below FROM" if begins else "begin the file with FROM, e.g. `FROM alpine:3.22`"
        items[index] = n.Invalid(item.span, keyword, item.flags, item.line, message, keyword.span, help_)
        if not begins:
            return


def _empty(source: Source, items: list[n.Item]) -> tuple[n.Problem, ...]:
    """The problem of a file that holds no instruction at all."""
    if any(not isinstance(item, (n.Blank, n.Comment, n.Directive)) for item in items):
        return ()
    what = "there is no instruction in this file" if source.text else "this file is empty"
    return (n.Problem(Span(0, 0), what, "begin with FROM, e.g. `FROM alpine:3.22`"),)

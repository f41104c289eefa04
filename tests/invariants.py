"""What holds of every parsed file, good or broken: items tile it, every span lies inside its parent's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from dfcheck.syntax.nodes import (
    Argument,
    Blank,
    Comment,
    Directive,
    ExecForm,
    Flag,
    Image,
    Literal,
    Logical,
    Malformed,
    Mount,
    Port,
    ShellForm,
    Token,
)
from dfcheck.syntax.text import Span
from dfcheck.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.syntax.nodes import Document

LINES = (Blank, Comment, Directive)
AS_WRITTEN = (Argument, Image, Literal, Malformed, Port, ShellForm, Token)


def faults(document: Document) -> Iterator[str]:
    """Whatever is wrong with the spans of `document`, one sentence each."""
    text = document.source.text
    at = 0
    for item in document.items:
        whole = item.span if isinstance(item, LINES) else item.line.span
        if whole.start != at:
            yield f"{type(item).__name__} begins at {whole.start}, what precedes it ends at {at}"
        at = whole.end
        yield from _outside(item, whole)
        if not isinstance(item, LINES):
            yield from _heredocs(item.line, text)
    if at != len(text):
        yield f"items end at {at}, the file at {len(text)}"
    for problem in document.problems:
        if not 0 <= problem.span.start <= problem.span.end <= len(text):
            yield f"problem {problem.message!r} at {problem.span}, outside the file"


def _heredocs(line: Logical, text: str) -> Iterator[str]:
    for heredoc in line.heredocs:
        if text[heredoc.body.start : heredoc.body.end] != heredoc.content:
            yield f"heredoc {heredoc.name!r}: the body's span does not cut its content"


def _outside(node: Value, outer: Span) -> Iterator[str]:
    for child in tuple.__iter__(node):  # type: ignore[arg-type]
        if isinstance(child, Span):
            if not outer.start <= child.start <= child.end <= outer.end:
                yield f"{child} of {type(node).__name__} lies outside {outer}"
        elif isinstance(child, Logical):
            continue
        elif isinstance(child, Value):
            yield from _outside(child, getattr(node, "span", outer))
        elif type(child) is tuple:
            for part in child:
                if isinstance(part, Value):
                    yield from _outside(part, getattr(node, "span", outer))


def miscut(document: Document) -> Iterator[str]:
    """Tokens whose text is not what their span cuts, where neither a continuation nor quoting explains it."""
    text = document.source.text
    for node, parent in _with_parents(document.items, None):
        if not isinstance(node, AS_WRITTEN):
            continue
        cut = text[node.span.start : node.span.end]
        if "\n" in cut or (isinstance(parent, (Flag, Mount)) and any(char in cut for char in "\"'\\`")):
            continue
        if isinstance(parent, ExecForm) or getattr(parent, "exec_form", False):
            cut = json.loads(f'"{cut}"')  # the span is that of the string without its quotes
        if cut != node.text:
            yield f"{type(node).__name__} {node.text!r}, but its span cuts {cut!r}"


def _with_parents(node: object, parent: object) -> Iterator[tuple[object, object]]:
    if isinstance(node, Logical) or not isinstance(node, tuple):
        return
    if isinstance(node, Value):
        yield node, parent
    for child in tuple.__iter__(node):
        yield from _with_parents(child, node if isinstance(node, Value) else parent)

"""Classic syntax: what the builder before BuildKit cannot read, though BuildKit can.

Source: docker 20.10, whose parser is BuildKit's of 2020: it knows no here-documents and fewer flags.
"""

from __future__ import annotations

from dfcheck.syntax.lines import SPACE
from dfcheck.syntax.nodes import Invalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.syntax.nodes import Document, Instruction

# Flags that it knows; on RUN it knows them only to say that they need BuildKit.
FLAGS = {
    "FROM": {"platform"},
    "COPY": {"from", "chown", "chmod"},
    "ADD": {"chown", "chmod"},
    "HEALTHCHECK": {"interval", "timeout", "start-period", "retries"},
    "RUN": {"mount", "network", "security"},
}
NAMES = frozenset(
    "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER"
    " VOLUME WORKDIR".split()
)


def refusal(document: Document) -> str | None:
    """Why the builder refuses the file before its first step; None when it reads it."""
    faults = sorted(_faults(document))
    if not faults:
        return None
    _, line, message = faults[0]
    return message if line is None else f"dockerfile parse error line {line}: {message}"


def _faults(document: Document) -> Iterator[tuple[int, int | None, str]]:
    """Place, line and text of everything it refuses."""
    source = document.source
    if not document.instructions and document.problems:
        yield 0, None, f"the Dockerfile ({source.name}) cannot be empty"
        return
    for problem in document.problems:
        yield problem.span.start, source.position(problem.span.start).line, problem.message
    for node in document.instructions:
        at = node.span.start
        line = source.position(at).line
        if isinstance(node, Invalid) and node.fatal:
            if "before the first FROM" in node.message:
                yield at, None, "no build stage in current context"
            elif node.keyword.text.upper() not in NAMES:
                yield at, line, f"unknown instruction: {node.keyword.text.upper()}"
            else:
                yield at, line, node.message
            continue
        unknown = _unknown_flag(node)
        if unknown:
            yield at, line, f"Unknown flag: {unknown}"
        for heredoc in node.line.heredocs:
            yield from _body(document, heredoc.body.start, f"{heredoc.content}{heredoc.name}")


def _unknown_flag(node: Instruction) -> str:
    known = FLAGS.get(node.keyword.text.upper(), set())
    return next((flag.name.text for flag in node.flags if flag.name.text not in known), "")


def _body(document: Document, start: int, text: str) -> Iterator[tuple[int, int, str]]:
    """The first line of a here-document that is no instruction."""
    at = start
    for line in text.split("\n"):
        word = line.strip(SPACE).split(None, 1)
        if word and not word[0].startswith("#") and word[0].upper() not in NAMES:
            yield at, document.source.position(at).line, f"unknown instruction: {word[0].upper()}"
            return
        at += len(line) + 1

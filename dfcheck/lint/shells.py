"""Shells: what `# hadolint shell=…` says of the shell that reads the RUNs behind it.

Apart from the other comments, because a Dockerfile is resolved with them, before the rules are loaded.
"""

from __future__ import annotations

from dfcheck.syntax.nodes import Comment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.syntax.nodes import Document


def shell_notes(document: Document) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """The shells that comments name, by the offset of the comment, as `resolve` takes them.

    Comments inside an instruction name none, as for hadolint.
    """
    if "hadolint" not in document.source.text:
        return ()
    import re

    notes = []
    for item in document.items:
        match = re.match(r"hadolint\s+shell\s*=\s*(\S+)", item.text) if isinstance(item, Comment) else None
        if match is not None:
            notes.append((item.span.start, (match[1], "-c")))
    return tuple(notes)

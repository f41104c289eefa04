"""Suppression: what the comments of a file take out of its findings, and which of them are of no use."""

from __future__ import annotations

from dfcheck.findings import Edit, Finding, Fix, Severity
from dfcheck.lint.comments import SHELLCHECK
from dfcheck.lint.registry import foreign
from dfcheck.syntax.text import BOM, Span
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from dfcheck.lint.comments import Comments, Entry, Ignore
    from dfcheck.lint.engine import Diagnostic

# Whose unused ignores are told: those of others may be of use to the other tool.
OURS = ("dfcheck", "hadolint")
# Suppressing what these say about the ignore comments is no use that could be counted.
UNCOUNTED = frozenset(("DF0002", "DF0009"))


class Outcome(Value):
    """Findings that stay, those that are suppressed, and findings on ignores that suppress nothing."""

    kept: tuple[Diagnostic, ...]
    suppressed: tuple[Diagnostic, ...]
    unused: tuple[Finding, ...]


def suppress(
    found: Iterable[Diagnostic], comments: Comments, ran: Container[str], wider: Iterable[Diagnostic] = ()
) -> Outcome:
    """Apply the ignore comments.

    Args:
        found: The findings.
        comments: What the comments of the file say.
        ran: Codes of the rules that ran: an ignore of another one is not called unused.
        wider: What hadolint may find although it is not among the findings: its comments are of use there.
    """
    kept: list[Diagnostic] = []
    suppressed: list[Diagnostic] = []
    used: set[Span] = set()
    for diagnostic in found:
        entries = _entries(diagnostic, comments)
        used.update(entry.span for entry in entries)
        if entries:
            suppressed.append(diagnostic)
        elif comments.strict and diagnostic.code in comments.strict:
            kept.append(diagnostic._replace(severity=Severity.ERROR))
        else:
            kept.append(diagnostic)
    for diagnostic in wider:
        used.update(entry.span for entry in _entries(diagnostic, comments, ("hadolint",)))
    unused = tuple(
        finding
        for ignore in comments.ignores
        if ignore.family in OURS and (ignore.family == "dfcheck" or not _is_for_windows(comments.text))
        for finding in _unused(ignore, used, ran, comments)
    )
    return Outcome(tuple(kept), tuple(suppressed), unused)


def _is_for_windows(text: str) -> bool:
    """Whether the escape character is that of Windows: hadolint reads such files as if they were for a POSIX shell."""
    if "`" not in text:
        return False
    lines = text.removeprefix(BOM).splitlines()[:8]
    return any(line.replace(" ", "").lower() == "#escape=`" for line in lines)


def _entries(diagnostic: Diagnostic, comments: Comments, only: tuple[str, ...] = ()) -> list[Entry]:
    """The entries that suppress a finding: of each tool's comments the narrowest one; of all tools, or of some."""
    entries: list[Entry] = []
    families: set[str] = set()
    at = diagnostic.finding.span.start
    for ignore in sorted(comments.ignores, key=lambda ignore: ignore.scope.end - ignore.scope.start):
        if ignore.family in families or (only and ignore.family not in only):
            continue
        if not ignore.scope.start <= at < ignore.scope.end:
            continue
        for entry in ignore.entries:
            if diagnostic.code in entry.codes or (SHELLCHECK in entry.codes and foreign(diagnostic.code)):
                entries.append(entry)
                families.add(ignore.family)
                break
    return entries


def _unused(ignore: Ignore, used: set[Span], ran: Container[str], comments: Comments) -> list[Finding]:
    """Findings on the entries of one comment that suppress nothing although their rules ran."""
    idle = [
        entry
        for entry in ignore.entries
        if entry.codes
        and entry.span not in used
        and all(code in ran and code not in UNCOUNTED for code in entry.codes)
    ]
    if idle and len(idle) == len(ignore.entries):
        names = ", ".join(entry.label for entry in idle)
        edits = _line_edits(ignore, comments)
        fix = Fix("Remove the comment", edits) if edits else None
        span = Span(idle[0].span.start, idle[-1].span.end)
        return [_finding(span, names, "remove the comment", fix)]
    return [
        _finding(
            entry.span, entry.label, "remove it", Fix(f"Remove {entry.label}", (_entry_edit(entry, ignore),))
        )
        for entry in idle
    ]


def _finding(span: Span, names: str, advice: str, fix: Fix | None) -> Finding:
    return Finding(span, f"there is no finding of {names} to ignore here", advice, fix=fix)


def _line_edits(ignore: Ignore, comments: Comments) -> tuple[Edit, ...]:
    """Take out the comment's line, unless that would make a parser directive of the line below."""
    if ignore.guards_directive:
        return ()
    span = ignore.comment
    if comments.text[span.start] == BOM:
        span = Span(span.start + 1, span.end)
    return (Edit(span, ""),)


def _entry_edit(entry: Entry, ignore: Ignore) -> Edit:
    """Take one entry out of a list of several, with the comma and blanks to its neighbour."""
    at = ignore.entries.index(entry)
    if at + 1 < len(ignore.entries):
        return Edit(Span(entry.span.start, ignore.entries[at + 1].span.start), "")
    return Edit(Span(ignore.entries[at - 1].span.end, entry.span.end), "")

"""Comments that speak to linters: dfcheck's own, hadolint's, BuildKit's and tally's, and what each covers.

A comment above an instruction covers all from itself to the end of that instruction: blank lines and other
comments may stand between. A comment inside a continuation covers its whole instruction.
"""

from __future__ import annotations

import re

from dfcheck.findings import Finding
from dfcheck.lint.buildkit import CHECKS, read_check
from dfcheck.lint.registry import foreign, nearest
from dfcheck.syntax.nodes import Blank, Comment, Directive, From
from dfcheck.syntax.text import Span
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dfcheck.lint.registry import Registry
    from dfcheck.syntax.nodes import Document, Instruction
    from dfcheck.syntax.text import Source

MARKS = ("dfcheck", "hadolint", "tally", "check")  # `check` is also in `shellcheck`
SHELLCHECK = "SC"
FORM = "`# dfcheck: ignore[DL3006] reason`"


class Entry(Value):
    """One label of an ignore comment; `codes` is what it stands for, empty when that is unknown here.

    `SHELLCHECK` among them stands for all codes of ShellCheck.
    """

    span: Span
    label: str
    codes: tuple[str, ...]


class Ignore(Value):
    """One ignore comment.

    Attributes:
        family: Whose form it is: `dfcheck`, `hadolint`, `buildkit`, `tally`, `shellcheck`.
        comment: Its line.
        entries: What it lists, in order.
        scope: Findings that begin in here are covered.
        guards_directive: Whether the next line would become a parser directive if this one went.
    """

    family: str
    comment: Span
    entries: tuple[Entry, ...]
    scope: Span
    guards_directive: bool = False


class Comments(Value):
    """What the comments of one file say.

    Attributes:
        text: The file's text.
        ignores: All ignore comments in order.
        misuses: Findings on comments that were meant to be one.
        strict: Codes whose findings are errors, by BuildKit's `# check=error=true`.
    """

    text: str
    ignores: tuple[Ignore, ...] = ()
    misuses: tuple[Finding, ...] = ()
    strict: frozenset[str] = frozenset()


class _Said(Value):
    """What one comment says; `reach` is `next`, `stage` or `file`."""

    ignores: tuple[tuple[str, tuple[Entry, ...], str], ...] = ()
    misuses: tuple[Finding, ...] = ()


def read_comments(document: Document, registry: Registry) -> Comments:
    """Read all comments of a file that speak to a linter."""
    text = document.source.text
    if not any(mark in text for mark in MARKS) and not any(mark in text.lower() for mark in MARKS):
        return Comments(text)
    ignores: list[Ignore] = []
    misuses: list[Finding] = list(_at_line_ends(document))
    for comment, scope, inside in _places(document):
        at = text.find(comment.text, text.find("#", comment.span.start) + 1)
        said = _read(comment.text, at, registry)
        misuses += said.misuses
        for family, entries, reach in said.ignores:
            if reach == "file" and inside and family == "dfcheck":
                misuses.append(
                    Finding(entries[0].span, "`ignore-file` has no place inside an instruction", "move it up")
                )
                continue
            covers = scope if reach == "next" else _reach(reach, comment.span.start, scope, document)
            ignores.append(Ignore(family, comment.span, entries, covers, _guards(comment, document)))
    for comment, item in _check_comments(document):
        value, at = _value(comment, text)
        check = read_check(value, at)
        misuses += check.misuses
        entries = () if check.misuses else _check_entries(check.skip, at, registry)
        ignores.append(
            Ignore("buildkit", comment.span, entries, Span(comment.span.start, item.line.span.end))
        )
    directive = next(
        (item for item in document.items if isinstance(item, Directive) and item.name == "check"), None
    )
    strict: frozenset[str] = frozenset()
    if directive is not None:
        check = read_check(directive.value, directive.value_span.start)
        misuses += check.misuses
        entries = _check_entries(check.skip, directive.value_span.start, registry)
        ignores.append(Ignore("buildkit", directive.span, entries, Span(0, len(text) + 1)))
        strict = _codes(CHECKS, registry) if check.error else strict
    return Comments(text, tuple(ignores), tuple(misuses), strict)


def read_lines(source: Source, builds: Sequence[Span], registry: Registry) -> Comments:
    """Read dfcheck's own comments in a file that is no Dockerfile, lines that begin with `#`.

    One of them covers all from itself to the end of the next of `builds`, or of the file for `ignore-file`.
    """
    text = source.text
    ignores: list[Ignore] = []
    misuses: list[Finding] = []
    for match in (
        re.finditer(r"^[ \t]*#[ \t]*(dfcheck.*?)[ \t\r]*$", text, re.MULTILINE) if MARKS[0] in text else ()
    ):
        said = _read(match[1], match.start(1), registry)
        misuses += said.misuses
        for family, entries, reach in said.ignores:
            end = next((span.end for span in builds if span.start >= match.end()), len(text) + 1)
            covers = Span(0, len(text) + 1) if reach == "file" else Span(match.start(), end)
            line = Span(match.start(), min(match.end() + 1, len(text)))
            ignores.append(Ignore(family, line, entries, covers))
    return Comments(text, tuple(ignores), tuple(misuses))


def _places(document: Document) -> Iterator[tuple[Comment, Span, bool]]:
    """Every comment, what it covers if it means the next instruction, and whether it is inside one."""
    above: list[Comment] = []
    for item in document.items:
        if isinstance(item, Comment):
            above.append(item)
        elif not isinstance(item, (Blank, Directive)):
            for comment in above:
                yield comment, Span(comment.span.start, item.line.span.end), False
            for comment in item.line.comments:
                yield comment, item.line.span, True
            above = []
    for comment in above:
        yield comment, Span(comment.span.start, len(document.source.text) + 1), False


def _reach(reach: str, start: int, scope: Span, document: Document) -> Span:
    """What a comment covers that means the whole file, or the stage: from it to the next stage's FROM.

    Above a FROM it means that FROM's stage.
    """
    end = len(document.source.text) + 1
    if reach == "file":
        return Span(0, end)
    froms = (item.span.start for item in document.items if isinstance(item, From))
    return Span(start, next((at for at in froms if at >= scope.end), end))


def _guards(comment: Comment, document: Document) -> bool:
    """Whether the line below would be a parser directive but for the comment above it."""
    items = document.items
    for index, item in enumerate(items[:-1]):
        if item is comment:
            below = items[index + 1]
            return isinstance(below, Comment) and re.match(r"[a-zA-Z]\w*\s*=", below.text) is not None
        if not isinstance(item, Directive):
            return False
    return False


def _read(text: str, at: int, registry: Registry) -> _Said:
    """What one comment says; `text` begins at offset `at`."""
    head = text[:9].lower()
    if head.startswith("dfcheck"):
        return _read_own(text, at, registry)
    if head.startswith(("hadolint", "tally")):
        return _read_pragma(text, at, registry)
    if head == "shellchec":
        return _read_shellcheck(text, at, registry)
    return _Said()


def _read_shellcheck(text: str, at: int, registry: Registry) -> _Said:
    """`shellcheck disable=SC2086,SC2046`, which inside a Dockerfile covers the whole instruction."""
    match = re.match(r"shellcheck\s+disable=([\w,]+)", text)
    if match is None:
        return _Said()
    return _Said((("shellcheck", _entries(match[1], at + match.start(1), registry), "next"),))


def _read_own(text: str, at: int, registry: Registry) -> _Said:
    """`dfcheck: ignore[…]` and `dfcheck: ignore-file[…]`."""
    match = re.match(r"dfcheck(\s*:\s*|\s+)([\w-]*)\s*", text, re.IGNORECASE)
    if match is None:
        return _Said()
    colon, word, rest = ":" in match[1], match[2].lower(), text[match.end() :]
    span = Span(at, at + len(match[0].rstrip()))
    if word not in ("ignore", "ignore-file") or not colon:
        close = nearest(word, ("ignore", "ignore-file"))
        if not colon and not (close and rest[:1] in ("[", "=", ":")):
            return _Said()  # prose
        hint = f"write `dfcheck: {close}[…]`" if close else f"write {FORM}"
        wrong = f"dfcheck has no comment `{word}`" if colon else f"`{text[: match.end(2)]}` lacks the colon"
        return _misuse(span, wrong, hint)
    if rest[:1] != "[":
        return _misuse(span, f"`{word}` does not say what to ignore", f"name rules in brackets: {FORM}")
    inside, closed, _ = rest[1:].partition("]")
    if not closed:
        return _misuse(
            Span(span.start, at + len(text)), "the list of rules is not closed by `]`", f"write {FORM}"
        )
    entries = _entries(inside, at + match.end() + 1, registry)
    if not entries:
        return _misuse(span, f"`{word}` does not say what to ignore", f"name rules in brackets: {FORM}")
    unknown = tuple(
        _unknown(entry, registry) for entry in entries if not entry.codes and not foreign(entry.label)
    )
    return _Said((("dfcheck", entries, "file" if word == "ignore-file" else "next"),), unknown)


def _read_pragma(text: str, at: int, registry: Registry) -> _Said:
    """`hadolint ignore=…`, `hadolint global ignore=…`, `hadolint shell=…`, and tally's same forms."""
    match = re.match(r"(hadolint|tally)\s*(:?)\s*(?:(\w+)\s+)?(\w+)\s*=\s*", text, re.IGNORECASE)
    if match is None:
        return _Said()
    family, reach, word = match[1].lower(), (match[3] or "").lower(), match[4].lower()
    known = not match[2] and reach in ("", "global", "stage") and word in ("ignore", "shell")
    if not known:
        if family == "tally":
            return _Said()
        close = "ignore" if match[2] else nearest(word, ("ignore", "shell")) or "ignore"
        return _misuse(
            Span(at, at + len(match[0].rstrip())),
            f"hadolint has no comment `{match[0].rstrip(' =')}`",
            f"write `# hadolint {close}=…`",
        )
    if word == "shell":
        return _Said()  # `shell_notes` reads it
    listed = re.match(r"[\w./-]+(?:\s*,\s*[\w./-]*)*", text[match.end() :])
    entries = _entries(listed[0] if listed else "", at + match.end(), registry)
    if family == "tally":
        entries = tuple(_all(entry, registry) if entry.label == "all" else entry for entry in entries)
    if not entries:
        return _misuse(Span(at, at + len(match[0].rstrip())), "this comment does not say what to ignore", "")
    unknown = tuple(
        _unknown(entry, registry)
        for entry in entries
        if family == "hadolint" and not entry.codes and not re.fullmatch(r"(?i)(DL|SC)\d+", entry.label)
    )
    return _Said(((family, entries, {"": "next", "global": "file", "stage": "stage"}[reach]),), unknown)


def _entries(listed: str, at: int, registry: Registry) -> tuple[Entry, ...]:
    """The labels of a comma-separated list at offset `at`; what stands before a `/` is a tool's name."""
    entries: list[Entry] = []
    for part in listed.split(","):
        label = part.strip()
        if label:
            start = at + len(part) - len(part.lstrip())
            name = label.rpartition("/")[2]
            codes = (name.upper(),) if foreign(name) else tuple(rule.code for rule in registry.find(name))
            entries.append(Entry(Span(start, start + len(label)), label, codes))
        at += len(part) + 1
    return tuple(entries)


def _all(entry: Entry, registry: Registry) -> Entry:
    """Tally's `all`: what it can report of a Dockerfile that can be read."""
    codes = (rule.code for rule in registry.rules if not rule.code.startswith("DF0"))
    return entry._replace(codes=(*codes, SHELLCHECK))


def _unknown(entry: Entry, registry: Registry) -> Finding:
    close = registry.nearest(entry.label)
    return Finding(entry.span, f"unknown rule `{entry.label}`", f"did you mean `{close}`?" if close else "")


def _misuse(span: Span, message: str, advice: str) -> _Said:
    return _Said(misuses=(Finding(span, message, advice),))


def _at_line_ends(document: Document) -> Iterator[Finding]:
    """Ignore comments behind an instruction on its line, where Dockerfiles have no comments."""
    for item in document.items:
        if isinstance(item, (Blank, Comment, Directive)) or "#" not in item.line.text:
            continue
        match = re.search(r"\s#\s*(dfcheck\s*:|hadolint\s+(global\s+)?ignore\s*=)", item.line.text)
        if match is not None:
            yield Finding(
                item.line.cover(match.start() + 1, match.end()),
                "a comment cannot stand behind an instruction, so it ignores nothing",
                "move it to a line of its own above the instruction",
            )


def _check_comments(document: Document) -> Iterator[tuple[Comment, Instruction]]:
    """BuildKit's `# check=skip=…` above an instruction: the first one; an empty comment takes it back."""
    first: Comment | None = None
    for item in document.items:
        if isinstance(item, Comment):
            if not item.text:
                first = None
            elif first is None and re.match(r"check\s*=", item.text, re.IGNORECASE):
                first = item
        elif not isinstance(item, (Blank, Directive)):
            if first is not None:
                yield first, item
            first = None


def _value(comment: Comment, text: str) -> tuple[str, int]:
    """What follows the `=` of a comment, and its offset."""
    value = comment.text.partition("=")[2].lstrip()
    return value, text.find(value, text.find("=", comment.span.start) + 1)


def _check_entries(skip: Iterable[str], at: int, registry: Registry) -> tuple[Entry, ...]:
    """What `skip=` lists; `all` means BuildKit's checks, not ours."""
    return tuple(
        Entry(
            Span(at + index, at + index),
            name,
            tuple(_codes(CHECKS, registry)) if name == "all" else tuple(_codes((name,), registry)),
        )
        for index, name in enumerate(skip)
    )


def _codes(names: Iterable[str], registry: Registry) -> frozenset[str]:
    return frozenset(rule.code for name in names for rule in registry.find(name))

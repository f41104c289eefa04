"""Changes: the lines that have changed since a git revision, asked of git itself."""

from __future__ import annotations

import os

from dfcheck.cli.git import ask, commit, root_of
from dfcheck.cli.options import UsageError
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.lint.engine import FileReport
    from dfcheck.syntax.text import Span

OPTION = "--diff-base"
DIFF = (
    "diff --unified=0 --no-color --no-ext-diff --no-textconv --find-renames --inter-hunk-context=0 --diff-filter=d"
    " --src-prefix=a/ --dst-prefix=b/ --ignore-submodules --no-relative"
).split()
ESCAPES = {"a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13, '"': 34, "\\": 92}


class Changes(Value):
    """What has changed in one repository.

    Attributes:
        root: Its directory, without symbolic links.
        lines: By path from the root: half-open ranges of line numbers.
        tracked: The paths that git knows; all of any other file is new.
    """

    root: str
    lines: dict[str, tuple[range, ...]]
    tracked: frozenset[str]

    def touched(self, path: str, first: int, last: int) -> bool:
        """Whether a line from `first` to `last` of the file at `path` has changed."""
        inside = os.path.relpath(os.path.realpath(path), self.root).replace(os.sep, "/")
        if inside not in self.tracked:
            return True
        return any(lines.start <= last and first < lines.stop for lines in self.lines.get(inside, ()))


class Repositories:
    """The changes since one revision in each repository that holds a file asked for."""

    __slots__ = ("_found", "_revision")

    def __init__(self, revision: str) -> None:
        self._revision = revision
        self._found: dict[str, Changes] = {}

    def of(self, path: str) -> Changes:
        """The changes in the repository of the file at `path`.

        Raises:
            UsageError: There is none, or no such revision, or no git.
        """
        root = root_of(path, OPTION)
        if root not in self._found:
            self._found[root] = changes_in(root, self._revision)
        return self._found[root]


def changes_in(root: str, revision: str) -> Changes:
    """What the work tree at `root` has changed since `revision`, or since the last commit that HEAD shares with it.

    Raises:
        UsageError: git is missing, does not know the revision, or fails.
    """
    name = commit(root, OPTION, revision)
    shared = (ask(root, OPTION, "merge-base", name, "HEAD") or b"").decode().strip()
    patch = _must(root, *DIFF, shared or name, "--")
    tracked = _must(root, "ls-files", "-z").split(b"\0")
    return Changes(root, dict(_ranges(patch)), frozenset(map(os.fsdecode, tracked)))


def _must(root: str, *arguments: str) -> bytes:
    out = ask(root, OPTION, *arguments)
    if out is None:
        raise UsageError(f"{OPTION}: `git {arguments[0]}` failed in {root}")
    return out


def _ranges(patch: bytes) -> Iterator[tuple[str, tuple[range, ...]]]:
    """By file the ranges of its lines that a patch without context adds or changes."""
    name, found = "", list[range]()
    lines = iter(patch.split(b"\n"))
    for line in lines:
        if line.startswith(b"+++ "):
            if name:
                yield name, tuple(found)
            name, found = _name(line[4:]), []
        elif line.startswith(b"@@ "):
            before, after = (_sides(part) for part in line.split(b" ")[1:3])
            found.append(range(after[0], after[0] + after[1]))
            for _ in range(before[1] + after[1]):
                next(lines)  # the lines themselves, which may look like anything
    if name:
        yield name, tuple(found)


def _sides(part: bytes) -> tuple[int, int]:
    """First line and number of lines of `-3,2` or `+3`."""
    first, _, count = part[1:].partition(b",")
    return int(first), int(count) if count else 1


def _name(written: bytes) -> str:
    """The path behind `+++ `, which git puts in quotes where it has unusual characters."""
    written = written.removesuffix(b"\t")
    if written[:1] == b'"':
        written = _unquoted(written[1:-1])
    return os.fsdecode(written.removeprefix(b"b/"))


def _unquoted(text: bytes) -> bytes:
    out, at = bytearray(), 0
    while at < len(text):
        char = text[at : at + 1].decode("latin-1")
        if char != "\\":
            out += text[at : at + 1]
            at += 1
        elif text[at + 1 : at + 2].isdigit():
            out.append(int(text[at + 1 : at + 4], 8))
            at += 4
        else:
            out.append(ESCAPES[text[at + 1 : at + 2].decode("latin-1")])
            at += 2
    return bytes(out)


def on_changed_lines(report: FileReport, repositories: Repositories) -> FileReport:
    """`report` with the findings that stand on a changed line, or whose second place does."""
    source = report.source
    changes = repositories.of(source.name)

    def touched(span: Span) -> bool:
        first = source.position(span.start).line
        last = source.position(max(span.start, span.end - 1)).line
        return changes.touched(source.name, first, last)

    kept = tuple(
        item
        for item in report.diagnostics
        if touched(item.finding.span) or any(touched(other.span) for other in item.finding.related)
    )
    return report._replace(diagnostics=kept)

"""Baseline: the findings that are known and not told again, in a file made for version control.

An entry is a code and a digest of the text that the finding stands on: its line without surplus blanks, and the
tokens in it. So it survives that lines move, and ends when the line changes. Equal entries count as often as they
are there. The texts themselves are not written: they may hold what should not be spread.

    {
     "dfcheck-baseline": 1,
     "findings": {
      "docker/Dockerfile": [
       "DL3006 5a1c0f6e2b9d"
      ]
     }
    }
"""

from __future__ import annotations

import os

from dfcheck.lint.select import CRASH
from dfcheck.syntax.text import encode
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dfcheck.lint.engine import Diagnostic, FileReport
    from dfcheck.syntax.text import Source

MARK = "dfcheck-baseline"
VERSION = 1
DEFAULT = "dfcheck-baseline.json"
LIMIT = 64 * 1024 * 1024  # bytes; a million findings


class BaselineError(Exception):
    """A file that is no baseline, or none of this version (`ours`); the text is one line for the user."""

    def __init__(self, message: str, *, ours: bool = False) -> None:
        super().__init__(message)
        self.ours = ours


class Narrowed(Value):
    """What a baseline leaves of a report, how many findings it knew, and its entries that match nothing any more."""

    report: FileReport
    known: int
    stale: tuple[str, ...]


def read(path: str) -> dict[str, tuple[str, ...]]:
    """The entries of the baseline at `path`, by file.

    Raises:
        BaselineError: It cannot be read, or is none.
    """
    from json import loads

    try:
        with open(path, "rb") as file:
            data = file.read(LIMIT + 1)
    except FileNotFoundError:
        raise BaselineError(f"{path}: there is no such baseline; --write-baseline makes it") from None
    except OSError as error:
        raise BaselineError(f"{path}: {error.strerror or error}") from None
    if len(data) > LIMIT:
        raise BaselineError(f"{path}: larger than {LIMIT >> 20} MB, too large for a baseline")
    try:
        whole = loads(data)
    except (ValueError, RecursionError) as error:
        line = f":{error.lineno}" if hasattr(error, "lineno") else ""
        raise BaselineError(f"{path}{line}: not JSON, so no baseline of dfcheck") from None
    if not isinstance(whole, dict) or MARK not in whole:
        raise BaselineError(f"{path}: no baseline of dfcheck, it has no `{MARK}`")
    if whole[MARK] != VERSION:
        raise BaselineError(
            f"{path}: a baseline of version {whole[MARK]!r}, this dfcheck knows {VERSION}; --write-baseline makes it anew",
            ours=True,
        )
    return _entries(path, whole.get("findings"))


def _entries(path: str, found: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(found, dict):
        raise BaselineError(f"{path}: `findings` is no table of files")
    for name, entries in found.items():
        if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
            raise BaselineError(f"{path}: the findings of `{name}` are no list of texts")
    return {name: tuple(entries) for name, entries in found.items()}


def text(known: Mapping[str, Iterable[str]]) -> str:
    """A baseline as it is written: sorted, an entry a line."""
    from json import dumps

    findings = {name: sorted(entries) for name, entries in sorted(known.items()) if entries}
    return dumps({MARK: VERSION, "findings": findings}, indent=1) + "\n"


def entries(report: FileReport) -> tuple[str, ...]:
    """The entries that know all findings of a report."""
    return tuple(entry(report.source, item) for item in report.diagnostics if item.code != CRASH)


def narrowed(report: FileReport, known: Iterable[str]) -> Narrowed:
    """`report` without the findings that are known, each entry counting for one."""
    left: dict[str, int] = {}
    for each in known:
        left[each] = left.get(each, 0) + 1
    kept: list[Diagnostic] = []
    for item in report.diagnostics:
        key = entry(report.source, item)
        if left.get(key, 0) and item.code != CRASH:
            left[key] -= 1
        else:
            kept.append(item)
    stale = tuple(each for each, count in left.items() for _ in range(count))
    return Narrowed(report._replace(diagnostics=tuple(kept)), len(report.diagnostics) - len(kept), stale)


def entry(source: Source, item: Diagnostic) -> str:
    """The entry that knows a finding."""
    from hashlib import sha256

    span = item.finding.span
    line = source.line(source.position(span.start).line)
    tokens = source.cut(span).partition("\n")[0]
    parts = (encode(" ".join(part.split())) for part in (line, tokens))
    digest = sha256(b"\0".join(parts)).hexdigest()
    return f"{item.code} {digest[:12]}"


def name_in(path: str, baseline: str) -> str:
    """What a baseline calls the file at `path`: its path from the baseline's directory, with slashes."""
    relative = os.path.relpath(path, os.path.dirname(baseline) or ".")
    return relative.replace(os.sep, "/")

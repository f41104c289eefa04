"""Inline: checks Dockerfiles that stand in a bake or Compose file, and tells what is found where it stands there."""

from __future__ import annotations

from dfcheck.cli.surroundings import Around
from dfcheck.cli.work import Prepared, Shelling, build_of, report_of
from dfcheck.lint.engine import UNUSED
from dfcheck.lint.select import shell_wanted
from dfcheck.syntax.text import Source, Span
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dfcheck.cli.work import Request
    from dfcheck.commands.texts import Taken
    from dfcheck.lint.engine import Crash, Diagnostic
    from dfcheck.lint.settings import Settings


class Inside(Value):
    """What was found in inline Dockerfiles, each finding once; `trouble` is why ShellCheck says nothing."""

    diagnostics: tuple[Diagnostic, ...] = ()
    crashes: tuple[Crash, ...] = ()
    trouble: str = ""


def check_inline(
    source: Source, inlines: Sequence[tuple[Taken, Request]], path: str, settings: Settings
) -> Inside:
    """Check the inline Dockerfiles of a file.

    Args:
        source: The file.
        inlines: The Dockerfiles, and how to check each.
        path: The file's path.
        settings: Which rules run, and how: those of the file.
    """
    if not inlines:
        return Inside()
    shell = shell_wanted(settings)
    items = [
        Prepared(path, build_of(Source(source.name, taken.text), request), settings, shell)
        for taken, request in inlines
    ]
    shelling = Shelling([item.build for item in items] if shell else [])
    found: dict[tuple[str, Span, str], Diagnostic] = {}
    crashes: list[Crash] = []
    for (taken, request), item in zip(inlines, items, strict=True):
        report = report_of(item, shelling, Around(item.build, path, request))
        crashes += report.crashes
        for one in _moved(report.diagnostics, taken):
            found[one.code, one.finding.span, one.finding.message] = one
    return Inside(tuple(found.values()), tuple(crashes), shelling.trouble)


def _moved(diagnostics: Sequence[Diagnostic], taken: Taken) -> Iterator[Diagnostic]:
    """The diagnostics with their places in the file; without fixes, which do not know how the file quotes."""
    for one in diagnostics:
        if one.code == UNUSED:
            continue  # its comments may be of use to another build of the same text
        finding = one.finding
        related = tuple(item._replace(span=_place(item.span, taken)) for item in finding.related)
        moved = finding._replace(span=_place(finding.span, taken), related=related, fix=None)
        yield one._replace(finding=moved)


def _place(span: Span, taken: Taken) -> Span:
    start = taken.offset(span.start)
    return Span(start, max(start, taken.offset(span.end - 1) + 1 if span.end > span.start else start))

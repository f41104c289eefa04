"""Cached work: takes what is known from the cache, has the rest checked, and keeps it."""

from __future__ import annotations

import sys

from dfcheck.cli import output
from dfcheck.cli.files import is_binary, load
from dfcheck.cli.surroundings import beside
from dfcheck.cli.work import check_all, finder, outcome_of
from dfcheck.lint.registry import RegistryError, load_named
from dfcheck.lint.settings import SettingsError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dfcheck.cli.discover import Found
    from dfcheck.cli.options import Arguments
    from dfcheck.cli.work import Outcome, Request, Task
    from dfcheck.lint.cache import Cache
    from dfcheck.lint.settings import Settings
    from dfcheck.syntax.text import Source


def cache_of(arguments: Arguments) -> Cache | None:
    """The cache that the options want; None when it is not wanted or cannot be trusted.

    That it cannot is told when the user named it; where it lies by default, with `--verbose`.
    """
    if arguments.count("--no-cache"):
        return None
    from dfcheck.lint.cache import directory, opened

    named = arguments.last("--cache-dir")
    path = named or directory()
    if not path:
        return None
    found = opened(path, ())
    if found.trouble and (named or arguments.count("--verbose")):
        output.warning(f"the cache is not used: {found.trouble}")
    return found.cache


def check_cached(tasks: Sequence[Task], jobs: int | None, cache: Cache) -> Iterator[Outcome]:
    """As `check_all`, with a cache."""
    known = [_recalled(file, request, cache) for file, request in tasks]
    missing = [task for task, outcome in zip(tasks, known, strict=True) if outcome is None]
    fresh = check_all(missing, jobs)
    for (_, request), outcome in zip(tasks, known, strict=True):
        yield outcome or _kept(next(fresh), request, cache, several=len(tasks) > 1)
    try:
        cache.save()
    except OSError as error:
        output.warning(f"the cache cannot be written: {error.filename}: {error.strerror or error}")


def _recalled(file: Found, request: Request, cache: Cache) -> Outcome | None:
    """The outcome of a file that the cache knows; None also when anything is unusual, which checking it tells."""
    if file.path == "-":
        return None
    try:
        source = load(file.path)
        settings = finder(request).for_file(source.name)
        report = cache.get(_key(file.path, source, settings, cache, request), source)
    except (OSError, SettingsError, RegistryError):
        return None
    if report is None or (not file.named and is_binary(source)):
        return None
    if request.mend is not None and any(item.fixable for item in report.diagnostics):
        return None
    return outcome_of(file.path, report, settings)


def _kept(outcome: Outcome, request: Request, cache: Cache, *, several: bool) -> Outcome:
    """Keep a report that says all there is to say, and depends on no files but the Dockerfile.

    One small file without shell is checked faster than its report is written.
    """
    report = outcome.report
    whole = not outcome.error and not outcome.warning and not outcome.looked and outcome.path != "-"
    if report is not None and whole and (several or "json" in sys.modules):
        settings = finder(request).for_file(report.source.name)
        cache.keep(_key(outcome.path, report.source, settings, cache, request), report)
    return outcome


def _key(path: str, source: Source, settings: Settings, cache: Cache, request: Request) -> str:
    around = beside(path, source.text, request)
    given = request.build_args, request.target, request.platform, request.contexts
    if any(given):
        around += f"\0{given}"
    return cache.key(source, settings, lambda: load_named(settings.plugins), around)

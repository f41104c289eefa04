"""Builds: checks files with commands that build images, and the Dockerfiles that they mean, each as it is built."""

from __future__ import annotations

from dfcheck.cli.discover import Found
from dfcheck.cli.files import is_binary, load
from dfcheck.cli.work import Outcome, check_all, finder, guarded, outcome_of, spread, wanted
from dfcheck.lint.engine import UNUSED
from dfcheck.lint.registry import load_named
from dfcheck.resolve import OTHERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dfcheck.cli.work import Request, Task
    from dfcheck.commands.context import FoundBuild
    from dfcheck.lint.cache import Cache
    from dfcheck.lint.engine import Diagnostic, FileReport
    from dfcheck.lint.settings import Settings
    from dfcheck.syntax.text import Source

MOST = 1000  # ways to build Dockerfiles that are checked
ALIKE = 8  # of them, those that differ in arguments and platforms alone, as the rows of a matrix do


def check_builds(
    files: Sequence[Found], request: Request, jobs: int | None, cache: Cache | None
) -> Iterator[Outcome]:
    """Check the files with commands in order, then the Dockerfiles that their builds mean, by path.

    Args:
        files: The files with commands.
        request: How to check; what the user says in it wins over what a build says.
        jobs: As for `check_all`.
        cache: Where to keep what is found in Dockerfiles.
    """
    tasks: dict[Task, None] = {}
    alike: dict[Task, int] = {}
    for outcome, found in spread(_check_some, [(file, request) for file in files], jobs):
        yield outcome
        for file, how in found:
            kind = file, how._replace(build_args=(), platform="")
            if len(tasks) < MOST and (file, how) not in tasks and alike.get(kind, 0) < ALIKE:
                tasks[file, how] = None
                alike[kind] = alike.get(kind, 0) + 1
    yield from _merged(list(tasks), jobs, cache)


def _merged(tasks: Sequence[Task], jobs: int | None, cache: Cache | None) -> Iterator[Outcome]:
    """The outcomes of the Dockerfiles; one that is built in several ways has the findings of all of them."""
    from dfcheck.cli.cached import check_cached

    found: dict[str, Outcome] = {}
    for checked in check_cached(tasks, jobs, cache) if cache else check_all(tasks, jobs):
        outcome = _without_unused(checked, tasks[0][1])
        before = found.get(outcome.path)
        found[outcome.path] = outcome if before is None else _both(before, outcome)
    for path in sorted(found):
        yield found[path]


def _without_unused(outcome: Outcome, request: Request) -> Outcome:
    """An outcome without unused ignores: what one build has no use for may be of use to another, or without any."""
    report = outcome.report
    if report is None or not any(item.code == UNUSED for item in report.diagnostics):
        return outcome
    kept = tuple(item for item in report.diagnostics if item.code != UNUSED)
    left = outcome_of(outcome.path, report._replace(diagnostics=kept), finder(request).for_file(outcome.path))
    return outcome._replace(report=left.report, failing=left.failing)


def _both(one: Outcome, other: Outcome) -> Outcome:
    if one.report is None or other.report is None:
        return other if one.report is None else one
    reports = (one.report, other.report)
    report = one.report._replace(
        diagnostics=_joined(*(report.diagnostics for report in reports)),
        suppressed=_joined(*(report.suppressed for report in reports)),
    )
    return one._replace(
        report=report,
        failing=one.failing or other.failing,
        error=one.error or other.error,
        warning=one.warning or other.warning,
    )


def _joined(one: tuple[Diagnostic, ...], other: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """The findings of both, those that say the same once, in their order."""
    seen = {(item.code, item.finding.span, item.finding.message) for item in one}
    more = [item for item in other if (item.code, item.finding.span, item.finding.message) not in seen]
    return tuple(
        sorted((*one, *more), key=lambda item: (item.finding.span.start, item.finding.span.end, item.code))
    )


def _check_some(tasks: Sequence[Task]) -> list[tuple[Outcome, tuple[Task, ...]]]:
    """The outcomes of a few files with commands, each with the Dockerfiles that it builds."""
    found: list[tuple[Outcome, tuple[Task, ...]]] = []
    for file, request in tasks:
        builds: list[FoundBuild] = []
        outcome = guarded(file, _checked, file, request, builds)
        more = {
            (Found(build.target.path, True), how): None
            for build in builds
            if build.dockerfile is not None and build.inline is None
            for how in _as_built(build, request)
        }
        found.append((outcome, tuple(more)))
    return found


def _as_built(build: FoundBuild, request: Request) -> tuple[Request, ...]:
    """The requests to check a Dockerfile as a build builds it. What the user has said himself wins.

    Arguments that it does not name are left out, and there is one request for each platform only where it asks for
    the platform: they change nothing.
    """
    from dfcheck.commands.found import build_args, known_contexts, known_platforms

    target = build.command.last("target")
    text = "" if build.dockerfile is None else build.dockerfile.document.source.text
    arguments = build_args(build.command)
    arguments = {name: value for name, value in arguments.items() if name in text or name == OTHERS}
    arguments |= dict(request.build_args)
    stage = target.text if target is not None and target.literal and _has_stage(build, target.text) else ""
    built = request._replace(
        build_args=tuple(sorted(arguments.items(), key=lambda pair: pair[0])),
        target=request.target or stage,
        context=request.context or build.target.context,
        told=bool(request.context),
        contexts=known_contexts(build.command),
        mend=None,
    )
    platforms = known_platforms(build.command)
    if len(platforms) > 1 and "TARGET" not in text:
        return (built,)
    return tuple(built._replace(platform=platform) for platform in platforms or ("",))


def _has_stage(build: FoundBuild, name: str) -> bool:
    """Whether the Dockerfile has the stage; one that it lacks is told where it is asked for."""
    assert build.dockerfile is not None  # noqa: S101 -- asked of builds with one only
    stages = build.dockerfile.stages
    return any(stage.name == name.lower() or str(stage.index) == name for stage in stages)


def _checked(file: Found, request: Request, found: list[FoundBuild]) -> Outcome:
    """The outcome of one file with commands; its builds are added to `found`."""
    from dfcheck.commands.found import found_builds
    from dfcheck.commands.model import FormatError

    source = load(file.path, request.stdin_name)
    if not file.named and is_binary(source):
        return Outcome(file.path, note=f"{file.path}: left out, it is a binary file; name it to check it")
    settings = finder(request).for_file(source.name)
    try:
        found += found_builds(source)
    except FormatError as error:
        place = "" if str(error)[:1].isdigit() else " "
        if not file.named and _is_template(source.text):
            return Outcome(file.path, note=f"{source.name}:{place}{error}; left out as a template")
        return Outcome(file.path, error=f"{source.name}:{place}{error}")
    report, trouble = _report(file.path, source, found, request, settings)
    outcome = outcome_of(file.path, report, settings)._replace(warning=trouble)
    if request.mend is None or not any(item.fixable for item in report.diagnostics):
        return outcome
    from dfcheck.lint.commands import broken
    from dfcheck.lint.fix import fix_report

    def again(text: Source) -> FileReport:
        return _report(file.path, text, found_builds(text), request, settings)[0]

    fixed = fix_report(report, again, safety=request.mend, wanted=wanted(request, settings), broken=broken)
    outcome = outcome_of(file.path, fixed.report, settings)._replace(warning=trouble)
    return outcome._replace(before=source, applied=fixed.applied) if fixed.applied else outcome


def _is_template(text: str) -> bool:
    """Whether a text has what templates have, which make such files only; `${{` is GitHub's own."""
    import re

    return re.search(r"(?<!\$)\{\{|\{%|<%", text) is not None


def _report(
    path: str, source: Source, builds: Sequence[FoundBuild], request: Request, settings: Settings
) -> tuple[FileReport, str]:
    """What is found in a file with commands, and why ShellCheck says nothing of its Dockerfiles, if so."""
    from dfcheck.cli.inline import check_inline
    from dfcheck.lint.commands import check_commands

    inlines = {
        (build.inline.text, build.inline.offset(0), how): (build.inline, how)
        for build in builds
        if build.inline is not None
        for how in _as_built(build, request)
    }
    inside = check_inline(source, tuple(inlines.values()), path, settings)
    report = check_commands(source, tuple(builds), settings, load_named(settings.plugins), inside.diagnostics)
    return report._replace(crashes=(*report.crashes, *inside.crashes)), inside.trouble

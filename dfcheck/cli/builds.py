"""Builds: checks files with commands that build images, and the Dockerfiles that they mean, each as it is built."""

from __future__ import annotations

from dfcheck.cli.discover import Found
from dfcheck.cli.files import is_binary, load
from dfcheck.cli.work import Outcome, check_some, finder, guarded, outcome_of, wanted
from dfcheck.lint.registry import load_named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dfcheck.cli.work import Request
    from dfcheck.commands.context import FoundBuild
    from dfcheck.lint.engine import Diagnostic, FileReport
    from dfcheck.syntax.text import Source

MOST = 1000  # builds whose Dockerfiles are checked


def check_builds(files: Sequence[Found], request: Request) -> Iterator[Outcome]:
    """Check the files with commands in order, then the Dockerfiles that their builds mean, by path."""
    builds: dict[Request, list[str]] = {}
    for file in files:
        found: list[FoundBuild] = []
        yield guarded(file, _checked, file, request, found)
        for build in found[: MOST - sum(map(len, builds.values()))]:
            if build.dockerfile is not None and build.inline is None:
                paths = builds.setdefault(_as_built(build, request), [])
                if build.target.path not in paths:
                    paths.append(build.target.path)
    yield from _merged(builds)


def _merged(builds: dict[Request, list[str]]) -> Iterator[Outcome]:
    """The outcomes of the Dockerfiles; one that is built in several ways has the findings of all of them."""
    found: dict[str, Outcome] = {}
    for request, paths in builds.items():
        for outcome in check_some([Found(path, True) for path in paths], request):
            before = found.get(outcome.path)
            found[outcome.path] = outcome if before is None else _both(before, outcome)
    for path in sorted(found):
        yield found[path]


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


def _as_built(build: FoundBuild, request: Request) -> Request:
    """The request to check a Dockerfile as a build builds it. What the user has said himself wins."""
    from dfcheck.commands.found import known_args

    target = build.command.last("target")
    arguments = known_args(build.command) | dict(request.build_args)
    stage = target.text if target is not None and target.literal and _has_stage(build, target.text) else ""
    return request._replace(
        build_args=tuple(sorted(arguments.items())),
        target=request.target or stage,
        context=request.context or build.target.context,
        told=bool(request.context),
        mend=None,
    )


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
    rules = load_named(settings.plugins)
    try:
        builds = found_builds(source)
    except FormatError as error:
        place = "" if str(error)[:1].isdigit() else " "
        return Outcome(file.path, error=f"{source.name}:{place}{error}")
    found += builds
    from dfcheck.lint.commands import broken, check_commands

    report = check_commands(source, builds, settings, rules)
    outcome = outcome_of(file.path, report, settings)
    if request.mend is None or not any(item.fixable for item in report.diagnostics):
        return outcome
    from dfcheck.lint.fix import fix_report

    def again(text: Source) -> FileReport:
        return check_commands(text, found_builds(text), settings, rules)

    fixed = fix_report(report, again, safety=request.mend, wanted=wanted(request, settings), broken=broken)
    outcome = outcome_of(file.path, fixed.report, settings)
    return outcome._replace(before=source, applied=fixed.applied) if fixed.applied else outcome

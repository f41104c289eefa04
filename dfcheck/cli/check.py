"""`dfcheck check`: find what is wrong."""

from __future__ import annotations

import os
import sys

from dfcheck.cli import output
from dfcheck.cli.cached import cache_of, check_cached
from dfcheck.cli.check_options import VERB
from dfcheck.cli.check_request import request_of
from dfcheck.cli.discover import Found, Search, discover
from dfcheck.cli.files import reason
from dfcheck.cli.options import UsageError, near, number
from dfcheck.cli.work import Outcome, Request, check_all, finder
from dfcheck.lint.registry import RegistryError, load_named
from dfcheck.lint.settings import SettingsError
from dfcheck.report.model import FORMATS, READABLE, Look, Report, render
from dfcheck.report.summary import statistics, summary, table
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dfcheck.cli.options import Arguments
    from dfcheck.lint.engine import FileReport

__all__ = ["VERB", "run"]

# Services that read annotations from the log: the variable that is true in their jobs, and the format.
SERVICES = {"GITHUB_ACTIONS": "github", "TF_BUILD": "azure"}
# Where services say the checkout is; what they show, they find by paths from there.
CHECKOUTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR", "BUILD_SOURCESDIRECTORY")

# Options by which not all findings are told.
NARROWING = ("--baseline", "--write-baseline", "--diff-base")


def run(arguments: Arguments) -> int:
    """Check, print, and say by the exit code how it went: 0, 1 findings, 2 something could not be done."""
    request = request_of(arguments)
    paths = arguments.operands or ["."]
    if arguments.count("--show-settings"):
        from dfcheck.cli.config import show

        return show(paths[0], request)
    if arguments.count("--watch"):
        from dfcheck.cli.watch import watch

        more = [path for name in ("--config", "--baseline") for path in arguments.every(name)]
        return watch(lambda: _run(arguments, request, paths), paths, _search(arguments, request), more)
    return _run(arguments, request, paths)


def _run(arguments: Arguments, request: Request, paths: list[str]) -> int:
    formats = _formats(arguments, request, paths[0])
    files = list(discover(paths, _search(arguments, request)))
    if arguments.count("--show-files"):
        output.write("".join(f"{file.path}\n" for file in files))
        return 0
    how = None
    if any(arguments.count(name) for name in NARROWING):
        from dfcheck.cli.narrow import narrowed, narrower, write_baseline

        how = narrower(arguments, files)
    tally = _checked(files, request, arguments)
    if arguments.count("--write-baseline"):
        return write_baseline(tally.outcomes, arguments, failed=tally.failed)
    if arguments.count("--add-ignore"):
        from dfcheck.cli.add_ignore import add_ignores

        return add_ignores(tally.outcomes, arguments, request, failed=tally.failed)
    if how is not None:
        outcomes, known = narrowed(tally.outcomes, how, request)
        tally = tally._replace(outcomes=outcomes, known=known)
    if not files and not arguments.count("--quiet"):
        what = "file with build commands" if arguments.count("--commands") else "Dockerfile"
        output.warning(f"no {what} found in {', '.join(paths)}")
    # A program that reads the report wants one also of no file; a person does not.
    machine = any(name not in READABLE for name in formats)
    if (tally.reports or machine) and not _print(tally, arguments, request, formats):
        return 2
    return tally.code(arguments)


class Tally(Value):
    """What came of all files together; `known` is a line on what a baseline left out."""

    outcomes: tuple[Outcome, ...]
    failed: bool
    known: str = ""

    @property
    def reports(self) -> tuple[FileReport, ...]:
        """Reports of the files that could be checked."""
        return tuple(outcome.report for outcome in self.outcomes if outcome.report is not None)

    @property
    def fixed(self) -> int:
        """How many findings were mended."""
        return sum(len(outcome.applied) for outcome in self.outcomes)

    def code(self, arguments: Arguments) -> int:
        """The exit code."""
        if self.failed:
            return 2
        if arguments.count("--exit-zero"):
            return 0
        if self.fixed and (arguments.count("--diff") or arguments.count("--exit-non-zero-on-fix")):
            return 1
        left = any(outcome.failing for outcome in self.outcomes)
        return int(left and not arguments.count("--fix-only"))


def _search(arguments: Arguments, request: Request) -> Search:
    def exclude(path: str) -> bool:
        from dfcheck.lint.select import excluded

        try:
            return excluded(finder(request).for_file(path), path)
        except (RegistryError, SettingsError):
            return False  # checking the file tells

    def note(text: str) -> None:
        if not arguments.count("--quiet"):
            output.warning(text)

    return Search(
        not arguments.count("--no-respect-gitignore"),
        exclude,
        bool(arguments.count("--force-exclude")),
        note,
        _command_files() if arguments.count("--commands") else None,
    )


def _command_files() -> Callable[[str], bool]:
    from dfcheck.commands.find import is_command_file

    return is_command_file


def _formats(arguments: Arguments, request: Request, path: str) -> tuple[str, ...]:
    """The report formats: the options', the settings', that of the service whose job this is, or the full one.

    Only for services that read annotations from the job's log. GitLab takes a file that its settings must name, so
    there the full report is in the log, as anywhere.
    """
    given = arguments.every("--output-format")
    names = given or tuple(filter(None, finder(request).for_file(path).output_format.split(",")))
    if not names and not arguments.count("--output-file"):
        names = tuple(own for variable, own in SERVICES.items() if _is_true(variable))[:1]
    for name in names:
        if name not in FORMATS:
            raise UsageError(f"unknown output format `{name}`{near(name, FORMATS)}")
    return names or ("full",)


def _is_true(variable: str) -> bool:
    return os.environ.get(variable, "").lower() == "true"


def _checked(files: list[Found], request: Request, arguments: Arguments) -> Tally:
    """Check all files; errors and notes are printed as they come, each once."""
    from dfcheck.cli.progress import shown

    outcomes: list[Outcome] = []
    said: set[str] = set()
    warned: set[str] = set()
    for outcome in shown(_outcomes(files, request, arguments), len(files)):
        outcomes.append(outcome)
        if outcome.error and outcome.error not in said:
            output.error(outcome.error + _verb_hint(outcome.path))
            said.add(outcome.error)
        if outcome.report and arguments.count("--verbose"):
            _tell_settings(outcome.report.source.name, request)
        if outcome.warning and outcome.warning not in warned:
            output.warning(outcome.warning)
            warned.add(outcome.warning)
        if outcome.note and not arguments.count("--quiet"):
            output.note(outcome.note)
        if outcome.traceback and arguments.count("--verbose") and sys.stderr is not None:
            sys.stderr.write(outcome.traceback)
    return Tally(tuple(outcomes), bool(said))


def _outcomes(files: list[Found], request: Request, arguments: Arguments) -> Iterator[Outcome]:
    cache, jobs = cache_of(arguments), number(arguments, "--jobs")
    if arguments.count("--commands"):
        from dfcheck.cli.builds import check_builds

        return check_builds(files, request, jobs, cache)
    tasks = [(file, request) for file in files]
    return check_cached(tasks, jobs, cache) if cache else check_all(tasks, jobs)


def _tell_settings(path: str, request: Request) -> None:
    files = finder(request).for_file(path).files
    output.note(f"{path}: {', '.join(map(os.path.relpath, files)) or 'no settings file'}")


def _warn_of_settings(tally: Tally, request: Request) -> None:
    """Say what in the settings of the files has no effect, each once."""
    settings = (finder(request).for_file(file.source.name) for file in tally.reports)
    for text in dict.fromkeys(text for each in settings for text in each.warnings):
        output.warning(text)


def _verb_hint(path: str) -> str:
    """A path that does not exist may be a verb with a typing error."""
    if os.path.lexists(path) or path == "-" or not path.isalpha():
        return ""
    from dfcheck.cli.main import VERBS

    return near(path, tuple(VERBS)).replace("mean", "mean the command")


def _print(tally: Tally, arguments: Arguments, request: Request, formats: tuple[str, ...]) -> bool:
    """Print fixes, findings and the summary where the options want them; whether all could be written."""
    told, good = "", True
    if request.mend is not None:
        from dfcheck.cli.mend import carry_out

        told, good = carry_out(tally.outcomes, arguments)
        if arguments.count("--diff") or arguments.count("--fix-only"):
            output.write(told)
            return good
    if not arguments.count("--quiet"):
        _warn_of_settings(tally, request)
    # The mended text of standard input has standard output for itself.
    beside = request.mend is not None and any(outcome.path == "-" for outcome in tally.outcomes)
    write = output.write_beside if beside else output.write
    places = _places(arguments, len(formats))
    screen = _report(tally, arguments, request, "")
    for name, to_file in zip(formats, places, strict=True):
        if not to_file:
            for piece in _pieces(screen, name, arguments):
                write(piece)
            continue
        report = _report(tally, arguments, request, to_file)
        try:
            output.save(
                to_file, "".join(_pieces(report, name, arguments)).encode("utf-8", "backslashreplace")
            )
        except OSError as error:
            output.error(reason(to_file, error))
            return False
    for_people = all(name in READABLE or to_file for name, to_file in zip(formats, places, strict=True))
    if for_people and not arguments.count("--quiet"):
        silent = tally.failed and not any(file.diagnostics for file in tally.reports)
        write(told if silent else told + summary(screen) + tally.known)
    return good


def _places(arguments: Arguments, count: int) -> tuple[str, ...]:
    """The files that reports go to, the first for the first format; empty for standard output."""
    files = arguments.every("--output-file")
    return files[-1:] or ("",) if count == 1 else (*files[:count], *[""] * (count - len(files)))


def _report(tally: Tally, arguments: Arguments, request: Request, to_file: str) -> Report:
    settings = [finder(request).for_file(file.source.name) for file in tally.reports]
    wish = next((each.color for each in settings if each.color), "")
    colours = output.colours(arguments, wish) and (not to_file or arguments.last("--color") == "always")
    look = Look(colours, output.columns() if output.is_terminal() and not to_file else Look().width)
    plugins = dict.fromkeys(name for each in settings for name in each.plugins)
    base = next(filter(None, map(os.environ.get, CHECKOUTS)), None) or os.getcwd()
    return Report(tally.reports, load_named(tuple(plugins)), look, base)


def _pieces(report: Report, format_name: str, arguments: Arguments) -> Iterable[str]:
    """The report's text, or that of its statistics."""
    if not arguments.count("--statistics"):
        return render(report, format_name)
    if format_name != "json":
        return (table(statistics(report)),)
    import json

    return (json.dumps(statistics(report), indent=1) + "\n",)

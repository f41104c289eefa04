"""`--add-ignore`: writes comments into the files that ignore what was found in them."""

from __future__ import annotations

from dfcheck.cli import output
from dfcheck.cli.files import reason
from dfcheck.cli.options import UsageError
from dfcheck.cli.work import finder
from dfcheck.lint.registry import load_named
from dfcheck.report.summary import counted
from dfcheck.syntax.text import Source, encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dfcheck.cli.options import Arguments
    from dfcheck.cli.work import Outcome, Request
    from dfcheck.lint.engine import FileReport


def add_ignores(outcomes: Sequence[Outcome], arguments: Arguments, request: Request, *, failed: bool) -> int:
    """Write the comments and say how many findings they ignore; the exit code.

    Raises:
        UsageError: The options make no sense together, or the reason is no single line.
    """
    why = arguments.last("--add-ignore").strip()
    if not why.isprintable():
        raise UsageError("--add-ignore: the reason is one line of plain text")
    for other in ("--fix", "--fix-only", "--diff"):
        if arguments.count(other):
            raise UsageError(f"{other} or --add-ignore, not both")
    total = files = 0
    for outcome in outcomes:
        if outcome.report is None or not (outcome.report.diagnostics or outcome.path == "-"):
            continue
        count = _written(outcome.path, outcome.report, request, why)
        failed = failed or count is None
        total += count or 0
        files += bool(count)
    if not arguments.count("--quiet") and not any(outcome.path == "-" for outcome in outcomes):
        found = counted(total, "problem", "problems")
        output.write(
            f"Ignored {found} in {counted(files, 'file', 'files')}.\n" if total else "Nothing to ignore.\n"
        )
    return 2 if failed else 0


def _written(path: str, report: FileReport, request: Request, why: str) -> int | None:
    """Write one file, or standard input to standard output; how many findings are ignored, None when that failed."""
    from dfcheck.lint.fix import faults
    from dfcheck.lint.ignoring import with_ignores

    rules = load_named(finder(request).for_file(report.source.name).plugins)
    ignored = with_ignores(report, rules, why)
    if faults(Source(report.source.name, ignored.text)) > faults(report.source):
        output.error(f"{path}: a comment would break the file, so it is left as it is; please report it")
        return None
    if path == "-":
        output.write_bytes(encode(ignored.text))
        return ignored.count
    try:
        output.save(path, encode(ignored.text))
    except OSError as error:
        output.error(reason(path, error))
        return None
    return ignored.count

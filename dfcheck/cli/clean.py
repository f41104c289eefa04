"""`dfcheck clean`: empty the cache."""

from __future__ import annotations

from dfcheck.cli import output
from dfcheck.cli.files import reason
from dfcheck.cli.options import Option, UsageError, Verb

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.cli.options import Arguments

VERB = Verb(
    "clean",
    "Empty the cache of reports.",
    "[OPTION ...]",
    (Option("--cache-dir", "the directory of the cache", "DIR", complete="dir"),),
    notes="Only files that dfcheck has written there are removed.",
)


def run(arguments: Arguments) -> int:
    """Empty the cache and say so; 2 when that is not possible."""
    from dfcheck.lint.cache import UnsafeError, clean, directory
    from dfcheck.report.summary import counted

    if arguments.operands:
        raise UsageError(
            f"clean takes no argument, not `{arguments.operands[0]}`; --cache-dir names another cache"
        )
    path = arguments.last("--cache-dir") or directory()
    try:
        removed = clean(path) if path else 0
    except UnsafeError as error:
        output.error(f"nothing is removed: {error}")
        return 2
    except OSError as error:
        output.error(reason(path, error))
        return 2
    if not arguments.count("--quiet"):
        output.write(
            f"Removed {counted(removed, 'file', 'files')} of the cache.\n"
            if removed
            else "The cache is empty.\n"
        )
    return 0

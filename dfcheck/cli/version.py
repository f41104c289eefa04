"""`dfcheck version`."""

from __future__ import annotations

from dfcheck.cli import output
from dfcheck.cli.options import UsageError, Verb

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.cli.options import Arguments

VERB = Verb("version", "Print the version.", "")


def run(arguments: Arguments) -> int:
    """Print the version."""
    from dfcheck.report.about import version

    if arguments.operands:
        raise UsageError(f"version takes no argument, not `{arguments.operands[0]}`")
    output.write(f"dfcheck {version()}\n")
    return 0

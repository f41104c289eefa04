"""`dfcheck context`: what a build would be sent, and what its ignore file keeps back."""

from __future__ import annotations

import os

from dfcheck.cli import output
from dfcheck.cli.files import reason
from dfcheck.cli.options import Option, UsageError, Verb
from dfcheck.resolve.values import REMOTE_CONTEXT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.cli.options import Arguments


VERB = Verb(
    "context",
    "Show what a build context sends and what its .dockerignore keeps back.",
    "[OPTION ...] [DIR]",
    (
        Option(
            "--file",
            "the Dockerfile; a FILE.dockerignore beside it counts first",
            "FILE",
            "-f",
            complete="file",
        ),
        Option("--files", "list every file"),
        Option("--output-format", "for people or for machines", "FORMAT", choices=("text", "json")),
    ),
    notes="Exit code: 0 looked through, 1 the build would stop here, 2 it could not be read.",
)


def run(arguments: Arguments) -> int:
    """Look through a context and print what was found; 1 when it would stop the build."""
    from dfcheck.report.context import as_json, as_text
    from dfcheck.simulate.context import Ignored
    from dfcheck.simulate.survey import survey
    from dfcheck.simulate.tree import FileError

    if len(arguments.operands) > 1:
        raise UsageError(f"one context, not {len(arguments.operands)}: {' '.join(arguments.operands)}")
    directory = (*arguments.operands, ".")[0]
    _must_be_local(directory)
    dockerfile = arguments.last("--file") or os.path.join(directory, "Dockerfile")
    try:
        found = survey(directory, dockerfile)
    except (Ignored, FileError) as error:
        output.error(f"{directory}: the build stops here: {error}")
        return 1
    except OSError as error:
        output.error(reason(str(error.filename or directory), error))
        return 2
    if arguments.last("--output-format", "text") == "json":
        output.write(as_json(found))
    else:
        output.write(as_text(found, files=bool(arguments.count("--files"))))
    return 0


def _must_be_local(directory: str) -> None:
    """Raise UsageError for a context that a builder would fetch, and for a tar on standard input."""
    if directory == "-":
        raise UsageError("a context on standard input is not looked into; name a directory")
    if directory.startswith(REMOTE_CONTEXT) and not os.path.exists(directory):
        raise UsageError(f"{directory} is a remote context, which the builder fetches; name a directory")

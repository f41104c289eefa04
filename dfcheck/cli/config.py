"""`dfcheck config`: show the settings in force for a path and what decided each of them."""

from __future__ import annotations

import os

from dfcheck.cli import output
from dfcheck.cli.options import Option, UsageError, Verb
from dfcheck.cli.work import Request, finder
from dfcheck.lint.registry import load_named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.cli.options import Arguments

VERB = Verb(
    "config",
    "Show the settings for a file or directory, `.` by default, as a settings file would set them.",
    "[PATH]",
    (
        Option("--schema", "print the JSON Schema of settings files"),
        Option("--from-hadolint", "print the dfcheck.toml that means what PATH, a .hadolint.yaml, means"),
        Option("--config", "use this settings file", "FILE"),
        Option("--isolated", "use no settings file"),
        Option("--plugin", "load the rules of this installed plugin", "NAME"),
    ),
)


def run(arguments: Arguments) -> int:
    """Print the settings or their schema."""
    plugins = arguments.every("--plugin")
    if arguments.count("--schema"):
        import json

        from dfcheck.lint.schema import schema

        output.write(json.dumps(schema(load_named(plugins)), indent=2) + "\n")
        return 0
    if len(arguments.operands) > 1:
        raise UsageError("config takes one path")
    if arguments.count("--from-hadolint"):
        return _translate("".join(arguments.operands), plugins)
    flags = (("plugins", plugins),) if plugins else ()
    request = Request(arguments.last("--config"), bool(arguments.count("--isolated")), flags)
    return show((*arguments.operands, ".")[0], request)


def _translate(path: str, plugins: tuple[str, ...]) -> int:
    """Print hadolint's settings in `path`, or in the file that it would find, as a `dfcheck.toml`.

    Raises:
        UsageError: It would find none.
        SettingsError: It cannot be followed.
    """
    from dfcheck.lint.hadolint import as_table
    from dfcheck.lint.hadolint_file import from_file
    from dfcheck.lint.settings import hadolint_files
    from dfcheck.lint.toml import document

    path = path or next(filter(os.path.isfile, hadolint_files()), "")
    if not path:
        raise UsageError("there is no .hadolint.yaml where hadolint looks for one; name it")
    told = from_file(os.path.abspath(path))
    table, warnings = as_table(told, load_named(plugins))
    for text in (*told.warnings, *warnings):
        output.warning(text)
    output.write(f"# Means what {os.path.relpath(path)} means to hadolint.\n{document(table)}")
    return 0


def show(path: str, request: Request) -> int:
    """Print the settings for `path`, as TOML with the places that decided in comments.

    Raises:
        UsageError: There is no such path.
    """
    from dfcheck.lint.show import show as as_toml

    if path != "-" and not os.path.exists(path):
        raise UsageError(f"{path}: No such file or directory")
    settings = finder(request).for_file(path)
    files = ", ".join(os.path.relpath(file) for file in settings.files) or "no settings file"
    output.write(f"# {path}: {files}\n{as_toml(settings, load_named(settings.plugins))}")
    return 0

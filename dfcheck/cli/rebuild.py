"""`dfcheck rebuild`: which steps of a build BuildKit takes from its cache after a change, which run again, and why."""

from __future__ import annotations

import os

from dfcheck.cli import output
from dfcheck.cli.asked_build import BUILD, read_build
from dfcheck.cli.files import load, reason
from dfcheck.cli.options import Arguments, Option, UsageError, Verb
from dfcheck.cli.pulling import BASES, finder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.cli.asked_build import AskedBuild
    from dfcheck.cli.pulling import Find
    from dfcheck.simulate.context import Context
    from dfcheck.simulate.model import BuildError, Image, Inputs
    from dfcheck.simulate.past import Past
    from dfcheck.simulate.rebuild import Rebuild
    from dfcheck.syntax.text import Source

OLD = "The state that was built before"
OTHERS = ("--target", "--build-arg", "--label", "--platform")

VERB = Verb(
    "rebuild",
    "Show which steps a change makes the builder run again, and why, without building.",
    "[OPTION ...] [CONTEXT] | [OPTION ...] -- docker build ...",
    (
        *BUILD,
        *BASES,
        Option("--output-format", "text: for people; json: for scripts", "FORMAT", choices=("text", "json")),
        Option("--schema", "print the JSON Schema of `--output-format json`"),
        Option("--against", "a git revision; by default HEAD, the last commit", "REVISION", group=OLD),
        Option(
            "--against-file", "this Dockerfile instead of a revision's", "FILE", group=OLD, complete="file"
        ),
        Option("--against-context", "this directory instead of a revision", "DIR", group=OLD, complete="dir"),
        Option("--against-target", "its --target", "STAGE", group=OLD),
        Option("--against-build-arg", "its --build-arg", "NAME[=VALUE]", group=OLD),
        Option("--against-label", "its --label", "KEY=VALUE", group=OLD),
        Option("--against-platform", "its --platform", "OS/ARCH[/VARIANT]", group=OLD),
    ),
    notes=(
        "A revision was built with the same options as now, but for those that --against-… gives; a directory or file\n"
        "with those of --against-… alone.\n"
        "Exit code: 0, however many steps run again; 2 when it could not be told."
    ),
)


def run(arguments: Arguments) -> int:
    """Compare two states of a build."""
    if arguments.count("--schema"):
        from dfcheck.report.rebuild_schema import schema

        output.write(schema())
        return 0
    from dfcheck.cli.simulate import bases_of, context_of
    from dfcheck.report.rebuild import Heading, as_json, as_text
    from dfcheck.simulate.rebuild import rebuild

    request = read_build(arguments)
    if request.run is not None:
        raise UsageError("a build is compared, not a run")
    if not request.context or request.dockerfile == "-":
        raise UsageError("two states of files are compared; standard input has one")
    find = bases_of(request.bases, finder(arguments))
    new = _simulated(request, load_file(request.dockerfile), context_of(request), find)
    if new.error is not None:
        line = "" if new.error.line is None else f":{new.error.line}"
        output.error(f"{request.dockerfile}{line}: the build stops here: {new.error.message}")
        return 2
    if arguments.last("--against-file") or arguments.last("--against-context"):
        if arguments.last("--against"):
            raise UsageError(
                "--against names a revision; --against-file and --against-context stand instead of it"
            )
        before = _directory(arguments, request)
        old = _simulated(before, load_file(before.dockerfile), context_of(before), find)
        notes: tuple[str, ...] = ()
        found, title = rebuild(old, new), before.context
    else:
        found, title, notes, old = _against(arguments, request, new, find)
    if arguments.last("--output-format") == "json":
        output.write(as_json(found))
        return 0
    heading = Heading(request.dockerfile, title, old.error, notes)
    output.write(as_text(found, heading, colours=output.colours(arguments)))
    return 0


def _against(
    arguments: Arguments, request: AskedBuild, new: Image, find: Find
) -> tuple[Rebuild, str, tuple[str, ...], Image]:
    """The comparison with a revision, what it is called, what was taken for granted, and what it made."""
    from dfcheck.cli.revision import before
    from dfcheck.simulate.rebuild import rebuild

    past = before(request, arguments.last("--against", "HEAD"))
    try:
        asked = request._replace(inputs=_inputs(arguments, request.inputs))
        old = _simulated(asked, past.source, past.context, find)
        found = rebuild(old, new)
    finally:
        past.contents.close()
    return found, past.title, _notes(past.past), old


def _notes(past: Past) -> tuple[str, ...]:
    out = []
    for paths, what in ((past.ignored, "ignored by git"), (past.modules, "another repository")):
        if paths:
            first = next(iter(paths))
            more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
            out.append(f"taken as unchanged: {first}{more} ({what})")
    return tuple(out)


def _inputs(arguments: Arguments, inputs: Inputs) -> Inputs:
    """The options of the old build: those of the new one, but for those that --against-… gives."""
    given = _given(arguments)
    if not given:
        return inputs

    old = read_build(Arguments([], given)).inputs
    fields = {
        "--target": "target",
        "--build-arg": "build_args",
        "--label": "labels",
        "--platform": "platform",
    }
    return inputs._replace(**{fields[name]: getattr(old, fields[name]) for name in given})


def _given(arguments: Arguments) -> dict[str, list[str]]:
    """The old build's options under the names that they have for the new one."""
    found = {name: list(arguments.every(f"--against-{name[2:]}")) for name in OTHERS}
    return {name: values for name, values in found.items() if values}


def load_file(path: str) -> Source:
    """The Dockerfile at `path`.

    Raises:
        UsageError: It cannot be read.
    """
    try:
        return load(path)
    except OSError as error:
        raise UsageError(reason(path, error)) from error


def _simulated(request: AskedBuild, source: Source, context: Context | BuildError, find: Find) -> Image:
    """What a state makes.

    Raises:
        UsageError: A base cannot be used.
    """
    from dfcheck.simulate.bases import BaseError
    from dfcheck.simulate.simulate import simulate
    from dfcheck.syntax.parser import parse

    inputs = request.inputs._replace(digests=False)
    try:
        return simulate(parse(source), inputs, context, find)
    except BaseError as error:
        raise UsageError(str(error)) from error


def _directory(arguments: Arguments, request: AskedBuild) -> AskedBuild:
    """The old state as options describe it."""
    values = _given(arguments)
    context = arguments.last("--against-context") or request.context
    file = arguments.last("--against-file")
    if not file:
        inside = os.path.relpath(request.dockerfile, request.context)
        file = os.path.join(context, inside)
    return read_build(Arguments([context], {**values, "--file": [file]}))

"""`dfcheck simulate`: what a build would make, and what its image would start, told without building."""

from __future__ import annotations

import os

from dfcheck.cli import output
from dfcheck.cli.asked_build import BUILD, PLACEHOLDER, read_build
from dfcheck.cli.files import load, reason
from dfcheck.cli.options import Option, UsageError, Verb, number
from dfcheck.cli.pulling import BASES, finder
from dfcheck.syntax.nodes import Directive
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.cli.asked_build import AskedBuild
    from dfcheck.cli.options import Arguments
    from dfcheck.cli.pulling import Find
    from dfcheck.resolve.platforms import Platform
    from dfcheck.simulate.bases import BaseImage
    from dfcheck.simulate.context import Context
    from dfcheck.simulate.gates import Limits
    from dfcheck.simulate.model import BuildError, Image
    from dfcheck.simulate.runs import Start
    from dfcheck.syntax.nodes import Document
    from dfcheck.syntax.text import Source

FORMATS = ("tree", "json", "history", "config", "oci")
LOGS = ("classic", "buildkit")
GATES = "Limits (exit code 1 when one is broken)"

VERB = Verb(
    "simulate",
    "Show what a build would make and what its image would start, without building.",
    "[OPTION ...] [CONTEXT] | [OPTION ...] -- docker build ... | [OPTION ...] -- docker run ...",
    (
        *BUILD,
        Option("--tag", "name the image", "NAME", "-t"),
        *BASES,
        Option(
            "--output-format",
            "tree: for people; json: everything; history, config: as docker shows them; oci: the image itself",
            "FORMAT",
            choices=FORMATS,
        ),
        Option("--output", "where `oci` writes: a directory, or FILE.tar", "PATH", "-o", complete="file"),
        Option("--transcript", "the log that the build would print", "BUILDER", choices=LOGS),
        Option("--entries", "list the files of each layer too"),
        Option("--schema", "print the JSON Schema of `--output-format json`"),
        Option("--max-size", "most bytes of files in all layers, e.g. 200MB", "SIZE", group=GATES),
        Option("--max-layers", "most layers", "N", group=GATES),
        Option(
            "--forbid",
            "paths that no layer may hold, as in .dockerignore; without a slash, at any depth",
            "GLOB",
            group=GATES,
        ),
    ),
    notes="Exit code: 0 the build would succeed, 1 it would stop or breaks a limit, 2 it could not be simulated.",
)


class Prediction(Value):
    """What a run of the verb has to show.

    Attributes:
        request: What was asked for.
        document: The Dockerfile.
        image: What it makes.
        context: What it takes files from; None when there is none.
        find: Finds base images.
    """

    request: AskedBuild
    document: Document
    image: Image
    context: Context | BuildError | None
    find: Find


def run(arguments: Arguments) -> int:
    """Predict a build and print it; 1 when it would stop or breaks a limit."""
    if arguments.count("--schema"):
        from dfcheck.report.image_schema import schema

        output.write(schema())
        return 0

    limits = _limits(arguments)
    request = read_build(arguments)
    shown = arguments.last("--output-format", "tree")
    if shown == "oci":
        from dfcheck.cli.save_image import with_time

        request = with_time(request)
    try:
        found = _predict(request, arguments)
    except OSError as error:
        output.error(reason(request.dockerfile, error))
        return 2
    code = 0 if found.image.error is None else 1
    if arguments.last("--transcript"):
        code = max(code, _log(found, arguments.last("--transcript")))
    elif shown == "oci":
        from dfcheck.cli.save_image import save_image

        code = max(code, save_image(found.image, request, arguments.last("--output")))
    else:
        output.write(_shown(found, arguments, shown))
        output.flush()  # what goes to standard error is about it, and comes behind it
        if shown != "json" and found.image.error is not None:
            _say_error(request.dockerfile, found.image.error)
    return max(code, _gates(found, limits))


def _predict(request: AskedBuild, arguments: Arguments) -> Prediction:
    """The image.

    Raises:
        OSError: The Dockerfile cannot be read.
        UsageError: The context or a base cannot be used.
    """
    from dfcheck.simulate.bases import BaseError
    from dfcheck.simulate.simulate import simulate
    from dfcheck.syntax.parser import parse

    find = bases_of(request.bases, finder(arguments))
    source = _base_alone(request, arguments) or load(request.dockerfile)
    document = parse(source)
    context = context_of(request) if request.context else None
    try:
        image = simulate(document, request.inputs, context, find)
    except BaseError as error:
        raise UsageError(str(error)) from error
    if image.error is None and any(isinstance(item, Directive) for item in document.items):
        from dfcheck.cli.violations import violation

        image = image._replace(error=violation(document))
    return Prediction(request, document, image, context, find)


def _base_alone(request: AskedBuild, arguments: Arguments) -> Source | None:
    """A build that only takes a base image, where a run names one that `--base` or `--pull` gives."""
    if request.run is None or request.run.image is None or arguments.last("--file"):
        return None
    from dfcheck.simulate.references import full_name
    from dfcheck.syntax.text import Source

    name = request.run.image.text
    if name == PLACEHOLDER:
        return None
    given = {full_name(base.partition("=")[0]) for base in request.bases}
    pulled = arguments.count("--pull") and not os.path.exists(request.dockerfile)
    return Source(name, f"FROM {name}\n") if full_name(name) in given or pulled else None


def context_of(request: AskedBuild) -> Context | BuildError:
    """The build context, or why its ignore file stops the build.

    Raises:
        UsageError: It is no directory that can be read.
    """
    from dfcheck.simulate.context import Ignored, read
    from dfcheck.simulate.model import BuildError

    try:
        return read(request.context, request.dockerfile)
    except Ignored as error:
        return BuildError(str(error))
    except OSError as error:
        raise UsageError(reason(str(error.filename or request.context), error)) from error


# --- showing -----------------------------------------------------------------------------------------------


def _shown(found: Prediction, arguments: Arguments, shown: str) -> str:
    image, start = found.image, _start(found)
    if shown == "json":
        from dfcheck.report.image import as_json

        return as_json(image, entries=bool(arguments.count("--entries")), start=start)
    if shown == "history":
        from dfcheck.report.image_history import as_history

        return as_history(image)
    if shown == "config":
        from dfcheck.report.image import as_config

        return as_config(image)
    from dfcheck.report.image_tree import Heading, as_tree

    run = found.request.run
    command = "docker run" if run is None else run.tool
    tags = found.request.asked.tags if run is None or run.image is None else (run.image.text,)
    entries = bool(arguments.count("--entries"))
    heading = Heading(tags, found.request.dockerfile, command, run is not None, entries, _offered(found))
    return as_tree(image, start, heading, colours=output.colours(arguments), columns=output.columns())


def _offered(found: Prediction) -> tuple[int, int] | None:
    """Files and bytes that the context offers; None when it cannot be walked."""
    from dfcheck.simulate.context import Context, walk
    from dfcheck.simulate.tree import FileError, Unreadable

    if not isinstance(found.context, Context):
        return None
    try:
        files = [node for _, node in walk(found.context) if node.type != "dir"]
    except (FileError, Unreadable, OSError):
        return None  # an instruction that uses it tells why
    return len(files), sum(node.size for node in files)


def _start(found: Prediction) -> Start:
    from dfcheck.simulate.runs import start

    if found.request.run is None:
        return start(found.image)
    from dfcheck.cli.run_options import run_options

    return start(found.image, run_options(found.request.run))


def _log(found: Prediction, builder: str) -> int:
    """Print the log of a builder; its exit code, 1 for all that are not 0."""
    from dfcheck.cli.logs import transcript

    log = transcript(
        builder, found.document, found.request, context=found.context, image=found.image, find=found.find
    )
    output.write("".join(f"{_visible(line)}\n" for line in log.lines))
    if log.error:
        output.flush()
        output.write_beside("".join(f"{_visible(line)}\n" for line in log.error))
    return min(log.code, 1)


def _visible(line: str) -> str:
    """A line of a log as a terminal may get it; tabs stay."""
    from dfcheck.report.display import safe

    return "\t".join(map(safe, line.split("\t")))


def _say_error(path: str, error: BuildError) -> None:
    line = "" if error.line is None else f":{error.line}"
    advice = f"; {error.help}" if error.help else ""
    output.error(f"{path}{line}: the build stops here: {error.message}{advice}")


# --- limits ------------------------------------------------------------------------------------------------


def _limits(arguments: Arguments) -> Limits:
    """The limits that were given.

    Raises:
        UsageError: One of them cannot be read.
    """
    from dfcheck.simulate.gates import Limits
    from dfcheck.simulate.sizes import read_size

    text = arguments.last("--max-size")
    size = read_size(text) if text else None
    if text and size is None:
        raise UsageError(f"--max-size takes a size, e.g. 200MB or 1.5GiB, not `{text}`")
    return Limits(size, number(arguments, "--max-layers"), arguments.every("--forbid"))


def _gates(found: Prediction, limits: Limits) -> int:
    """Say which limits the image breaks; 1 when there is one."""
    if limits == type(limits)():
        return 0
    from dfcheck.simulate.gates import judge
    from dfcheck.simulate.globs import BadPattern

    try:
        verdict = judge(found.image, limits)
    except BadPattern as error:
        raise UsageError(f"--forbid: {error}") from error
    path = found.request.dockerfile
    for breach in verdict.breaches:
        output.error(f"{path}{'' if breach.line is None else f':{breach.line}'}: {breach.message}")
    for text in verdict.unknown:
        output.note(text)
    return 1 if verdict.breaches else 0


# --- bases -----------------------------------------------------------------------------------------------


def bases_of(given: tuple[str, ...], further: Find | None) -> Find:
    """Finds the images that `--base` names, by their full names, and those that `further` finds.

    Raises:
        UsageError: An option has no `=`, or names no image.
    """
    from dfcheck.simulate.references import full_name
    from dfcheck.simulate.state import Stop

    paths: dict[str, str] = {}
    for item in given:
        name, equals, path = item.partition("=")
        if not equals or not path:
            raise UsageError(f"--base takes NAME=PATH, not `{item}`")
        try:
            paths[full_name(name)] = path
        except Stop:
            raise UsageError(f"--base: `{name}` is no name of an image") from None

    def find(name: str, platform: Platform) -> BaseImage | None:
        if name not in paths:
            return None if further is None else further(name, platform)
        from dfcheck.simulate.bases import BaseError
        from dfcheck.simulate.bases import load as load_base

        try:
            return load_base(paths[name], platform)
        except BaseError as error:
            raise UsageError(f"--base {name}: {error}") from error
        except OSError as error:
            raise UsageError(f"--base {name}: {reason(paths[name], error)}") from error

    return find

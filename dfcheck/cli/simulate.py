"""`dfcheck simulate`: what a build would make, told without building."""

from __future__ import annotations

import os

from dfcheck.cli import output
from dfcheck.cli.files import load, reason
from dfcheck.cli.options import Option, UsageError, Verb
from dfcheck.cli.pulling import OPTIONS, finder
from dfcheck.syntax.nodes import Directive

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.cli.options import Arguments
    from dfcheck.cli.pulling import Find
    from dfcheck.resolve.platforms import Platform
    from dfcheck.simulate.bases import BaseImage
    from dfcheck.simulate.context import Context
    from dfcheck.simulate.model import BuildError, Image, Inputs

FORMATS = ("json", "history", "config")

VERB = Verb(
    "simulate",
    "Show what a build would make, without building.",
    "[OPTION ...] [CONTEXT] | -- docker build ...",
    (
        Option("--file", "the Dockerfile; by default CONTEXT/Dockerfile", "FILE", "-f", complete="file"),
        Option("--target", "the stage to build", "STAGE"),
        Option("--build-arg", "set a build argument; without a value, from the environment", "NAME[=VALUE]"),
        Option("--label", "add a label to the image", "KEY=VALUE"),
        Option("--platform", "build for this platform", "OS/ARCH[/VARIANT]"),
        Option("--tag", "name the image", "NAME", "-t"),
        Option(
            "--base",
            "a base image: OCI layout, archive, or image config as JSON",
            "NAME=PATH",
            complete="file",
        ),
        *OPTIONS,
        Option("--output-format", "how to show it", "FORMAT", choices=FORMATS),
        Option("--entries", "list the files of each layer too"),
        Option("--schema", "print the JSON Schema of `--output-format json`"),
    ),
    notes="Exit code: 0 the build would succeed, 1 it would stop, 2 it could not be simulated.",
)


def run(arguments: Arguments) -> int:
    """Predict a build and print it; 1 when it would stop."""
    if arguments.count("--schema"):
        from dfcheck.report.image_schema import schema

        output.write(schema())
        return 0
    context = _context_directory(arguments)
    path = arguments.last("--file") or os.path.join(context, "Dockerfile")
    try:
        source = load(path)
    except OSError as error:
        output.error(reason(path, error))
        return 2
    from dfcheck.simulate.bases import BaseError
    from dfcheck.simulate.simulate import simulate
    from dfcheck.syntax.parser import parse

    document = parse(source)
    bases = _bases(arguments.every("--base"), finder(arguments))
    try:
        image = simulate(document, _inputs(arguments), _context(context, path), bases)
    except BaseError as error:
        raise UsageError(str(error)) from error
    if image.error is None and any(isinstance(item, Directive) for item in document.items):
        from dfcheck.cli.violations import violation

        image = image._replace(error=violation(document))
    output.write(_shown(image, arguments))
    if image.error is not None and arguments.last("--output-format", "json") != "json":
        line = "" if image.error.line is None else f":{image.error.line}"
        output.error(f"{path}{line}: the build stops here: {image.error.message}")
    return 0 if image.error is None else 1


def _context_directory(arguments: Arguments) -> str:
    if len(arguments.operands) > 1:
        raise UsageError(f"one context, not {len(arguments.operands)}: {' '.join(arguments.operands)}")
    return arguments.operands[0] if arguments.operands else "."


def _context(directory: str, dockerfile: str) -> Context | BuildError:
    """The build context, or why its ignore file stops the build.

    Raises:
        UsageError: It is no directory that can be read.
    """
    from dfcheck.simulate.context import Ignored, read
    from dfcheck.simulate.model import BuildError

    try:
        return read(directory, dockerfile)
    except Ignored as error:
        return BuildError(str(error))
    except OSError as error:
        raise UsageError(reason(directory, error)) from error


def _shown(image: Image, arguments: Arguments) -> str:
    from dfcheck.report import image as report

    shown = arguments.last("--output-format", "json")
    if shown == "json":
        return report.as_json(image, entries=bool(arguments.count("--entries")))
    return report.FORMATS[shown](image)


def _inputs(arguments: Arguments) -> Inputs:
    from dfcheck.simulate.model import Inputs

    labels = tuple(_pair(item, "--label") for item in arguments.every("--label"))
    return Inputs(
        _build_args(arguments.every("--build-arg")),
        labels,
        arguments.last("--target") or None,
        arguments.last("--platform") or None,
        machine(),
    )


def _build_args(given: tuple[str, ...]) -> dict[str, str]:
    """Build arguments; one without a value is taken from the environment, or not given at all."""
    out: dict[str, str] = {}
    for item in given:
        name, equals, value = item.partition("=")
        if equals:
            out[name] = value
        elif name in os.environ:
            out[name] = os.environ[name]
    return out


def _pair(text: str, option: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    if not name:
        raise UsageError(f"{option} takes KEY=VALUE, not `{text}`")
    return name, value


def machine() -> str:
    """The platform of this machine as builders see it: always Linux, with this processor."""
    from dfcheck.resolve.platforms import parse_platform

    return str(parse_platform(f"linux/{os.uname().machine.lower()}"))


def _bases(given: tuple[str, ...], further: Find | None) -> Find:
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

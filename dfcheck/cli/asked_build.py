"""Asked build: what to simulate, from dfcheck's own options or from a command as people type it, `docker build …`."""

from __future__ import annotations

import os

from dfcheck.cli.options import Option, UsageError
from dfcheck.resolve.values import REMOTE_CONTEXT
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dfcheck.cli.options import Arguments
    from dfcheck.commands import BuildCommand, RunCommand
    from dfcheck.simulate.model import Inputs
    from dfcheck.simulate.transcript import Asked
    from dfcheck.syntax.words import Unknown

PROGRAMS = frozenset({"docker", "podman", "buildah", "nerdctl", "sudo"})
LAYOUT = "oci-layout://"
# The options of a build, as the verbs have them that predict one.
BUILD = (
    Option("--file", "the Dockerfile; by default CONTEXT/Dockerfile", "FILE", "-f", complete="file"),
    Option("--target", "the stage to build", "STAGE"),
    Option("--build-arg", "set a build argument; without a value, from the environment", "NAME[=VALUE]"),
    Option("--label", "add a label to the image", "KEY=VALUE"),
    Option("--platform", "build for this platform", "OS/ARCH[/VARIANT]"),
)
PLACEHOLDER = "IMAGE"  # as help texts write it; docker allows no capitals
FALSE = frozenset({"false", "0", "f"})


class AskedBuild(Value):
    """What to simulate.

    Attributes:
        context: The directory; empty when there is none.
        dockerfile: Path of the Dockerfile, `-` for standard input.
        inputs: What the build is given.
        asked: What the command asks for beside that.
        bases: `NAME=PATH` of base images.
        run: The command that runs the image; None when only a build is asked for.
    """

    context: str
    dockerfile: str
    inputs: Inputs
    asked: Asked
    bases: tuple[str, ...]
    run: RunCommand | None = None


def read_build(arguments: Arguments) -> AskedBuild:
    """What an argument list asks for.

    Raises:
        UsageError: It asks for what cannot be.
    """
    own, typed = _parted(arguments.operands)
    if not typed:
        return _build(arguments, own, None)
    from dfcheck.commands import BuildCommand
    from dfcheck.commands.docker import parse
    from dfcheck.commands.model import words

    command = parse(words(typed))
    if command is None:
        raise UsageError(
            f"`{' '.join(typed[:3])}` neither builds nor runs an image, as `docker build` and `docker run` do"
        )
    if command.faults:
        raise UsageError(command.faults[0].message)
    if isinstance(command, BuildCommand):
        if own:
            raise UsageError(f"the context stands in the command: not `{own[0]}` before it")
        return _build(arguments, [], command)
    if command.image is None:
        raise UsageError(f"`{command.tool}` needs an image")
    if command.image.text != PLACEHOLDER:
        _checked_name(command.image.text, command.tool)
    found = _build(arguments, own, None)
    platform = command.last("platform")
    if platform is not None:
        found = found._replace(inputs=found.inputs._replace(platform=platform.text))
    return found._replace(run=command)


def _parted(operands: Sequence[str]) -> tuple[list[str], list[str]]:
    """Our own operands, and a command that was typed behind them."""
    for index, word in enumerate(operands[:2]):
        if word.rpartition("/")[2] in PROGRAMS and index + 1 < len(operands):
            return list(operands[:index]), list(operands[index:])
    return list(operands), []


def _build(arguments: Arguments, own: list[str], command: BuildCommand | None) -> AskedBuild:
    if len(own) > 1:
        raise UsageError(f"one context, not {len(own)}: {' '.join(own)}")
    context = own[0] if own else "."
    if command is not None:
        context = _typed_context(command)
    file = _last(arguments, command, "file")
    if context == "-":
        context, file = "", "-"
    elif context.startswith(REMOTE_CONTEXT):
        raise UsageError(f"the context `{context}` is not fetched; give a directory")
    file = file or _default_file(context, command)
    return AskedBuild(
        context,
        file,
        _inputs(arguments, command),
        _asked(arguments, command, file),
        (*_named_contexts(command), *arguments.every("--base")),
    )


def _typed_context(command: BuildCommand) -> str:
    if command.rest:
        raise UsageError(f"`{command.tool}` takes one context, not also `{command.rest[0].text}`")
    if command.context is not None:
        return command.context.text
    if command.tool.startswith(("podman", "buildah")):
        return "."
    raise UsageError(f"`{command.tool}` needs a context: `{command.tool} .`")


def _default_file(context: str, command: BuildCommand | None) -> str:
    """The file that is built when none is named."""
    names = ["Dockerfile"]
    if command is not None and command.tool.startswith(("podman", "buildah")):
        names = ["Containerfile", "Dockerfile"]
    elif command is not None:
        names = ["Dockerfile", "dockerfile"]
    paths = [os.path.join(context, name) for name in names]
    return next((path for path in paths if os.path.exists(path)), os.path.join(context, "Dockerfile"))


def _last(arguments: Arguments, command: BuildCommand | None, name: str) -> str:
    """The value of an option; one of the typed command wins."""
    word = None if command is None else command.last(name)
    return arguments.last(f"--{name}") if word is None else word.text


def _every(arguments: Arguments, command: BuildCommand | None, name: str) -> tuple[str, ...]:
    """All values of an option."""
    typed = () if command is None else tuple(word.text for word in command.every(name))
    return arguments.every(f"--{name}") + typed


def _inputs(arguments: Arguments, command: BuildCommand | None) -> Inputs:
    from dfcheck.simulate.model import Inputs

    build_args = _build_args(_every(arguments, command, "build-arg"))
    if command is not None:
        # buildx hands the variable on; buildah has an option.
        option = command.last("source-date-epoch")
        epoch = os.environ.get("SOURCE_DATE_EPOCH", "") if option is None else option.text
        if epoch:
            build_args.setdefault("SOURCE_DATE_EPOCH", epoch)
    return Inputs(
        build_args,
        tuple(_pair(item) for item in _every(arguments, command, "label")),
        _last(arguments, command, "target") or None,
        _last(arguments, command, "platform") or None,
        machine(),
    )


def _build_args(given: Iterable[str]) -> dict[str, str | Unknown]:
    """Build arguments; one without a value is taken from the environment, or not given at all."""
    out: dict[str, str | Unknown] = {}
    for item in given:
        name, equals, value = item.partition("=")
        if equals:
            out[name] = value
        elif name in os.environ:
            out[name] = os.environ[name]
    return out


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    if not name:
        raise UsageError(f"--label takes KEY=VALUE, not `{text}`")
    return name, value


def _asked(arguments: Arguments, command: BuildCommand | None, file: str) -> Asked:
    from dfcheck.simulate.transcript import Asked

    tags = _every(arguments, command, "tag")
    for tag in tags:
        _checked_name(tag, "--tag")
    if command is None:
        return Asked(tags, file)
    keep = any(
        given.name == "rm" and given.value is not None and given.value.text.lower() in FALSE
        for given in command.options
    )
    return Asked(
        tags, file, command.has("quiet"), not keep, command.has("force-rm"), not command.has("no-cache")
    )


def _checked_name(text: str, where: str) -> None:
    """Refuse what is no name of an image."""
    from dfcheck.simulate.references import full_name
    from dfcheck.simulate.state import Stop

    try:
        full_name(text)
    except Stop:
        raise UsageError(f"{where}: `{text}` is no name of an image") from None


def _named_contexts(command: BuildCommand | None) -> tuple[str, ...]:
    """Named contexts that are OCI layouts: they stand in for base images."""
    if command is None:
        return ()
    pairs = [word.text.partition("=") for word in command.every("build-context")]
    return tuple(
        f"{name}={place.removeprefix(LAYOUT).partition(':')[0]}"
        for name, _, place in pairs
        if place.startswith(LAYOUT)
    )


def machine() -> str:
    """The platform of this machine as builders see it: always Linux, with this processor."""
    from dfcheck.resolve.platforms import parse_platform

    return str(parse_platform(f"linux/{os.uname().machine.lower()}"))

"""Classic steps: why the builder before BuildKit stops at a step, as far as it can be told without running anything."""

from __future__ import annotations

from dfcheck.resolve.values import is_remote
from dfcheck.simulate.globs import has_wildcard
from dfcheck.simulate.sources import check, expand, read_source
from dfcheck.simulate.tree import FileError
from dfcheck.syntax.nodes import Add, Copy, ExecForm, From, Run
from dfcheck.syntax.words import Known
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.resolve import Build, Stage
    from dfcheck.simulate.context import Context
    from dfcheck.simulate.model import Image
    from dfcheck.simulate.tree import Node
    from dfcheck.syntax.nodes import Instruction

NEEDS_BUILDKIT = (
    "the --{} option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build "
    "images with BuildKit enabled"
)


class Failure(Value):
    """What stops a build.

    Attributes:
        lines: What the client prints of it.
        code: Its exit code.
        ran: Whether a container had been started.
    """

    lines: tuple[str, ...]
    code: int = 1
    ran: bool = False


class Site(Value):
    """What `failure` looks at beside the instruction.

    Attributes:
        build: The resolved file.
        context: The build context.
        image: BuildKit's prediction.
    """

    build: Build
    context: Context
    image: Image


def failure(
    site: Site, stage: Stage, node: Instruction, line: int, *, trigger: bool = False
) -> Failure | None:
    """What stops the build at an instruction; None when nothing is known to.

    Args:
        site: The build.
        stage: The stage that it stands in, or whose base brought it as a trigger.
        node: The instruction, a FROM included.
        line: Its line; that of FROM for a trigger.
        trigger: Whether it is a trigger, whose places are not those of the file.
    """
    found: Failure | None = None
    if isinstance(node, From):
        earlier = {other.name for other in site.build.stages[: stage.index]}
        if stage.name is not None and stage.name in earlier:
            found = _daemon(f"{stage.name} is the name of an earlier stage")
    elif isinstance(node, Run):
        found = _run(site, node)
    elif isinstance(node, (Copy, Add)):
        found = _copy(site, node)
    if found is None and not trigger:
        found = _problem(site, node)
    return found or _as_buildkit(site, line)


def _daemon(text: str) -> Failure:
    return Failure((text,))


def _problem(site: Site, node: Instruction) -> Failure | None:
    """A variable that cannot be expanded, and what else is wrong with the arguments."""
    for problem in site.build.problems:
        if node.span.start <= problem.span.start < node.line.span.end:
            return _daemon(problem.message)
    return None


def _as_buildkit(site: Site, line: int) -> Failure | None:
    error = site.image.error
    return _daemon(error.message) if error is not None and error.line == line else None


# --- RUN -------------------------------------------------------------------------------------------------------


def _run(site: Site, node: Run) -> Failure | None:
    if node.flags:
        return _daemon(NEEDS_BUILDKIT.format(node.flags[0].name.text))
    if isinstance(node.command, ExecForm):
        argv = tuple(token.text for token in node.command.arguments)
        code = 1 if argv in {("false",), ("/bin/false",), ("/usr/bin/false",)} else 0
    else:
        argv = (*site.build.shell(node), node.command.text)
        code = exit_code(node.command.text)
    if code == 0:
        return None
    return Failure((f"The command '{' '.join(argv)}' returned a non-zero code: {code}",), code, ran=True)


def exit_code(script: str) -> int:
    """The exit code of a script that consists of nothing but `true`, `false`, `exit` and plain `echo`; 0 for all others."""
    if any(sign in script for sign in "|`$(){}<>\\'\"\n*?") or "&" in script.replace("&&", ""):
        return 0
    code = 0
    for part in script.split(";"):
        for command in part.split("&&"):
            words = command.split()
            if not words or words[0] not in {"true", "false", ":", "echo", "exit"}:
                return 0
            if words[0] == "exit":
                number = words[1] if words[1:] else "0"
                return int(number) % 256 if number.isascii() and number.isdigit() else 0
            code = 1 if words[0] == "false" else 0
            if code:
                break
    return code


# --- COPY and ADD ----------------------------------------------------------------------------------------------


def _copy(site: Site, node: Copy | Add) -> Failure | None:
    if node.chmod is not None:
        return _daemon(NEEDS_BUILDKIT.format("chmod"))
    name = node.keyword.text.upper()
    values = [site.build.value(source) for source in node.sources]
    destination = site.build.value(node.destination)
    from_context = isinstance(node, Add) or node.from_ is None
    count = 0
    for value in values:
        if not isinstance(value, Known):
            count += 1
            continue
        remote = is_remote(value)
        if not from_context or remote:
            count += 1
            continue
        found = _in_context(site.context.root, value.value)
        if isinstance(found, str):
            return _daemon(f"{name} failed: {found}")
        count += found
    if count == 0:
        return _daemon(f"{name} failed: no source files were specified")
    if count > 1 and isinstance(destination, Known) and not destination.value.endswith("/"):
        return _daemon(
            f"When using {name} with more than one source file, the destination must be a directory and end with a /"
        )
    return None


def _in_context(root: Node, text: str) -> int | str:
    """How many files and directories a source names, or why it names none."""
    source = read_source(text, parents=False)
    try:
        if has_wildcard(source.path):
            return len(expand(root, source.path))
        check(root, source, ())
    except FileError:
        return (
            "file not found in build context or excluded by .dockerignore: "
            f"stat {source.path[1:]}: file does not exist"
        )
    return 1

"""State: what the fold carries from one instruction to the next, and the few moves that all of them share."""

from __future__ import annotations

from dfcheck.simulate.model import BuildError, HistoryItem
from dfcheck.syntax.words import ExpansionError, Known, Unknown, expand
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dfcheck.resolve.platforms import Platform
    from dfcheck.resolve.scopes import Scope
    from dfcheck.simulate.config import Config, Text
    from dfcheck.simulate.graph import Vertex
    from dfcheck.simulate.model import Gap, Layer, RunPlan
    from dfcheck.simulate.tree import Tree
    from dfcheck.syntax.nodes import Argument, Image
    from dfcheck.syntax.words import Lookup

COMMENT = "buildkit.dockerfile.v0"
# BuildKit reads these two itself and never puts them into the environment.
NOT_ENVIRONMENT = frozenset({"BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE"})


class Stop(Exception):
    """The build stops before anything runs; carries the `BuildError`, without its line where that is the instruction's."""

    def __init__(self, message: str, line: int | None = None, help_: str = "") -> None:
        super().__init__(message)
        self.error = BuildError(message, line, help_)

    def at(self, line: int) -> BuildError:
        """The error, on `line` when it names none."""
        return self.error if self.error.line is not None else self.error._replace(line=line)


class Setting(Value):
    """What is the same for all instructions of a build.

    Attributes:
        build_args: `--build-arg` values by name.
        outer: Variables defined before the first FROM.
        target_platform: What is built for.
        epoch: SOURCE_DATE_EPOCH in seconds; None without one.
        created: The history's time for new entries: of the epoch, or None.
        escape: The escape character in force.
        digests: Whether layers' digests are wanted.
        complete: Whether there are no build arguments but `build_args`.
        lenient: Whether a source that the context lacks ends nothing.
        dry: Whether no file is looked at, only what instructions name.
    """

    build_args: dict[str, str | Unknown]
    outer: Scope
    target_platform: Platform
    epoch: int | None
    created: str | None
    escape: str
    digests: bool = True
    complete: bool = True
    lenient: bool = False
    dry: bool = False


class State(Value):
    """A stage as far as it has come.

    Attributes:
        config: The image's config.
        env: Variables of ARG and ENV, in the order of their last definition.
        rest: Why there may be variables that are not in `env`; None when there are none.
        args: Every ARG so far: its name and its value where it was declared.
        history: The image's history.
        layers: The image's layers.
        base_layers: How many layers the external base has; None when not known.
        base_history: How many history entries it has; None when not known.
        tree: The file system, or why it is not known.
        directory: Working directory of the build; absolute.
        platform: Of the stage.
        image: The platform that the image's config names.
        author: Of MAINTAINER or the base image.
        os_features: Of the base image.
        stage: Index of the stage.
        prefix: What its steps are called by; empty in a file of one stage.
        number: Steps counted so far.
        total: Steps that it has.
        trigger: Whether the present instruction came from an ONBUILD.
        line: Of the present instruction.
        cmd_set: Whether a CMD stands in this very stage.
        vertex: The build's last operation, as BuildKit's graph has it; None for scratch.
        runs: What every RUN so far starts.
        gaps: What could not be told so far.
        failed: The first error that shows only when the build runs.
        early: The first error that shows before the first step runs, or while `--link` runs ahead: when, and what.
        depth: How many stages must be done before the first step can run.
        named: Paths in the context that its instructions take files from.
        origins: The line that gave a part of `config` its value; see `dfcheck.simulate.origins`.
    """

    config: Config
    env: tuple[tuple[str, Text], ...]
    rest: Unknown | None
    args: tuple[tuple[str, Text | None], ...]
    history: tuple[HistoryItem, ...]
    layers: tuple[Layer, ...]
    base_layers: int | None
    base_history: int | None
    tree: Tree | Unknown
    directory: Text
    platform: Platform
    image: Platform
    author: str
    os_features: tuple[str, ...]
    stage: int
    prefix: str
    number: int
    total: int
    trigger: bool
    line: int
    cmd_set: bool
    vertex: Vertex | None
    runs: tuple[RunPlan, ...] = ()
    gaps: tuple[Gap, ...] = ()
    failed: BuildError | None = None
    early: tuple[int, BuildError] | None = None
    depth: int = 0
    named: tuple[Text, ...] = ()
    origins: tuple[tuple[str, int], ...] = ()

    def lookup(self) -> Lookup:
        """The variables as expansion asks for them."""
        get, rest = dict(self.env).get, self.rest
        return lambda name: get(name, rest)


def commit(state: State, text: str, setting: Setting, *, layer: bool = False, known: bool = True) -> State:
    """`state` with one more entry in its history."""
    item = HistoryItem(setting.created, text, COMMENT, not layer, line=state.line, known=known)
    return state._replace(history=(*state.history, item))


def add_env(env: tuple[tuple[str, Text], ...], name: str, value: Text) -> tuple[tuple[str, Text], ...]:
    """The build's variables with one defined anew: it moves to the end."""
    return (*(item for item in env if item[0] != name), (name, value))


def expanded(argument: Argument | Image, lookup: Lookup, escape: str) -> Text:
    """The text that an argument stands for.

    Raises:
        Stop: It cannot be expanded.
    """
    result = expand(argument.words, lookup, escape=escape)
    if isinstance(result, ExpansionError):
        reason = result.message.removeprefix("fails: ")
        raise Stop(f"failed to process {go_quote(argument.text)}: it {reason}")
    return result.value.value if isinstance(result.value, Known) else result.value


def shown(value: Text, argument: Argument) -> str:
    """`value` for a text that people read; an unknown one as it is written."""
    return value if isinstance(value, str) else argument.text


def expander(state: State, escape: str) -> Callable[[Argument | Image], Text]:
    """`expanded` where the present instruction stands."""
    lookup = state.lookup()
    return lambda argument: expanded(argument, lookup, escape)


def go_quote(text: str) -> str:
    r"""`text` as Go's `%q` writes it."""
    out: list[str] = []
    for char in text:
        code = ord(char)
        if char in _SHORT:
            out.append(_SHORT[char])
        elif 0xD800 <= code <= 0xDFFF:
            out.append("\ufffd")
        elif char == " " or char.isprintable():
            out.append(char)
        elif code < 0x80:
            out.append(f"\\x{code:02x}")
        else:
            out.append(f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")
    return '"' + "".join(out) + '"'


_SHORT = {
    '"': '\\"',
    "\\": "\\\\",
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
}

"""Calls: the shell commands of RUN instructions, read with what is known of the program."""

from __future__ import annotations

from dfcheck.knowledge.tools import TOOLS
from dfcheck.syntax.nodes import Onbuild, Run
from dfcheck.syntax.shell import mentions
from dfcheck.syntax.shell.options import split
from dfcheck.syntax.text import Span
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.knowledge.tools import Tool
    from dfcheck.resolve import Build
    from dfcheck.syntax.shell import Options, ShellCommand, ShellWord


class Call(Value):
    """A call of a known program.

    Attributes:
        run: The RUN it stands in; one inside ONBUILD too.
        command: The command.
        order: Its index in the script: what stands earlier has a lower one.
        tool: What is known of the program.
        said: The program and its sub-command as written, without what stands between: `python3 -m pip install`.
        verb: The sub-command, by the spelling of the tool; empty without one.
        word: The sub-command's word, its last one if it has two; without one the program's.
        options: All its options, wherever they stand.
        operands: What follows the sub-command: packages, files, URLs.
    """

    run: Run
    command: ShellCommand
    order: int
    tool: Tool
    said: str
    verb: str
    word: ShellWord
    options: Options
    operands: tuple[ShellWord, ...]

    @property
    def program(self) -> str:
        """The program's base name as written: `pip3`."""
        return self.command.program or ""

    @property
    def updates(self) -> bool:
        """Whether it fetches package lists: `apt-get update`, `apt-get install --update`, `apk add -U`."""
        return self.verb == "update" or self.options.has("-U", "--update")

    @property
    def span(self) -> Span:
        """From the program to its sub-command, or the program alone when options stand between on other lines."""
        return Span(self.command.program_span.start, max(self.word.span.end, self.command.program_span.end))


def runs(build: Build) -> Iterator[Run]:
    """All RUN instructions in order, those inside ONBUILD included."""
    for item in build.document.instructions:
        run = item.trigger if isinstance(item, Onbuild) else item
        if isinstance(run, Run):
            yield run


def calls(build: Build, name: str, *verbs: str) -> Iterator[Call]:
    """Calls of a tool in all RUN instructions, in order.

    Args:
        build: The file.
        name: A key of `TOOLS`.
        verbs: The sub-commands asked for; all when none is given.
    """
    for run in runs(build):
        yield from calls_in(build, run, name, *verbs)


def calls_in(build: Build, run: Run, name: str, *verbs: str) -> Iterator[Call]:
    """Calls of a tool in one RUN."""
    tool = TOOLS[name]
    if not mentions(run, tool.programs):
        return
    for order, command in enumerate(build.script(run).commands):
        call = _read(run, command, order, tool)
        if call is not None and (not verbs or call.verb in verbs):
            yield call


def base_name(program: str) -> str:
    """A program's name without the version that may follow: `pip3.12` is `pip`."""
    return program.removesuffix(".exe").rstrip("0123456789.")


def _read(run: Run, command: ShellCommand, order: int, tool: Tool) -> Call | None:
    """The call that a command is; None when it calls something else."""
    if command.program is None:
        return None
    name = base_name(command.program)
    said, words, program = command.program, command.arguments, command.words[command.index]
    if name not in tool.programs:
        at = _module(words, tool) if tool.modules and name in {"python", "pypy"} else 0
        if not at:
            return None
        said = f"{command.program} -m {words[at - 1].text.removeprefix('-m')}"
        program, words = words[at - 1], words[at:]
    if tool.cuts:
        words = words[: next((at for at, word in enumerate(words) if word.text == "--"), len(words))]
    options = split(words, tool.values)
    size = _verb_size(options.positionals, tool)
    word = options.positionals[size - 1] if size else program
    written = " ".join([part.text for part in options.positionals[:size]])
    verb = tool.verbs.get(written, written) if size else tool.bare
    said = f"{said} {written}".rstrip()
    return Call(run, command, order, tool, said, verb, word, options, options.positionals[size:])


def _module(words: tuple[ShellWord, ...], tool: Tool) -> int:
    """Index of what follows `-m module` of Python; 0 when that is not the tool."""
    for at, word in enumerate(words):
        if word.text == "-m" and at + 1 < len(words):
            return at + 2 if words[at + 1].text in tool.modules else 0
        if word.text.startswith("-m") and word.text[2:] in tool.modules:
            return at + 1
        if not word.text.startswith("-"):
            return 0
    return 0


def _verb_size(positionals: tuple[ShellWord, ...], tool: Tool) -> int:
    """How many words the sub-command has."""
    if not positionals:
        return 0
    return 2 if positionals[0].text in tool.families and len(positionals) > 1 else 1

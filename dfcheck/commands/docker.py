"""Docker: reads the words of a command line of docker, podman, buildah or nerdctl.

The rules are those of pflag, which all of them use: `--name value`, `--name=value`, `-n value`, `-nvalue`,
`-n=value`, joined switches (`-it`), operands between options for a build; a run's options end at the image.
"""

from __future__ import annotations

from dfcheck.commands.model import BuildCommand, CommandError, Fault, Given, RunCommand, Word, words
from dfcheck.commands.tables import BUILDS, GLOBAL, RUN, SUBCOMMANDS
from dfcheck.syntax.text import Span
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dfcheck.commands.tables import Table

PREFIXES = ("sudo", "exec", "time", "command")


def parse_build(argv: Sequence[str]) -> BuildCommand:
    """A build of an argument list that begins with the program.

    Raises:
        CommandError: It is no build.
    """
    found = parse(words(argv))
    if not isinstance(found, BuildCommand):
        raise CommandError(f"`{' '.join(argv[:3])}` is no command that builds an image, as `docker build` is")
    return found


def parse_run(argv: Sequence[str]) -> RunCommand:
    """A run of an argument list that begins with the program.

    Raises:
        CommandError: It is no run.
    """
    found = parse(words(argv))
    if not isinstance(found, RunCommand):
        raise CommandError(f"`{' '.join(argv[:3])}` is no command that runs an image, as `docker run` is")
    return found


def parse(line: Sequence[Word]) -> BuildCommand | RunCommand | None:
    """What the words of a command line build or run; None when they do something else."""
    start = 0
    while start < len(line) and line[start].text in PREFIXES:
        start += 1
    line = line[start:]
    if not line or not line[0].literal:
        return None
    program = line[0].text.rsplit("/", 1)[-1]
    table = SUBCOMMANDS.get(program)
    if table is None:
        return None
    found = _subcommand(line, table)
    if found is None:
        return None
    path, kind, globals_, at = found
    tool = " ".join((program, *path))
    head, span = Span(line[0].span.start, line[at - 1].span.end), _over(line)
    if kind == "build":
        read = _options(line[at:], BUILDS[program], tool, stop=False)
        if any(given.name == "help" for given in read.options):
            return None
        operands = read.operands
        context = operands[0] if operands else None
        certain = read.certain and not any(_many(word) for word in operands)
        options = globals_ + read.options
        return BuildCommand(tool, span, head, options, context, operands[1:], read.faults, certain)
    read = _options(line[at:], RUN, tool, stop=True)
    image = read.operands[0] if read.operands else None
    return RunCommand(
        tool, span, head, globals_ + read.options, image, read.operands[1:], read.faults, read.certain
    )


class _Read(Value):
    """Words, read: options, operands, faults, and whether all of them can be seen."""

    options: tuple[Given, ...]
    operands: tuple[Word, ...]
    faults: tuple[Fault, ...]
    certain: bool


def _subcommand(
    line: Sequence[Word], table: dict[tuple[str, ...], str]
) -> tuple[tuple[str, ...], str, tuple[Given, ...], int] | None:
    """The subcommand's words, what it does, the options before it, and where its own begin."""
    path: tuple[str, ...] = ()
    options: list[Given] = []
    at = 1
    while at < len(line):
        word = line[at]
        if word.text[:1] == "-":
            given, _, used = _option(line, at, GLOBAL, "")
            options += given
            at += used
            continue
        path += (word.text,)
        at += 1
        if not word.literal or not any(known[: len(path)] == path for known in table):
            return None
        if path in table:
            return path, table[path], tuple(options), at
    return None


def _options(line: Sequence[Word], table: Table, tool: str, *, stop: bool) -> _Read:
    """Options and operands; with `stop` the first operand ends the options."""
    options: list[Given] = []
    operands: list[Word] = []
    faults: list[Fault] = []
    certain = True
    at = 0
    while at < len(line):
        word = line[at]
        if word.text == "--":
            operands += line[at + 1 :]
            break
        if word.text[:1] == "-" and word.text != "-":
            given, bad, used = _option(line, at, table, tool)
            options += given
            faults += bad
            certain = certain and not bad
            at += used
            continue
        hidden = not word.literal and word.text[:1] in ("$", "`")
        if _many(word) or (hidden and (at + 1 < len(line) or (operands and not stop))):
            certain = False  # it may hold options, and no operand
        elif stop:
            operands += line[at:]
            break
        else:
            operands.append(word)
        at += 1
    return _Read(tuple(options), tuple(operands), tuple(faults), certain)


def _option(line: Sequence[Word], at: int, table: Table, tool: str) -> tuple[list[Given], list[Fault], int]:
    """The options in the word at `at`, what is wrong with them, and how many words they take."""
    word = line[at]
    if word.text[:2] != "--":
        return _cluster(line, at, table, tool)
    equals = word.text.find("=")
    name = word.text[2:] if equals < 0 else word.text[2:equals]
    value = None if equals < 0 else word.part(equals + 1)
    if name in table.switches or (name not in table.values and equals >= 0):
        bad = [] if name in table.switches else _unknown(word, f"--{name}", table, tool)
        return [Given(name, word, value)], bad, 1
    if name not in table.values:
        return [Given(name, word)], _unknown(word, f"--{name}", table, tool), 1
    if value is not None:
        return [Given(name, word, value)], [], 1
    return _with_next(line, at, name, word, f"--{name}")


def _cluster(line: Sequence[Word], at: int, table: Table, tool: str) -> tuple[list[Given], list[Fault], int]:
    """The options of a word like `-t`, `-tname`, `-it`."""
    word = line[at]
    given: list[Given] = []
    for index in range(1, len(word.text)):
        letter = word.text[index]
        name = table.shorts.get(letter)
        rest = word.text[index + 1 :]
        if name is None:
            return given, _unknown(word, f"-{letter}", table, tool), 1
        if name in table.switches:
            if rest[:1] == "=":
                return [*given, Given(name, word, word.part(index + 2))], [], 1
            given.append(Given(name, word))
            continue
        if rest:
            value = word.part(index + (2 if rest[0] == "=" else 1))
            return [*given, Given(name, word, value)], [], 1
        more, bad, used = _with_next(line, at, name, word, f"-{letter}")
        return given + more, bad, used
    return given, [], 1


def _with_next(
    line: Sequence[Word], at: int, name: str, word: Word, written: str
) -> tuple[list[Given], list[Fault], int]:
    if at + 1 < len(line):
        return [Given(name, word, line[at + 1])], [], 2
    return [Given(name, word)], [Fault(word.span, f"`{written}` needs a value")], 1


def _unknown(word: Word, name: str, table: Table, tool: str) -> list[Fault]:
    if not table.complete or not word.literal:
        return []
    from dfcheck.syntax.near import nearest

    known = (f"--{option}" for option in table.values | table.switches)
    meant = nearest(name, sorted(known)) if name[:2] == "--" else None
    return [Fault(word.span, f"`{tool}` has no option `{name}`", meant or "")]


def _many(word: Word) -> bool:
    """Whether a word may be any number of words: all parameters, or all of an array."""
    return not word.literal and any(mark in word.text for mark in ("${@}", "${*}", "[@]", "[*]"))


def _over(line: Sequence[Word]) -> Span:
    return Span(line[0].span.start, max(word.span.end for word in line))

"""Options: a verb's options as a table, and the reader of argument lists.

The one table of a verb feeds the reader, the help screen (`dfcheck.cli.usage`) and the shell completions, so
they cannot disagree. It is read here rather than by argparse because argparse costs 7 ms of every run (3 to
import, 3.5 to be told 35 options), a sixth of the whole.
"""

from __future__ import annotations

from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class UsageError(Exception):
    """The command line cannot be followed; the message is one line for the user. Exit code 2."""


class Option(Value):
    """One option.

    Attributes:
        name: Long name with its dashes, `--select`.
        help: One line for the help screen.
        metavar: What its value is, `CODES`; empty for an option without value; `[=CODES]` for a value that may be
            left out and is joined otherwise.
        short: Short name with its dash, or empty.
        choices: The only values allowed, if there are few.
        group: Heading on the help screen.
        complete: What a shell completes a value with: `file`, `dir`, `rule` or nothing.
    """

    name: str
    help: str
    metavar: str = ""
    short: str = ""
    choices: tuple[str, ...] = ()
    group: str = "Options"
    complete: str = ""

    @property
    def takes(self) -> bool:
        """Whether the word behind it is its value."""
        return self.metavar[:1] not in ("", "[")


class Verb(Value):
    """What a verb module exports as `VERB`.

    Attributes:
        name: The word on the command line.
        title: One line on what it does.
        usage: Its arguments, `[PATH ... | -]`.
        options: Its options, the common ones not included.
        operands: The words it takes instead of paths (completion and nearest-word hints); empty for paths.
        notes: Lines below the options on the help screen.
    """

    name: str
    title: str
    usage: str
    options: tuple[Option, ...] = ()
    operands: tuple[str, ...] = ()
    notes: str = ""


class Arguments:
    """An argument list, read.

    Attributes:
        operands: What is no option, in order.
        values: Values given to each option, by its long name; an empty string for one that takes none.
    """

    __slots__ = ("operands", "values")

    def __init__(self, operands: list[str], values: dict[str, list[str]]) -> None:
        self.operands = operands
        self.values = values

    def count(self, name: str) -> int:
        """How often the option was given."""
        return len(self.values.get(name, ()))

    def last(self, name: str, default: str = "") -> str:
        """The last value given; `default` without one."""
        given = self.values.get(name)
        return given[-1] if given else default

    def every(self, name: str) -> tuple[str, ...]:
        """All values given, in order."""
        return tuple(self.values.get(name, ()))

    def listed(self, name: str) -> tuple[str, ...]:
        """All values given, split at commas, without empty ones."""
        parts = (part.strip() for value in self.values.get(name, ()) for part in value.split(","))
        return tuple(part for part in parts if part)


COMMON = (
    Option("--help", "show this screen", short="-h"),
    Option(
        "--color",
        "colour the output; NO_COLOR and FORCE_COLOR count too",
        "WHEN",
        choices=("auto", "always", "never"),
    ),
    Option("--quiet", "findings only: no summary, no notes", short="-q"),
    Option("--verbose", "say more on standard error; tracebacks of crashes", short="-v"),
)


def read(argv: Sequence[str], verb: Verb) -> Arguments:
    """Read an argument list, the verb not included.

    Options and operands may be mixed. `--name value`, `--name=value`, `-n value`, `-nvalue` and joined short
    options (`-qv`) mean what they usually mean; all behind `--` is an operand.

    Raises:
        UsageError: An unknown option, a missing, needless or impossible value.
    """
    options = verb.options + COMMON
    known = {option.name: option for option in options} | {
        option.short: option for option in options if option.short
    }
    operands: list[str] = []
    values: dict[str, list[str]] = {}
    rest = list(reversed(argv))
    while rest:
        word = rest.pop()
        if word == "--":
            operands += reversed(rest)
            break
        if word[:1] != "-" or word == "-":
            operands.append(word)
            continue
        name, joined = _split(word, known)
        option = known.get(name)
        if option is None:
            raise UsageError(_unknown(name, verb))
        if not option.metavar:
            if joined and word[:2] == "--":
                raise UsageError(f"{name} takes no value")
            if joined:
                rest.append(f"-{joined}")
        elif joined is None and option.metavar[0] == "[":
            joined = ""
        elif joined is None:
            if not rest:
                raise UsageError(f"{name} needs a value: {name} {option.metavar}")
            joined = rest.pop()
        values.setdefault(option.name, []).append(_checked(option, joined) if option.metavar else "")
    return Arguments(operands, values)


def _split(word: str, known: dict[str, Option]) -> tuple[str, str | None]:
    """The option's name in `word` and the value joined to it, None without one."""
    if word[:2] != "--":
        value = word[2:] or None
        takes = word[:2] in known and known[word[:2]].metavar
        return word[:2], value[1:] if value and takes and value[0] == "=" else value
    name, equals, value = word.partition("=")
    return name, value if equals else None


def _checked(option: Option, value: str | None) -> str:
    value = value or ""
    if option.choices and value not in option.choices:
        raise UsageError(
            f"{option.name} is one of {', '.join(option.choices)}, not `{value}`{near(value, option.choices)}"
        )
    return value


def _unknown(name: str, verb: Verb) -> str:
    names = [option.name for option in verb.options + COMMON]
    hint = near(name, names) if name[:2] == "--" else ""
    return f"unknown option {name}{hint or f'; `dfcheck {verb.name} --help` lists them'}"


def number(arguments: Arguments, name: str) -> int | None:
    """The option's value as a whole number from 1; None when it was not given.

    Raises:
        UsageError: It is no such number.
    """
    value = arguments.last(name)
    if not value:
        return None
    if not (value.isascii() and value.isdecimal() and int(value)):
        raise UsageError(f"{name} is a whole number from 1, not `{value}`")
    return int(value)


def near(word: str, candidates: Sequence[str]) -> str:
    """`; did you mean …?` with the candidate most like `word`, empty when none is near."""
    from dfcheck.lint.registry import nearest

    close = nearest(word, candidates)
    return f"; did you mean `{close}`?" if close else ""

"""Script variables: the values of variables that a script sets once and plainly, where they are used behind that.

Whatever may set a variable otherwise, or not at all, leaves it unknown: a condition, a loop, a function, `read`, a
second assignment, a file that is sourced later, a value that is computed.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dfcheck.syntax.shell import Assignment, ShellCommand, ShellWord

EXPORTS = ("declare", "export", "readonly", "typeset")
# Programs whose words may be names of variables that they set.
SETTERS = ("getopts", "let", "local", "mapfile", "printf", "read", "readarray", "unset")
READERS = (".", "eval", "source")  # they may set any
# What a shell would not take as one word, or a tool as an operand.
ODD = re.compile(r"[\s*?\[\]{}~$`\\]|^-|^$")


class ScriptVariables:
    """The variables of a script; `fill` puts them into a word.

    Args:
        text: The script.
        commands: Its commands, in order.
    """

    def __init__(self, text: str, commands: Sequence[ShellCommand]) -> None:
        self._known: dict[str, tuple[int, str]] = {}
        if "=" not in text or "$" not in text:
            return
        lost = set(_otherwise_set(text))
        before: dict[int, ShellCommand] = {}
        last = -1
        for command in commands:
            previous = before.get(command.list_id)
            before[command.list_id] = command
            if command.program in READERS:
                last = command.span.start
            plain = _is_plain(command, previous)
            for name, value in _assigned(command):
                if not plain or value is None or name in self._known:
                    lost.add(name)
                else:
                    self._set(name, value, command.span.end)
        self._known = {
            name: found for name, found in self._known.items() if name not in lost and found[0] > last
        }

    def _set(self, name: str, value: ShellWord, at: int) -> None:
        filled = self.fill(value, at)
        odd = ODD.search(filled.text) is not None
        self._known[name] = (at, "" if odd else filled.text)

    def fill(self, word: ShellWord, at: int | None = None) -> ShellWord:
        """The word with the variables that are known where it stands; literal when that is all of them."""
        if word.literal or not self._known or "'" in word.text:
            return word
        text = word.text
        for variable in word.variables:
            start, value = self._known.get(variable.name, (0, ""))
            if value and start <= (variable.span.start if at is None else at):
                text = text.replace(f"${{{variable.name}}}", value)
        return word._replace(text=text, literal="$" not in text and "`" not in text)


def _is_plain(command: ShellCommand, previous: ShellCommand | None) -> bool:
    """Whether a command runs once and for certain, in the script's own shell."""
    nesting = command.nesting
    inside = nesting.subshell or nesting.substitution or nesting.function or nesting.loop or nesting.branch
    joined = previous is not None and previous.operator.strip() in ("&&", "||")
    inside = inside or command.operator.strip() == "&"
    return not (inside or nesting.condition or joined or command.pipeline)


def _assigned(command: ShellCommand) -> Iterator[tuple[str, ShellWord | None]]:
    """Names that a command sets, with their values; None for one that cannot be told."""
    if command.words:
        yield from ((item.name, None) for item in command.assignments)
    else:
        yield from _own(command.assignments)
    if command.program in EXPORTS:
        for word in command.arguments:
            name, equals, text = word.text.partition("=")
            if equals:
                array = text.startswith("(") or any("a" in option.text for option in _options(command))
                yield name, None if array else word._replace(text=text)
    elif command.program in SETTERS:
        yield from ((word.text.partition("=")[0], None) for word in command.arguments)


def _own(assignments: Iterable[Assignment]) -> Iterator[tuple[str, ShellWord | None]]:
    for item in assignments:
        yield item.name, None if item.value.text.startswith("(") else item.value


def _options(command: ShellCommand) -> Iterator[ShellWord]:
    return (word for word in command.arguments if word.text[:1] in ("-", "+"))


def _otherwise_set(text: str) -> Iterator[str]:
    """Names that loops, arithmetic, `+=`, elements of arrays and `${NAME:=…}` may set."""
    yield from re.findall(r"\b(?:for|select)\s+(\w+)", text)
    yield from re.findall(r"\$\{(\w+):?=", text)
    yield from re.findall(r"\b(\w+)(?:\+=|\[[^][\n]{0,200}\]=)", text)
    for inside in re.findall(r"\(\(([^()\n]*)", text):
        yield from re.findall(r"\b\w+\b", inside)

"""Packages: what an install command names, and which of that says no version."""

from __future__ import annotations

from dfcheck.knowledge.pins import rpm_module
from dfcheck.syntax.shell.nodes import Options, ShellWord
from dfcheck.syntax.shell.options import split
from dfcheck.syntax.words import Known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.knowledge.calls import Call
    from dfcheck.resolve import Build
    from dfcheck.syntax.shell import ShellCommand


_DECLARES = frozenset({"export", "local", "declare", "readonly", "read", "typeset"})


def packages(build: Build, call: Call) -> Iterator[tuple[ShellWord, str]]:
    """The operands of a call as the program gets them, each with the word it comes from.

    Variables have the values that ARG and ENV give them there; one that holds several packages gives several. A
    word that only the running build knows is left out: a substitution, a variable of the script or without a value.
    """
    assigned: dict[str, str | None] | None = None
    for word in call.operands:
        if word.literal:
            yield word, word.text
            continue
        if assigned is None:
            assigned = _assigned(build, call)
        text = _value(build, call, word, assigned)
        if text is None:
            continue
        if "-" in text and not word.quoted:  # options among them are none, nor are their values
            parts = tuple(ShellWord(word.span, part, True, False, ()) for part in text.split())
            yield from [(word, part.text) for part in split(parts, call.tool.values).positionals]
        else:
            yield from [(word, part) for part in text.split()]


def unpinned(build: Build, call: Call) -> tuple[tuple[ShellWord, str], ...]:
    """The packages of a call that say no version. A word whose text shows one counts as it stands: `curl=$V`."""
    pinned = rpm_module if call.verb.startswith("module ") else call.tool.pinned
    found = [(word, text) for word, text in packages(build, call) if text and not pinned(text)]
    return tuple([(word, text) for word, text in found if word.literal or not pinned(_masked(word))])


def _masked(word: ShellWord) -> str:
    """The text of a word with a digit for each variable, so that their names say nothing."""
    text = word.text
    for variable in word.variables:
        text = text.replace(f"${{{variable.name}}}", "0")
    return text


def _assigned(build: Build, call: Call) -> dict[str, str | None]:
    """Variables that the script itself gives a value before the call; None where that is not plain."""
    found: dict[str, str | None] = {}
    for at, command in enumerate(build.script(call.run).commands):
        nesting = command.nesting
        plain = not (nesting.depth or command.pipeline or command.operator == "||") and at < call.order
        for name, value in _given(command):
            found[name] = value if plain and name not in found else None
    return found


def _given(command: ShellCommand) -> list[tuple[str, str | None]]:
    """Names and values of the variables that a command sets for those after it; None for a value it computes."""
    if command.program in _DECLARES:
        parts = [(*word.text.partition("="), word.literal) for word in command.arguments]
        return [(name, value if equals and literal else None) for name, equals, value, literal in parts]
    given = [] if command.words else command.assignments
    return [(item.name, item.value.text if item.value.literal else None) for item in given]


def _value(build: Build, call: Call, word: ShellWord, assigned: dict[str, str | None]) -> str | None:
    """The text of a word with variables replaced; None when it cannot be known."""
    text = word.text
    scope = build.scope(call.run)
    for variable in word.variables:
        name, plain = variable.name, f"${{{variable.name}}}"
        if name in assigned:
            value = assigned[name]
        else:
            seen = scope.get(name)
            value = "" if seen is None else seen.value if isinstance(seen, Known) else None
        if value is None or plain not in text:
            return None
        text = text.replace(plain, value, 1)
    return None if any(mark in text for mark in ("$(", "`", "${")) else text


def resolved(build: Build, call: Call, word: ShellWord) -> str | None:
    """The text of a word as the program gets it; None when only the running build knows."""
    return word.text if word.literal else _value(build, call, word, _assigned(build, call))


def given(build: Build, call: Call) -> Options | None:
    """The options of a call, those that variables hold among them; None when one may hold some that nobody knows.

    A variable can hold options when it is a word of its own without quotes: `apt-get install $OPTIONS curl`.
    """
    words = [word for word in call.operands if word.text.startswith("${") and not word.quoted]
    if not words:
        return call.options
    assigned = _assigned(build, call)
    flags = list(call.options.flags)
    for word in words:
        text = _value(build, call, word, assigned)
        if text is None:
            return None
        parts = tuple(ShellWord(word.span, part, True, False, ()) for part in text.split())
        flags += split(parts, call.tool.values).flags
    return Options(tuple(flags), call.options.positionals)


def told(found: tuple[tuple[ShellWord, str], ...], noun: str = "package") -> str:
    """Which packages have no version, as the beginning of a message; of many the first few."""
    names = list(dict.fromkeys(f"`{text}`" for _, text in found))
    none = "no fixed version" if any(text.endswith("@latest") for _, text in found) else "no version"
    if len(names) == 1:
        return f"{noun} {names[0]} has {none}"
    if len(names) > 4:
        return f"{noun}s {', '.join(names[:3])} and {len(names) - 3} more have {none}"
    return f"{noun}s {', '.join(names[:-1])} and {names[-1]} have {none}"

"""Makefiles: the builds in recipes, each line of which a shell of its own reads."""

from __future__ import annotations

from dfcheck.commands.make_variables import make_variables
from dfcheck.commands.scripts import builds
from dfcheck.commands.texts import Taken, variable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.commands.site import Site, Where
    from dfcheck.syntax.text import Source

PAIRS = {"(": ")", "{": "}"}


def makefile_builds(source: Source, where: Where) -> Iterator[Site]:
    """The builds in the recipes of a Makefile."""
    values = make_variables(source.text) if "=" in source.text else {}
    for start, end in _recipes(source):
        text, places = _expanded(source.text, start, end, values)
        yield from builds(Taken(text, places), source, where)[0]


def _recipes(source: Source) -> Iterator[tuple[int, int]]:
    """Start and end of each recipe line, those joined by a backslash at the end as one."""
    text, at = source.text, 0
    while at < len(text):
        end = _end(text, at)
        rest = None if text[at] == "\t" else _behind_rule(text[at:end])
        if rest is not None or text[at] == "\t":
            while end < len(text) and text[at:end].rstrip("\r\n").endswith("\\"):
                end = _end(text, end)
            start = at + (rest or 0)
            while start < end and text[start] in "\t @+-":
                start += 1
            yield start, end
        at = end


def _behind_rule(line: str) -> int | None:
    """Where the recipe of `target: needs ; recipe` begins; None for any other line."""
    rule, semicolon, _ = line.partition(";")
    name, colon, needs = rule.partition(":")
    plain = semicolon and colon and not set("=#$") & set(name) and "=" not in needs
    return len(rule) + 1 if plain else None


def _end(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


def _expanded(text: str, start: int, end: int, values: dict[str, str]) -> tuple[str, list[int]]:
    """What make hands to the shell: its variables' values, others as shell variables, `$$` as `$`; with places."""
    out: list[str] = []
    places: list[int] = []
    at = start
    while at < end:
        if text[at] != "$" or at + 1 >= end:
            out.append(text[at])
            places.append(at)
            at += 1
            continue
        sign = text[at + 1]
        if sign == "$":
            out.append("$")
            places.append(at + 1)
            at += 2
            continue
        stop = _closed(text, at + 1, end) if sign in PAIRS else at + 2
        name = text[at + 2 : stop - 1] if sign in PAIRS else "_"
        if name in values:
            value = values[name]
            places += _spread(value, at, stop, inside=bool(out) and not out[-1][-1].isspace())
            out.append(value)
            at = stop
            continue
        known = name.isidentifier() and sign in PAIRS
        out.append(f"${{{name}}}" if known else variable(stop - at))
        places += range(at, stop)
        at = stop
    places.append(end)
    return "".join(out), places


def _spread(value: str, at: int, stop: int, *, inside: bool) -> Iterator[int]:
    """Places for a value, so that each word of it covers the reference from `at` to `stop`.

    A word begins where its first character is and ends behind its last one; `inside` a word none begins.
    """
    for index, char in enumerate(value):
        first = value[index - 1].isspace() if index else not inside
        last = index + 1 == len(value) or value[index + 1].isspace()
        yield stop - 1 if last and not first and not char.isspace() else at


def _closed(text: str, at: int, end: int) -> int:
    """Where what is opened at `at` is closed, the sign included; the end when it is not."""
    opened, closed, depth = text[at], PAIRS[text[at]], 0
    for index in range(at, end):
        depth += (text[index] == opened) - (text[index] == closed)
        if depth == 0:
            return index + 1
    return end

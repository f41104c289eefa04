"""Make variables: the values of those that a Makefile sets once and plainly.

What a condition, another assignment, a target, `define`, `foreach` or `eval` may set, and what functions compute,
is not known; nor is an empty value, which waits for the command line's.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

MODIFIERS = r"(?:(?:export|override|private|unexport)\s+)*"
ASSIGNED = re.compile(rf"\s*{MODIFIERS}([\w.-]+)\s*(:{{0,3}}=|\?=|\+=|!=)\s*(.*)", re.DOTALL)
OF_TARGET = re.compile(rf"[^\t=#:][^=#:]*::?\s*{MODIFIERS}([\w.-]+)\s*(?::{{0,3}}|[?+!])=")
REFERENCE = re.compile(r"\$(?:\(([\w.-]+)\)|\{([\w.-]+)\})")
CONDITIONS = ("ifeq", "ifneq", "ifdef", "ifndef")
LONGEST = 10_000  # characters of a value


def make_variables(text: str) -> dict[str, str]:
    """The values by name."""
    found: dict[str, tuple[int, str, str]] = {}
    lost = set(_otherwise_set(text))
    depth = 0
    opened = 0  # of `define`
    for number, line in enumerate(_lines(text)):
        word = line.split(None, 1)[0] if line.split() else ""
        if word in CONDITIONS:
            depth += 1
        elif word == "endif":
            depth -= 1
        elif word == "define":
            opened += 1
            lost.update(re.findall(r"[\w.-]+", line)[1:2])
        elif word == "endef":
            opened -= 1
        match = ASSIGNED.match(line)
        if match is None or line.startswith("\t"):
            of_target = OF_TARGET.match(line)
            lost.update(of_target.groups() if of_target else ())
            continue
        name, how, value = match.groups()
        if depth or opened or name in found or how in ("+=", "!="):
            lost.add(name)
        found[name] = (number, how, value)
    for name in lost:
        found.pop(name, None)
    values: dict[str, str | None] = {}
    for name in found:
        _value(name, found, values)
    return {name: value for name, value in values.items() if value}


def _lines(text: str) -> Iterator[str]:
    """The lines, those joined by a backslash as one with a blank between, comments left out."""
    for line in re.sub(r"\\\r?\n[ \t]*", " ", text).splitlines():
        yield line if line.startswith("\t") else re.sub(r"(?<!\\)#.*", "", line)


def _otherwise_set(text: str) -> Iterator[str]:
    yield from re.findall(r"\bforeach\s+([\w.-]+)", text)
    yield from re.findall(rf"\beval\s+{MODIFIERS}([\w.-]+)\s*[:?+!]*=", text)
    yield from re.findall(r"^\s*undefine\s+([\w.-]+)", text, re.MULTILINE)


def _value(name: str, found: dict[str, tuple[int, str, str]], values: dict[str, str | None]) -> str | None:
    """The value of a variable, kept in `values`; None when it cannot be told."""
    if name in values:
        return values[name]
    values[name] = None  # what is made of itself is not known
    number, how, value = found[name]
    missing = False

    def inner(match: re.Match[str]) -> str:
        nonlocal missing
        other = match[1] or match[2]
        known = None
        # `:=` sees what stands above it.
        if other in found and (":" not in how or found[other][0] < number):
            known = _value(other, found, values)
        missing = missing or not known
        return known or ""

    text = REFERENCE.sub(inner, value)
    flags = how == "?=" and (text[:1] == "-" or " " in text.strip())
    # Make keeps blanks at the end, where a comment follows.
    odd = missing or "$" in text or text != text.rstrip() or len(text) > LONGEST
    values[name] = None if odd or flags else text
    return values[name]

"""Options: a command's words split into flags with their values and positional words."""

from __future__ import annotations

from dfcheck.syntax.shell.nodes import Option, Options, ShellWord
from dfcheck.syntax.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection


def split(words: tuple[ShellWord, ...], takes_value: Collection[str]) -> Options:
    """Flags and positional words of `words`; `--` ends the options, a lone `-` is positional."""
    flags: list[Option] = []
    positionals: list[ShellWord] = []
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if word.text == "--":
            positionals += words[at:]
            break
        if not word.text.startswith("-") or word.text == "-":
            positionals.append(word)
            continue
        found = option(word, takes_value)
        if found[-1].value is None and found[-1].name in takes_value and at < len(words):
            found[-1] = found[-1]._replace(value=words[at])
            at += 1
        flags += found
    return Options(tuple(flags), tuple(positionals))


def option(word: ShellWord, takes_value: Collection[str]) -> list[Option]:
    """The options of one word that begins with a dash; at least one. A value in the next word is not added."""
    text = word.text
    name, equals, _ = text.partition("=")
    if text.startswith("--") or name in takes_value:
        return [Option(name, tail(word, len(name) + 1) if equals else None, word)]
    found: list[Option] = []
    for at in range(1, len(text)):
        letter = text[at]
        if letter in "=$`" and found:
            found[-1] = found[-1]._replace(value=tail(word, at + (letter == "=")))
            break
        name = "-" + letter
        if name in takes_value and at + 1 < len(text):
            found.append(Option(name, tail(word, at + 1 + (text[at + 1] == "=")), word))
            break
        found.append(Option(name, None, word))
    return found


def tail(word: ShellWord, start: int) -> ShellWord:
    """What follows the first `start` characters of `word`."""
    span = word.span
    if not word.quoted and span.end - span.start == len(word.text):
        span = Span(span.start + start, span.end)
    variables = tuple(variable for variable in word.variables if variable.span.start >= span.start)
    return ShellWord(span, word.text[start:], word.literal, word.quoted, variables)

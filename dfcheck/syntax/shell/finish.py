"""Finish: drafts of commands to nodes, with spans in the source and the program that each command runs."""

from __future__ import annotations

from dfcheck.syntax.shell.drafts import DraftWord
from dfcheck.syntax.shell.nodes import Assignment, Redirect, ShellCommand, ShellVariable, ShellWord
from dfcheck.syntax.shell.options import option, tail
from dfcheck.syntax.shell.spelling import Spelling
from dfcheck.syntax.shell.vocabulary import PREFIXES, basename

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from dfcheck.syntax.shell.drafts import DraftCommand, DraftRedirect
    from dfcheck.syntax.shell.vocabulary import Prefix
    from dfcheck.syntax.text import Span

# Maps a range of the text at hand to the span of source it comes from.
Cover: TypeAlias = "Callable[[int, int], Span]"


def command(draft: DraftCommand, text: str, cover: Cover) -> ShellCommand:
    """The node of a draft; `text` is what its ranges count in."""
    words = tuple([_word(word, text, cover) for word in draft.words])
    program, prefixes, index, carried = program_of(words)
    assignments = [_assignment(word, text, cover) for word in draft.assignments]
    assignments += [_carried(words[at], draft.words[at], text, cover) for at in carried]
    return ShellCommand(
        cover(*_extent(draft)),
        words[0].text if words and words[0].literal else None,
        words,
        tuple(assignments),
        tuple([_redirect(redirect, text, cover) for redirect in draft.redirects]),
        program,
        prefixes,
        index,
        draft.pipeline,
        draft.operator,
        draft.negated,
        draft.home.number,
        draft.home.nesting,
    )


def _extent(draft: DraftCommand) -> tuple[int, int]:
    parts: list[DraftWord | DraftRedirect] = [
        *draft.words[:1],
        *draft.words[-1:],
        *draft.assignments,
        *draft.redirects,
    ]
    return min([part.start for part in parts], default=0), max([part.end for part in parts], default=0)


def _word(word: DraftWord, text: str, cover: Cover) -> ShellWord:
    """The node of a word; most need no spelling."""
    start, end = word.start, word.end
    raw = text[start:end]
    if not word.holes and not any(char in raw for char in "\\\"'$"):
        return ShellWord(cover(start, end), raw, True, False, ())
    spelling = Spelling(text)
    spelling.read(start, end, word.holes)
    variables = [ShellVariable(cover(s, e), name, quoted) for name, s, e, quoted in spelling.variables]
    shown = "".join(spelling.out)
    return ShellWord(cover(start, end), shown, not spelling.expands, spelling.quoted, tuple(variables))


def _assignment(word: DraftWord, text: str, cover: Cover) -> Assignment:
    """The node of `NAME=value` or `NAME+=value`; an array's index belongs to the name."""
    equals = text.index("=", word.start, word.end)
    value = DraftWord(equals + 1, word.end)
    value.holes = word.holes
    name = text[word.start : equals].removesuffix("+")
    return Assignment(cover(word.start, word.end), name, _word(value, text, cover))


def _carried(word: ShellWord, draft: DraftWord, text: str, cover: Cover) -> Assignment:
    """The assignment that a word of `env` or `sudo` is; its name may be quoted."""
    name = word.text.partition("=")[0]
    if text.startswith(name + "=", draft.start):
        return _assignment(draft, text, cover)
    return Assignment(word.span, name, tail(word, len(name) + 1))


def _redirect(redirect: DraftRedirect, text: str, cover: Cover) -> Redirect:
    target = _word(redirect.target, text, cover) if redirect.target else None
    return Redirect(cover(redirect.start, redirect.end), redirect.operator, redirect.fd, target)


def program_of(words: tuple[ShellWord, ...]) -> tuple[str | None, tuple[str, ...], int, list[int]]:
    """Program, prefixes before it, its index, and the indices of assignments passed on the way."""
    passed: list[str] = []
    carried: list[int] = []
    at = 0
    while at < len(words) and words[at].literal:
        name = basename(words[at].text)
        prefix = PREFIXES.get(name)
        if prefix is None:
            return name, tuple(passed), at, carried
        operand = _operand(prefix, words, at + 1)
        following = operand
        while prefix.assignments and following < len(words) and is_assignment(words[following].text):
            following += 1
        if operand < 0 or following >= len(words):
            return name, tuple(passed), at, carried
        carried += range(operand, following)
        passed.append(name)
        at = following
    return None, tuple(passed), min(at, len(words)), carried


def _operand(prefix: Prefix, words: tuple[ShellWord, ...], at: int) -> int:
    """Index of what follows a prefix's options and operands; -1 when it runs nothing."""
    while at < len(words) and words[at].text.startswith("-"):
        if words[at].text == "--":
            at += 1
            break
        if words[at].text == "-":
            break
        found = option(words[at], prefix.values)
        if any(flag.name in prefix.queries for flag in found):
            return -1
        at += 2 if found[-1].value is None and found[-1].name in prefix.values else 1
    return at + prefix.operands


def is_assignment(text: str) -> bool:
    """Whether a word's text is `NAME=value`."""
    name, equals, _ = text.partition("=")
    return bool(equals) and name.isidentifier() and name.isascii()

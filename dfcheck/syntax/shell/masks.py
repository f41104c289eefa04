"""Masks: shell text as the parser should see it, character for character, so that its offsets stay true."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterable

_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127), "\x01")


def stand_in(text: str) -> str:
    """`text` as the parser should see it, character for character.

    Control characters and those beyond ASCII become one that is part of a word and of no name, which is what they
    are to a shell too; so the parser's byte offsets count characters. A comment in backticks, the usual way to
    explain one line of a long command, becomes blanks: the parser would look for its end past the closing one.
    And `<<<` becomes a plain redirection, because the parser stumbles over one that follows another; a `-` before
    `2>` or `<<` becomes a letter, because the parser loses it.
    """
    if not text.isascii():
        import re

        text = re.sub("[^\t\n\r -~]", "\x01", text)
    elif not text.isprintable():
        text = text.translate(_CONTROLS)
    if "`" in text and "#" in text:
        import re

        text = re.sub(r"`[ \t]*#[^`\n]*`", lambda match: " " * len(match[0]), text)
    text = text.replace("<<<", "<  ")
    if " - " in text and ("<<" in text or ">" in text) and "((" not in text:
        import re

        text = re.sub(r"(?<=[ \t])-(?=[ \t]+(?:\d+[<>]|<<))", "\x01", text)
    return text


def without_redirects(text: str, words: Iterable[tuple[int, int]]) -> str:
    """`text` with the heredoc words at `words` as plain input redirections, for bodies that are not part of it."""
    for start, end in words:
        word = text[start:end]
        shown = word.replace("<<-", "<  ", 1) if "<<-" in word else word.replace("<<", "< ", 1)
        text = text[:start] + shown + text[end:]
    return text


# What may hide a `<<`, the openings themselves (`-` and name as groups), and line ends.
_HEREDOCS = r"""
    '[^']*' | "[^"\\]*(?:\\.[^"\\]*)*" | \\. | (?<![^\s;&|()])\#[^\n]* | <<<
    | <<(-?)[ \t]*( (?: '[^'\n]*' | "[^"\n]*" | \\. | [^\s;&|<>()'"\\] )+ )
    | \n
"""


def without_bodies(text: str) -> str:
    """`text`, as long as before, with heredocs as plain input redirections and blanks for their bodies."""
    import re

    find = re.compile(_HEREDOCS, re.VERBOSE | re.DOTALL)
    out: list[str] = []
    done = at = 0
    waiting: list[re.Match[str]] = []
    missing: set[str] = set()
    while match := find.search(text, at):
        at = match.end()
        if match[2]:
            waiting.append(match)
        if match[0] != "\n" or not waiting:
            continue
        bodies = _bodies_end(text, at, waiting, missing)
        for opening in waiting if bodies else ():
            out += [text[done : opening.start()], "< " + " " * len(opening[1])]
            done = opening.start() + 2 + len(opening[1])
        if bodies:
            out += [text[done:at], re.sub(r"[^\n]", " ", text[at:bodies])]
            done = at = bodies
        waiting = []
    return "".join(out) + text[done:]


def _bodies_end(text: str, at: int, openings: list[re.Match[str]], missing: set[str]) -> int:
    """Where the bodies that begin at `at` end; 0 when an end marker is missing, which `missing` remembers."""
    import re

    for opening in openings:
        name = "".join([char for char in opening[2] if char not in "'\"\\"])
        marker = ("^\t*" if opening[1] else "^") + re.escape(name) + "$"
        match = None if marker in missing else re.compile(marker, re.MULTILINE).search(text, at)
        if match is None:
            missing.add(marker)
            return 0
        at = match.end()
    return at

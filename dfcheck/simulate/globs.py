"""Globs: the wildcard patterns of COPY sources, which are those of Go's `path.Match`.

`*` and `?` stay within one name, `[a-z]` and `[^a-z]` are sets of characters, a backslash takes the meaning
from the character after it. The first place where the text between two stars fits is taken, so matching needs
no backtracking.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class BadPattern(Exception):
    """A pattern that cannot be read; the text is Go's."""

    def __init__(self, why: str = "syntax error in pattern") -> None:
        super().__init__(why)


def has_wildcard(text: str) -> bool:
    """Whether `text` holds a `*`, `?` or `[` that no backslash precedes."""
    escaped = False
    for char in text:
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif char in "*?[":
            return True
    return False


def compile_glob(pattern: str) -> Callable[[str], object]:
    """A function that tells whether a path matches `pattern` as a whole.

    Raises:
        BadPattern: An open `[`, an empty set, a lone backslash at the end.
    """
    return re.compile(_regex(_chunks(pattern)), re.DOTALL).fullmatch


def _chunks(pattern: str) -> list[str]:
    """The expressions for the stretches of `pattern` between its stars.

    Raises:
        BadPattern: As `compile_glob`.
    """
    chunks = [""]
    at = 0
    while at < len(pattern):
        char = pattern[at]
        if char == "*":
            if chunks[-1] or len(chunks) == 1:
                chunks.append("")
            at += 1
        elif char == "[":
            text, at = _char_set(pattern, at + 1)
            chunks[-1] += text
        elif char == "?":
            chunks[-1] += "[^/]"
            at += 1
        else:
            char, at = _plain(pattern, at)
            chunks[-1] += re.escape(char)
    return chunks


def check(pattern: str) -> None:
    """Read `pattern` as far as Go's `filepath.Match` reads it to find out whether it matches `.`.

    Raises:
        BadPattern: That part cannot be read.
    """
    name = "."
    while pattern:
        star, chunk, pattern = _next_chunk(pattern)
        if star and not chunk:
            return
        expression = re.compile(_regex(_chunks(chunk)), re.DOTALL)
        for skipped in range(len(name) + 1 if star else 1):
            found = expression.match(name, skipped)
            if found and (found.end() == len(name) or pattern):
                name = name[found.end() :]
                break
        else:
            return


def _next_chunk(pattern: str) -> tuple[bool, str, str]:
    """Whether `pattern` begins with a star, what follows up to the next one, and the rest."""
    text = pattern.lstrip("*")
    in_set = escaped = False
    for at, char in enumerate(text):
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif char in "[]":
            in_set = char == "["
        elif char == "*" and not in_set:
            return text != pattern, text[:at], text[at:]
    return text != pattern, text, ""


def _regex(chunks: list[str]) -> str:
    """The expression for the stretches between stars: each but the last is taken where it first fits."""
    first, *rest = chunks
    if not rest:
        return first
    inner = "".join(f"(?>[^/]*?{chunk})" for chunk in rest[:-1])
    return f"{first}{inner}[^/]*{rest[-1]}"


def _plain(pattern: str, at: int) -> tuple[str, int]:
    """The character at `at`, one behind a backslash included, and the place after it."""
    if pattern[at] == "\\":
        at += 1
        if at == len(pattern):
            raise BadPattern
    return pattern[at], at + 1


def _char_set(pattern: str, at: int) -> tuple[str, int]:
    """The expression for the set whose content begins at `at`, and the place after its `]`."""
    negated = pattern.startswith("^", at)
    at += negated
    text, begun = "", False
    while not (begun and pattern.startswith("]", at)):
        low, at = _set_char(pattern, at)
        high = low
        if pattern.startswith("-", at):
            high, at = _set_char(pattern, at + 1)
        if low <= high:
            text += f"{re.escape(low)}-{re.escape(high)}"
        begun = True
    if not text:
        return ("[\\s\\S]" if negated else "(?!)"), at + 1
    return f"[{'^' if negated else ''}{text}]", at + 1


def _set_char(pattern: str, at: int) -> tuple[str, int]:
    """One end of a range; the set must go on behind it."""
    if at >= len(pattern) or pattern[at] in "-]":
        raise BadPattern
    char, at = _plain(pattern, at)
    if at >= len(pattern) or "\ud800" <= char <= "\udfff":
        raise BadPattern
    return char, at

"""Spelling: the raw text of a shell word to its text without quotes, and the variables in it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

# Name, start, end of a variable, and whether it is quoted.
Found: TypeAlias = "tuple[str, int, int, bool]"

_SPECIAL = frozenset("@*#?$!-0123456789")
_ESCAPES = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "a": "\a",
    "b": "\b",
    "e": "\x1b",
    "E": "\x1b",
    "f": "\f",
    "v": "\v",
}


class Hole:
    """A stretch of a word that the shell replaces: `${…}`, `$(…)`, backticks, `$((…))`, `<(…)`.

    `variables` are name, start and end of those inside; offsets count in the whole text.
    """

    __slots__ = ("end", "start", "variables")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end
        self.variables: list[tuple[str, int, int]] = []


class Spelling:
    """Reads one word, quote by quote.

    Attributes:
        out: Pieces of the text without quotes.
        quoted: Whether a quote or an escape was met.
        variables: What was found, in order.
        holes: Whether anything is replaced by the shell.
    """

    __slots__ = ("double", "expands", "out", "quoted", "text", "variables")

    def __init__(self, text: str) -> None:
        self.text = text
        self.out: list[str] = []
        self.double = False
        self.quoted = False
        self.expands = False
        self.variables: list[Found] = []

    def read(self, start: int, end: int, holes: list[Hole]) -> None:
        """Read `text[start:end]`; `holes` are the parts of it that stay as written."""
        for hole in holes:
            if hole.start < start:
                continue
            self._plain(start, hole.start)
            self.out.append(_shown(self.text[hole.start : hole.end]))
            self.variables += [(*variable, self.double) for variable in hole.variables]
            self.expands = True
            start = hole.end
        self._plain(start, end)

    def _plain(self, at: int, end: int) -> None:
        """The part between two holes."""
        text, out = self.text, self.out
        while at < end:
            char = text[at]
            if char == "\\":
                at = self._escape(at, end)
            elif char == '"':
                self.double = not self.double
                self.quoted = True
                at += 1
            elif char == "'" and not self.double:
                close = text.find("'", at + 1, end)
                close = end if close < 0 else close
                out.append(text[at + 1 : close])
                self.quoted = True
                at = close + 1
            elif char == "$":
                at = self._dollar(at, end)
            else:
                out.append(char)
                at += 1

    def _escape(self, at: int, end: int) -> int:
        following = self.text[at + 1 : min(at + 2, end)]
        if following == "\n":
            return at + 2
        if self.double and following not in '$`"\\':
            self.out.append("\\")
            return at + 1
        self.quoted = True
        self.out.append(following or "\\")
        return at + 2

    def _dollar(self, at: int, end: int) -> int:
        """`$NAME`, `$1`, `$'…'`, `$"…"`, or a dollar that is none of them."""
        text = self.text
        following = text[at + 1 : min(at + 2, end)]
        if not self.double and following == "'":
            return self._ansi(at + 2, end)
        if not self.double and following == '"':
            return at + 1
        stop = at + 1
        while stop < end and (text[stop] == "_" or (text[stop].isascii() and text[stop].isalnum())):
            stop += 1
        if following and following in _SPECIAL:
            stop = at + 2
        if stop == at + 1:
            self.out.append("$")
            return stop
        name = text[at + 1 : stop]
        self.out.append(f"${{{name}}}")
        self.variables.append((name, at, stop, self.double))
        self.expands = True
        return stop

    def _ansi(self, at: int, end: int) -> int:
        """The inside of `$'…'`; of its escapes the one-letter ones are resolved."""
        text = self.text
        self.quoted = True
        while at < end and text[at] != "'":
            if text[at] == "\\" and at + 1 < end:
                at += 1
                self.out.append(_ESCAPES.get(text[at], text[at] if text[at] in "\\'\"?" else "\\" + text[at]))
            else:
                self.out.append(text[at])
            at += 1
        return at + 1


def _shown(raw: str) -> str:
    """A hole as it shows in the text: as written, but for continuations in the shell's own way."""
    return raw.replace("\\\n", "") if raw.startswith("${") else raw

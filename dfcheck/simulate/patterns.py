r"""Patterns: what one line of `.dockerignore` (or `--exclude`, or a source of `--parents`) matches.

moby's patternmatcher turns a pattern into a regular expression of Go and takes characters inside `[…]` and
after a backslash as they come; so `star[*]` does not match `star*`, and `\d` is a digit. That is done here in
the same two steps: the pattern becomes the text of Go's expression, that text becomes pieces. The pieces are
matched by Python's `re` as long as that cannot take long, otherwise by sets of states.
"""

from __future__ import annotations

import re

from dfcheck.simulate.globs import BadPattern, check

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

# (kind, expression): `one` character, `many` of them, `folders` (any directories or none), `rest`, `at` a place.
Piece: TypeAlias = "tuple[str, str]"

# What Go's `strings.TrimSpace` takes away.
WHITE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
# Steps that `re` may take for one path, in the worst case; more are left to sets of states.
STEPS = 1_000_000
ESCAPED = frozenset(".+()|{}$")
CLASSES = {"d": "0-9", "w": "0-9A-Za-z_", "s": "\\t\\n\\f\\r "}
NAMED = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "ascii": "\\x00-\\x7f", "blank": "\\t ", "cntrl": "\\x00-\\x1f\\x7f",
    "digit": "0-9", "graph": "!-~", "lower": "a-z", "print": " -~", "punct": "!-/:-@\\[-`{-~", "space": "\\t-\\r ",
    "upper": "A-Z", "word": "0-9A-Za-z_", "xdigit": "0-9A-Fa-f",
}  # fmt: skip
CONTROLS = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
PLACES = {"A": "\\A", "z": "\\Z", "b": "(?a:\\b)", "B": "(?a:\\B)"}


class Pattern:
    """One pattern, cleaned.

    Attributes:
        text: The pattern without `!`.
        negated: Whether it began with `!` and so takes back what patterns before it matched.
        kind: `exact`, `prefix`, `suffix`, `ending` (of a name, `**/*.pyc`) or `expression`: how `key` is compared.
        key: The text that a path must be, begin or end with; empty for an expression.
    """

    __slots__ = ("_match", "key", "kind", "negated", "text")

    def __init__(self, text: str, *, negated: bool) -> None:
        check(text)
        self.text = text
        self.negated = negated
        self.kind = _kind(text)
        self.key = {"exact": text, "prefix": text[:-2], "suffix": text[2:], "ending": text[4:]}.get(
            self.kind, ""
        )
        self._match: Callable[[str], bool] | None = None

    def matches(self, path: str) -> bool:
        """Whether the pattern matches this very path; what it says of its parents is the caller's business.

        Raises:
            BadPattern: The expression cannot be read, which shows only when it is used.
        """
        if self.kind == "exact":
            return path == self.key
        if self.kind == "prefix":
            return path.startswith(self.key)
        if self.kind == "suffix":
            return path.endswith(self.key) or (self.key[:1] == "/" and path == self.key[1:])
        if self.kind == "ending" and "\n" not in path:
            return path.endswith(self.key)
        if self._match is None:
            self._match = _matcher(_pieces(_go_expression(self.text)))
        return self._match(path)


def _kind(text: str) -> str:
    """How the pattern is compared. A backslash or a set always makes an expression."""
    if any(char in "?[]\\" for char in text):
        return "expression"
    if text.startswith("**/*") and not any(char in "*/" for char in text[4:]):
        return "ending"
    stars = text.replace("**", "\0")
    if "*" in stars or stars.count("\0") > 1:
        return "expression"
    if "\0" not in stars:
        return "exact"
    if stars[0] == "\0":
        return "suffix"
    return "prefix" if stars[-1] == "\0" else "expression"


def _go_expression(text: str) -> str:
    """The text of Go's expression between `^` and `$`."""
    out, at = "", 1 if text.startswith("\ufeff") else 0
    while at < len(text):
        char, at = text[at], at + 1
        if char == "*":
            if not text.startswith("*", at):
                out += "[^/]*"
                continue
            at += 2 if text.startswith("/", at + 1) else 1
            out += "(.*/)?" if at < len(text) else ".*"
        elif char == "?":
            out += "[^/]"
        elif char in ESCAPED:
            out += "\\" + char
        elif char == "\\" and at < len(text):
            out, at = out + "\\" + text[at], at + 1
        else:
            out += char
    return out


def _pieces(go: str) -> list[Piece]:
    """The pieces of an expression made by `_go_expression`.

    Raises:
        BadPattern: Go would refuse it.
    """
    out: list[Piece] = []
    at = 0
    while at < len(go):
        char = go[at]
        if go.startswith("(.*/)?", at):
            out.append(("folders", "(?:.*/)?"))
            at += 6
        elif go.startswith(".*", at):
            out.append(("rest", ".*"))
            at += 2
        elif char == "[":
            text, at = _char_set(go, at + 1)
            many = go.startswith("*", at)
            out.append(("many" if many else "one", text))
            at += many
        elif char == "\\" and at + 1 == len(go):  # it takes the meaning from the `$` that ends the expression
            out += [("one", "\\$"), ("rest", "[\\s\\S]*")]
            at += 1
        elif char == "\\":
            piece, at = _escape(go, at + 1)
            out += piece
        elif char in "*?":
            raise BadPattern
        else:
            out.append(("at", "\\A") if char == "^" else ("one", _literal(char)))
            at += 1
    return out


def _literal(char: str) -> str:
    """A character; a byte that is no UTF-8 is U+FFFD to Go, in pattern and path alike."""
    return "[\\ufffd\\udc80-\\udcff]" if char == "\ufffd" or "\udc80" <= char <= "\udcff" else re.escape(char)


def _escape(go: str, at: int) -> tuple[list[Piece], int]:
    """The pieces for what follows a backslash, and the place after it."""
    char = go[at]
    if char in PLACES:
        return [("at", PLACES[char])], at + 1
    if char.lower() in CLASSES:
        return [("one", f"[{'^' if char.isupper() else ''}{CLASSES[char.lower()]}]")], at + 1
    if char == "Q":
        end = go.find("\\E", at)
        text = go[at + 1 :] if end < 0 else go[at + 1 : end]
        return [("one", _literal(each)) for each in text], len(go) if end < 0 else end + 2
    value, at = _escaped_char(go, at)
    return [("one", re.escape(value))], at


def _escaped_char(go: str, at: int) -> tuple[str, int]:
    """The one character that an escape means.

    Raises:
        BadPattern: Go knows no such escape.
    """
    if at >= len(go):
        raise BadPattern
    char = go[at]
    if char in CONTROLS:
        return CONTROLS[char], at + 1
    octal = re.compile("0[0-7]{0,2}|[1-7][0-7]{1,2}").match(go, at)
    if octal:
        return chr(int(octal[0], 8)), octal.end()
    wide = re.compile("x([0-9A-Fa-f]{2})").match(go, at)
    if wide:
        return chr(int(wide[1], 16)), wide.end()
    if char.isascii() and not char.isalnum():
        return char, at + 1
    raise BadPattern


def _char_set(go: str, at: int) -> tuple[str, int]:
    """Python's text for the set whose content begins at `at`, and the place after its `]`."""
    negated = go.startswith("^", at)
    at += negated
    text, first = "", True
    while first or not go.startswith("]", at):
        first = False
        if at >= len(go):
            raise BadPattern
        end = go.find(":]", at + 2) if go.startswith("[:", at) else -1
        if end >= 0:
            name = go[at + 2 : end]
            if name.lstrip("^") not in NAMED or name.startswith("^^"):
                raise BadPattern
            part = NAMED[name.lstrip("^")]
            text, at = text + (_outside(part) if name.startswith("^") else part), end + 2
        elif go[at] == "\\" and go[at + 1 : at + 2].lower() in CLASSES:
            char = go[at + 1]
            part = CLASSES[char.lower()]
            text, at = text + (_outside(part) if char.isupper() else part), at + 2
        else:
            part, at = _range(go, at)
            text += part
    return f"[{'^' if negated else ''}{text}]", at + 1


def _outside(part: str) -> str:
    """Ranges for the characters that `part` leaves out."""
    inside = re.compile(f"[{part}]")
    ascii_part = "".join(re.escape(chr(code)) for code in range(128) if not inside.match(chr(code)))
    return ascii_part + "\\x80-\\U0010ffff"


def _range(go: str, at: int) -> tuple[str, int]:
    """A character or a range of a set."""
    low, at = _set_char(go, at)
    if not go.startswith("-", at) or go.startswith("]", at + 1) or at + 1 >= len(go):
        return re.escape(low), at
    high, at = _set_char(go, at + 1)
    if high < low:
        raise BadPattern
    return f"{re.escape(low)}-{re.escape(high)}", at


def _set_char(go: str, at: int) -> tuple[str, int]:
    if at >= len(go):
        raise BadPattern
    if go[at] == "\\":
        return _escaped_char(go, at + 1)
    return go[at], at + 1


def _matcher(pieces: list[Piece]) -> Callable[[str], bool]:
    """A function that tells whether a path is what `pieces` describe, in time that does not explode."""
    text = "".join(expression + ("*" if kind == "many" else "") for kind, expression in pieces)
    whole = re.compile(text).fullmatch
    open_ended = sum(kind in ("many", "folders", "rest") for kind, _ in pieces)
    slow = _Automaton(pieces)

    def match(path: str) -> bool:
        if len(path) ** open_ended <= STEPS:
            return whole(path) is not None
        return slow.matches(path)

    return match


class _Automaton:
    """The same by sets of states: bit `n` is set when the first `n` pieces have matched what came so far."""

    __slots__ = ("_goal", "_pieces", "_tests")

    def __init__(self, pieces: list[Piece]) -> None:
        # `folders` is two pieces: any characters, and the slash after them, which leads on.
        self._pieces: list[Piece] = []
        for kind, expression in pieces:
            if kind == "folders":
                self._pieces += [("folders", "."), ("slash", "/")]
            else:
                self._pieces.append((kind, "." if kind == "rest" else expression))
        self._goal = 1 << len(self._pieces)
        self._tests = [re.compile(expression) for _, expression in self._pieces]

    def matches(self, path: str) -> bool:
        """Whether the whole of `path` matches."""
        states = self._spread(1, path, 0)
        for place, char in enumerate(path):
            states = self._spread(self._step(states, char), path, place + 1)
            if not states:
                return False
        return bool(states & self._goal)

    def _step(self, states: int, char: str) -> int:
        after = 0
        for index, (kind, _) in enumerate(self._pieces):
            here = 1 << index
            if kind != "at" and states & here and self._tests[index].match(char):
                after |= here if kind in ("many", "rest", "folders") else here << 1
        return after

    def _spread(self, states: int, path: str, place: int) -> int:
        """`states` and those that are reached from them without a character."""
        for index, (kind, _) in enumerate(self._pieces):
            here = 1 << index
            if not states & here:
                continue
            if kind in ("many", "rest") or (kind == "at" and self._tests[index].match(path, place)):
                states |= here << 1
            elif kind == "folders":
                states |= here << 1 | here << 2
        return states

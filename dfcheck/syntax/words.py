r"""Words: expansion of word trees as BuildKit's shell lexer does it.

Pure functions: a word tree and a lookup in, a value out. Source: BuildKit's
`frontend/dockerfile/shell/lex.go`.
A variable is unset when the lookup gives None; the lookup gives `Unknown` when only the build can tell.
"""

from __future__ import annotations

from dfcheck.syntax.nodes import Escape, Literal, Malformed, Quoted, Variable
from dfcheck.syntax.text import Span, printable
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeAlias

    from dfcheck.syntax.nodes import Word

# Linux passes no longer string to a program; it also bounds what doubling a variable again and again costs.
LONGEST = 1 << 17
_SPACE = frozenset("\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000") | {
    chr(c) for c in range(0x2000, 0x200B)
}


class Known(Value):
    """A value that the file, and what was given with it, decides."""

    value: str


class Unknown(Value):
    """A value that only the build decides; `why` is a clause: "depends on the base image `alpine`"."""

    why: str


Lookup: TypeAlias = "Callable[[str], str | Unknown | None]"


class ExpansionError(Value):
    """Why BuildKit refuses to expand. `message` is a clause that follows the text of the argument."""

    span: Span
    message: str


class Expansion(Value):
    """What words expand to.

    Attributes:
        value: The text.
        used: Names of variables that were looked up and found, each once.
        missing: Variables that were looked up and not found, in source order, those with a default included.
    """

    value: Known | Unknown
    used: tuple[str, ...] = ()
    missing: tuple[Variable, ...] = ()


class _Refused(Exception):
    """Carries an `ExpansionError` out of the recursion."""

    def __init__(self, span: Span, message: str) -> None:
        super().__init__(message)
        self.error = ExpansionError(span, message)


def expand(words: tuple[Word, ...], lookup: Lookup, *, escape: str = "\\") -> Expansion | ExpansionError:
    """Expand `words` to one text, as BuildKit does for all instructions but EXPOSE.

    Args:
        words: A word tree; for a heredoc's body one made by `read_unquoted`.
        lookup: The value of a variable by its name.
        escape: The file's escape character.
    """
    expander = _Expander(lookup, escape)
    try:
        text = expander.text(words)
    except _Refused as refused:
        return refused.error
    return expander.result(text)


def expand_words(
    words: tuple[Word, ...], lookup: Lookup, *, escape: str = "\\"
) -> tuple[str, ...] | Unknown | ExpansionError:
    """Expand `words`, then split at white space that is neither quoted nor escaped, as for EXPOSE.

    BuildKit splits an operator's operand in the same buffer, so what stands before `${name:-…}` in one word
    is lost: `1${nope:-2}3` gives `23`.
    """
    expander = _Expander(lookup, escape)
    splitter = _Splitter()
    unknown: Unknown | None = None
    try:
        for word in words:
            text = expander.piece(word, raw=False)
            if isinstance(text, Unknown):
                unknown = unknown or text
                continue
            if any(variable.operator for variable in variables((word,))):
                splitter.drop()
            if isinstance(word, (Literal, Variable)):
                splitter.add(text, after_heredoc=isinstance(word, Literal))
            else:
                splitter.add_raw(text)
    except _Refused as refused:
        return refused.error
    return unknown or tuple(splitter.finish())


def variables(words: Iterable[Word]) -> Iterator[Variable]:
    """All variables in `words` in source order, those in quotes, operands and replacements included."""
    stack = [iter(words)]
    while stack:
        for word in stack[-1]:
            if isinstance(word, Variable):
                yield word
                stack += [iter(word.replacement), iter(word.operand)]
                break
            if isinstance(word, Quoted):
                stack.append(iter(word.words))
                break
        else:
            stack.pop()


def spell(words: tuple[Word, ...]) -> str:
    """The text of `words` without quotes and escapes, variables as they are written."""
    return "".join(map(_spell, words))


def _spell(word: Word) -> str:
    if isinstance(word, (Literal, Escape, Malformed)):
        return word.text
    if isinstance(word, Quoted):
        return spell(word.words)
    name = word.name.text
    if not word.braced:
        return f"${name}"
    end = f"/{spell(word.replacement)}" if word.operator in {"/", "//"} else ""
    return f"${{{name}{word.operator}{spell(word.operand)}{end}}}"


def read_unquoted(text: str) -> tuple[Word, ...]:
    """The words of a heredoc's body: quotes are ordinary there, and a backslash escapes any one character."""
    from dfcheck.syntax.arguments import parse_words

    free = (chr(code) for code in range(0xE000, 0xF8FF) if chr(code) not in text)
    stands_for = {next(free): quote for quote in "'\"" if quote in text}
    if not stands_for:
        return parse_words(text)
    hidden = text.translate({ord(quote): stand for stand, quote in stands_for.items()})
    table = {ord(stand): quote for stand, quote in stands_for.items()}
    return _restore(parse_words(hidden), table)


def _restore(words: tuple[Word, ...], table: dict[int, str]) -> tuple[Word, ...]:
    """`words` with stand-in characters replaced by what they stand for."""
    out: list[Word] = []
    for word in words:
        if isinstance(word, Variable):
            operand, replacement = _restore(word.operand, table), _restore(word.replacement, table)
            out.append(word._replace(operand=operand, replacement=replacement))
        elif isinstance(word, Malformed):
            out.append(Malformed(word.span, word.text.translate(table), word.message.translate(table)))
        elif not isinstance(word, Quoted):
            out.append(word._replace(text=word.text.translate(table)))
    return tuple(out)


class _Expander:
    """One expansion: the lookup, and what it was asked for."""

    __slots__ = ("_escape", "_lookup", "_missing", "_used")

    def __init__(self, lookup: Lookup, escape: str) -> None:
        self._lookup = lookup
        self._escape = escape
        self._used: dict[str, None] = {}
        self._missing: list[Variable] = []

    def result(self, text: str | Unknown) -> Expansion:
        """The expansion whose text is `text`."""
        value = text if isinstance(text, Unknown) else Known(printable(text))
        missing = sorted(self._missing, key=lambda variable: variable.span.start)
        return Expansion(value, tuple(self._used), tuple(missing))

    def text(self, words: tuple[Word, ...], *, raw: bool = False) -> str | Unknown:
        """Text of `words`; all are evaluated, for their errors, even after an unknown one.

        Args:
            words: Of one argument, operand or quoted stretch.
            raw: Whether escape characters stay, as in operands that are patterns.
        """
        out: list[str] = []
        unknown: Unknown | None = None
        for word in words:
            piece = self.piece(word, raw=raw)
            if isinstance(piece, Unknown):
                unknown = unknown or piece
            else:
                out.append(piece)
        return unknown or _bounded("".join(out))

    def piece(self, word: Word, *, raw: bool) -> str | Unknown:
        """Text of one word."""
        if isinstance(word, Literal):
            return word.text
        if isinstance(word, Variable):
            return self._variable(word)
        if isinstance(word, Escape):
            return self._escape + word.text if raw else word.text
        if isinstance(word, Malformed):
            raise _Refused(word.span, word.message)
        if raw and word.quote == '"':
            return self.text(tuple(map(self._double, word.words)), raw=True)
        return self.text(word.words, raw=raw)

    def _double(self, word: Word) -> Word:
        """A word between double quotes in a pattern: an escape that protects nothing is written twice."""
        if isinstance(word, Literal) and self._escape in word.text:
            return Literal(word.span, word.text.replace(self._escape, self._escape * 2))
        return word

    def _variable(self, word: Variable) -> str | Unknown:
        """Value of a variable. Operands are evaluated first and always, as BuildKit does."""
        operator = word.operator
        if not operator:
            value = self._get(word)
            return "" if value is None else value
        raw = operator[0] in "#%/"
        operand = self.text(word.operand, raw=raw)
        replacement = self.text(word.replacement, raw=True)
        value = self._get(word)
        if raw:
            return self._match(word, value or "", operand, replacement)
        return self._default(word, value, operand)

    def _get(self, word: Variable) -> str | Unknown | None:
        value = self._lookup(word.name.text)
        if value is None:
            self._missing.append(word)
        else:
            self._used[word.name.text] = None
        return value

    def _default(self, word: Variable, value: str | Unknown | None, operand: str | Unknown) -> str | Unknown:
        """The forms `-`, `+`, `?`, with `:` before them where empty counts as unset."""
        if isinstance(value, Unknown):
            return value
        unset = value is None or (word.operator[0] == ":" and not value)
        kind = word.operator[-1]
        if kind == "+":
            return "" if unset else operand
        if not unset:
            return value or ""
        if kind == "-" or isinstance(operand, Unknown):
            return operand
        reason = operand or f"is not allowed to be {'unset' if value is None else 'empty'}"
        raise _Refused(word.span, f"fails: {word.name.text}: {reason}")

    def _match(
        self, word: Variable, value: str | Unknown, pattern: str | Unknown, replacement: str | Unknown
    ) -> str | Unknown:
        """The forms `#`, `%` and `/`."""
        from dfcheck.syntax import wildcards

        if isinstance(value, Unknown):
            return value
        if isinstance(pattern, Unknown):
            return pattern
        operator = word.operator
        try:
            if operator[0] == "/":
                return _replace(pattern, value, replacement, every=operator == "//")
            pattern = operator[1:] + pattern
            longest = pattern.startswith(operator[0])
            trim = wildcards.trim_prefix if operator[0] == "#" else wildcards.trim_suffix
            return trim(pattern[longest:], value, longest=longest)
        except wildcards.BadPattern as bad:
            raise _Refused(word.span, f"fails: {bad}") from bad


def _replace(pattern: str, value: str, replacement: str | Unknown, *, every: bool) -> str | Unknown:
    """`value` with the first match of `pattern`, or every match, replaced.

    Raises:
        BadPattern: The pattern is refused.
    """
    from dfcheck.syntax import wildcards

    out: list[str] = []
    at = length = 0
    for found in wildcards.find_all(pattern, value):
        if isinstance(replacement, Unknown):
            return replacement
        new = _template(replacement, value[found.start : found.end]) if every else replacement
        out += [value[at : found.start], new]
        at = found.end
        length += len(new)
        if length > LONGEST:
            break
        if not every:
            break
    return _bounded("".join(out) + value[at:])


def _template(replacement: str, matched: str) -> str:
    """`replacement` with `$0` as the match, other `$name` empty, `$$` as `$`: Go's rule, for `//` only."""
    if "$" not in replacement:
        return replacement
    import re

    def group(found: re.Match[str]) -> str:
        if found[0] == "$$":
            return "$"
        return matched if (found[1] or found[2]) == "0" else ""

    return re.sub(r"\$(?:\$|(\w+)|\{(\w+)\})", group, replacement)


def _bounded(text: str) -> str | Unknown:
    """`text`, unless it is too long to go on with."""
    return text if len(text) <= LONGEST else Unknown(f"is longer than {LONGEST} characters")


class _Splitter:
    """Collects text and cuts it at white space."""

    __slots__ = ("_buffer", "_words")

    def __init__(self) -> None:
        self._words: list[str] = []
        self._buffer: list[str] = []

    def add(self, text: str, *, after_heredoc: bool) -> None:
        """Add text that white space splits, save after `<<`, where BuildKit expects a heredoc's name."""
        opened = 0
        for char in text:
            if char == "<" and after_heredoc:
                opened = opened % 2 + 1
            elif opened != 2 or char not in "\t\r ":
                opened = 0
            if char in _SPACE and opened != 2:
                self._flush()
            else:
                self._buffer.append(char)

    def add_raw(self, text: str) -> None:
        """Add text that nothing splits."""
        self._buffer.append(text)

    def drop(self) -> None:
        """Forget the word begun."""
        self._buffer.clear()

    def finish(self) -> list[str]:
        """All words."""
        self._flush()
        return self._words

    def _flush(self) -> None:
        if word := printable("".join(self._buffer)):
            self._words.append(word)
        self._buffer.clear()

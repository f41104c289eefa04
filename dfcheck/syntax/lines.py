"""Lines: from text to directives, comments, blank lines and logical lines with their heredocs.

What depends on context is settled here, as BuildKit's parser settles it: the byte order mark, parser
directives, the escape character, continuations with comments and blank lines inside, here-documents, and the
greatest length of a physical line.
"""

from __future__ import annotations

import re

from dfcheck.syntax.arguments import parse_words
from dfcheck.syntax.driver import Unreadable, read
from dfcheck.syntax.nodes import (
    Blank,
    Comment,
    Directive,
    Escape,
    Heredoc,
    Literal,
    Logical,
    Problem,
    Quoted,
    Token,
)
from dfcheck.syntax.text import BOM, Source, Span, encode
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from dfcheck.syntax.nodes import Word

Line: TypeAlias = "Directive | Comment | Blank | Logical"

# White space as Go's unicode.IsSpace has it; Python's str.isspace also takes U+001C to U+001F.
SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
LONGEST = 65_535
DIRECTIVES = ("syntax", "escape", "check")
KEYWORDS = frozenset(
    """
    ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER
    VOLUME WORKDIR
    """.split()
)


class Unterminated(Value):
    """A heredoc whose end marker never comes; `near` is a line that is the marker but for blanks around it."""

    start: int
    word: Span
    name: str
    near: Span | None


class Lines(Value):
    """A file's lines in order, its escape character, and what is wrong with lines as such."""

    items: tuple[Line, ...]
    escape: str
    problems: tuple[Problem, ...]
    unterminated: tuple[Unterminated, ...]


def split(source: Source) -> Lines:
    """All lines of `source`; their spans tile its text."""
    return _Splitter(source).run()


class _Splitter:
    """One pass over the physical lines; the only state is how far it has come and what it has found."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.starts = source.line_starts
        self.count = len(self.starts) if self.text else 0
        self.at = 0
        self.escape = "\\"
        self.items: list[Line] = []
        self.problems: list[Problem] = []
        self.unterminated: list[Unterminated] = []
        self.directives: set[str] | None = set()

    def run(self) -> Lines:
        while self.at < self.count:
            self.items.append(self.item())
        return Lines(tuple(self.items), self.escape, tuple(self.problems), tuple(self.unterminated))

    def physical(self) -> tuple[int, int]:
        """Range of the next physical line, its line end included; steps past it."""
        start = self.starts[self.at]
        self.at += 1
        end = self.starts[self.at] if self.at < self.count else len(self.text)
        if end - start > LONGEST // 4:
            self.check_length(start, end)
        return start, end

    def check_length(self, start: int, end: int) -> None:
        """Note a line that BuildKit's scanner cannot hold."""
        size = len(encode(self.text[start:end].removesuffix("\n")))
        if size > LONGEST:
            message = f"this line has {size:,} bytes; BuildKit reads lines of at most {LONGEST:,}"
            self.problems.append(Problem(Span(start, start + 1), message, "break it with continuations"))

    def item(self) -> Line:
        """The next directive, comment, blank line or logical line."""
        start, end = self.physical()
        first = start + 1 if start == 0 and self.text.startswith(BOM) else start
        line = self.text[first:end]
        body = line.strip(SPACE)
        if not body:
            self.directives = None
            return Blank(Span(start, end))
        if body[0] == "#":
            return self.comment(start, end, first + line.index("#"))
        self.directives = None
        return self.logical(start, first, end)

    def comment(self, start: int, end: int, hash_at: int) -> Comment | Directive:
        """A comment line, or a directive while they may still stand."""
        text = self.text[hash_at + 1 : end]
        if self.directives is not None:
            directive = self.directive(start, end, hash_at, text, self.directives)
            if directive is not None:
                return directive
            self.directives = None
        return Comment(Span(start, end), text.strip(SPACE))

    def directive(self, start: int, end: int, hash_at: int, text: str, seen: set[str]) -> Directive | None:
        """The directive in a comment's text, if it is one; notes a second one and a bad escape."""
        name, equals, value = text.partition("=")
        name = name.strip(SPACE).lower()
        value = value.rstrip(SPACE)
        bare = value.lstrip(SPACE)
        if not equals or name not in DIRECTIVES or not bare:
            return None
        at = hash_at + 1 + text.index("=") + 1 + len(value) - len(bare)
        span = Span(at, at + len(bare))
        if name in seen:
            message = f"a second `{name}` directive; BuildKit takes only one"
            self.problems.append(Problem(Span(hash_at, span.end), message, "remove it"))
        elif name == "escape" and bare not in {"\\", "`"}:
            message = f"the escape character cannot be `{bare}`"
            self.problems.append(Problem(span, message, "write a backslash or a backtick"))
        elif name == "escape":
            self.escape = bare
        seen.add(name)
        return Directive(Span(start, end), name, bare, span)

    def logical(self, start: int, first: int, end: int) -> Logical:
        """A logical line that begins with the physical line at `first`."""
        first += len(self.text[first:end]) - len(self.text[first:end].lstrip(SPACE))
        parts: list[str] = []
        segments: list[tuple[int, int]] = []
        comments: list[Comment] = []
        blanks: list[Span] = []
        length = 0
        more = True
        while True:
            piece, more = self.cut(first, end)
            if piece or not segments:
                segments.append((length, first))
                parts.append(piece)
                length += len(piece)
            while more and self.at < self.count:
                first, end = self.physical()
                bare = self.text[first:end].strip(SPACE)
                if not bare:
                    blanks.append(Span(first, end))
                elif bare[0] == "#":
                    comments.append(Comment(Span(first, end), bare[1:].strip(SPACE)))
                else:
                    break
            else:
                break
        span = Span(start, self.starts[self.at] if self.at < self.count else len(self.text))
        logical = Logical(span, "".join(parts), tuple(segments), tuple(comments), tuple(blanks))
        return self.heredocs(logical) if "<<" in logical.text else logical

    def cut(self, start: int, end: int) -> tuple[str, bool]:
        """A physical line's text without line end and continuation, and whether it continues."""
        line = self.text[start:end].rstrip("\r\n")
        bare = line.rstrip(" \t")
        if bare.endswith(self.escape) and bare[-2:-1] != self.escape:
            return bare[:-1], True
        return line, False

    def heredocs(self, logical: Logical) -> Logical:
        """`logical` with the here-documents that its words open."""
        found: list[Heredoc] = []
        for word, name, expand, chomp in heredoc_words(logical, self.escape):
            heredoc = self.heredoc(word, name, expand, chomp)
            if not isinstance(heredoc, Heredoc):
                self.unterminated.append(Unterminated(logical.span.start, word, name, heredoc))
                break
            found.append(heredoc)
        end = self.starts[self.at] if self.at < self.count else len(self.text)
        return logical._replace(span=Span(logical.span.start, end), heredocs=tuple(found))

    def heredoc(self, word: Span, name: str, expand: bool, chomp: bool) -> Heredoc | Span | None:
        """The here-document at the next line; without end marker, the line that looks most like one, or None."""
        begin = self.at
        near: Span | None = None
        body = self.starts[begin] if begin < self.count else len(self.text)
        while self.at < self.count:
            start, end = self.physical()
            line = self.text[start:end].rstrip("\r\n")
            if (line.lstrip("\t") if chomp else line) == name:
                return Heredoc(
                    Span(body, start + len(line)),
                    word,
                    name,
                    self.text[body:start],
                    expand,
                    chomp,
                    Span(body, start),
                )
            if near is None and line.strip() == name:
                near = Span(start, start + len(line))
        self.at = self.resume(begin, near)
        return near

    def resume(self, begin: int, near: Span | None) -> int:
        """Index of the line at which to read on after a heredoc without end.

        That is after the line that was meant to end it, or at the next line that looks like an instruction in
        capitals, so that one missing marker does not make an error of every line of the body.
        """
        for index in range(begin, self.count):
            start = self.starts[index]
            if near is not None and start > near.start:
                return index
            if near is None and self.text[start : start + 12].split(" ", 1)[0] in KEYWORDS:
                return index
        return self.count


def keyword_and_rest(text: str, escape: str) -> tuple[str, str]:
    """Keyword in capitals and what follows its flags, trimmed; of ONBUILD's inner instruction where it is one."""
    text = text.strip(SPACE)
    if not text:
        return "", ""
    _, leaves = read("head", text, escape)
    keyword = text[: leaves[0][2]].upper()
    rest = text[leaves[-1][1] :].strip(SPACE) if leaves[-1][0] == "REST" else ""
    return keyword_and_rest(rest, escape) if keyword == "ONBUILD" else (keyword, rest)


def heredoc_words(logical: Logical, escape: str) -> list[tuple[Span, str, bool, bool]]:
    """Heredoc words of a RUN, COPY or ADD in shell form: span, name, whether it expands, whether tabs go.

    As in BuildKit the whole line is cut into words, always with the backslash as escape; where that fails (an
    open quote somewhere) there are none.
    """
    try:
        keyword, rest = keyword_and_rest(logical.text, escape)
    except Unreadable:
        return []
    if keyword not in {"RUN", "COPY", "ADD"} or (rest.startswith("[") and is_json_array(rest)):
        return []
    try:
        read("word", logical.text)
    except Unreadable:
        return []
    found = []
    for start, end in _word_ranges(parse_words(logical.text), logical.text):
        heredoc = heredoc_word(logical.text[start:end])
        if heredoc:
            found.append((logical.cover(start, end), *heredoc))
    return found


# Patterns of heredocs, which few files have: compiled on first use.
_HEREDOC = r"[0-9]*<<(-?)[\t\n\f\r ]*([^<]+)\Z"


def heredoc_word(word: str) -> tuple[str, bool, bool] | None:
    """Name, whether it expands, and whether tabs go, of a word like `<<EOF`; None for any other word."""
    match = re.match(_HEREDOC, word) if "<<" in word else None
    if match is None:
        return None
    words = parse_words(match[2])
    name = _unquoted(words)
    plain = match[2].count("'") + match[2].count('"') == name.count("'") + name.count('"')
    return (name, plain, bool(match[1])) if name else None


def _unquoted(words: tuple[Word, ...]) -> str:
    """Text of a heredoc's name: quotes and escapes gone, variables as written."""
    out = []
    for word in words:
        if isinstance(word, (Literal, Escape)):
            out.append(word.text)
        elif isinstance(word, Quoted):
            out.append(_unquoted(word.words))
        elif not isinstance(word, Token):
            out.append(_variable_text(word))
    return "".join(out)


def _variable_text(word: Word) -> str:
    """A variable as it stands in a heredoc's name, which is never expanded."""
    name = getattr(word, "name", None)
    return "" if name is None else (f"${{{name.text}}}" if word.braced else f"${name.text}")  # type: ignore[union-attr]


_PIECES = rf"<<[\t\r ]*|[^<{SPACE}]+|<|[{SPACE}]+"


def _word_ranges(words: tuple[Word, ...], text: str) -> list[tuple[int, int]]:
    """Ranges of the words of a line: parted by white space outside quotes and not after `<<`."""
    ranges: list[tuple[int, int]] = []
    begin = -1
    for word in words:
        start, end = word.span.start, word.span.end
        if isinstance(word, (Quoted, Escape)):
            begin = start if begin < 0 else begin
            continue
        for match in re.compile(_PIECES).finditer(text, start, end):
            if match[0][0] in SPACE:
                if begin >= 0:
                    ranges.append((begin, match.start()))
                begin = -1
            elif begin < 0:
                begin = match.start()
    if begin >= 0:
        ranges.append((begin, len(text)))
    return ranges


def is_json_array(text: str) -> bool:
    """Whether `text` is a JSON array of whatever, which BuildKit takes for exec form or refuses.

    A list nested deeper than Python's own reader goes counts as one: BuildKit refuses it too.
    """
    from json import loads

    try:
        return isinstance(loads(text, parse_constant=_refuse), list)
    except RecursionError:
        return True
    except ValueError:
        return False


def _refuse(name: str) -> None:
    """Python's reader takes NaN and Infinity, JSON has none."""
    raise ValueError(name)

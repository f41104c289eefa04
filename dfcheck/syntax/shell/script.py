"""Script: from a RUN instruction, or any text, to its commands: which text a shell reads, and what maps it to source."""

from __future__ import annotations

from bisect import bisect_right

from dfcheck.syntax.nodes import ExecForm, Logical
from dfcheck.syntax.shell.dialect import command_string, dialect_of, known, reads_stdin, shebang, windows
from dfcheck.syntax.shell.finish import command, program_of
from dfcheck.syntax.shell.masks import stand_in, without_redirects
from dfcheck.syntax.shell.nodes import Nesting, Script, ShellCommand, ShellWord
from dfcheck.syntax.shell.pieces import pieces
from dfcheck.syntax.shell.reader import Reader
from dfcheck.syntax.shell.vocabulary import READABLE
from dfcheck.syntax.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from dfcheck.syntax.nodes import Heredoc, Run, Token
    from dfcheck.syntax.shell.finish import Cover

DEFAULT = ("/bin/sh", "-c")


def parse_text(text: str, offset_of: Callable[[int], int], dialect: str = "sh") -> Script:
    """The commands of shell text; any text gives a script.

    Args:
        text: What a POSIX shell would read.
        offset_of: Source offset of the character at an offset of `text`, its length included.
        dialect: "sh" or "bash"; how it is read does not depend on it.
    """

    def cover(start: int, end: int) -> Span:
        first = offset_of(start)
        return Span(first, offset_of(end - 1) + 1 if end > start else first)

    return _script(text, cover, Nesting(dialect))[0]


def parse_script(run: Run, shell: tuple[str, ...] = DEFAULT) -> Script:
    """The commands of a RUN.

    As in BuildKit a RUN that is one heredoc is a script for its `#!` or for SHELL; other heredocs are input of
    the command they stand at, and are read here when that is a shell. The exec form's `["sh", "-c", "…"]` is read
    as what it is.

    Args:
        run: The instruction.
        shell: SHELL as it is in force there.
    """
    form = run.command
    if isinstance(form, ExecForm):
        return _exec(run.line, form)
    dialect = dialect_of(shell)
    if len(run.heredocs) == 1 and form.span == run.heredocs[0].word:
        text, cover = body_text(run.heredocs[0])
        dialect = shebang(text) or dialect
        return _script(text, cover, Nesting(dialect))[0]
    dialect = (windows(form.text) if shell == DEFAULT else None) or dialect
    line, begin = run.line, place(run.line, form.span.start)
    if len(line.segments) == 1:
        begin = form.span.start

        def cover(start: int, end: int) -> Span:
            return Span(begin + start, begin + end)

    else:

        def cover(start: int, end: int) -> Span:
            return line.cover(begin + start, begin + end)

    return _with_bodies(form.text, cover, Nesting(dialect), run)


def mentions(run: Run, names: Collection[str]) -> bool:
    """Whether any of `names` occurs anywhere in a RUN's text or heredocs: a cheap test before parsing it."""
    form = run.command
    texts = [token.text for token in form.arguments] if isinstance(form, ExecForm) else [form.text]
    texts += [heredoc.content for heredoc in run.heredocs]
    return any(name in text for text in texts for name in names)


def _script(
    text: str, cover: Cover, nesting: Nesting, masks: Iterable[tuple[int, int]] = (), number: int = 0
) -> tuple[Script, int]:
    """The script of `text`, and the next free list number.

    Args:
        text: The text.
        cover: Maps its ranges to source.
        nesting: Where its list stands.
        masks: Ranges of heredoc words whose bodies are not part of `text`.
        number: The first list number.
    """
    if nesting.dialect not in READABLE:
        return Script((), (), nesting.dialect), number
    reader = Reader(text, nesting, number)
    for piece in pieces(stand_in(without_redirects(text, masks))):
        if piece.tree is None:
            reader.errors.append((piece.start, piece.end))
        else:
            reader.read(piece.tree, piece.start)
        if piece.operator:
            reader.join(piece.operator, piece.end)
    for made in reader.lists:
        made.close()
    return Script(
        tuple([command(draft, text, cover) for draft in reader.commands if draft]),
        tuple([cover(start, end) for start, end in reader.errors]),
        nesting.dialect,
        tuple([cover(start, end) for start, end in reader.pipes]),
    ), number + len(reader.lists)


def _with_bodies(text: str, cover: Cover, nesting: Nesting, run: Run) -> Script:
    """The script of a RUN's line, and of those of its heredocs that a shell reads."""
    begin = place(run.line, run.command.span.start)
    words = [heredoc.word for heredoc in run.heredocs]
    masks = [(place(run.line, w.start) - begin, place(run.line, w.end - 1) + 1 - begin) for w in words]
    script, number = _script(text, cover, nesting, masks)
    for heredoc, owner, dialect in _read_by_shells(script, run):
        inner = owner.nesting._replace(dialect=dialect, depth=owner.nesting.depth + 1, subshell=True)
        body, number = _script(*body_text(heredoc), inner, (), number)
        script = Script(
            script.commands + body.commands,
            script.errors + body.errors,
            script.dialect,
            script.pipes + body.pipes,
        )
    return script


def _read_by_shells(script: Script, run: Run) -> list[tuple[Heredoc, ShellCommand, str]]:
    """The heredocs of a RUN that a shell on its line reads as its script, that command, and its dialect."""
    found = []
    for heredoc in run.heredocs:
        owner = _owner(script, heredoc)
        dialect = owner and reads_stdin(owner.program, owner.arguments)
        if owner and dialect:
            found.append((heredoc, owner, dialect))
    return found


def bodies(run: Run, shell: tuple[str, ...] = DEFAULT) -> list[tuple[Heredoc, str, tuple[str, ...]]]:
    """The heredocs of a RUN that a shell on its line reads as its script, that shell's name, and its command line."""
    script = parse_script(run, shell)
    return [
        (heredoc, owner.program or "sh", tuple(word.text for word in owner.words))
        for heredoc, owner, _ in _read_by_shells(script, run)
    ]


def _owner(script: Script, heredoc: Heredoc) -> ShellCommand | None:
    """The command whose standard input a heredoc is."""
    for found in script.commands:
        inputs = [
            redirect
            for redirect in found.redirects
            if redirect.operator[:1] == "<" and redirect.fd in {"", "0"}
        ]
        if inputs and heredoc.word.start <= inputs[-1].span.start < heredoc.word.end:
            return found
    return None


def body_text(heredoc: Heredoc) -> tuple[str, Cover]:
    """A heredoc's text as its reader gets it, and its map to source."""
    text, base = heredoc.content, heredoc.body.start
    if not heredoc.chomp or "\t" not in text:
        return text, lambda start, end: Span(base + start, base + end)
    parts: list[str] = []
    segments: list[tuple[int, int]] = []
    length = 0
    for line in text.split("\n"):
        bare = line.lstrip("\t") + "\n"
        segments.append((length, base + len(line) + 1 - len(bare)))
        parts.append(bare)
        length += len(bare)
        base += len(line) + 1
    joined = Logical(heredoc.body, "".join(parts)[:-1], tuple(segments))
    return joined.text, joined.cover


def place(line: Logical, source: int) -> int:
    """Offset in the text of a logical line of a character of the source."""
    at, begin = line.segments[bisect_right(line.segments, source, key=lambda segment: segment[1]) - 1]
    return at + source - begin


# --- the exec form -----------------------------------------------------------------------------------------


def _exec(line: Logical, form: ExecForm) -> Script:
    """The command of an exec form, or the commands of the text that it gives to a shell."""
    words = tuple([ShellWord(token.span, token.text, True, True) for token in form.arguments])
    if not words:
        return Script((), (), "other")
    program, prefixes, index, _ = program_of(words)
    dialect = known(words[index].text) if index < len(words) else None
    if dialect and dialect not in READABLE:
        return Script((), (), dialect)
    inner = exec_text(line, form)
    if dialect and inner:
        return _script(inner[0], inner[1], Nesting(dialect))[0]
    span = Span(words[0].span.start, words[-1].span.end)
    nesting = Nesting("other")
    found = ShellCommand(
        span, words[0].text, words, (), (), program, prefixes, index, None, "", False, 0, nesting
    )
    return Script((found,), (), "other")


def exec_text(line: Logical, form: ExecForm) -> tuple[str, Cover, str] | None:
    """The text that an exec form gives to a POSIX shell (`["sh", "-c", "text"]`), its map to source, and the shell."""
    words = tuple([ShellWord(token.span, token.text, True, True) for token in form.arguments])
    if not words:
        return None
    index = program_of(words)[2]
    if index >= len(words) or known(words[index].text) not in READABLE:
        return None
    text = command_string(words[index + 1 :])
    if text is None:
        return None
    token = form.arguments[words.index(text)]
    return token.text, _inside(line, token), words[index].text


def _inside(line: Logical, token: Token) -> Cover:
    """Map from ranges of a JSON string's text to source, escapes counted; the whole string where they do not fit."""
    span, text = token.span, token.text
    if span.end - span.start == len(text):
        return lambda start, end: Span(span.start + start, span.start + end)
    if not text:
        return lambda _, __: span
    import re

    begin, end = place(line, span.start), place(line, span.end - 1) + 1
    pair = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    raw = re.compile(rf"{pair}|\\u[0-9a-fA-F]{{4}}|\\.|[^\\]", re.DOTALL)
    ends = [begin, *[match.end() for match in raw.finditer(line.text, begin, end)]]
    if len(ends) != len(text) + 1:
        return lambda _, __: span
    return lambda start, end: line.cover(ends[start], ends[end])

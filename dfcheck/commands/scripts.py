"""Scripts: the builds in shell text."""

from __future__ import annotations

from dfcheck.commands.docker import parse
from dfcheck.commands.model import BuildCommand, Word
from dfcheck.commands.script_variables import ScriptVariables
from dfcheck.commands.site import Site, Where
from dfcheck.commands.tables import SUBCOMMANDS
from dfcheck.syntax.shell import parse_text
from dfcheck.syntax.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.commands.texts import Taken
    from dfcheck.syntax.shell import ShellCommand, ShellWord
    from dfcheck.syntax.text import Source

MOVES = ("cd", "pushd", "popd")


def builds(taken: Taken, source: Source, where: Where) -> tuple[tuple[Site, ...], Where]:
    """The builds in shell text of a file, and where a script that goes on behind it stands."""
    if not any(name in taken.text for name in (*SUBCOMMANDS, *map(str.upper, SUBCOMMANDS), *MOVES)):
        return (), where
    found: list[Site] = []
    lists: dict[int, Where] = {}  # lists of commands that have moved on their own, as a subshell does
    commands = parse_text(taken.text, taken.offset, "bash").commands
    variables = ScriptVariables(taken.text, commands)
    for command in commands:
        here = lists.get(command.list_id, where)
        if command.program in MOVES:
            moved = _moved(command, here, variables)
            lists[command.list_id] = moved
            if not command.nesting.subshell and not command.nesting.substitution:
                where = moved
            continue
        line = tuple(_line(command, source, variables))
        build = parse(line) if line else None
        if isinstance(build, BuildCommand):
            found.append(Site(build, here))
    return tuple(found), where


def _moved(command: ShellCommand, where: Where, variables: ScriptVariables) -> Where:
    """Where a `cd` leads; a condition or a variable makes that unknown."""
    nesting = command.nesting
    words = tuple(map(variables.fill, command.arguments))
    plain = command.program == "cd" and len(words) == 1 and words[0].literal and words[0].text[:1] not in "-~"
    if not plain or nesting.branch or nesting.loop or nesting.function:
        return where.inside(None)
    return where.inside(words[0].text)


def _line(command: ShellCommand, source: Source, variables: ScriptVariables) -> Iterator[Word]:
    """The words of a command from its program on."""
    words = command.words[command.index :]
    if not words:
        return
    first = words[0]
    if first.literal:
        yield _word(first, source)
    else:  # `$(DOCKER) build`
        lower = source.cut(first.span).lower()
        name = next((name for name in SUBCOMMANDS if name in lower), None)
        if name is None:
            return
        yield Word(name, first.span, whole=False)
    for word in words[1:]:
        yield _word(variables.fill(word), source)


def _word(word: ShellWord, source: Source) -> Word:
    """A word; where it is in quotes as a whole, its place is what is inside them."""
    written = source.cut(word.span)
    span, whole = word.span, written == word.text
    if not whole and written[:1] in ('"', "'") and written[1:-1] == word.text:
        span, whole = Span(span.start + 1, span.end - 1), True
    assumed = word.literal and not whole and "$" in written and "$" not in word.text
    return Word(word.text, span, word.literal, whole, assumed)

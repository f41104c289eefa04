"""Texts: what a shell gets to read because of an instruction, whole, with the map to source.

For tools that read shell scripts themselves. `script` gives the commands of the same texts.
"""

from __future__ import annotations

from dfcheck.syntax.nodes import Cmd, Entrypoint, ExecForm, Healthcheck, Logical, Onbuild, Run
from dfcheck.syntax.shell.dialect import dialect_of, known, shebang, windows
from dfcheck.syntax.shell.script import DEFAULT, bodies, body_text, exec_text, place
from dfcheck.syntax.shell.vocabulary import READABLE
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.syntax.nodes import Heredoc, Instruction, ShellForm
    from dfcheck.syntax.shell.finish import Cover


class ShellText(Value):
    """A shell script inside a Dockerfile.

    Attributes:
        text: The script.
        cover: Maps a range of `text` to the span of source it comes from.
        shell: The shell that reads it, as SHELL, a `#!` line or an exec form names it.
        options: The words of its command line, the shell's name and what stands before it included.
    """

    text: str
    cover: Cover
    shell: str
    options: tuple[str, ...] = ()


def shell_texts(instruction: Instruction, shell: tuple[str, ...] = DEFAULT) -> tuple[ShellText, ...]:
    """The scripts that an instruction hands to a POSIX shell: RUN, CMD, ENTRYPOINT, HEALTHCHECK, also in ONBUILD.

    Args:
        instruction: Any instruction.
        shell: SHELL as it is in force there.
    """
    if isinstance(instruction, Onbuild):
        return shell_texts(instruction.trigger, shell)
    if not isinstance(instruction, (Run, Cmd, Entrypoint, Healthcheck)) or instruction.command is None:
        return ()
    command = instruction.command
    if isinstance(command, ExecForm):
        found = exec_text(instruction.line, command)
        return (ShellText(found[0], found[1], found[2]),) if found else ()
    name = shell[0] if len(shell) == 1 or known(shell[0]) else next(filter(known, shell), shell[0])
    heredocs = instruction.heredocs if isinstance(instruction, Run) else ()
    if len(heredocs) == 1 and command.span == heredocs[0].word:
        text, cover = body_text(heredocs[0])
        interpreter = text[2 : text.find("\n")].split() if shebang(text) else [name, *shell[1:]]
        name = next(filter(known, interpreter), "")
        return (ShellText(text, cover, name, tuple(interpreter)),) if known(name) in READABLE else ()
    if (shell == DEFAULT and windows(command.text)) or dialect_of(shell) not in READABLE:
        return ()
    text, cover = _with_heredocs(instruction.line, command, heredocs)
    whole = ShellText(text, cover, name, shell)
    if not heredocs or not isinstance(instruction, Run):
        return (whole,)
    read = [(*body_text(heredoc), program, words) for heredoc, program, words in bodies(instruction)]
    return (whole, *(ShellText(*parts) for parts in read))


def _with_heredocs(line: Logical, command: ShellForm, heredocs: tuple[Heredoc, ...]) -> tuple[str, Cover]:
    """A command line and the heredocs after it, as the shell reads them, and the map to source."""
    begin = place(line, command.span.start) if command.text else 0
    if not heredocs:
        return command.text, lambda start, end: line.cover(begin + start, begin + end)
    segments = [(max(at - begin, 0), source + max(begin - at, 0)) for at, source in line.segments]
    parts = [command.text]
    length = len(command.text)
    for heredoc in heredocs:
        parts.append("\n" + heredoc.content + heredoc.name)
        segments.append((length, heredoc.span.start - 1))
        length += len(parts[-1])
    joined = Logical(line.span, "".join(parts), tuple(segments))
    return joined.text, joined.cover


def like_array(text: str) -> bool:
    """Whether it begins like a JSON array: `["a", …` and `[ 'a', …`, but not the test `[ "$A" = a ] && …`."""
    inner = text[1:].lstrip() if text.startswith("[") else ""
    if inner[:1] not in {'"', "'"}:
        return False
    rest = inner[1:].partition(inner[0])[2].lstrip()
    return text[1] == inner[0] or rest in {"", "]"} or rest[0] == ","

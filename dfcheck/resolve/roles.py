"""Roles: which arguments of an instruction BuildKit expands.

Not expanded: the commands of RUN, CMD, ENTRYPOINT and HEALTHCHECK, SHELL, MAINTAINER, the trigger of ONBUILD,
the key of an ARG, `--from`, `--exclude`, and flags not named here.
"""

from __future__ import annotations

from dfcheck.syntax.nodes import (
    Add,
    Arg,
    Argument,
    Copy,
    Env,
    Expose,
    From,
    Image,
    Label,
    Literal,
    Port,
    Run,
    Stopsignal,
    User,
    Volume,
    Workdir,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from dfcheck.syntax.nodes import Instruction

Expandable: TypeAlias = "Argument | Image | Port"


def expanded(instruction: Instruction) -> Iterator[Expandable]:
    """The arguments of `instruction` that BuildKit expands, in BuildKit's order."""
    if isinstance(instruction, From):
        yield instruction.image
        yield from _given(instruction.platform)
    elif isinstance(instruction, Arg):
        yield from _given(*(pair.value for pair in instruction.pairs))
    elif isinstance(instruction, (Env, Label)):
        for pair in instruction.pairs:
            yield pair.key
            yield from _given(pair.value)
    elif isinstance(instruction, (Copy, Add)):
        yield from _copied(instruction)
    elif isinstance(instruction, Run):
        for mount in instruction.mounts:
            yield from _given(*(option.value for option in mount.options if option.key.text != "from"))
    elif isinstance(instruction, Workdir):
        yield instruction.path
    elif isinstance(instruction, User):
        yield instruction.user
    elif isinstance(instruction, Stopsignal):
        yield instruction.signal
    elif isinstance(instruction, Volume):
        yield from instruction.paths
    elif isinstance(instruction, Expose):
        yield from instruction.ports


def _copied(instruction: Copy | Add) -> Iterator[Argument]:
    """Arguments of COPY and ADD; the word that opens a heredoc names a file and is not expanded."""
    yield from _given(instruction.chown, instruction.chmod)
    if isinstance(instruction, Add):
        yield from _given(instruction.checksum)
    opened = {heredoc.word for heredoc in instruction.heredocs}
    for source in instruction.sources:
        if source.span not in opened:
            yield source
    yield instruction.destination


def _given(*arguments: Argument | None) -> Iterator[Argument]:
    for argument in arguments:
        if argument is not None:
            yield argument


def is_plain(argument: Expandable) -> bool:
    """Whether an argument's text is its value: no quotes, escapes and variables in it."""
    words = argument.words
    return not words or (len(words) == 1 and isinstance(words[0], Literal) and words[0].text == argument.text)

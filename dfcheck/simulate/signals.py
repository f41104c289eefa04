"""Signals: who is PID 1 in a container, and whether the signal of `docker stop` reaches the program."""

from __future__ import annotations

from posixpath import basename

from dfcheck.syntax.words import Unknown
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.simulate.config import Texts

SHELLS = frozenset({"sh", "ash", "bash", "dash", "ksh", "mksh", "zsh"})
INITS = frozenset({"tini", "dumb-init", "docker-init", "catatonit", "s6-svscan", "runsvdir", "supervisord"})


class Process(Value):
    """The first process of a container.

    Attributes:
        name: Who is PID 1, by its base name.
        kind: `program`: what the image names, itself. `init`: a small process that passes signals on.
            `replaced`: a shell that gives its place to the program by `exec`. `single`: a shell with one command,
            which most shells run in their own place. `shell`: a shell that stays.
        script: What the shell reads; empty without a shell.
        unused: Words that the shell gets and its script does not use.
    """

    name: str
    kind: str
    script: str = ""
    unused: tuple[str, ...] = ()


def process(argv: Texts, *, init: bool = False) -> Process:
    """The first process of `argv`, which is not empty; with `init`, below docker's own.

    A word that is not known counts as a program's.
    """
    words = tuple("" if isinstance(word, Unknown) else word for word in argv)
    script, unused = _script(words)
    if init:
        return Process("docker-init", "init", script, unused)
    name = basename(words[0])
    if name in INITS:
        return Process(name, "init")
    if not script:
        return Process(name, "program")
    program = _only_command(script)
    if program is None:
        return Process(name, "shell", script, unused)
    if program[0] == "exec":
        replaced = next((word for word in program[1:] if word[:1] != "-"), name)
        return Process(basename(replaced), "replaced", script, unused)
    return Process(name, "single", script, unused)


def _script(words: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """What a shell is told to read, and what it gets beside that without a use for it."""
    if basename(words[0]) not in SHELLS:
        return "", ()
    at = 1
    while at < len(words) and words[at][:1] == "-" and words[at][:2] != "--":
        if words[at].endswith("c") and at + 1 < len(words):
            script, rest = words[at + 1], words[at + 2 :]
            uses = any(sign in script for sign in ("$@", "$*", "${@", "${*", "$0", "${0", "$1", "${1", "$#"))
            return script, () if uses else rest
        at += 1
    return "", ()


def _only_command(script: str) -> tuple[str, ...] | None:
    """The words of the last simple command that can take the shell's place; None when the shell has to stay.

    A script may prepare something before an `exec`; without one it has to be a single command.
    """
    if not any(sign in script for sign in ";&|$(){}<>`!\n\\\"'"):
        return tuple(script.split()) or None
    from dfcheck.syntax.shell import parse_text

    found = parse_text(script, lambda at: at)
    if found.errors or not found.commands:
        return None
    own = [command for command in found.commands if command.nesting.depth == 0]
    if not own:
        return None
    last = own[-1]
    words = tuple(word.text for word in last.words)
    plain = last.pipeline is None and last.operator == "" and not last.negated and bool(words)
    if plain and (words[0] == "exec" or len(found.commands) == 1):
        return words
    return None

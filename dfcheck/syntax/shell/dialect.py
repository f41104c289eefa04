"""Dialect: which shell reads a text, and whether a command line makes a shell read one."""

from __future__ import annotations

from dfcheck.syntax.shell.options import split
from dfcheck.syntax.shell.vocabulary import READABLE, SHELL_VALUES, SHELLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dfcheck.syntax.shell.nodes import ShellWord


def known(program: str) -> str | None:
    """Dialect of the shell with this name or path, in Unix or Windows spelling; None when it is none."""
    name = program[max(program.rfind("/"), program.rfind("\\")) + 1 :].lower()
    return SHELLS.get(name.removesuffix(".exe"))


def dialect_of(argv: Iterable[str]) -> str:
    """Dialect of a SHELL or shebang: of its first word that names a shell (`env bash`, `conda run -n x bash -c`)."""
    return next(filter(None, map(known, argv)), "other")


def shebang(text: str) -> str | None:
    """Dialect that a script's `#!` line names; None without one."""
    return dialect_of(text[2 : text.find("\n")].split()) if text.startswith("#!") else None


def windows(text: str) -> str | None:
    """Dialect of a command line that no POSIX shell reads: one that begins with a shell or a command of Windows."""
    words = text.split(None, 1)
    first = words[0] if words else ""
    if first.lower().removesuffix(".exe") in {"powershell", "cmd"}:
        return known(first)
    if first.lower() in {"iex", "iwr"} or first.lower().startswith(("$env:", "[net.", "[environment]::")):
        return "powershell"
    verb, hyphen, noun = first.partition("-")
    if (
        hyphen
        and verb.isalpha()
        and noun.isalpha()
        and verb.istitle()
        and noun[0].isupper()
        and "." not in noun
    ):
        return "powershell"
    return "cmd" if first.lower() in {"msiexec", "setx"} else None


def command_string(arguments: tuple[ShellWord, ...]) -> ShellWord | None:
    """The text of `sh -c text`, given the words after `sh`."""
    options = split(arguments, SHELL_VALUES)
    return options.positionals[0] if options.has("-c") and options.positionals else None


def reads_stdin(program: str | None, arguments: tuple[ShellWord, ...]) -> str | None:
    """Dialect of a command that is a shell which takes its script from standard input; else None."""
    dialect = known(program) if program else None
    if dialect not in READABLE:
        return None
    options = split(arguments, SHELL_VALUES)
    files = [word for word in options.positionals if word.text not in {"-", "/dev/stdin"}]
    return None if options.has("-c") or (files and not options.has("-s")) else dialect

"""Dump: a document as BuildKit's parser would list it, for `dfcheck parse` and comparisons with BuildKit."""

from __future__ import annotations

from dfcheck.syntax import nodes as n
from dfcheck.syntax.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def dump(document: n.Document) -> dict[str, Any]:
    """`document` as plain values.

    Returns:
        `file`, `ok` (whether BuildKit's parser takes it), `errors` (`line`, `column`, `message`, `help`), and
        `instructions` with `keyword`, `start_line`, `end_line`, `json_form`, `flags`, `arguments` (as BuildKit's
        parser nodes have them: ENV and LABEL as key, value, separator triples, the shell form as one string),
        `heredocs` (`name`, `content`, `expand`, `chomp`) and, for ONBUILD, `trigger`.
    """
    source = document.source
    errors = [(p.span.start, p.message, p.help) for p in document.problems]
    errors += [(i.at.start, i.message, i.help) for i in document.instructions if isinstance(i, n.Invalid)]
    return {
        "file": source.name,
        "ok": not errors,
        "errors": [
            {
                "line": source.position(at).line,
                "column": source.position(at).column,
                "message": printable(message),
                "help": printable(help_),
            }
            for at, message, help_ in sorted(errors)
        ],
        "instructions": [_lines(node, document) for node in document.instructions],
    }


def _lines(node: n.Instruction, document: n.Document) -> dict[str, Any]:
    """`node` as plain values with its lines: the first and last physical ones of the logical line."""
    start = document.source.position(node.line.span.start).line
    end = document.source.position(max(node.line.span.end - 1, node.line.span.start)).line
    return {"keyword": node.keyword.text, "start_line": start, "end_line": end, **_plain(node)}


def _plain(node: n.Instruction) -> dict[str, Any]:
    """What an instruction says, without place."""
    arguments, json_form = _arguments(node)
    plain: dict[str, Any] = {
        "keyword": node.keyword.text,
        "json_form": json_form,
        "flags": [_flag(flag) for flag in node.flags],
        "arguments": [printable(text) for text in arguments],
        "heredocs": [
            {"name": h.name, "content": printable(h.content), "expand": h.expand, "chomp": h.chomp}
            for h in node.line.heredocs
        ],
    }
    if isinstance(node, n.Onbuild):
        plain["trigger"] = {**_plain(node.trigger), "heredocs": []}
    return plain


def _flag(flag: n.Flag) -> str:
    """A flag as BuildKit keeps it: it reads bytes as characters, so that text beyond ASCII comes out garbled."""
    text = f"--{flag.name.text}" + (f"={flag.value.text}" if flag.value is not None else "")
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("latin-1")


def _arguments(node: n.Instruction) -> tuple[list[str], bool]:
    """The argument list of an instruction, and whether it is in JSON form."""
    match node:
        case (
            n.Run(command=command)
            | n.Cmd(command=command)
            | n.Entrypoint(command=command)
            | n.Shell(command=command)
        ):
            return _command(command)
        case n.Healthcheck():
            rest, json_form = _command(node.command) if node.command is not None else ([], False)
            return [node.kind.text, *rest], json_form
        case n.Copy() | n.Add():
            return [a.text for a in (*node.sources, node.destination)], node.exec_form
        case n.Volume():
            return [path.text for path in node.paths], node.exec_form
        case n.Onbuild():
            rest, _ = _arguments(node.trigger)
            return [node.trigger.keyword.text, *rest], False
        case _:
            return _words(node), False


def _command(command: n.Command) -> tuple[list[str], bool]:
    if isinstance(command, n.ExecForm):
        return [token.text for token in command.arguments], True
    return [command.text] if command.text else [], False


def _words(node: n.Instruction) -> list[str]:
    """The argument list of an instruction that has no JSON form."""
    match node:
        case n.From():
            name = [node.as_keyword.text, node.name.text] if node.as_keyword and node.name else []
            return [node.image.text, *name]
        case n.Env() | n.Label():
            return [text for pair in node.pairs for text in _triple(pair)]
        case n.Arg():
            return [p.key.text + (f"={p.value.text}" if p.value is not None else "") for p in node.pairs]
        case n.Expose():
            return [port.text for port in node.ports]
        case n.Workdir():
            return [node.path.text]
        case n.User():
            return [node.user.text]
        case n.Stopsignal():
            return [node.signal.text]
        case n.Maintainer():
            return [node.name.text]
        case _:
            return []


def _triple(pair: n.Pair) -> tuple[str, str, str]:
    """Key, value and separator of a pair."""
    return pair.key.text, pair.value.text if pair.value is not None else "", "" if pair.legacy else "="

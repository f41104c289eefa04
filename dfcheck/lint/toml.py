"""TOML beside what `tomllib` does: the place of a key in a text, and values written as TOML."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_NAME = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_DOTTED = rf"{_NAME}(?:[ \t]*\.[ \t]*{_NAME})*"


def locate(text: str, path: Sequence[str]) -> tuple[int, int]:
    """Line and column, from 1, of the key or string that `path` leads to.

    `path` is a list of keys; its last member may be a string in a list or in an inline table. Where the exact
    place is not found, the place of the innermost member that is; 1, 1 when there is none.
    """
    table: tuple[str, ...] = ()
    best, at = 0, 0
    header = re.compile(rf"[ \t]*\[\[?[ \t]*({_DOTTED})[ \t]*\]\]?")
    assignment = re.compile(rf"[ \t]*({_DOTTED})[ \t]*=")
    start = 0
    for line in text.splitlines(keepends=True):
        match = header.match(line) or assignment.match(line)
        if match is not None:
            parts = list(re.finditer(_NAME, match[1]))
            names = tuple(part[0].strip("\"'") for part in parts)
            if match.re is header:
                table = names
            full = names if match.re is header else table + names
            if len(full) > best and tuple(path[: len(full)]) == full:
                best, at = len(full), start + match.start(1) + parts[-1].start()
        start += len(line)
    for name in path[best:]:
        found = re.compile(rf"""["']?(?<![\w-]){re.escape(name)}(?![\w-])""").search(text, at)
        if found is None:
            break
        at = found.start()
    return text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1


def dumps(value: object) -> str:
    """A string, boolean, number, sequence or mapping as a TOML value on one line."""
    import json

    if isinstance(value, dict):
        inner = ", ".join(f"{key_text(str(name))} = {dumps(item)}" for name, item in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, (list, tuple, set, frozenset)):
        items = sorted(value, key=str) if isinstance(value, (set, frozenset)) else value
        return "[" + ", ".join(map(dumps, items)) + "]"
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def key_text(name: str) -> str:
    """A key, in quotes where it needs them."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else dumps(name)


def document(values: Mapping[str, object]) -> str:
    """A whole TOML file: values, then a table for each mapping, and for each mapping of mappings several."""
    plain = {name: value for name, value in values.items() if not isinstance(value, dict)}
    parts = [table(plain, {})] if plain else []
    for name, value in values.items():
        if isinstance(value, dict):
            inner = {key: item for key, item in value.items() if isinstance(item, dict)}
            single = {key: item for key, item in value.items() if key not in inner}
            parts += [f"[{key_text(name)}]\n{table(single, {})}"] if single else []
            parts += [f"[{key_text(name)}.{key_text(key)}]\n{table(item, {})}" for key, item in inner.items()]
    return "\n".join(parts)


def table(values: Mapping[str, object], notes: Mapping[str, str]) -> str:
    """Lines `key = value`, with a note behind those that have one."""
    return "".join(
        f"{key_text(name)} = {dumps(value)}" + (f"  # {notes[name]}" if name in notes else "") + "\n"
        for name, value in values.items()
    )

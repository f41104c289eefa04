"""Compile `grammar/*.lark` with Lark into `dfcheck/syntax/tables.py`, and HCL's into `dfcheck/syntax/hcl_tables.py`.

    python tools/tables.py           write the modules
    python tools/tables.py --check   exit 1 when they are not what the grammars say

The parse tables and the lexers' alternations are Lark's own (LALR, contextual lexer); `dfcheck.syntax.driver`
only follows them, so that a run of the command does not pay for importing Lark.
"""

from __future__ import annotations

import pprint
import sys
from pathlib import Path
from typing import Any

from lark import Lark
from lark.parsers.lalr_analysis import Shift

ROOT = Path(__file__).resolve().parent.parent
GRAMMAR = ROOT / "grammar"
STARTS = {
    "instruction": ["head", "from_", "arguments", "words", "legacy", "healthcheck"],
    "exec": ["exec"],
    "word": ["word"],
    "image": ["image"],
    "port": ["port"],
    "mount": ["mount"],
    "hcl": ["file", "template"],
}
# Grammars by the module that holds their tables: those of a run over Dockerfiles are loaded together.
TARGETS = {
    ROOT / "dfcheck" / "syntax" / "tables.py": ["instruction", "exec", "word", "image", "port", "mount"],
    ROOT / "dfcheck" / "syntax" / "hcl_tables.py": ["hcl"],
}
IGNORED = {"_COMMENT", "_WHITE"}  # all that a grammar may ignore, as the driver has it
ESCAPES = {"\\": "escape.lark", "`": "escape_backtick.lark"}


def load(grammar: str, escape: str) -> Lark:
    """The grammar `grammar` compiled by Lark for one escape character."""

    def find(_base: Any, path: str) -> tuple[str, str]:
        name = ESCAPES[escape] if path == "escape.lark" else path
        return name, (GRAMMAR / name).read_text(encoding="utf-8")

    return Lark(
        (GRAMMAR / f"{grammar}.lark").read_text(encoding="utf-8"),
        start=STARTS[grammar],
        parser="lalr",
        lexer="contextual",
        maybe_placeholders=False,
        import_paths=[find],
        source_path=grammar,
    )


def reach(table: Any) -> list[Any]:
    """All states in the order in which the start states lead to them; Lark's numbers differ from run to run."""
    order = [table.start_states[name] for name in sorted(table.start_states)]
    for state in order:
        for _, (kind, target) in sorted(table.states[state].items(), key=lambda entry: str(entry[0])):
            if kind is Shift and target not in order:
                order.append(target)
    return order


def tables(lark: Lark) -> dict[str, Any]:
    """Lark's parse table and lexers as plain values.

    Raises:
        SystemExit: The grammar uses something that the driver does not follow.
    """
    table = lark.parser.parser._parse_table
    rules = sorted(
        {arg for row in table.states.values() for kind, arg in row.values() if kind is not Shift}, key=str
    )
    number = {rule: index for index, rule in enumerate(rules)}
    if not set(lark.ignore_tokens) <= IGNORED:
        raise SystemExit(f"{lark.source_path}: only {IGNORED} may be ignored, not {lark.ignore_tokens}")
    order = reach(table)
    place = {state: index for index, state in enumerate(order)}
    scanners: list[str] = []
    states = []
    for state in order:
        row = {
            str(name): place[arg] if kind is Shift else -1 - number[arg]
            for name, (kind, arg) in table.states[state].items()
        }
        lexer = lark.parser.lexer.lexers[state]
        assert lexer.scanner
        if lexer.callback:
            raise SystemExit(f"a terminal of {lark.source_path} hides another: {list(lexer.callback)}")
        pattern = "|".join(f"(?P<{t.name}>{t.pattern.to_regexp()})" for t in lexer.terminals)
        if pattern not in scanners:
            scanners.append(pattern)
        states.append((scanners.index(pattern), dict(sorted(row.items()))))
    return {
        "states": states,
        "rules": [
            (
                str(rule.origin.name),
                len(rule.expansion),
                str(rule.alias or rule.options.template_source or rule.origin.name),
            )
            for rule in rules
        ],
        "starts": {
            str(name): (place[table.start_states[name]], place[table.end_states[name]])
            for name in table.start_states
        },
        "scanners": scanners,
    }


def module(grammars: list[str]) -> str:
    """The text of the module with the tables of some grammars."""
    out = ['"""Parse tables, compiled by Lark from `grammar/*.lark` (tools/tables.py). Do not edit."""', ""]
    starts = {}
    for grammar in grammars:
        compiled = {escape: tables(load(grammar, escape)) for escape in ESCAPES}
        plain, backtick = compiled.values()
        if any(plain[key] != backtick[key] for key in ("states", "rules", "starts")):
            raise SystemExit(f"{grammar}: the two escape characters must differ in terminals only")
        name = grammar.upper()
        scanners = plain["scanners"], backtick["scanners"]
        value = (
            plain["states"],
            plain["rules"],
            *(s if s != scanners[0] or i == 0 else None for i, s in enumerate(scanners)),
        )
        out += [f"{name} = {pprint.pformat(value, width=118, compact=True, sort_dicts=False)}", ""]
        starts |= {start: (name, *ends) for start, ends in plain["starts"].items()}
    out += ["STARTS = {"]
    out += [f'    "{start}": ({name}, {first}, {last}),' for start, (name, first, last) in starts.items()]
    return "\n".join([*out, "}", ""])


def main() -> int:
    """Write or check the modules."""
    texts = {path: module(grammars) for path, grammars in TARGETS.items()}
    if "--check" not in sys.argv[1:]:
        for path, text in texts.items():
            path.write_text(text, encoding="utf-8")
        return 0
    stale = [path.name for path, text in texts.items() if path.read_text(encoding="utf-8") != text]
    if stale:
        print(f"{', '.join(stale)} in dfcheck/syntax: stale, run python tools/tables.py", file=sys.stderr)
    return int(bool(stale))


if __name__ == "__main__":
    sys.exit(main())

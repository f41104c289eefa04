"""The fix of legacy-key-value-format keeps every value, whatever quotes, escapes and variables it is made of."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dfcheck.api import Known
from dfcheck.lint.examples import checker
from dfcheck.lint.fix import fix_report
from dfcheck.lint.registry import load_named
from dfcheck.resolve import resolve
from dfcheck.syntax.nodes import Env
from dfcheck.syntax.parser import parse
from dfcheck.syntax.text import Source

REGISTRY = load_named()
PIECES = [
    "a",
    "=",
    " ",
    "  ",
    "\t",
    "$X",
    "${X}",
    "${X:-d e}",
    '"q r"',
    "'s t'",
    "\\ ",
    "\\n",
    '\\"',
    "$",
    "#",
    "`",
    "€",
]
HEAD = "FROM scratch\nARG X=1\n"


def value(text: str) -> tuple[str, object]:
    build = resolve(parse(Source("Dockerfile", text)), build_args={})
    (env,) = (item for item in build.document.instructions if isinstance(item, Env))
    (pair,) = env.pairs
    assert pair.value is not None
    return pair.key.text, build.value(pair.value)


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map("".join), st.sampled_from(["\\", "`"]))
def test_the_value_stays(tail: str, escape: str) -> None:
    source = Source("Dockerfile", f"# escape={escape}\n{HEAD}ENV KEY x{tail}\n")
    (rule,) = REGISTRY.find("DF2003")
    again = checker(rule, rule.options(), REGISTRY)
    report = again(source)
    if not report.diagnostics or report.diagnostics[0].finding.fix is None:
        return
    before = value(source.text)
    if isinstance(before[1], Known):
        fixed = fix_report(report, again)
        assert not fixed.refused
        assert value(fixed.source.text) == before
        assert not fixed.report.diagnostics

"""Comments written to ignore findings: they ignore all of them, and change nothing else."""

from __future__ import annotations

import pytest
from generate import crlf, dockerfiles
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dfcheck.api import Severity, Span
from dfcheck.findings import Finding
from dfcheck.lint.engine import Diagnostic, FileReport, check
from dfcheck.lint.ignoring import with_ignores
from dfcheck.lint.registry import load_named
from dfcheck.lint.settings import DEFAULT
from dfcheck.syntax.parser import parse
from dfcheck.syntax.text import BOM, Source

RULES = load_named()
# DL1001 is against ignores.
ALL = DEFAULT._replace(select=("ALL",), ignore=("DL1001",))


def report(text: str, *found: tuple[str, str]) -> FileReport:
    """A report with findings of these codes at these tokens."""
    items = tuple(
        Diagnostic(code, "x", Severity.INFO, Finding(Span(text.index(at), text.index(at) + len(at)), "m"))
        for code, at in found
    )
    return FileReport(Source("Dockerfile", text), items)


def ignored(text: str, *found: tuple[str, str], reason: str = "") -> str:
    return with_ignores(report(text, *found), RULES, reason).text


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(dockerfiles(), st.sampled_from(["", "crlf", "bom"]))
def test_nothing_is_left_to_tell_and_the_file_is_the_same(text, form):
    text = crlf(text) if form == "crlf" else BOM + text if form == "bom" else text
    source = Source("Dockerfile", text)
    before = check(source, ALL, RULES)
    after = with_ignores(before, RULES, "a reason")
    again = check(Source("Dockerfile", after.text), ALL, RULES)
    left = {item.code for item in again.diagnostics} - {"DF0002"}
    assert left <= {item.code for item in before.diagnostics if item.code == "DF0002"}
    lines = iter(after.text.removeprefix(BOM).splitlines(keepends=True))
    assert all(
        line in lines for line in text.removeprefix(BOM).splitlines(keepends=True)
    )  # in order, as they were
    assert [type(item) for item in parse(source).instructions] == [
        type(item) for item in parse(again.source).instructions
    ]


def test_right_above_the_instruction():
    text = "FROM a\n# about\n\n# more\nRUN b \\\n  c\n"
    assert ignored(text, ("DL3004", "c\n"), ("DL3003", "b \\")) == (
        "FROM a\n# about\n\n# more\n# dfcheck: ignore[DL3004,DL3003]\nRUN b \\\n  c\n"
    )


def test_an_ignore_of_ours_takes_new_codes_in():
    text = "FROM a\n# dfcheck: ignore[DL3004] old\nRUN b\n"
    assert ignored(text, ("DL3003", "b"), reason="new") == (
        "FROM a\n# dfcheck: ignore[DL3004,DL3003] old\nRUN b\n"
    )


def test_ignores_of_others_stay_as_they_are():
    text = "FROM a\n# hadolint ignore=DL3004\nRUN b\n"
    assert ignored(text, ("DL3003", "b")) == (
        "FROM a\n# hadolint ignore=DL3004\n# dfcheck: ignore[DL3003]\nRUN b\n"
    )


def test_a_comment_that_describes_a_stage_stays_where_it_is():
    text = "FROM a\n# build makes it\nFROM b AS build\n"
    assert ignored(text, ("DL3006", "b AS")) == (
        "FROM a\n# dfcheck: ignore[DL3006]\n# build makes it\nFROM b AS build\n"
    )


def test_a_parser_directive_stays_first():
    text = "# escape=`\n# syntax=x\nFROM a\n"
    assert ignored(text, ("DF1001", "syntax")) == (
        "# escape=`\n# syntax=x\n# dfcheck: ignore-file[DF1001]\nFROM a\n"
    )
    assert ignored(text, ("DL3006", "FROM")) == (
        "# escape=`\n# syntax=x\n# dfcheck: ignore[DL3006]\nFROM a\n"
    )
    assert ignored("# syntax=x", ("DF1001", "syntax")) == "# syntax=x\n# dfcheck: ignore-file[DF1001]\n"


def test_what_stands_in_a_comment_is_ignored_from_above_it():
    text = "FROM a\n# one\n# bad\nRUN b\n"
    assert ignored(text, ("DF0003", "bad")) == "FROM a\n# one\n# dfcheck: ignore[DF0003]\n# bad\nRUN b\n"


def test_what_no_comment_can_ignore_is_left_out():
    assert ignored("FROM a\n", ("DF0009", "FROM"), ("DF0002", "a")) == "FROM a\n"


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_the_last_line_may_lack_its_end(end):
    first = "\r\n" if end == "\r\n" else "\n"
    text = f"FROM a{first}RUN b{end}"
    assert ignored(text, ("DL3003", "b")) == f"FROM a{first}# dfcheck: ignore[DL3003]{first}RUN b{end}"

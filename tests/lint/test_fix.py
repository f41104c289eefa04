"""Fixes: all edits or none, no overlap, to a fixed point, and never at the price of the file."""

from __future__ import annotations

import pytest
import support
from hypothesis import given
from hypothesis import strategies as st

from dfcheck.api import Edit, Finding, Fix, Run, Safety, Severity
from dfcheck.lint.engine import Diagnostic
from dfcheck.lint.fix import apply, faults, fix
from dfcheck.lint.registry import Registry
from dfcheck.lint.settings import DEFAULT
from dfcheck.syntax.text import Source, Span


def item(*edits: tuple[int, int, str]) -> Diagnostic:
    change = Fix("Mend", tuple(Edit(Span(start, end), text) for start, end, text in edits))
    return Diagnostic("X1", "x", Severity.INFO, Finding(Span(0, 0), "m", fix=change))


@pytest.mark.parametrize(
    ("fixes", "text", "applied"),
    [
        ([[(0, 1, "A")], [(2, 3, "C")]], "AbCdef", 2),
        ([[(0, 3, "X")], [(2, 4, "Y")]], "Xdef", 1),
        ([[(0, 1, "A"), (5, 6, "F")], [(5, 6, "Z")]], "AbcdeF", 1),
        ([[(0, 2, "A")], [(2, 4, "C")]], "ACef", 2),
        ([[(1, 1, "-")], [(1, 1, "+")]], "a-bcdef", 1),
        ([[(1, 1, "-")], [(1, 2, "B")]], "a-Bcdef", 2),
        ([[(1, 3, ""), (2, 4, "")]], "abcdef", 0),
        ([[(4, 5, "E"), (0, 1, "A")]], "AbcdEf", 1),
    ],
)
def test_apply(fixes, text: str, applied: int) -> None:
    result, done = apply("abcdef", [item(*edits) for edits in fixes])
    assert (result, len(done)) == (text, applied)


EDITS = st.tuples(st.integers(0, 20), st.integers(0, 5), st.text("xyz", max_size=3)).map(
    lambda edit: (edit[0], min(20, edit[0] + edit[1]), edit[2])
)


@given(st.lists(st.lists(EDITS, min_size=1, max_size=3), max_size=6))
def test_apply_makes_each_applied_edit_and_keeps_all_else(fixes) -> None:
    text = "abcdefghijklmnopqrst"
    result, done = apply(text, [item(*edits) for edits in fixes])
    edits = [edit for diagnostic in done for edit in diagnostic.finding.fix.edits]
    touched = {at for edit in edits for at in range(edit.span.start, edit.span.end)}
    kept = "".join(char for at, char in enumerate(text) if at not in touched)
    assert "".join(char for char in result if char in text) == kept
    assert len(result) == len(text) - len(touched) + sum(len(edit.text) for edit in edits)


def registry(*checks) -> Registry:
    return Registry((*support.OWN, *(support.make(f"AA{n}", f"rule-{n}", c) for n, c in enumerate(checks))))


def test_grades() -> None:
    for grade in Safety:
        rules = registry(support.recase(grade))
        for allowed in (Safety.SAFE, Safety.UNSAFE):
            outcome = fix(Source("x", "from a\n"), DEFAULT, rules, safety=allowed)
            assert outcome.source.text == ("FROM a\n" if grade <= allowed else "from a\n")
            assert len(outcome.applied) == (grade <= allowed)


def test_wanted_chooses_by_code() -> None:
    rules = registry(support.recase())
    outcome = fix(Source("x", "from a\n"), DEFAULT, rules, wanted=lambda code: code != "AA0")
    assert outcome.source.text == "from a\n"
    assert [found.code for found in outcome.report.diagnostics] == ["AA0"]


def test_rules_that_undo_each_other_end_after_ten_rounds() -> None:
    outcome = fix(
        Source("x", "from a\n"), DEFAULT, registry(support.recase(), support.recase(text=str.lower))
    )
    assert not outcome.settled
    assert len(outcome.applied) == 10


def test_a_fix_that_breaks_the_file_is_refused_and_the_others_are_applied() -> None:
    breaking = support.recase(text=lambda _: "FORM")

    def run_lower(ctx):
        for run in ctx.each(Run):
            if run.keyword.text != "RUN":
                yield Finding(run.keyword.span, "small", fix=Fix("Mend", (Edit(run.keyword.span, "RUN"),)))

    outcome = fix(Source("x", "from a\nrun b\n"), DEFAULT, registry(breaking, run_lower))
    assert outcome.source.text == "from a\nRUN b\n"
    assert [found.code for found in outcome.refused] == ["AA0"]
    assert [found.code for found in outcome.applied] == ["AA1"]
    assert outcome.settled
    assert [found.code for found in outcome.report.diagnostics] == ["AA0"]


def test_a_broken_file_may_be_fixed_elsewhere() -> None:
    source = Source("x", "from a\nNONSENSE\n")
    outcome = fix(source, DEFAULT, registry(support.recase()))
    assert outcome.source.text == "FROM a\nNONSENSE\n"
    assert faults(outcome.source) == faults(source) == 1

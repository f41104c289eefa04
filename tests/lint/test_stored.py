"""Reports as lines of JSON: what is kept comes back the same; what was not kept so is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfcheck.api import Edit, Finding, Fix, Related, Safety, Severity
from dfcheck.lint.cache import HEAD, LIMIT, _bounded
from dfcheck.lint.engine import Diagnostic, FileReport
from dfcheck.lint.stored import Foreign, dump, load
from dfcheck.syntax.text import Source, Span

SOURCE = Source("Dockerfile", "FROM alpine\n" * 10)
spans = st.tuples(st.integers(0, 60), st.integers(60, 120)).map(lambda pair: Span(*pair))
texts = st.text(st.characters(), max_size=20)  # lone surrogates too
fixes = st.builds(
    Fix, texts, st.lists(st.builds(Edit, spans, texts), max_size=3).map(tuple), st.sampled_from(list(Safety))
)
findings = st.builds(
    Finding,
    spans,
    texts,
    texts,
    st.lists(st.builds(Related, spans, texts), max_size=2).map(tuple),
    st.none() | fixes,
)
items = st.lists(
    st.builds(Diagnostic, texts, texts, st.sampled_from(list(Severity)), findings), max_size=3
).map(tuple)


@given(items, items)
def test_a_report_comes_back_the_same(found, suppressed):
    report = FileReport(SOURCE, found, (), suppressed)
    line = dump(report)
    assert b"\n" not in line
    again = load(line, SOURCE)
    assert again == report
    assert [type(item.severity) for item in again.diagnostics] == [Severity] * len(found)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=10) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@given(json_values)
def test_other_json_is_refused_or_well_formed(value):
    try:
        report = load(json.dumps(value).encode(), SOURCE)
    except Foreign:
        return
    assert load(dump(report), SOURCE) == report


@pytest.mark.parametrize("data", [b"", b"{}", b"[[]]", b"\xff", b"[" * 100_000, b"[[[]],[]]", b"[1,2]"])
def test_foreign_lines_are_refused(data):
    with pytest.raises(Foreign):
        load(data, SOURCE)


def test_a_shard_stays_small_and_drops_the_oldest():
    shard = HEAD
    for number in range(3000):
        shard = _bounded(shard, [f"{number:040} {'x' * 200}\n".encode()])
    assert LIMIT * 0.9 < len(shard) <= LIMIT + len(HEAD)
    lines = shard[len(HEAD) :].splitlines()
    assert [int(line.split()[0]) for line in lines] == list(range(3000 - len(lines), 3000))

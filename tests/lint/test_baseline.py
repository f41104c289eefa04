"""Baselines: what survives that a file changes, and what does not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfcheck.api import Severity, Span
from dfcheck.findings import Finding
from dfcheck.lint.baseline import BaselineError, entries, name_in, narrowed, read, text
from dfcheck.lint.engine import Diagnostic, FileReport
from dfcheck.syntax.text import Source


def report(lines: list[str]) -> FileReport:
    """A report with a finding on the first word of each line."""
    source = Source("Dockerfile", "\n".join(lines) + "\n")
    items = []
    for number, line in enumerate(lines):
        start = source.line_starts[number]
        word = start + len(line.split(" ")[0])
        items.append(Diagnostic("DL3006", "x", Severity.INFO, Finding(Span(start, word), "m")))
    return FileReport(source, tuple(items))


lines = st.lists(st.sampled_from(["a", "b x", "c  y", "b   x"]), min_size=1, max_size=8)


@given(lines, st.randoms())
def test_moved_lines_are_known(found, random):
    known = entries(report(found))
    moved = found[:]
    random.shuffle(moved)
    left = narrowed(report(moved), known)
    assert (left.report.diagnostics, left.known, left.stale) == ((), len(found), ())


@given(lines, lines)
def test_each_entry_counts_for_one(old, new):
    left = narrowed(report(new), entries(report(old)))
    assert left.known + len(left.report.diagnostics) == len(new)
    assert left.known + len(left.stale) == len(old)


def test_another_text_on_the_line_is_another_finding():
    assert len(narrowed(report(["FROM a"]), entries(report(["FROM b"]))).report.diagnostics) == 1


@given(lines)
def test_written_and_read(found):
    known = {"b/Dockerfile": entries(report(found)), "a": entries(report(found)), "empty": ()}
    written = text(known)
    assert list(json.loads(written)["findings"]) == ["a", "b/Dockerfile"]
    assert written == text(dict(reversed(known.items())))
    assert all(len(line) < 60 for line in written.splitlines())  # an entry a line


def test_reading_gives_what_was_written(tmp_path):
    path = tmp_path / "b.json"
    known = {"a": ("DL3006 0", "DL3007 1")}
    path.write_text(text(known))
    assert read(str(path)) == known


@pytest.mark.parametrize(
    ("content", "why", "ours"),
    [
        ("{", "not JSON", False),
        ("[" * 100_000, "not JSON", False),
        ("[]", "no baseline of dfcheck", False),
        ('{"version": 1}', "no baseline of dfcheck", False),
        ('{"dfcheck-baseline": 2}', "version 2", True),
        ('{"dfcheck-baseline": 1}', "no table of files", False),
        ('{"dfcheck-baseline": 1, "findings": {"a": [1]}}', "no list of texts", False),
    ],
)
def test_what_is_no_baseline_is_told(tmp_path, content, why, ours):
    path = tmp_path / "b.json"
    path.write_text(content)
    with pytest.raises(BaselineError, match=why) as told:
        read(str(path))
    assert told.value.ours is ours
    assert "\n" not in str(told.value)


def test_names_count_from_the_baseline():
    assert name_in("x/y/Dockerfile", "x/b.json") == "y/Dockerfile"
    assert name_in("Dockerfile", "ci/b.json") == "../Dockerfile"

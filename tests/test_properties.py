"""Properties of parsing and checking that hold of every file."""

from __future__ import annotations

import re

from generate import crlf, dockerfiles
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from invariants import faults, miscut

from dfcheck.lint.engine import check
from dfcheck.lint.registry import load_named
from dfcheck.lint.settings import DEFAULT
from dfcheck.syntax.nodes import Document, Invalid, Onbuild
from dfcheck.syntax.parser import parse
from dfcheck.syntax.text import BOM, Source, decode, encode

REGISTRY = load_named()
MOVING = re.compile(r"\r|(?<=line )\d+")  # what a message may say of line ends and of other lines
SLOWLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def parsed(text: str) -> Document:
    return parse(Source("Dockerfile", text))


@SLOWLY
@given(dockerfiles())
def test_a_valid_file_is_read_whole_and_its_tokens_are_what_their_spans_cut(text: str) -> None:
    document = parsed(text)
    bad = [item for item in document.instructions if isinstance(item, Invalid)]
    bad += [
        item.trigger
        for item in document.instructions
        if isinstance(item, Onbuild) and isinstance(item.trigger, Invalid)
    ]
    assert bad == []
    assert document.problems == ()
    assert list(faults(document)) == []
    assert list(miscut(document)) == []


@SLOWLY
@given(dockerfiles())
def test_windows_line_ends_change_only_line_ends(text: str) -> None:
    unix, windows = parsed(text), parsed(crlf(text))
    assert list(faults(windows)) == []
    assert [type(item) for item in windows.items] == [type(item) for item in unix.items]
    assert [item.line.text for item in windows.instructions] == [item.line.text for item in unix.instructions]
    assert [windows.source.position(item.span.start) for item in windows.items] == [
        unix.source.position(item.span.start) for item in unix.items
    ]


@settings(SLOWLY, max_examples=300)
@given(st.binary(max_size=200))
def test_any_bytes_are_parsed_and_kept(data: bytes) -> None:
    text = decode(data)
    assert encode(text) == data
    assert list(faults(parsed(text))) == []


@settings(SLOWLY, max_examples=200)
@given(dockerfiles(), st.data())
def test_a_damaged_file_is_parsed_and_kept(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 20)))
    broken = text[:start] + data.draw(st.text(max_size=4)) + text[end:]
    assert list(faults(parsed(broken))) == []


# --- checking ----------------------------------------------------------------------------------------------


def findings(text: str) -> list[tuple[int, int, str, str]]:
    """Line, column, code and message of each finding; no rule crashes."""
    report = check(Source("Dockerfile", text), DEFAULT, REGISTRY)
    assert report.crashes == ()
    places = [report.source.position(item.finding.span.start) for item in report.diagnostics]
    return [
        (place.line, place.column, item.code, MOVING.sub("", item.finding.message))
        for place, item in zip(places, report.diagnostics, strict=True)
    ]


@SLOWLY
@given(dockerfiles())
def test_windows_line_ends_give_the_same_findings(text: str) -> None:
    assert findings(crlf(text)) == findings(text)


@SLOWLY
@given(dockerfiles())
def test_a_comment_at_the_end_changes_no_finding(text: str) -> None:
    whole = text if text.endswith("\n") else text + "\n"
    assert findings(whole + "# nothing\n") == findings(whole)


@SLOWLY
@given(dockerfiles(), st.data())
def test_a_comment_between_instructions_only_moves_findings_down(text: str, data: st.DataObject) -> None:
    document = parsed(text)
    item = data.draw(st.sampled_from(document.instructions))
    at = document.source.position(item.line.span.start).line
    start = max(item.line.span.start, text.startswith(BOM))
    # The blank line keeps it from being a description of the stage or argument below it.
    commented = text[:start] + "# nothing\n\n" + text[start:]
    moved = [
        (line + 2 if line >= at else line, column, code, message)
        for line, column, code, message in findings(text)
    ]
    assert findings(commented) == moved


@SLOWLY
@given(dockerfiles())
def test_checking_twice_finds_the_same(text: str) -> None:
    assert findings(text) == findings(text)


@settings(SLOWLY, max_examples=200)
@given(st.binary(max_size=200))
def test_no_rule_crashes_on_any_bytes(data: bytes) -> None:
    findings(decode(data))

"""Properties of parsing and checking that hold of every file."""

from __future__ import annotations

from generate import crlf, dockerfiles
from hypothesis import given, settings
from hypothesis import strategies as st
from invariants import faults, miscut

from dfcheck.syntax.nodes import Document, Invalid, Onbuild
from dfcheck.syntax.parser import parse
from dfcheck.syntax.text import Source, decode, encode


def parsed(text: str) -> Document:
    return parse(Source("Dockerfile", text))


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


@given(dockerfiles())
def test_windows_line_ends_change_only_line_ends(text: str) -> None:
    unix, windows = parsed(text), parsed(crlf(text))
    assert list(faults(windows)) == []
    assert [type(item) for item in windows.items] == [type(item) for item in unix.items]
    assert [item.line.text for item in windows.instructions] == [item.line.text for item in unix.instructions]
    assert [windows.source.position(item.span.start) for item in windows.items] == [
        unix.source.position(item.span.start) for item in unix.items
    ]


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_any_bytes_are_parsed_and_kept(data: bytes) -> None:
    text = decode(data)
    assert encode(text) == data
    assert list(faults(parsed(text))) == []


@settings(max_examples=300)
@given(dockerfiles(), st.data())
def test_a_damaged_file_is_parsed_and_kept(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 20)))
    broken = text[:start] + data.draw(st.text(max_size=4)) + text[end:]
    assert list(faults(parsed(broken))) == []

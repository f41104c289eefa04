"""YAML nodes: what PyYAML reads, with exact places, and limits that hold."""

from __future__ import annotations

import time

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dfcheck.commands.yaml_nodes import Mapping, Scalar, Sequence, YamlError, read, text_of
from dfcheck.syntax.text import Source

CHARS = "ab:#'\"\\ é漢\t|>-{}[],&*!%@`"
texts = st.text(st.sampled_from(CHARS), max_size=12)
lines = st.lists(st.text(st.sampled_from("ab \\\"'é#:$-"), min_size=1, max_size=8), min_size=1, max_size=4)


def plain(node):
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key.text: plain(value) for key, value in node.items()}


values = st.recursive(
    texts, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)
)


@given(
    values, st.sampled_from([None, True, False]), st.sampled_from([None, "'", '"', "|", ">"]), st.booleans()
)
def test_what_is_written_is_read(value, flow, style, crlf):
    written = yaml.safe_dump(
        value, default_flow_style=flow, default_style=style, allow_unicode=True, width=20
    )
    source = Source("x", written.replace("\n", "\r\n") if crlf else written)
    (node,) = read(source)
    if "<<" not in written:
        assert plain(node) == value


def scalars(node):
    if isinstance(node, Scalar):
        yield node
    for child in node.items if isinstance(node, Sequence) else ():
        yield from scalars(child)
    for _, child in node.items() if isinstance(node, Mapping) else ():
        yield from scalars(child)


@given(lines, st.sampled_from(["|", "|-", "|+", ">-"]), st.integers(1, 4), st.booleans())
def test_places_in_blocks_are_exact(found, style, indent, crlf):
    body = "".join(f"{' ' * (indent + 2)}x{line.rstrip()}\n" for line in found)
    text = f"a:\n  k: {style}\n{body}b: 1\n".replace("  k", " " * 1 + "k")
    source = Source("x", text.replace("\n", "\r\n") if crlf else text)
    node = read(source)[0].get("a").get("k")
    taken = text_of(node, source)
    for index, char in enumerate(taken.text):
        there = source.text[taken.offset(index)]
        assert there == char or (char in " \n" and there in " \r\n")


@given(st.text(st.sampled_from("ab'é $\"\\"), min_size=1, max_size=10), st.sampled_from(["'", '"']))
def test_places_in_quotes(text, quote):
    written = yaml.safe_dump({"k": text}, default_style=quote, allow_unicode=True, width=1000)
    source = Source("x", written)
    node = next(scalars(read(source)[0].get("k")))
    taken = text_of(node, source)
    assert taken.text == text
    for index, char in enumerate(text):
        there = source.text[taken.offset(index)]
        assert there in (char, "\\")
    assert taken.places == sorted(taken.places)


def test_aliases_and_merges_are_followed_without_copies():
    source = Source("x", "b: &b {x: 1, y: 2}\nc: &c {<<: *b, y: 3}\nd: {<<: [*c, *b], z: 4}\n")
    (node,) = read(source)
    assert plain(node.get("d")) == {"z": "4", "y": "3", "x": "1"}


BOMB = "a0: &a0 [x]\n" + "".join(
    f"a{n}: &a{n} [{','.join(f'*a{n - 1}' for _ in range(9))}]\n" for n in range(1, 30)
)
MERGES = "a0: &a0 {x: 1}\n" + "".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 60))


@pytest.mark.parametrize("text", [BOMB, MERGES, "a: &a [*a]\n", "a: &a {b: *a}\n"])
def test_bombs_do_not_go_off(text):
    started = time.monotonic()
    (node,) = read(Source("x", text))
    for value in [value for _, value in node.items()]:
        if isinstance(value, Mapping):
            value.get("nowhere")
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: [", "not YAML"),
        ("a: b: c", "1:5: not YAML"),
        ("\ta", "1:1: not YAML"),
        ("a: \x00", "not YAML"),
        ("[" * 200, "too much"),
        ("[" * 100_000, "too much|nesting"),
        ("- a\n" * 300_000, "too much"),
        ("x" * 3_000_000, "larger than"),
    ],
)
def test_what_cannot_be_read_is_one_line(text, why):
    with pytest.raises(YamlError, match=why) as told:
        read(Source("x", text))
    assert "\n" not in str(told.value)

"""The tables are what the grammars say, and the driver reads what Lark reads."""

import importlib.util
from pathlib import Path

import lark
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfcheck.syntax import hcl_tables
from dfcheck.syntax.driver import Unreadable, follow, read

ROOT = Path(__file__).resolve().parents[2]


def load_tool():
    spec = importlib.util.spec_from_file_location("tables_tool", ROOT / "tools" / "tables.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = load_tool()
LARKS = {
    (start, escape): TOOL.load(grammar, escape)
    for grammar, starts in TOOL.STARTS.items()
    for escape in TOOL.ESCAPES
    for start in starts
}


def as_lark(start, text, escape):
    try:
        tree = LARKS[start, escape].parse(text, start=start)
    except lark.UnexpectedInput as fault:
        at_end = isinstance(fault, lark.UnexpectedToken) and fault.token.type == "$END"
        return len(text) if at_end else fault.pos_in_stream
    return simple(tree)


def simple(node):
    if isinstance(node, lark.Token):
        return (node.type, node.start_pos, node.end_pos)
    return (str(node.data), [simple(child) for child in node.children])


def as_driver(start, text, escape):
    try:
        if start in hcl_tables.STARTS:
            return follow(hcl_tables.STARTS[start], text, escape)
        return read(start, text, escape)
    except Unreadable as fault:
        return fault.at


@pytest.mark.parametrize("path", TOOL.TARGETS, ids=lambda path: path.name)
def test_modules_are_fresh(path):
    assert path.read_text() == TOOL.module(TOOL.TARGETS[path])


SAMPLES = [
    ("head", "RUN --mount=type=cache,target=/x --network=none echo hi"),
    ("head", "COPY -- a b"),
    ("from_", "alpine:3 as x"),
    ("from_", "alpine 3"),
    ("words", 'a=b "c d"=e\\ f'),
    ("word", 'a$b${c:-d"e${f##*/}"}\'x\'"q\\"$z"/p}${p//a/b}'),
    ("word", '"open'),
    ("word", "${a:1}"),
    ("image", "localhost:5000/a/b:1@sha256:x"),
    ("port", "127.0.0.1:80:90-91/udp"),
    ("mount", "type=cache,target=/x,ro"),
    ("exec", '[ "a", "b" ]'),
    ("exec", '["a",]'),
    ("healthcheck", "CMD curl x"),
    (
        "file",
        'target "a" {\n  tags = [ # x\n "a:${V}${"b"}", x ? "c" : f(1, 2...)]\n}\nv = <<-E\n  x\n  E\n/* y */',
    ),
    (
        "file",
        'a = [for k, v in x : "${k}" if !v]\nb = {for k in x.y[0].z[*] : k => v...}\nc = {"a" : 1, (b) = 2 d = "%{if}"}',
    ),
    ("file", "a = 1 2"),
    ("template", 'a "${b.c}" $${d} %{ if x }e%{ endif }$'),
]


@pytest.mark.parametrize(("start", "text"), SAMPLES)
@pytest.mark.parametrize("escape", ["\\", "`"])
def test_samples_read_as_lark_reads_them(start, text, escape):
    assert as_driver(start, text, escape) == as_lark(start, text, escape)


@given(
    st.sampled_from(sorted({start for start, _ in LARKS})),
    st.text(alphabet="a1 \t=-:/@,.${}[]\"'\\`#%+?<_\u00a0é", max_size=30),
    st.sampled_from("\\`"),
)
def test_any_text_reads_as_lark_reads_it(start, text, escape):
    assert as_driver(start, text, escape) == as_lark(start, text, escape)


def test_long_repetitions_are_linear():
    tree = read("words", " ".join(f"k{i}=v" for i in range(100_000)))
    assert len(tree[1]) == 100_000

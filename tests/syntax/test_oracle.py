"""Our parser against BuildKit's own, which the package `dockerfile` carries.

That copy of BuildKit's parser is of 2023. Known to differ from that of 2026, and so left out: text after a JSON
array (then ignored, now shell form), blanks after `<<`, and flags with characters beyond ASCII.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dfcheck.syntax import nodes as n
from dfcheck.syntax.dump import dump
from dfcheck.syntax.parser import parse
from dfcheck.syntax.text import Source

oracle = pytest.importorskip("dockerfile", reason="BuildKit's parser (package `dockerfile`) is not installed")

KEYWORDS = (
    "FROM RUN COPY ADD ENV LABEL ARG CMD ENTRYPOINT SHELL VOLUME EXPOSE WORKDIR USER STOPSIGNAL HEALTHCHECK "
    "ONBUILD MAINTAINER from run FOO"
).split()
PIECES = [
    *'a b=c = " \' \\ ` # [ ] { } $a , : @ / < \\" 1 EOF as NONE'.split(),
    *[" ", "  ", "\t", "\v", "\f", "\r", "\n", "\\\n", "\\ \n", "\\\\\n", "\n\n", "# x\n", "\r\n", "\x1c"],
    *["<<EOF", "<<-A", "<<'B'", "\nEOF\n", "\nA\n", "\n\tA\n", "\nB\n", '<<"E F"', "\nE F\n"],
    *['["a"]\n', '["a","b"]\n', '["a\\n"]\n', "${a:-b}", "${a", "--x ", "--from=a ", "-- ", "CMD ", "AS b"],
    *["\u00a0", "é", "\ufeff", "\x85", "\u2028", '"a b"', "'a b'", "# escape=`\n", "# syntax=a\n"],
]
INSTRUCTION = st.builds(
    lambda keyword, gap, pieces, end: keyword + gap + "".join(pieces) + end,
    st.sampled_from(KEYWORDS),
    st.sampled_from([" ", "  ", "\t", ""]),
    st.lists(st.sampled_from(PIECES), max_size=8),
    st.sampled_from(["\n", "\n", ""]),
)
FILES = st.builds(
    lambda head, body: head + "".join(body),
    st.sampled_from(["", "# escape=`\n", "# syntax=x\n", "# c\n", "\n", " # escape=`\n"]),
    st.lists(INSTRUCTION, min_size=1, max_size=4),
)


def ours(text):
    document = parse(Source("Dockerfile", text))
    rows = []
    for node, plain in zip(document.instructions, dump(document)["instructions"], strict=True):
        arguments = plain["arguments"]
        if isinstance(node, n.Env | n.Label):
            arguments = [a for index, a in enumerate(arguments) if index % 3 != 2]
        rest = None
        if not isinstance(node, n.Invalid | n.Onbuild):
            rest = (tuple(plain["flags"]), tuple(arguments), plain["json_form"])
        heredocs = [(h["name"], h["content"]) for h in plain["heredocs"]]
        rows.append((plain["keyword"].upper(), plain["start_line"], plain["end_line"], heredocs, rest))
    return rows


def theirs(text):
    return [
        (
            (command.cmd or "").upper(),
            command.start_line,
            command.end_line,
            [(h.name, h.content) for h in command.heredocs],
            (command.flags, command.value, command.json),
        )
        for command in oracle.parse_string(text)
    ]


@settings(max_examples=1000, deadline=None)
@given(FILES)
def test_instructions_are_those_of_buildkit(text):
    try:
        expected = theirs(text)
    except UnicodeDecodeError:
        return  # the binding, not the parser, fails on a character that it cut in two
    except oracle.GoParseError:
        assert not dump(parse(Source("Dockerfile", text)))["ok"]
        return
    got = ours(text)
    assert [row[:4] for row in got] == [row[:4] for row in expected]
    for mine, other in zip(got, expected, strict=True):
        if mine[4] is not None and all(flag.isascii() for flag in other[4][0]):
            assert mine[4] == other[4]

"""Lines are cut as BuildKit cuts them."""

import pytest

from dfcheck.syntax import nodes as n
from dfcheck.syntax.lines import heredoc_word, split
from dfcheck.syntax.text import Source, decode


def lines(text):
    return split(Source("Dockerfile", text if isinstance(text, str) else decode(text)))


def kinds(text):
    return [type(item).__name__ for item in lines(text).items]


def logical(text):
    return [item for item in lines(text).items if isinstance(item, n.Logical)]


@pytest.mark.parametrize(
    ("text", "directives"),
    [
        ("# syntax=a\n# escape=`\nFROM a", [("syntax", "a"), ("escape", "`")]),
        ("#ESCAPE = `\n", [("escape", "`")]),
        ("  # escape=`\n", [("escape", "`")]),
        ("# a comment\n# escape=`\n", []),
        ("# foo=bar\n# escape=`\n", []),
        ("\n# escape=`\n", []),
        ("FROM a\n# escape=`\n", []),
        ("\ufeff# check=skip=all\n", [("check", "skip=all")]),
        ("# syntax=\n# escape=`\n", []),
    ],
)
def test_directives(text, directives):
    assert [(d.name, d.value) for d in lines(text).items if isinstance(d, n.Directive)] == directives


def test_bad_directives():
    assert lines("# escape=x\n").problems[0].message == "the escape character cannot be `x`"
    assert (
        lines("# check=a=b\n# check=a=b\n").problems[0].message
        == "a second `check` directive; BuildKit takes only one"
    )


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("RUN a \\\n  b\n", ["RUN a   b"]),
        ("RUN a \\  \t\n  b\n", ["RUN a   b"]),
        ("RUN a \\\r\n  b\r\n", ["RUN a   b"]),
        ("RUN a \\\\\nUSER b\n", ["RUN a \\\\", "USER b"]),
        ("RUN a \\\n# note\n  # note\n\n \t\nb", ["RUN a b"]),
        ("\\\nFROM a\n", ["FROM a"]),
        ("RUN a \\", ["RUN a "]),
        ("RUN a \\\n\n# x\n", ["RUN a "]),
        ("  FROM a\n\t# note\n", ["FROM a"]),
        ("FROM a\rUSER b\n", ["FROM a\rUSER b"]),
        ("RUN a # b\n", ["RUN a # b"]),
    ],
)
def test_continuations(text, joined):
    assert [item.text for item in logical(text)] == joined


def test_blanks_and_comments_inside_are_kept():
    (line,) = logical("RUN a \\\n# note\n\n  b\n")
    assert [c.text for c in line.comments] == ["note"]
    assert [(b.start, b.end) for b in line.blanks] == [(15, 16)]
    assert line.offset(line.text.index("b")) == 18


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("<<EOF", ("EOF", True, False)),
        ("<<-EOF", ("EOF", True, True)),
        ("3<<EOF", ("EOF", True, False)),
        ('<<"EOF"', ("EOF", False, False)),
        ("<<E'O'F", ("EOF", False, False)),
        ('<<"E F"', ("E F", False, False)),
        ("<<$X", ("$X", True, False)),
        ("<<\\EOF", ("EOF", True, False)),
        ("<< EOF", ("EOF", True, False)),
        ("<<<EOF", None),
        ("<<", None),
        ('"<<EOF"', None),
        ("a<<EOF", None),
    ],
)
def test_heredoc_words(word, found):
    assert heredoc_word(word) == found


def test_heredoc_bodies():
    (line,) = logical("COPY <<A <<-'B' /x/\na \\\n# a\nA\n\tb\n\tB\n")
    assert [(h.name, h.content, h.expand, h.chomp) for h in line.heredocs] == [
        ("A", "a \\\n# a\n", True, False),
        ("B", "\tb\n", False, True),
    ]
    (line, user) = logical("RUN <<A\r\na\r\nA\r\nUSER b\r\n")
    assert line.heredocs[0].content == "a\r\n"
    assert user.text == "USER b"


@pytest.mark.parametrize(
    "text",
    [
        'RUN "<<EOF"',
        'RUN ["<<EOF"]',
        'RUN a " <<EOF',
        "CMD <<EOF",
        "ENV a=<<EOF",
        "ONBUILD CMD <<EOF",
        "RUN ${#a} <<EOF",
    ],
)
def test_no_heredoc(text):
    assert logical(f"{text}\nEOF\n")[0].heredocs == ()


def test_onbuild_heredoc():
    assert logical("ONBUILD RUN <<A\nx\nA\n")[0].heredocs[0].content == "x\n"


def test_after_a_lost_heredoc_instructions_are_read_again():
    assert [item.text for item in logical("RUN <<A\na\nb\nUSER c\nRUN d\n")] == ["RUN <<A", "USER c", "RUN d"]


@pytest.mark.parametrize(("size", "faults"), [(65_535, 0), (65_536, 1)])
def test_the_longest_line(size, faults):
    text = "RUN " + "é" * ((size - 5) // 2) + "x" * (1 + (size - 5) % 2)
    assert len(text.encode()) == size
    assert len(lines(text + "\nUSER a\n").problems) == faults


def test_items_tile_the_file():
    text = "\ufeff# escape=`\n\n# c\nFROM a `\n\n # d\n  AS b\nRUN <<A\nx\nA\n\n"
    at = 0
    for item in lines(text).items:
        assert item.span.start == at
        at = item.span.end
    assert at == len(text)

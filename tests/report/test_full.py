import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfcheck.api import Finding, Related, Severity
from dfcheck.report.model import Look
from dfcheck.report.snippet import Label, snippet
from dfcheck.syntax.text import Source, Span


def test_one_block_says_where_what_and_what_to_do(make):
    made = make("FROM alpine\n")
    made.add(
        Finding(made.span("alpine"), "image `alpine` has no tag", "name a version"),
        "DL3006",
        "untagged-image",
    )
    assert made.render("full") == (
        "Dockerfile:1:6: DL3006 [untagged-image] image `alpine` has no tag\n"
        "  1 | FROM alpine\n"
        "    |      ^^^^^^ name a version\n"
    )


def test_second_place_is_shown_in_line_order(make):
    made = make('FROM a\nCMD ["x"]\nRUN y\n\nCMD ["z"]\n')
    first, second = made.span("CMD"), made.span("CMD", 2)
    made.add(Finding(second, "two CMD", related=(Related(first, "this one is dead"),)))
    assert made.render("full") == (
        "Dockerfile:5:1: DF9999 [made-up] two CMD\n"
        '  2 | CMD ["x"]\n'
        "    | --- this one is dead\n"
        '  5 | CMD ["z"]\n'
        "    | ^^^\n"
    )


def test_both_places_on_one_line_show_the_line_once(make):
    made = make("COPY a a\n")
    made.add(Finding(Span(5, 6), "same", "first", related=(Related(Span(7, 8), "second"),)))
    assert made.render("full").splitlines()[1:] == [
        "  1 | COPY a a",
        "    |      ^ first",
        "    |        - second",
    ]


def test_span_over_lines_shows_the_first_and_the_last(make):
    made = make("FROM a\nRUN one \\\n  && two \\\n  && three \\\n  && four\n")
    start = made.span("RUN").start
    made.add(Finding(Span(start, len(made.source.text)), "long", "shorten"))
    assert made.render("full").splitlines()[1:] == [
        "  2 | RUN one \\",
        "    | ^^^^^^^^^",
        "...",
        "  5 |   && four",
        "    |   ^^^^^^^ shorten",
    ]


def test_span_over_two_lines_has_no_gap(make):
    made = make("RUN a \\\n  b\n")
    made.add(Finding(Span(0, 11), "x"))
    assert made.render("full").splitlines()[1:] == [
        "  1 | RUN a \\",
        "    | ^^^^^^^",
        "  2 |   b",
        "    |   ^",
    ]


@pytest.mark.parametrize(
    ("line", "part", "shown", "under"),
    [
        ("RUN\techo\tx", "x", "RUN echo    x", "            ^"),
        ("RUN echo 日本 x", "x", "RUN echo 日本 x", "              ^"),
        ("RUN echo 日本 x", "本", "RUN echo 日本 x", "           ^^"),
        ("RUN echo 🐳 x", "x", "RUN echo 🐳 x", "            ^"),
        ("RUN e\u0301\u0301 x", "x", "RUN e\u0301\u0301 x", "      ^"),
        ("RUN \x1b[31mx", "x", "RUN ␛[31mx", "         ^"),
        ("RUN \x07\x00\x7f\x9b x", "x", "RUN ␇␀␡� x", "         ^"),
        ("RUN a\u202eb x", "x", "RUN a�b x", "        ^"),
        ("RUN a\rb x", "x", "RUN a␍b x", "        ^"),
        ("RUN \udcff x", "x", "RUN � x", "      ^"),
    ],
)
def test_marks_stand_under_their_characters(make, line, part, shown, under):
    made = make(line + "\n")
    made.add(Finding(made.span(part), "m"))
    assert made.render("full").splitlines()[1:] == [f"  1 | {shown}", f"    | {under}"]


def test_carriage_returns_and_byte_order_mark_take_no_column(make):
    made = make("\ufeffFROM alpine\r\n")
    made.add(Finding(made.span("alpine"), "m"))
    assert made.render("full").splitlines() == [
        "Dockerfile:1:6: DF9999 [made-up] m",
        "  1 | FROM alpine",
        "    |      ^^^^^^",
    ]


def test_empty_span_and_empty_file_get_one_mark(make):
    made = make("")
    made.add(Finding(Span(0, 0), "no stage"))
    assert made.render("full").splitlines()[1:] == ["  1 |", "    | ^"]
    made = make("FROM\n")
    made.add(Finding(Span(4, 4), "what from?", "name an image"))
    assert made.render("full").splitlines()[1:] == ["  1 | FROM", "    |     ^ name an image"]


def test_long_line_is_cut_around_the_span(make):
    made = make(f"RUN {'a' * 500} needle {'b' * 500}\n")
    made.add(Finding(made.span("needle"), "m"))
    _, line, marks = made.render("full", Look(width=60)).splitlines()
    assert len(line) <= 60
    assert line.startswith("  1 | …a")
    assert line.endswith("b…")
    at = line.index("needle")
    assert marks == f"    | {' ' * (at - 6)}^^^^^^"


def test_help_that_does_not_fit_gets_its_own_line(make):
    made = make(f"RUN {'a' * 40} x\n")
    made.add(Finding(made.span("x"), "m", "do something about this one"))
    lines = made.render("full", Look(width=60)).splitlines()
    assert lines[2].rstrip().endswith("^")
    assert lines[3].startswith("    | ")
    assert lines[3].endswith("do something about this one")
    assert len(lines[3]) <= 60


def test_colours_only_when_asked(make):
    made = make("FROM alpine\n")
    made.add(Finding(made.span("alpine"), "m", "h"), severity=Severity.ERROR)
    plain = made.render("full")
    coloured = made.render("full", Look(colours=True))
    assert "\x1b" not in plain
    assert "\x1b[1;31mDF9999\x1b[0m" in coloured
    assert "\x1b[1;31m^^^^^^\x1b[0m h" in coloured


def test_message_and_file_name_cannot_paint(make):
    made = make("FROM a\n", name="Docker\x1b[2Jfile")
    made.add(Finding(Span(0, 4), "bad \x1b[31m\nname", "help\x1b[0m"))
    text = made.render("full") + made.render("concise")
    assert "\x1b" not in text
    assert text.splitlines()[0] == "Docker␛[2Jfile:1:1: DF9999 [made-up] bad ␛[31m␊name"


def test_concise_is_one_line_each(make):
    made = make("FROM a\nRUN b\n")
    made.add(Finding(Span(0, 4), "one")).add(Finding(Span(7, 10), "two"))
    assert made.render("concise") == (
        "Dockerfile:1:1: DF9999 [made-up] one\nDockerfile:2:1: DF9999 [made-up] two\n"
    )


def columns(text: str) -> int:
    return sum(
        0 if unicodedata.category(c) in ("Mn", "Me", "Cf") else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in text
    )


def test_a_mark_behind_a_line_that_fills_the_room_stays_in_it():
    lines = list(snippet(Source("x", "0" * 20), [Label(Span(20, 20), "^", "", "red")], 26, False))
    assert lines == ["  1 | " + "0" * 20, "    | " + " " * 19 + "^"]


@given(st.text(max_size=200), st.data(), st.integers(20, 90))
def test_every_span_of_every_text_shows_within_the_width(text, data, width):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    source = Source("x", text)
    other = data.draw(st.integers(0, len(text)))
    labels = [Label(Span(start, end), "^", "h", "red"), Label(Span(other, other), "-", "o", "blue")]
    lines = list(snippet(source, labels, width, False))
    assert any("^" in line.partition("|")[2] for line in lines)
    for line in lines:
        assert line.isprintable() or set(line) & {"\xa0", "\u200c", "\u200d"}
        assert columns(line) <= max(width, 26)
    first = source.position(min(start, other)).line
    assert lines[0].split("|")[0].strip() == str(first)

"""Edits: a further command in the manner of the RUN; what is written must still be read, and run after the other."""

from __future__ import annotations

import pytest

from dfcheck.knowledge.calls import calls
from dfcheck.knowledge.edits import behind, beside
from dfcheck.resolve import resolve
from dfcheck.syntax.parser import parse
from dfcheck.syntax.text import Source, Span

SHAPES = {
    "one line": ("RUN apk add a", "RUN apk add a && clean"),
    "in a list": ("RUN apk add a; b", "RUN apk add a && clean; b"),
    "signs first": (
        "RUN x \\\n  && apk add a \\\n  && y",
        "RUN x \\\n  && apk add a \\\n  && clean \\\n  && y",
    ),
    "signs last": (
        "RUN x && \\\n  apk add a && \\\n  y",
        "RUN x && \\\n  apk add a && \\\n  clean && \\\n  y",
    ),
    "its last line": ("RUN apk add \\\n    a \\\n    b", "RUN apk add \\\n    a \\\n    b \\\n    && clean"),
    "heredoc": ("RUN <<EOF\napk add a\nb\nEOF", "RUN <<EOF\napk add a && clean\nb\nEOF"),
    "subshell": ("RUN (apk add a) && b", "RUN (apk add a && clean) && b"),
    "onbuild": ("ONBUILD RUN apk add a", "ONBUILD RUN apk add a && clean"),
    "exec form": ('RUN ["apk", "add", "a"]', None),
    "pipeline": ("RUN apk add a | tee log", None),
    "or": ("RUN apk add a || true", None),
    "condition": ("RUN if apk add a; then b; fi", None),
    "branch": ("RUN if a; then apk add b; fi", None),
    "loop": ("RUN for i in a b; do apk add $i; done", None),
    "function": ("RUN f() { apk add a; }; f", None),
    "background": ("RUN apk add a & wait", None),
    "substitution": ("RUN echo $(apk add a)", None),
}


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("name", SHAPES)
def test_a_command_behind(name: str, ending: str) -> None:
    before, after = (text and f"FROM a\n{text}\n".replace("\n", ending) for text in SHAPES[name])
    build = resolve(parse(Source("Dockerfile", before)))
    (call,) = calls(build, "apk")
    place = behind(build, call, "clean")
    made = place and before[: place[0].start] + place[1] + before[place[0].end :]
    assert made == after


def at(text: str, word: str) -> Span:
    """The empty span behind a word."""
    end = text.index(word) + len(word)
    return Span(end, end)


def test_the_escape_character_is_the_files() -> None:
    text = '# escape=`\nFROM a\nSHELL ["/bin/sh", "-c"]\nRUN apk add `\n  a\n'
    build = resolve(parse(Source("Dockerfile", text)))
    (call,) = calls(build, "apk")
    assert behind(build, call, "clean") == (at(text, "  a"), " `\n  && clean")


def test_an_option_beside() -> None:
    text = 'FROM a\nRUN apk -v add a\nRUN ["apk", "add", "a"]\n'
    build = resolve(parse(Source("Dockerfile", text)))
    first, second = calls(build, "apk")
    assert beside(first, "-q") == (at(text, "add"), " -q")
    assert beside(second, "-q") is None

"""What comments suppress, which of them are unused, and which are misuses."""

from __future__ import annotations

import pytest
import support
from hypothesis import given
from hypothesis import strategies as st

from dfcheck.lint.engine import check
from dfcheck.lint.fix import fix
from dfcheck.lint.settings import DEFAULT
from dfcheck.syntax.text import Source


def found(text: str, settings=DEFAULT) -> list[tuple[int, str]]:
    """Line and code of each finding."""
    source = Source("Dockerfile", text)
    report = check(source, settings, support.REGISTRY)
    return [(source.position(item.finding.span.start).line, item.code) for item in report.diagnostics]


def said(text: str) -> str:
    report = check(Source("Dockerfile", text), DEFAULT, support.REGISTRY)
    return "\n".join(
        f"{item.code} {item.finding.message}; {item.finding.help}" for item in report.diagnostics
    )


SUPPRESSING = {
    "code": "# dfcheck: ignore[DL3006]\nFROM a\n",
    "reason": "# dfcheck: ignore[DL3006] because, in brackets [x], it is so\nFROM a\n",
    "name": "# dfcheck: ignore[untagged-image]\nFROM a\n",
    "alias": "# dfcheck: ignore[ds001]\nFROM a\n",
    "blank line between": "# dfcheck: ignore[DL3006]\n\nFROM a\n",
    "comment between": "# dfcheck: ignore[DL3006]\n# more\nFROM a\n",
    "no blanks": "#dfcheck:ignore[DL3006]\nFROM a\n",
    "many blanks": "  #  DFCHECK :  ignore  [ DL3006 ]\nFROM a\n",
    "behind a directive": "# syntax=docker/dockerfile:1\n# dfcheck: ignore[DL3006]\nFROM a\n",
    "carriage returns": "# dfcheck: ignore[DL3006]\r\nFROM a\r\n",
    "byte order mark": "\ufeff# dfcheck: ignore[DL3006]\nFROM a\n",
    "whole file": "FROM a\n# dfcheck: ignore-file[DL3006]\nFROM a\n",
    "whole file, at its end": "FROM a\nFROM a\n# dfcheck: ignore-file[DL3006]",
    "inside a continuation": "FROM a:1\nRUN x && \\\n # dfcheck: ignore[pipe-status]\n y | z\n",
    "continuation, upwards": "FROM a:1\nRUN x | y && \\\n # dfcheck: ignore[pipe-status]\n z\n",
    "heredoc": "FROM a:1\n# dfcheck: ignore[DL4006]\nRUN <<E\na\nb | c\nE\n",
    "hadolint": "# hadolint ignore=DL3006\nFROM a\n",
    "hadolint with a reason": "# hadolint ignore=DL3006 because\nFROM a\n",
    "hadolint, small letters": "# hadolint ignore = dl3006 , SC2086\nFROM a\n",
    "hadolint stacked": "FROM a:1\n# hadolint ignore=DL4006\n# hadolint ignore=SC2086\nRUN a | b\n",
    "hadolint, blank line between": "# hadolint ignore=DL3006\n\nFROM a\n",
    "hadolint global": "FROM a\nFROM a\n# hadolint global ignore=DL3006\n",
    "hadolint stage": "# hadolint stage ignore=DL3006,DL4006\nFROM a\nRUN a | b\nFROM a:1\n",
    "tally": "# tally ignore=hadolint/DL3006;reason=so\nFROM a\n",
    "tally global": "FROM a\n# tally global ignore=DL3006\n",
    # What tally 0.45 honours, tried with it.
    "tally, no blank": "#tally ignore=DL3006\nFROM a\n",
    "tally, blanks": "#  Tally   IGNORE = DL3006 , x/nonsense,\nFROM a\n",
    "tally, a reason that names codes": "FROM a:1\n# tally ignore=DL4006;reason=as DL3006, not DL3007\nRUN a | b\n",
    "tally, over a comment": "# tally ignore=hadolint/DL3006\n\n# x\nFROM a\n",
    "tally, of BuildKit": "FROM a:1\n# tally ignore=buildkit/WorkdirRelativePath\nWORKDIR b\nFROM a\n# tally global ignore=all\n",
    "tally all": "# tally ignore=all;reason=x\nFROM a\n",
    "tally global all": "FROM a\nRUN a | b\n# tally global ignore=all\n",
    "buildkit directive": "# check=skip=InvalidBaseImagePlatform\nFROM a\n",
    "buildkit comment": "# hello\n# check=skip=InvalidBaseImagePlatform\nFROM a\n",
    "buildkit all": "# check=skip=all;error=true\nFROM a\n",
    "both tools": "# hadolint ignore=DL3006\n# dfcheck: ignore[DL3006]\nFROM a\n",
}


def test_all_is_not_what_it_is_not_in_tally() -> None:
    for comment in ("tally ignore=ALL", "tally ignore=hadolint/all", "tally ignore=*", "tally: ignore=all"):
        assert "DL3006" in {code for _, code in found(f"# {comment}\nFROM a\n")}
    assert {code for _, code in found("# tally global ignore=all\nFROM a\nNOPE x\n")} == {"DF0001"}


@pytest.mark.parametrize("name", SUPPRESSING)
def test_suppressed(name: str) -> None:
    text = SUPPRESSING[name]
    assert found(text) == []
    source = Source("Dockerfile", text)
    assert check(source, DEFAULT, support.REGISTRY).suppressed
    assert check(source, DEFAULT, support.REGISTRY, comments=False).diagnostics


def test_an_ignore_ends_with_its_instruction() -> None:
    text = "# dfcheck: ignore[DL3006]\nFROM a\nFROM b\n"
    assert found(text) == [(3, "DL3006")]


def test_a_stage_comment_ends_before_the_next_stage() -> None:
    assert found("# hadolint stage ignore=DL3006\nFROM a\nFROM b\n") == [(3, "DL3006")]


def test_an_empty_comment_takes_a_check_comment_back_and_only_the_first_counts() -> None:
    skip = "# check=skip=InvalidBaseImagePlatform\n"
    assert found(f"# hello\n{skip}#\nFROM a\n") == [(4, "DL3006")]
    assert found(f"# hello\n# check=skip=Other\n{skip}FROM a\n") == [(4, "DL3006")]


def test_error_makes_errors_of_buildkits_checks_only() -> None:
    text = "# check=error=true\nFROM a\nRUN a | b\n"
    report = check(Source("Dockerfile", text), DEFAULT, support.REGISTRY)
    assert [(item.code, item.severity.name) for item in report.diagnostics] == [
        ("DL3006", "ERROR"),
        ("DL4006", "WARNING"),
    ]


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("# dfcheck: ignore[DL3006] x\nFROM a:1\n", "FROM a:1\n"),
        ("# hadolint ignore=DL3006\r\nFROM a:1\r\n", "FROM a:1\r\n"),
        ("\ufeff# dfcheck: ignore[DL3006] x\nFROM a:1\n", "\ufeffFROM a:1\n"),
        ("# dfcheck: ignore[DL3006, DL4006] x\nFROM a\n", "# dfcheck: ignore[DL3006] x\nFROM a\n"),
        ("# dfcheck: ignore[DL4006, DL3006] x\nFROM a\n", "# dfcheck: ignore[DL3006] x\nFROM a\n"),
        ("# dfcheck: ignore[DL4006, DS001, pipe-status] x\nFROM a\n", "# dfcheck: ignore[DS001] x\nFROM a\n"),
        ("# dfcheck: ignore[DL4006,DF0001] x\nFROM a:1\n", "FROM a:1\n"),
        ("FROM a:1\n# dfcheck: ignore-file[DL3006]", "FROM a:1\n"),
        ("FROM a:1\nRUN x && \\\n  # dfcheck: ignore[DL4006]\n  y\n", "FROM a:1\nRUN x && \\\n  y\n"),
        (
            "# dfcheck: ignore-file[DL3006]\n# dfcheck: ignore[DL3006]\nFROM a\n",
            "# dfcheck: ignore[DL3006]\nFROM a\n",
        ),
    ],
)
def test_unused_is_told_and_fixed(text: str, fixed: str) -> None:
    assert "DF0002" in {code for _, code in found(text)}
    outcome = fix(Source("Dockerfile", text), DEFAULT, support.REGISTRY)
    assert outcome.source.text == fixed
    assert "DF0002" not in {code for _, code in found(fixed)}


def test_unused_is_not_fixed_where_the_next_line_would_become_a_directive() -> None:
    text = "# dfcheck: ignore[DL3006]\n# escape=`\nFROM a:1\n"
    assert found(text) == [(1, "DF0002")]
    assert fix(Source("Dockerfile", text), DEFAULT, support.REGISTRY).source.text == text


@pytest.mark.parametrize(
    "text",
    [
        "# dfcheck: ignore[sleeping] a rule that does not run\nFROM a:1\n",
        "# dfcheck: ignore[SC2086] ShellCheck's\nFROM a:1\n",
        "# hadolint ignore=DL3042 no rule of ours\nFROM a:1\n",
        "# escape=`\n# hadolint ignore=DL3006\nFROM a:1\n",
        "# tally ignore=DL3006\nFROM a:1\n",
        "# check=skip=InvalidBaseImagePlatform\nFROM a:1\n",
        "# dfcheck is nice\n# hadolint complains, tally too\n# dfcheck ignores this\nFROM a:1\n",
        "FROM a:1\nRUN echo '# hadolint'\n",
    ],
)
def test_nothing_to_say(text: str) -> None:
    assert found(text) == []


def test_unused_can_be_ignored_itself_and_needs_its_rule() -> None:
    assert found("# dfcheck: ignore[DF0002,DL3006]\nFROM a:1\n") == []
    unselected = DEFAULT._replace(ignore=("DF0002",))
    assert found("# dfcheck: ignore[DL3006]\nFROM a:1\n", unselected) == []


@pytest.mark.parametrize(
    ("comment", "words"),
    [
        ("# dfcheck: ignroe[DL3006]", "did you mean|dfcheck: ignore["),
        ("# dfcheck: ignore", "does not say what|in brackets"),
        ("# dfcheck: ignore DL3006", "does not say what|in brackets"),
        ("# dfcheck: ignore[]", "does not say what"),
        ("# dfcheck: ignore[DL3006", "not closed"),
        ("# dfcheck: ignore[untaged-image]", "unknown rule `untaged-image`; did you mean `untagged-image`?"),
        ("# dfcheck ignore[DL3006]", "lacks the colon"),
        ("# dfcheck ignore=DL3006", "lacks the colon"),
        ("# hadolint ingore=DL3006", "hadolint ignore="),
        ("# hadolint: ignore=DL3006", "hadolint ignore="),
        ("# hadolint ignore=because", "unknown rule `because`"),
        ("# hadolint ignore=", "does not say what"),
        ("# hello\n# check=skip", "has no value"),
    ],
)
def test_misuse(comment: str, words: str) -> None:
    text = f"# first\n{comment}\nFROM a:1\n"
    line = 2 + comment.count("\n")
    assert found(text) == [(line, "DF0003")]
    assert any(word in said(text) for word in words.split("|"))


@pytest.mark.parametrize(
    "value", ["skpi=A", "skip", "error=yes", "skip=A;error", "skip=A;error=true;skip=B;error=true"]
)
def test_buildkit_refuses_the_directive(value: str) -> None:
    text = f"# check={value}\nFROM a:1\n"
    # Beyond the third item the text belongs to it, so the last of the five is fine.
    assert ((1, "DF0003") in found(text)) == (value.count(";") < 3)


def test_a_comment_behind_an_instruction_is_told_at_the_hash() -> None:
    text = "FROM a:1\nRUN a | b # dfcheck: ignore[DL4006]\n"
    report = check(Source("Dockerfile", text), DEFAULT, support.REGISTRY)
    misuse = next(item for item in report.diagnostics if item.code == "DF0003")
    assert text[misuse.finding.span.start :].startswith("# dfcheck")
    assert "DL4006" in {item.code for item in report.diagnostics}


def test_ignore_file_inside_an_instruction_is_a_misuse() -> None:
    assert (3, "DF0003") in found("FROM a:1\nRUN a && \\\n # dfcheck: ignore-file[DL4006]\n b\n")


def test_a_syntax_error_is_ignored_by_its_own_label_only() -> None:
    bad = "FROM a:1\nFORM b\n"
    assert found(bad) == [(2, "DF0001")]
    assert found(bad, DEFAULT._replace(ignore=("ALL", "DF", "self"))) == [(2, "DF0001")]
    assert found(bad, DEFAULT._replace(select=())) == [(2, "DF0001")]
    assert found(bad, DEFAULT._replace(ignore=("DF0001",))) == []
    assert found(f"# check=skip=all\n{bad}") == [(3, "DF0001")]
    assert found("FROM a:1\n# dfcheck: ignore[syntax]\nFORM b\n") == []


PIECES = st.sampled_from(
    ["# ", "dfcheck", ": ", "ignore", "ignore-file", "[", "]", "DL3006", ",", "hadolint ", "global ", "=", "\n",
     "FROM a\n", "RUN a | b\n", "RUN a \\\n", "check=", "skip=all", ";", "tally ", " ", "é", "\r\n", "DF0002"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_comments_end_in_findings_inside_the_file_and_fixes_settle(text: str) -> None:
    source = Source("Dockerfile", text)
    report = check(source, DEFAULT, support.REGISTRY)
    assert not report.crashes
    for item in report.diagnostics:
        assert 0 <= item.finding.span.start <= item.finding.span.end <= len(text)
    outcome = fix(source, DEFAULT, support.REGISTRY)
    assert outcome.settled
    assert not outcome.refused

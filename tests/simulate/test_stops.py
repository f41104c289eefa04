"""Builds that stop: which line, and that nothing is claimed beyond it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from simulate.support import build, put

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", None),
        ("ARG A=1\n", None),
        ("FROM scratch\nFOO x\n", 2),
        ("FROM $NOPE\n", 1),
        ("FROM SCRATCH\n", 1),
        ("FROM scratch AS x\nCOPY --from=x a b\n", 2),
        ("FROM scratch\nCOPY --from=3 a b\n", 2),
        ("FROM scratch\nCOPY --from=$X a b\n", 2),
        ("FROM scratch\nCOPY --chmod=9 a b\n", 2),
        ("FROM scratch\nEXPOSE 82-80\n", 2),
        ("FROM scratch\nSTOPSIGNAL 0\n", 2),
        ("FROM scratch\nLABEL a=${b:?no}\n", 2),
        ("FROM scratch\nRUN --mount=type=bind,target=. x\n", 2),
        ("FROM scratch\nADD --checksum=sha256:0 a b\n", 2),
        ("FROM scratch AS a\nCOPY --from=b /x /x\nFROM a AS b\nCOPY --from=a /y /y\n", 4),
        ("FROM scratch AS p\nONBUILD FOO\nFROM p\n", 3),
    ],
)
def test_line(text: str, line: int | None) -> None:
    image = build(text)
    assert image.error is not None
    assert image.error.line == line
    assert not isinstance(image.image_id, str)


def test_a_missing_source_is_told_in_buildkits_words(tmp_path: Path) -> None:
    image = build("FROM scratch\nCOPY nope /\n", tmp_path)
    assert image.error is not None
    assert image.error.line == 2
    assert image.error.message.endswith('"/nope": not found')


def test_a_missing_source_is_found_on_an_unknown_base_too(tmp_path: Path) -> None:
    image = build("FROM debian\nRUN make\nCOPY nope /\n", tmp_path)
    assert image.error is not None
    assert image.error.line == 3


def test_what_is_refused_before_the_build_runs_comes_before_a_missing_file(tmp_path: Path) -> None:
    image = build("FROM scratch\nCOPY nope /\nEXPOSE x\n", tmp_path)
    assert image.error is not None
    assert image.error.line == 3


def test_a_stage_that_nothing_needs_is_not_looked_into(tmp_path: Path) -> None:
    put(tmp_path / "a", "", 1)
    assert build("FROM scratch AS no\nCOPY nope /\nFROM scratch\nCOPY a /\n", tmp_path).error is None


def test_a_target_is_found_in_any_case_and_only_by_name() -> None:
    text = "FROM scratch AS Two\nLABEL a=1\nFROM scratch\n"
    assert dict(build(text, target="TWO").config.labels) == {"a": "1"}
    error = build(text, target="0").error
    assert error is not None
    assert error.message == 'target stage "0" could not be found'


def test_the_epoch_must_be_a_number() -> None:
    image = build("FROM scratch\n", epoch=None, build_args={"SOURCE_DATE_EPOCH": "abc"})
    assert image.error is not None
    assert image.error.message == "invalid SOURCE_DATE_EPOCH: abc"

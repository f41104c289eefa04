"""Limits of a prediction, and sizes as people type them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulate.support import EPOCH, build, put

from dfcheck.simulate.gates import Limits, judge
from dfcheck.simulate.sizes import human, read_size

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def context(tmp_path: Path) -> Path:
    put(tmp_path / "a" / ".env", "x" * 100, EPOCH)
    put(tmp_path / "a" / "b" / "id_rsa", "x" * 1000, EPOCH)
    return tmp_path


def test_size_and_layers_count_what_is_known(context: Path) -> None:
    image = build("FROM scratch\nCOPY a /a\nCOPY a/b /b\n", context)
    assert judge(image, Limits(2100, 2)) == judge(image, Limits())
    found = judge(image, Limits(2099, 1))
    assert [item.message for item in found.breaches] == [
        "the image holds 2.1kB, more than the 2.099kB allowed",
        "the image has 2 layers, more than the 1 allowed",
    ]
    assert found.unknown == ()


def test_what_cannot_be_counted_is_said_and_breaks_nothing(context: Path) -> None:
    image = build("FROM nobody/nothing\nRUN make\nCOPY a /a\n", context)
    found = judge(image, Limits(10**6, 9, ("*.pem",)))
    assert found.breaches == ()
    assert found.unknown[0].startswith("the base image is not known")
    assert found.unknown[1].startswith("the layer of line 2 is not looked into")
    assert [item.message[:33] for item in judge(image, Limits(layers=1)).breaches] == [
        "the image has at least 2 layers, "
    ]


@pytest.mark.parametrize(
    ("pattern", "paths"),
    [
        (".env", ["a/.env"]),
        ("id_*", ["a/b/id_rsa"]),
        ("**/.env", ["a/.env"]),
        ("/a/.env", ["a/.env"]),
        ("a/b", ["a/b", "a/b/id_rsa"]),
        ("a/*/*", ["a/b/id_rsa"]),
        ("b/id_rsa", []),
        ("env", []),
    ],
)
def test_forbidden_paths(context: Path, pattern: str, paths: list[str]) -> None:
    for text in ("FROM scratch\nCOPY . /\n", "FROM x\nRUN y\nCOPY . /\n"):
        breaches = judge(build(text, context), Limits(forbidden=(pattern,))).breaches
        assert [item.line for item in breaches] == ([text.count("\n")] if paths else [])
        for item in breaches:
            assert (
                item.message
                == f"this layer holds {', '.join(f'`{path}`' for path in paths)}, forbidden by `{pattern}`"
            )


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0),
        ("17", 17),
        ("200MB", 200_000_000),
        ("1.5 GiB", 3 << 29),
        ("3k", 3000),
        ("2KiB", 2048),
        ("9b", 9),
    ],
)
def test_sizes(text: str, size: int) -> None:
    assert read_size(text) == size


@pytest.mark.parametrize("text", ["", "MB", "-1", "1 000", "1XB", "1,5GB", "٣"])
def test_no_sizes(text: str) -> None:
    assert read_size(text) is None


@given(st.integers(0, 10**15), st.integers(3, 6))
def test_a_size_that_is_shown_is_near_the_one_meant(size: int, digits: int) -> None:
    shown = read_size(human(size, digits))
    assert shown is not None
    assert abs(shown - size) <= size * 10.0 ** (1 - digits)

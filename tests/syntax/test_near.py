"""Nearness of names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfcheck.syntax.near import distance, nearest

NAMES = st.text("abcXYZ_-.0189", max_size=12)


@pytest.mark.parametrize(
    ("name", "names", "expected"),
    [
        ("biuld", ["build"], "build"),
        ("bild", ["base", "build"], "build"),
        ("APP_VERSOIN", ["APP_NAME", "APP_VERSION"], "APP_VERSION"),
        ("COIN_cli", ["COIN_CLI"], "COIN_CLI"),
        ("NODEENV", ["NODE_ENV"], "NODE_ENV"),
        ("JAVA_8_HOME", ["JAVA_11_HOME"], None),
        ("stage2", ["stage1"], None),
        ("bass", ["bases", "base"], "bases"),
        ("cat", ["dog"], None),
        ("node", ["golang"], None),
        ("a", ["bcd"], None),
        ("x", [], None),
    ],
)
def test_the_name_that_was_meant(name: str, names: list[str], expected: str | None) -> None:
    assert nearest(name, names) == expected


@given(NAMES, NAMES)
def test_distance_is_symmetric_and_does_not_see_case_and_joints(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert distance(one.lower(), other.replace("_", "")) == distance(one, other)


@given(st.text("abcdef", min_size=1, max_size=12), st.data())
def test_one_slip_has_distance_one_or_none(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name) - 1))
    left_out = name[:at] + name[at + 1 :]
    swapped = name[:at] + name[at : at + 2][::-1] + name[at + 2 :]
    assert distance(name, left_out) == 1
    assert distance(name, swapped) == (name != swapped)
    assert distance(name, name[:at] + "x" + name[at:]) == 1

"""Whoever selects ALL, or a preset that leaves nothing out, gets each rule at its widest."""

import pytest

from dfcheck.lint.registry import load_named
from dfcheck.lint.select import active
from dfcheck.lint.settings import Settings


def everywhere(settings):
    (found,) = [item for item in active(settings, load_named(())) if item.rule.code == "DL3003"]
    return found.options.everywhere


@pytest.mark.parametrize(
    ("settings", "wide"),
    [
        (Settings(), False),
        (Settings(select=("DL3003",)), False),
        (Settings(select=("ALL",)), True),
        (Settings(extend_select=("all",)), True),
        (Settings(preset="hadolint"), True),
        (Settings(preset="strict"), True),
        (Settings(select=("ALL",), options=(("DL3003", (("everywhere", False),)),)), False),
    ],
)
def test_how_wide_a_rule_is(settings, wide):
    assert everywhere(settings) is wide


def test_the_widest_options_are_options():
    for rule in load_named(()).rules:
        rule.options(**getattr(rule.options, "WIDE", {}))

"""One source in, ordered findings out; a rule that crashes stops nobody else."""

from __future__ import annotations

import support

from dfcheck.api import Severity
from dfcheck.lint.engine import check
from dfcheck.lint.registry import Registry
from dfcheck.lint.settings import DEFAULT, Globbed
from dfcheck.syntax.text import Source

TEXT = "FROM a\nRUN a | b\nFROM b\nNONSENSE\n"


def codes(settings=DEFAULT, registry=support.REGISTRY, name="Dockerfile") -> list[str]:
    return [item.code for item in check(Source(name, TEXT), settings, registry).diagnostics]


def test_findings_are_ordered_by_place_then_code() -> None:
    again = support.make("AA1", "again", support.untagged, options=support.TagOptions)
    registry = Registry((*support.REGISTRY.rules, again))
    assert codes(registry=registry) == ["AA1", "DL3006", "DL4006", "AA1", "DL3006", "DF0001"]


def test_a_crash_is_told_and_the_others_go_on() -> None:
    registry = Registry((*support.REGISTRY.rules, support.make("AA1", "falling", support.crashing)))
    report = check(Source("Dockerfile", TEXT), DEFAULT, registry)
    assert [item.code for item in report.diagnostics] == ["DF0009", "DL3006", "DL4006", "DL3006", "DF0001"]
    (crash,) = report.crashes
    assert (crash.code, crash.error) == ("AA1", "ZeroDivisionError: on purpose")
    assert "in crashing" in crash.traceback
    assert "AA1 (falling)" in report.diagnostics[0].finding.message


def test_a_rule_that_crashed_makes_no_ignore_unused() -> None:
    registry = Registry((*support.OWN, support.make("AA1", "falling", support.crashing)))
    report = check(Source("x", "# dfcheck: ignore[falling]\nFROM a\n"), DEFAULT, registry)
    assert [item.code for item in report.diagnostics] == ["DF0009"]


def test_selection() -> None:
    every = ["DL3006", "DL4006", "DL3006", "DF0001"]
    assert codes() == every
    assert codes(DEFAULT._replace(select=("DL4",))) == ["DL4006", "DF0001"]
    assert codes(DEFAULT._replace(ignore=("DL",))) == ["DF0001"]
    assert codes(DEFAULT._replace(ignore=("DL",), extend_select=("DL4",))) == ["DL4006", "DF0001"]
    assert codes(DEFAULT._replace(ignore=("DL3",), select=("ALL",))) == ["DL4006", "DF0001"]
    assert codes(DEFAULT._replace(ignore=("DL3006",), select=("DL3006",))) == ["DF0001"]
    assert codes(DEFAULT._replace(ignore=("ALL", "DL3999"), select=("hadolint",))) == every


def test_a_rule_off_by_default_runs_when_selected() -> None:
    ran: list[str] = []
    check(Source("x", TEXT), DEFAULT, support.REGISTRY, clock=lambda code, _: ran.append(code))
    assert "DL3999" not in ran
    extended = DEFAULT._replace(extend_select=("sleeping",))
    check(Source("x", TEXT), extended, support.REGISTRY, clock=lambda code, _: ran.append(code))
    assert "DL3999" in ran


def test_per_file_ignores_count_from_their_root(tmp_path) -> None:
    settings = DEFAULT._replace(per_file_ignores=(Globbed(str(tmp_path), "test/", ("DL3006",)),))
    assert "DL3006" not in codes(settings, name=str(tmp_path / "test" / "deep" / "Dockerfile"))
    assert "DL3006" in codes(settings, name=str(tmp_path / "Dockerfile"))
    assert "DL3006" in codes(settings, name=str(tmp_path.parent / "test" / "Dockerfile"))
    assert "DL3006" in codes(settings, name="-")


def test_severity_of_the_more_specific_selector_wins() -> None:
    settings = DEFAULT._replace(severity=(("DL3006", Severity.STYLE), ("DL", Severity.ERROR)))
    report = check(Source("x", TEXT), settings, support.REGISTRY)
    assert {item.code: item.severity.name for item in report.diagnostics} == {
        "DL3006": "STYLE",
        "DL4006": "ERROR",
        "DF0001": "ERROR",
    }


def test_checking_twice_gives_equal_reports() -> None:
    source = Source("x", TEXT)
    assert check(source, DEFAULT, support.REGISTRY) == check(source, DEFAULT, support.REGISTRY)

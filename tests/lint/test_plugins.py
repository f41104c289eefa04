"""Plugins are found among installed distributions only: a checked repository cannot bring code in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dfcheck.lint.plugins import plugin_rules
from dfcheck.lint.registry import RegistryError, load_named

if TYPE_CHECKING:
    from collections.abc import Iterator


RULE = """from dfcheck.api import Severity, rule

@rule({code!r}, {name!r}, severity=Severity.INFO)
def check(ctx):
    return ()
"""


@pytest.fixture(autouse=True)
def clean_modules() -> Iterator[None]:
    yield
    for name in [name for name in sys.modules if name.startswith("made_plugin")]:
        del sys.modules[name]


def distribution(directory: Path, point: str, body: str, code: str = "EX1") -> None:
    """Lay down a distribution with the package `made_plugin` and an entry point."""
    package = directory / "made_plugin"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(body)
    (package / "some_rule.py").write_text(RULE.format(code=code, name="some-rule"))
    info = directory / "made_plugin-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: made-plugin\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[dfcheck.rules]\n{point} = made_plugin\n")


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory that counts as installed packages."""
    directory = tmp_path / "lib" / "site-packages"
    directory.mkdir(parents=True)
    monkeypatch.syspath_prepend(str(directory))
    return directory


def test_an_installed_plugin_is_walked(installed: Path) -> None:
    distribution(installed, "made", "")
    assert [rule.code for rule in plugin_rules("made")] == ["EX1"]
    codes = [rule.code for rule in load_named(("made", "made")).rules]
    assert codes.count("EX1") == 1
    assert "DF0001" in codes


def test_a_missing_plugin_offers_the_nearest(installed: Path) -> None:
    distribution(installed, "made", "")
    with pytest.raises(RegistryError, match=r"plugin `maed` is not installed .*did you mean `made`\?"):
        plugin_rules("maed")


def test_a_plugin_that_fails_to_import_is_one_line(installed: Path) -> None:
    distribution(installed, "made", "raise ValueError('two\\nlines')")
    with pytest.raises(RegistryError) as raised:
        plugin_rules("made")
    assert str(raised.value) == "plugin `made` (made_plugin) fails to load: ValueError: two lines"


def test_a_plugin_with_a_code_of_ours_names_both_modules(installed: Path) -> None:
    distribution(installed, "made", "", code="DF0001")
    with pytest.raises(RegistryError, match=r"DF0001 .*dfcheck\.rules\.syntax.*made_plugin\.some_rule"):
        load_named(("made",))


@pytest.mark.parametrize("first", ["", None])
def test_a_repository_that_looks_like_a_distribution_is_not_one(
    first: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    distribution(tmp_path, "made", "raise SystemExit('imported')")
    monkeypatch.chdir(tmp_path)
    # What `python -c` and `python -m` put first.
    monkeypatch.setattr(sys, "path", [str(tmp_path) if first is None else first, *sys.path])
    with pytest.raises(RegistryError, match="not installed"):
        plugin_rules("made")


def test_a_repository_cannot_stand_in_for_an_installed_plugin(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    distribution(installed, "made", "")
    repository = tmp_path / "repository"
    distribution(repository, "made", "raise SystemExit('imported')")
    monkeypatch.chdir(repository)
    monkeypatch.setattr(sys, "path", [str(Path.cwd()), *sys.path])
    (rule,) = plugin_rules("made")
    assert str(installed) in (sys.modules[rule.module].__file__ or "")
    assert sys.path[0] == str(repository)

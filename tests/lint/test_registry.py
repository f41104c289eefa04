"""Rules are found by walking packages, and answer to codes, names, aliases and prefixes."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest
import support

from dfcheck.api import Rule
from dfcheck.lint import registry
from dfcheck.lint.registry import Registry, RegistryError, category, foreign, walk

RULE = '''"""A title"""
from dfcheck.api import Severity, rule

@rule({code!r}, {name!r}, severity=Severity.INFO)
def check(ctx):
    return ()
'''


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An importable empty package `made_rules`, whose directory is returned."""
    folder = tmp_path / "made_rules"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder
    for name in [name for name in sys.modules if name.startswith("made_rules")]:
        del sys.modules[name]


def test_the_built_in_rules_are_the_files_of_the_package() -> None:
    folder = Path(importlib.import_module("dfcheck.rules").__path__[0])
    files = {path.stem for path in folder.glob("*.py") if path.stem[0] != "_"}
    assert {rule.name.replace("-", "_") for rule in registry.load().rules} == files


def test_walk_takes_each_module_and_skips_private_ones(package: Path) -> None:
    (package / "one.py").write_text(RULE.format(code="EX1", name="one"))
    (package / "two.py").write_text(
        "from made_rules.one import check as other\n" + RULE.format(code="EX2", name="two")
    )
    (package / "_three.py").write_text("raise RuntimeError\n")
    (package / "notes.txt").write_text("no module")
    found = list(walk(importlib.import_module("made_rules")))
    assert [rule.code for rule in found] == ["EX1", "EX2"]
    assert all(isinstance(rule, Rule) for rule in found)
    assert list(walk(importlib.import_module("made_rules"))) == found


def test_two_rules_with_one_code_or_name_name_both_modules() -> None:
    one = support.make("DL3006", "one", support.piped)
    with pytest.raises(
        RegistryError, match=r"DL3006 .*made\.one and made\.untagged-image|DL3006 .*untagged.*one"
    ):
        Registry((one, support.UNTAGGED))
    with pytest.raises(RegistryError, match="untagged-image"):
        Registry((one._replace(code="DL1", name="untagged-image"), support.UNTAGGED))


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("DL3006", "DL3006"),
        ("dl3006", "DL3006"),
        ("untagged-image", "DL3006"),
        ("Untagged_Image", "DL3006"),
        ("UntaggedImage", "DL3006"),
        ("ds001", "DL3006"),
        ("CKV_1", "DL4006"),
        ("invalid-base-image-platform", "DL3006"),
    ],
)
def test_find(label: str, code: str) -> None:
    assert [rule.code for rule in support.REGISTRY.find(label)] == [code]


def test_an_alias_may_stand_for_several_rules_but_a_code_for_one() -> None:
    first = support.make("EX1", "first", support.piped, aliases=("shared", "EX2"))
    second = support.make("EX2", "second", support.piped, aliases=("shared",))
    both = Registry((first, second))
    assert both.find("shared") == (first, second)
    assert both.find("EX2") == (second,)


@pytest.mark.parametrize(
    ("selector", "codes"),
    [
        ("ALL", {"DF0001", "DF0002", "DF0003", "DF0009", "DL3006", "DL3999", "DL4006"}),
        ("DL3", {"DL3006", "DL3999"}),
        ("dl", {"DL3006", "DL3999", "DL4006"}),
        ("hadolint", {"DL3006", "DL3999", "DL4006"}),
        ("self", {"DF0001", "DF0002", "DF0003", "DF0009"}),
        ("pipe-status", {"DL4006"}),
        ("DL5", set()),
        ("", set()),
    ],
)
def test_select(selector: str, codes: set[str]) -> None:
    assert {rule.code for rule in support.REGISTRY.select(selector)} == codes


def test_nearest_name_is_offered_only_when_near() -> None:
    assert support.REGISTRY.nearest("untaged-image") == "untagged-image"
    assert support.REGISTRY.nearest("DL3060") in ("DL3006", "DL4006")
    assert support.REGISTRY.nearest("CKV1") == "CKV_1"
    assert not support.REGISTRY.nearest("xyzzy")


def test_categories_and_foreign_codes() -> None:
    assert category("DF4001") == ("security", "Security")
    assert category("EX1001") == ("other", "Other")
    assert foreign("SC2086")
    assert not foreign("SCOPE")


def test_an_uninstalled_checkout_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "PACKAGE", "dfcheck.no_such_rules")
    monkeypatch.setattr(registry, "_loaded", {})
    with pytest.raises(RegistryError, match=r"pip install -e \."):
        registry.load()


def test_a_package_without_rules_is_no_quiet_success(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "emptied").mkdir()  # what an incomplete removal leaves
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(registry, "PACKAGE", "emptied")
    monkeypatch.setattr(registry, "_loaded", {})
    with pytest.raises(RegistryError, match="holds no rules"):
        registry.load()


def test_loading_imports_nothing_slow() -> None:
    code = (
        "import sys; from dfcheck.lint import registry, engine, settings; registry.load();"
        "settings.Finder().for_file('/nowhere/Dockerfile');"
        "slow = {'typing', 'dataclasses', 'lark', 'pydantic', 'tomllib', 'pathspec', 'importlib.metadata',"
        "'subprocess', 'inspect', 'logging', 'difflib', 'json', 'pkgutil'} & set(sys.modules); print(sorted(slow))"
    )
    run = subprocess.run(
        [sys.executable, "-S", "-c", _without_site(code)], capture_output=True, text=True, check=True
    )
    assert run.stdout == "[]\n"


def _without_site(code: str) -> str:
    """`code` with the packages of this interpreter; `site` itself may load slow modules for other packages."""
    paths = [path for path in sys.path if path]
    finders = "import importlib.util, os;"
    root = Path(__file__).parents[2]
    shim = (
        "import importlib.machinery as m, importlib.util as u;"
        "s = u.spec_from_file_location('dfcheck.rules', {0!r} + '/__init__.py', submodule_search_locations=[{0!r}]);"
        "r = u.module_from_spec(s); sys.modules['dfcheck.rules'] = r;"
    ).format(str(root / "rules"))
    return f"import sys; sys.path[:] = {[str(root), *paths]!r};{finders}{shim}{code}"

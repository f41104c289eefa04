"""Settings files: found, combined, checked strictly, shown and described."""

from __future__ import annotations

import importlib
import json
import tomllib
from pathlib import Path

import jsonschema
import pytest
import support
from hypothesis import given
from hypothesis import strategies as st

from dfcheck.api import Severity
from dfcheck.lint import registry, settings_file, toml
from dfcheck.lint.registry import RegistryError
from dfcheck.lint.schema import schema
from dfcheck.lint.select import excluded
from dfcheck.lint.settings import DEFAULT, Finder, Settings, SettingsError, merged
from dfcheck.lint.show import show


@pytest.fixture(autouse=True)
def only_made_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_loaded", {(): support.REGISTRY})


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def settings_of(here: Path, text: str) -> Settings:
    write(here / "dfcheck.toml", text)
    return Finder().for_file(str(here / "Dockerfile"))


def test_nothing_there_means_the_default_value(here: Path) -> None:
    assert Finder().for_file("Dockerfile") is DEFAULT
    assert Finder().for_file("-") is DEFAULT


def test_the_nearest_file_wins_and_is_read_once(here: Path) -> None:
    write(here / "pyproject.toml", "[tool.dfcheck]\nignore = ['DL3006']\n")
    write(here / "a" / ".dfcheck.toml", "ignore = ['DL4006']\n")
    write(here / "a" / "b" / "pyproject.toml", "[project]\nname = 'dfcheck-user'\n")
    finder = Finder()
    assert finder.for_file("Dockerfile").ignore == ("DL3006",)
    assert finder.for_file("c/d/Dockerfile").ignore == ("DL3006",)
    assert finder.for_file("a/b/Dockerfile").ignore == ("DL4006",)
    assert finder.for_file("a/b/Dockerfile") is finder.for_file("a/Dockerfile")
    write(here / "a" / "dfcheck.toml", "ignore = ['syntax']\n")
    assert Finder().for_file("a/Dockerfile").ignore == ("DF0001",)


def test_the_search_ends_at_the_root_of_the_repository(here: Path) -> None:
    write(here / "dfcheck.toml", "ignore = ['DL3006']\n")
    (here / "vendored" / ".git").mkdir(parents=True)
    assert Finder().for_file("vendored/Dockerfile") is DEFAULT


def test_config_and_isolated(here: Path) -> None:
    write(here / "dfcheck.toml", "ignore = ['DL3006']\n")
    write(here / "other.toml", "ignore = ['DL4006']\n")
    assert Finder(config="other.toml").for_file("Dockerfile").ignore == ("DL4006",)
    assert Finder(isolated=True).for_file("Dockerfile") is DEFAULT
    with pytest.raises(SettingsError, match=r"missing.toml"):
        Finder(config="missing.toml").for_file("Dockerfile")


def test_labels_become_codes_and_values_typed(here: Path) -> None:
    settings = settings_of(
        here,
        'select = ["dl4006", "untagged-image", "DL3", "ALL"]\n'
        'severity = {pipe-status = "error", sleeping = "off"}\n'
        'fail-level = "none"\n'
        'per-file-ignores = {"*.dev" = ["ds001"]}\n'
        'exclude = ["/old/"]\n'
        "[rules.untagged-image]\nallowed-tags = ['a', 'b']\n",
    )
    assert settings.select == ("DL4006", "DL3006", "DL3", "ALL")
    assert settings.severity == (("DL4006", Severity.ERROR),)
    assert settings.ignore == ("DL3999",)
    assert settings.fail_level is None
    assert settings.per_file_ignores[0].codes == ("DL3006",)
    assert settings.options == (("DL3006", (("allowed_tags", ("a", "b")),)),)
    assert excluded(settings, "old/Dockerfile")
    assert not excluded(settings, "a/old/Dockerfile")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'ignore = ["DL3006"]\nselct = []\n',
            "dfcheck.toml:2:1: unknown key `selct`; did you mean `select`?",
        ),
        (
            'select = [\n  "DL4006",\n  "untaged-image",\n]\n',
            "dfcheck.toml:3:3: unknown rule `untaged-image`; did",
        ),
        ('ignore = "DL3006"\n', "dfcheck.toml:1:1: ignore: should be a list"),
        ("ignore = [1]\n", "dfcheck.toml:1:1: ignore: should be a string"),
        ('\nfail-level = "erorr"\n', "dfcheck.toml:2:1: fail-level: should be 'error', 'warning'"),
        ('severity = { DL3006 = "bad" }\n', "dfcheck.toml:1:14: severity: should be 'error'"),
        ('[severity]\nDL3060 = "error"\n', "dfcheck.toml:2:1: unknown rule `DL3060`; did you mean `DL"),
        ('[per-file-ignores]\n"a" = ["xyzzy"]\n', "dfcheck.toml:2:8: unknown rule `xyzzy`"),
        ("[rules.untaged-image]\nlimit = 1\n", "dfcheck.toml:1:8: unknown rule `untaged-image`; did"),
        (
            "[rules.untagged-image]\nlimit = 1\nallowed = []\n",
            "dfcheck.toml:3:1: rule untagged-image: unknown option",
        ),
        ("[rules.DL3006]\nlimit = '1'\n", "dfcheck.toml:2:1: rule untagged-image: limit: should be a"),
        ("[rules.DL3006]\nlimit = true\n", "dfcheck.toml:2:1: rule untagged-image: limit: should be a"),
        ("[rules.DL3006]\nallowed_tags = []\n", "did you mean `allowed-tags`?"),
        ("[rules.DL3006]\nallowed-tags = ['a', 3]\n", "dfcheck.toml:2:1: rule untagged-image: allowed-tags:"),
        ("[rules]\nDL3006 = 1\n", "dfcheck.toml:2:1: rules: should be a"),
        ("ignore = [\n", "dfcheck.toml:2:1: not TOML: "),
        ("a = 1\na = = 2\n", "dfcheck.toml:2:5: not TOML: "),
        ('extend = "nowhere.toml"\n', "dfcheck.toml:1:10: there is no file `nowhere.toml`"),
        ('extend = "dfcheck.toml"\n', "dfcheck.toml:1:1: `dfcheck.toml` extends this file in turn"),
    ],
)
def test_faults_are_one_line_with_the_place(here: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsError) as raised:
        settings_of(here, text)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_faults_in_pyproject_are_placed_in_its_table(here: Path) -> None:
    write(here / "pyproject.toml", "[tool.other]\nselct = 1\n\n[tool.dfcheck]\nselct = []\n")
    with pytest.raises(SettingsError, match=r"^pyproject.toml:5:1: unknown key `selct`"):
        Finder().for_file("Dockerfile")


def test_a_broken_pyproject_of_others_is_not_our_business(here: Path) -> None:
    write(here / "pyproject.toml", "[tool.other\n")
    assert Finder().for_file("Dockerfile") is DEFAULT
    write(here / "pyproject.toml", "[tool.dfcheck\n")
    with pytest.raises(SettingsError, match=r"^pyproject.toml:1:14: not TOML"):
        Finder().for_file("Dockerfile")


def test_too_large_and_undecodable_files(here: Path) -> None:
    with pytest.raises(SettingsError, match=r"dfcheck.toml: larger than 1 MB"):
        settings_of(here, "#" * 1_000_001)
    (here / "dfcheck.toml").write_bytes(b"ignore = []\n# \xff\n")
    with pytest.raises(SettingsError, match=r"dfcheck.toml:2: not UTF-8"):
        Finder().for_file("Dockerfile")
    (here / "dfcheck.toml").write_bytes(b"a = " + b"[" * 100_000)
    with pytest.raises(SettingsError, match=r"dfcheck.toml"):
        Finder().for_file("Dockerfile")


def test_extend_builds_on_another_file(here: Path) -> None:
    write(
        here / "shared" / "base.toml",
        'ignore = ["DL3006", "DL4006"]\nfail-level = "error"\nexclude = ["old"]\n'
        '[rules.untagged-image]\nlimit = 1\nallowed-tags = ["x"]\n',
    )
    settings = settings_of(
        here,
        'extend = "shared/base.toml"\nextend-select = ["untagged-image"]\n[rules.DL3006]\nlimit = 2\n',
    )
    assert settings.ignore == ("DL4006",)
    assert settings.extend_select == ("DL3006",)
    assert settings.fail_level is Severity.ERROR
    assert dict(settings.options)["DL3006"] == (("allowed_tags", ("x",)), ("limit", 2))
    assert [Path(name).name for name in settings.files] == ["base.toml", "dfcheck.toml"]
    assert dict(settings.origins)["fail-level"] == "shared/base.toml"
    assert excluded(settings, "shared/old/Dockerfile")
    assert not excluded(settings, "old/Dockerfile")


def test_flags_win(here: Path) -> None:
    write(here / "dfcheck.toml", 'ignore = ["DL3006"]\nselect = ["DL4006"]\nfail-level = "info"\n')
    settings = Finder(flags={"select": ["untagged-image"], "fail-level": "error"}).for_file("Dockerfile")
    assert (settings.select, settings.ignore, settings.fail_level) == (("DL3006",), (), Severity.ERROR)
    with pytest.raises(SettingsError, match=r"^--ignore: unknown rule `untaged-image`; did you mean"):
        Finder(flags={"ignore": ["untaged-image"]}).for_file("Dockerfile")


def test_merging_with_nothing_changes_nothing() -> None:
    some = DEFAULT._replace(ignore=("DL3006",), select=("ALL",), fail_level=None, origins=(("select", "x"),))
    assert merged(some, DEFAULT) == some
    assert merged(DEFAULT, some._replace(origins=(("select", "x"), ("fail-level", "x")))).fail_level is None


def test_a_plugin_that_is_not_installed_is_told_at_its_place(here: Path) -> None:
    with pytest.raises(SettingsError, match=r"^dfcheck.toml:2:12: plugin `no-such` is not installed"):
        settings_of(here, '\nplugins = ["no-such"]\n')
    with pytest.raises(RegistryError, match="plugin `no-such`"):
        Finder(isolated=True, flags={"plugins": ["no-such"]}).for_file("Dockerfile")


def test_show_reads_back_as_the_same_settings(here: Path) -> None:
    settings = settings_of(
        here,
        'select = ["ALL"]\nignore = ["DL4006"]\nfail-level = "none"\nexclude = ["a \\"b\\""]\n'
        'severity = {DL3006 = "style"}\nper-file-ignores = {"*.dev" = ["DL3"]}\noutput-format = "json"\n'
        "[rules.untagged-image]\nallowed-tags = ['ä']\nlimit = 4\n",
    )
    text = show(settings, support.REGISTRY)
    assert "# dfcheck.toml" in text
    again = settings_of(here, text)
    assert again._replace(origins=()) == settings._replace(origins=())


def test_schema_accepts_what_is_accepted_and_refuses_what_is_refused(here: Path) -> None:
    made = json.loads(json.dumps(schema(support.REGISTRY)))
    jsonschema.Draft202012Validator.check_schema(made)
    good = 'select = ["ALL"]\nseverity = {DL3006 = "off"}\n[rules.untagged-image]\nallowed-tags = ["a"]\n'
    jsonschema.validate(tomllib.loads(good), made)
    settings_of(here, good)
    for bad in (
        "selct = []\n",
        "ignore = 'x'\n",
        "[rules.untagged-image]\nlimit = 'x'\n",
        "severity = {x = 'y'}\n",
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(tomllib.loads(bad), made)
        with pytest.raises(SettingsError):
            settings_of(here, bad)
    options = made["properties"]["rules"]["properties"]["untagged-image"]["properties"]
    assert options["allowed-tags"]["description"] == "Tags that are fine, on two lines."
    assert options["limit"]["default"] == 3


def test_the_real_rules_have_a_schema() -> None:
    made = schema(registry.Registry(registry.walk(importlib.import_module("dfcheck.rules"))))
    jsonschema.Draft202012Validator.check_schema(json.loads(json.dumps(made)))
    assert set(settings_file.file_model().model_json_schema()["properties"]) == set(made["properties"])


@pytest.mark.parametrize(
    ("text", "path", "place"),
    [
        ("a = 1\nb = 2\n", ["b"], (2, 1)),
        ("[t]\na = 1\n[u]\na = 1\n", ["u", "a"], (4, 1)),
        ("[t.'x y']\na = 1\n", ["t", "x y", "a"], (2, 1)),
        ("t.u = {a = 1,  b = 2}\n", ["t", "u", "b"], (1, 16)),
        ("  [ t ]\n  a = [\n 'x',\n 'y']\n", ["t", "a", "y"], (4, 2)),
        ("a = 1\n", ["nothing"], (1, 1)),
        ("a = ['xx', 'x']\n", ["a", "x"], (1, 12)),
    ],
)
def test_locate(text: str, path: list[str], place: tuple[int, int]) -> None:
    assert toml.locate(text, path) == place


TEXT = st.text(max_size=8)
VALUES = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(TEXT, VALUES, max_size=3))
def test_values_are_written_as_toml_reads_them(values: dict) -> None:
    assert repr(tomllib.loads(toml.table(values, {}))) == repr(values)

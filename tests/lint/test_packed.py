"""The pack of rules' byte code: never needed, never stale, never in the way."""

import os
import sys
from importlib import import_module
from importlib.util import cache_from_source

import pytest

from dfcheck.findings import Rule, Severity
from dfcheck.lint import packed
from dfcheck.lint.registry import load_named, walk

MODULE = """
from dfcheck.api import Severity, Value, rule

class Options(Value):
    depth: int = {0}

@rule("XX{0:04}", "made-{0}", severity=Severity.STYLE, options=Options, words=("made",), default=False)
def check(ctx):
    yield from ()
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of 25 rules, imported, and a function that loads its rules as a new process would."""
    folder = tmp_path / "packed_rules"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "_packed.py").write_text("")
    for number in range(25):
        (folder / f"made{number}.py").write_text(MODULE.format(number))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    found = import_module("packed_rules")

    def rules():
        for name in [name for name in sys.modules if name.startswith("packed_rules.")]:
            del sys.modules[name]
        return {rule.code: rule.check.__doc__ for rule in walk(found)}

    yield found, folder, rules
    for name in [name for name in sys.modules if name.startswith("packed_rules")]:
        del sys.modules[name]


def sources(folder):
    return [str(path) for path in sorted(folder.glob("made*.py"))]


def place(folder):
    return next(iter((folder / "__pycache__").glob("_packed*")))


def unpacked(found, folder):
    return packed.unpack(found, sources(folder), lambda *_: ())


def test_made_by_the_first_run_and_taken_by_the_next(package):
    found, folder, rules = package
    assert unpacked(found, folder) is None
    first = rules()
    assert len(first) == 25
    assert {rule.code for rule in unpacked(found, folder)} == set(first)
    for path in (folder / "__pycache__").glob("made*.pyc"):
        path.unlink()
    assert rules() == first
    assert list((folder / "__pycache__").glob("made*.pyc")) == []


def test_a_module_is_loaded_when_its_rule_is_asked_for_what_it_does(package):
    found, _, rules = package
    rules()
    for name in [name for name in sys.modules if name.startswith("packed_rules.")]:
        del sys.modules[name]
    third = next(rule for rule in walk(found) if rule.code == "XX0003")
    assert (third.name, third.severity, third.default, third.words) == (
        "made-3",
        Severity.STYLE,
        False,
        ("made",),
    )
    assert "packed_rules.made3" not in sys.modules
    assert third.options().depth == 3
    assert list(third.check(None)) == []
    assert {name for name in sys.modules if name.startswith("packed_rules.")} == {"packed_rules.made3"}


def test_packed_rules_are_those_of_the_modules():
    """What stands in the pack of dfcheck's own rules says the same as the modules themselves."""
    for rule in load_named().rules:
        module = import_module(rule.module)
        real = next(
            item for item in vars(module).values() if isinstance(item, Rule) and item.code == rule.code
        )
        for name in ("name", "severity", "module", "aliases", "default", "subject", "words"):
            assert getattr(rule, name) == getattr(real, name)
        assert rule.options._fields == real.options._fields


def test_a_changed_module_counts_at_once(package):
    _, folder, rules = package
    rules()
    (folder / "made3.py").write_text(MODULE.format(3).replace("    yield", '    "changed"\n    yield'))
    assert rules()["XX0003"] == "changed"
    assert rules()["XX0003"] == "changed"


def test_a_new_and_a_removed_module_count_at_once(package):
    _, folder, rules = package
    rules()
    (folder / "made99.py").write_text(MODULE.format(99))
    (folder / "made0.py").unlink()
    assert {"XX0099", "XX0000"} & set(rules()) == {"XX0099"}


@pytest.mark.parametrize("damage", [b"", b"\x00rubbish", b"(\x02\x00\x00\x00"])
def test_damage_is_mended(package, damage):
    found, folder, rules = package
    first = rules()
    place(folder).write_bytes(damage)
    assert rules() == first
    assert unpacked(found, folder)


def test_a_package_that_has_no_place_for_it_gets_none(package):
    _, folder, rules = package
    (folder / "_packed.py").unlink()
    assert len(rules()) == 25
    assert list((folder / "__pycache__").glob("_packed*")) == []


def test_its_place_is_that_of_the_byte_code_of_packed(package):
    _, folder, rules = package
    rules()
    assert str(place(folder)) == cache_from_source(str(folder / "_packed.py"))


def test_nothing_is_written_where_python_writes_no_byte_code(package, monkeypatch):
    _, folder, rules = package
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert len(rules()) == 25
    assert not (folder / "__pycache__").exists() or not list((folder / "__pycache__").glob("_packed*"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_directory_of_somebody_else(package):
    _, folder, rules = package
    (folder / "__pycache__").mkdir(exist_ok=True)
    (folder / "__pycache__").chmod(0o500)
    assert len(rules()) == 25


def test_a_pack_that_cannot_be_written_is_left(package):
    _, folder, rules = package
    rules()
    path = place(folder)
    path.unlink()
    path.mkdir()
    assert len(rules()) == 25
    assert [item.name for item in (folder / "__pycache__").glob("_packed*")] == [path.name]

"""Every rule's page: its examples are run."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from dfcheck.lint.examples import Example, complaints, examples, page_complaints
from dfcheck.lint.registry import category, load_named

REGISTRY = load_named()
EXAMPLES = {
    f"{rule.code}-{example.kind}-{example.number}": (rule, example)
    for rule in REGISTRY.rules
    for example in examples(rule)
}
RULES = {rule.code: rule for rule in REGISTRY.rules}


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_shows_what_it_says(name: str) -> None:
    rule, example = EXAMPLES[name]
    assert isinstance(example, Example)
    assert not complaints(rule, example, REGISTRY)


@pytest.mark.parametrize("code", RULES)
def test_page_is_complete(code: str) -> None:
    assert not page_complaints(RULES[code])


@pytest.mark.parametrize("code", RULES)
def test_names_agree(code: str) -> None:
    rule = RULES[code]
    assert rule.module == "dfcheck.rules." + rule.name.replace("-", "_")
    assert category(code)[0] != "other"
    for alias in rule.aliases:
        assert REGISTRY.find(alias)
        owners = {other.code for other in REGISTRY.rules if alias in (other.code, other.name)}
        assert not owners, f"{alias} is the code or name of {owners}"
    assert set(rule.options._fields) == set(rule.options._defaults), "every option has a default"


@pytest.mark.parametrize("code", RULES)
def test_every_option_is_described(code: str) -> None:
    from dfcheck.lint.options import descriptions, model

    options = RULES[code].options
    assert set(descriptions(options)) == set(options._fields)
    model(options)()


def test_every_module_has_exactly_one_rule() -> None:
    directory = importlib.import_module("dfcheck.rules").__path__[0]
    modules = {path.stem for path in Path(directory).glob("*.py") if path.name[0] != "_"}
    assert sorted(rule.module.rpartition(".")[2] for rule in REGISTRY.rules) == sorted(modules)

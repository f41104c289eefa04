"""`dfcheck rule`: explain a rule, list all."""

from __future__ import annotations

from dfcheck.cli import output
from dfcheck.cli.options import Option, UsageError, Verb, near

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from dfcheck.cli.options import Arguments
    from dfcheck.findings import Rule
    from dfcheck.lint.registry import Registry

VERB = Verb(
    "rule",
    "Explain rules; each is named by its code, its name or what another tool calls it.",
    "RULE ... | --all",
    (
        Option("--all", "list all rules"),
        Option("--output-format", "how to print", "FORMAT", choices=("text", "markdown", "json")),
        Option("--plugin", "also know the rules of this installed plugin", "NAME"),
    ),
)


def run(arguments: Arguments) -> int:
    """Print the pages of the rules named, or the list of all."""
    from dfcheck.lint.registry import load_named

    registry = load_named(arguments.every("--plugin"))
    if arguments.count("--all"):
        if arguments.operands:
            raise UsageError(f"--all or a rule (`{arguments.operands[0]}`), not both")
        rules: Sequence[Rule | str] = registry.rules
    else:
        rules = _named(arguments.operands, registry)
    output.write(_render(rules, arguments))
    return 0


def _named(labels: Sequence[str], registry: Registry) -> list[Rule | str]:
    """The rules that the labels stand for; a code of ShellCheck's as it is.

    Raises:
        UsageError: A label stands for none, or there is no label.
    """
    from dfcheck.lint.registry import foreign

    if not labels:
        raise UsageError("which rule? Give a code or a name, e.g. `dfcheck rule DL3006`, or --all")
    rules: list[Rule | str] = []
    for label in labels:
        found = registry.find(label)
        if not found and not foreign(label):
            raise UsageError(f"unknown rule `{label}`{_hint(label, registry)}")
        rules += found or (label.upper(),)
    return list(dict.fromkeys(rules))


def _hint(label: str, registry: Registry) -> str:
    names = [known for rule in registry.rules for known in (rule.code, rule.name, *rule.aliases)]
    return near(label, names) or "; `dfcheck rule --all` lists them"


def _render(rules: Sequence[Rule | str], arguments: Arguments) -> str:
    from dfcheck.report import foreign, page

    format_name = arguments.last("--output-format", "text")
    if format_name == "json":
        import json

        return json.dumps(list(map(_object, rules)), indent=1) + "\n"
    if format_name == "markdown":
        return "\n".join(foreign.markdown(it) if isinstance(it, str) else page.markdown(it) for it in rules)
    if arguments.count("--all"):
        return "".join(
            f"{rule.code:7} {rule.name:34} {page.page(rule).title}\n"
            for rule in rules
            if not isinstance(rule, str)
        )
    return "\n".join(foreign.text(it) if isinstance(it, str) else page.text(it) for it in rules)


def _object(rule: Rule | str) -> dict[str, Any]:
    if isinstance(rule, str):
        from dfcheck.report.foreign import as_object

        return as_object(rule)
    from dfcheck.lint.registry import category
    from dfcheck.report.about import link
    from dfcheck.report.page import page

    found = page(rule)
    return {
        "code": rule.code,
        "name": rule.name,
        "aliases": list(rule.aliases),
        "category": category(rule.code)[0],
        "severity": rule.severity.name.lower(),
        "default": rule.default,
        "title": found.title,
        "page": found.body,
        "options": {name: rule.options._defaults.get(name) for name in rule.options._fields},
        "url": link(rule.code),
    }

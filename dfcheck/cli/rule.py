"""`dfcheck rule`: explain a rule, list all."""

from __future__ import annotations

from dfcheck.cli import output
from dfcheck.cli.options import Option, UsageError, Verb, near

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from dfcheck.api import Rule
    from dfcheck.cli.options import Arguments
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
        rules: Sequence[Rule] = registry.rules
    else:
        rules = _named(arguments.operands, registry)
    output.write(_render(rules, arguments))
    return 0


def _named(labels: Sequence[str], registry: Registry) -> list[Rule]:
    """The rules that the labels stand for.

    Raises:
        UsageError: A label stands for none, or there is no label.
    """
    if not labels:
        raise UsageError("which rule? Give a code or a name, e.g. `dfcheck rule DL3006`, or --all")
    rules: list[Rule] = []
    for label in labels:
        found = registry.find(label)
        if not found:
            raise UsageError(f"unknown rule `{label}`{_hint(label, registry)}")
        rules += found
    return list(dict.fromkeys(rules))


def _hint(label: str, registry: Registry) -> str:
    if label[:2].upper() == "SC" and label[2:].isdigit():
        return f"; it is ShellCheck's: https://www.shellcheck.net/wiki/{label.upper()}"
    names = [known for rule in registry.rules for known in (rule.code, rule.name, *rule.aliases)]
    return near(label, names) or "; `dfcheck rule --all` lists them"


def _render(rules: Sequence[Rule], arguments: Arguments) -> str:
    from dfcheck.report import page

    format_name = arguments.last("--output-format", "text")
    if format_name == "json":
        import json

        return json.dumps([_object(rule) for rule in rules], indent=1) + "\n"
    if format_name == "markdown":
        return "\n".join(map(page.markdown, rules))
    if arguments.count("--all"):
        return "".join(f"{rule.code:7} {rule.name:34} {page.page(rule).title}\n" for rule in rules)
    return "\n".join(page.text(rule) for rule in rules)


def _object(rule: Rule) -> dict[str, Any]:
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

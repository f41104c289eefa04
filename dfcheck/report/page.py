"""Page: a rule's manual, which is the docstring of its module, with its metadata."""

from __future__ import annotations

from dfcheck.lint.registry import module_of
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.findings import Rule

EXAMPLES = {
    "bad": "Bad:",
    "good": "Good:",
    "fixed": "Fixed:",
    "toml": "With these options:",
    "text context": "With these files:",
}


class Page(Value):
    """A rule's manual: the docstring's first line without its full stop, and the Markdown below it."""

    title: str
    body: str


def page(rule: Rule) -> Page:
    """The manual of `rule`; its name stands in for a title where docstrings are stripped (`python -OO`)."""
    lines = (module_of(rule).__doc__ or rule.name).strip().splitlines()
    indents = [len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()]
    common = min(indents, default=0)
    return Page(lines[0].strip().rstrip("."), "\n".join(line[common:].rstrip() for line in lines[1:]).strip())


def text(rule: Rule) -> str:
    """The page for a terminal: prose as it stands, examples indented below a word on what they are."""
    found = page(rule)
    lines = [f"{rule.code} [{rule.name}] {found.title}", ""]
    inside = False
    for line in found.body.splitlines():
        if line.startswith("```"):
            inside = not inside
            lines += [_heading(line[3:].strip())] if inside else []
        else:
            lines.append(f"    {line}".rstrip() if inside else line)
    return "\n".join((*lines, "", *_facts(rule), ""))


def _heading(info: str) -> str:
    """What an example is, by the info string of its fence: `dockerfile bad`, `sh good`, `toml`."""
    return EXAMPLES.get(info) or EXAMPLES.get(info.rpartition(" ")[2], "Example:")


def markdown(rule: Rule) -> str:
    """The page as Markdown."""
    found = page(rule)
    facts = "\n".join(f"- {fact}" for fact in _facts(rule))
    return f"# {rule.code} {rule.name}\n\n{found.title}.\n\n{found.body}\n\n{facts}\n"


def _facts(rule: Rule) -> list[str]:
    """Severity, default, aliases and options, a line each."""
    facts = [
        f"Severity: {rule.severity.name.lower()}" + ("" if rule.default else "; runs only when selected")
    ]
    if rule.aliases:
        facts.append(f"Also known as: {', '.join(rule.aliases)}")
    facts += [f"Option: {name} = {rule.options._defaults.get(name)!r}" for name in rule.options._fields]
    return facts

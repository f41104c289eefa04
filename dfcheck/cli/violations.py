"""Violations: a build that stops because the file itself asks for it, by `# check=…;error=true`."""

from __future__ import annotations

from dfcheck.syntax.nodes import Directive

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.simulate.model import BuildError
    from dfcheck.syntax.nodes import Document


def violation(document: Document) -> BuildError | None:
    """Why BuildKit refuses a file whose directive turns its checks into errors; None without such, or when it is clean."""
    from dfcheck.lint.buildkit import CHECKS, EXPERIMENTAL, read_check

    directives = [item for item in document.items if isinstance(item, Directive) and item.name == "check"]
    read = [read_check(item.value, item.value_span.start) for item in directives]
    if not any(item.error for item in read):
        return None
    tried = {name for item in read for name in item.experimental}
    asleep = () if "all" in tried else tuple(name for name in EXPERIMENTAL if name not in tried)
    from dfcheck.lint.engine import check
    from dfcheck.lint.registry import load
    from dfcheck.lint.settings import Settings
    from dfcheck.simulate.model import BuildError

    rules = load()
    names = {rule.code: name for name in CHECKS if name not in asleep for rule in rules.find(name)}
    report = check(document.source, Settings(select=tuple(names)), rules)
    found = dict.fromkeys(names[item.code] for item in report.diagnostics if item.code in names)
    if not found:
        return None
    first = next(item for item in report.diagnostics if item.code in names)
    return BuildError(
        f"lint violation found for rules: {', '.join(found)}",
        None,
        f"line {document.source.position(first.finding.span.start).line}: {first.finding.message}",
    )

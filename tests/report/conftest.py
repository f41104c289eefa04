from collections.abc import Callable

import pytest

from dfcheck.api import Finding, Severity
from dfcheck.lint.engine import Diagnostic, FileReport
from dfcheck.lint.registry import load
from dfcheck.report.model import Look, Report
from dfcheck.report.model import render as render_as
from dfcheck.syntax.text import Source, Span

PLAIN = Look()


def span_of(source: Source, part: str, nth: int = 1) -> Span:
    """The span of the nth occurrence of `part`."""
    at = -1
    for _ in range(nth):
        at = source.text.index(part, at + 1)
    return Span(at, at + len(part))


class Maker:
    """Builds a report over one file, finding by finding."""

    def __init__(self, text: str, name: str = "Dockerfile") -> None:
        self.source = Source(name, text)
        self.diagnostics: list[Diagnostic] = []

    def span(self, part: str, nth: int = 1) -> Span:
        return span_of(self.source, part, nth)

    def add(
        self,
        finding: Finding,
        code: str = "DF9999",
        name: str = "made-up",
        severity: Severity = Severity.WARNING,
    ):
        self.diagnostics.append(Diagnostic(code, name, severity, finding))
        return self

    def report(self, look: Look = PLAIN, base: str = "") -> Report:
        return Report((FileReport(self.source, tuple(self.diagnostics)),), load(), look, base)

    def render(self, format_name: str, look: Look = PLAIN, base: str = "") -> str:
        return "".join(render_as(self.report(look, base), format_name))


@pytest.fixture
def make() -> Callable[..., Maker]:
    return Maker

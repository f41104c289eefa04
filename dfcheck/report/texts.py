"""Texts: a finding in one sentence, and text inside XML and HTML."""

from __future__ import annotations

from dfcheck.report.display import safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.findings import Finding


def sentence(finding: Finding) -> str:
    """What is wrong and, behind a semicolon, what to do; one line without control characters."""
    return safe(f"{finding.message}; {finding.help}" if finding.help else finding.message)


def escaped(text: str) -> str:
    """`text` for an element or a quoted attribute of XML or HTML; what XML cannot hold stands as a sign."""
    from html import escape

    return escape("\n".join(map(safe, text.split("\n"))))


def tag(name: str, attributes: dict[str, object], content: str = "") -> str:
    """An XML element on one line around `content`, which is XML; empty attributes are left out."""
    listed = "".join(f' {key}="{escaped(str(value))}"' for key, value in attributes.items() if value != "")
    return f"<{name}{listed}>{content}</{name}>" if content else f"<{name}{listed}/>"

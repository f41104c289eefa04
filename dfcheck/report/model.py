"""Model: what a report format gets, and the table of formats."""

from __future__ import annotations

from importlib import import_module

from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dfcheck.lint.engine import FileReport
    from dfcheck.lint.registry import Registry

# Each format is the module of its name with `render(report: Report) -> Iterable[str]`; a dash stands for a package.
FORMATS = (
    "full",
    "concise",
    "grouped",
    "json",
    "jsonl",
    "github",
    "gitlab",
    "azure",
    "sarif",
    "junit",
    "checkstyle",
    "codeclimate",
    "rdjson",
    "sonarqube",
    "markdown",
    "html",
    "hadolint-tty",
    "hadolint-json",
    "hadolint-gnu",
    "hadolint-checkstyle",
    "hadolint-codeclimate",
    "hadolint-gitlab",
    "hadolint-codacy",
    "hadolint-sarif",
    "hadolint-sonarqube",
    "hadolint-junit",
)

# Formats that a person reads on the screen: a summary line may follow them.
READABLE = ("full", "concise", "grouped", "github", "azure")


class Look(Value):
    """How text for people looks. `width` is in columns."""

    colours: bool = False
    width: int = 120


class Report(Value):
    """All that a run found.

    Attributes:
        files: Each checked file with its findings, in the order to show them.
        registry: The rules, for titles and pages.
        look: Colours and width, for formats that people read.
        base: The directory that relative paths count from.
    """

    files: tuple[FileReport, ...]
    registry: Registry
    look: Look = Look()
    base: str = ""


def render(report: Report, format_name: str) -> Iterable[str]:
    """The report's text in pieces, in the format of that name."""
    module = format_name.replace("-", ".")
    pieces: Iterable[str] = import_module(f"dfcheck.report.{module}").render(report)
    return pieces

"""Findings: what a rule is and what it finds, as plain values.

Apart from `dfcheck.api`, which brings all that rules need with it, so that settings, reports and ShellCheck's
process start without the rules' vocabulary.
"""

from __future__ import annotations

from enum import IntEnum

from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from dfcheck.syntax.text import Span


class Severity(IntEnum):
    """How much a finding matters; lower is worse."""

    ERROR = 0
    WARNING = 1
    INFO = 2
    STYLE = 3


class Safety(IntEnum):
    """What applying a fix may do: nothing to the build, something to it, or it is only shown."""

    SAFE = 0
    UNSAFE = 1
    MANUAL = 2


class Edit(Value):
    """Replace `span` by `text`; an empty span inserts."""

    span: Span
    text: str


class Fix(Value):
    """All edits that mend one finding, applied together or not at all. `title` reads as an order: "Write `AS`"."""

    title: str
    edits: tuple[Edit, ...]
    safety: Safety = Safety.SAFE


def insertion(title: str, place: tuple[Span, str] | None, safety: Safety) -> Fix | None:
    """A fix that inserts text at one place, as `beside` and `behind` name it; None without a place."""
    return None if place is None else Fix(title, (Edit(*place),), safety)


class Related(Value):
    """A second place that belongs to a finding, with its own short text."""

    span: Span
    message: str


class Finding(Value):
    """What a rule found.

    Attributes:
        span: The exact tokens.
        message: What is wrong, naming the actual thing; lower case, no full stop.
        help: What to do, short: shown under the carets. May be empty.
        related: Other places to look at.
        fix: The mending edits, if there are any.
    """

    span: Span
    message: str
    help: str = ""
    related: tuple[Related, ...] = ()
    fix: Fix | None = None


class NoOptions(Value):
    """Options of a rule that has none."""


DOCKERFILE, COMMAND = "dockerfile", "command"


class Rule(Value):
    """A rule: its metadata and its function.

    `default` tells whether it runs without being selected; `module` names the module whose docstring is the page;
    `words` are those of which a file must hold one, in small letters, for the rule to run on it.
    """

    code: str
    name: str
    severity: Severity
    check: Callable[[Any], Iterable[Finding]]
    module: str
    options: type[Value] = NoOptions
    aliases: tuple[str, ...] = ()
    default: bool = True
    subject: str = DOCKERFILE
    words: tuple[str, ...] = ()

"""Commands: one file with build commands, the settings and the rules in; the findings out."""

from __future__ import annotations

from dfcheck.commands.context import CommandContext
from dfcheck.commands.model import ELSEWHERE
from dfcheck.findings import COMMAND
from dfcheck.lint.comments import read_lines
from dfcheck.lint.engine import Crash, FileReport, finished, found_by, guarded
from dfcheck.lint.select import active

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from dfcheck.commands.context import FoundBuild
    from dfcheck.findings import Finding, Rule
    from dfcheck.lint.engine import Diagnostic
    from dfcheck.lint.registry import Registry
    from dfcheck.lint.settings import Settings
    from dfcheck.syntax.text import Source


def check_commands(
    source: Source,
    builds: tuple[FoundBuild, ...],
    settings: Settings,
    rules: Registry,
    inside: Iterable[Diagnostic] = (),
) -> FileReport:
    """Check a file with build commands.

    A comment `# dfcheck: ignore[RULES]` on a line of its own covers all down to the end of the next build.

    Args:
        source: The file.
        builds: The builds in it.
        settings: Which rules run, and how.
        rules: All known rules.
        inside: What was found in Dockerfiles that stand in the file.
    """
    running = active(settings, rules, source.name)
    found: list[Diagnostic] = list(inside)
    crashes: list[Crash] = []
    for item in running:
        if item.rule.subject != COMMAND:
            continue
        outcome = said_by(item.rule, CommandContext(source, builds, item.options))
        if isinstance(outcome, Crash):
            crashes.append(outcome)
        else:
            found += found_by(item, outcome)
    said = read_lines(source, tuple(build.command.span for build in builds), rules)
    ran = frozenset(item.rule.code for item in running if item.rule.subject == COMMAND)
    if not settings.ignore_comments:
        said = said._replace(ignores=())
    return finished(source, found, crashes, running=running, said=said, ran=ran)


def said_by(rule: Rule, context: CommandContext[Any]) -> tuple[Finding, ...] | Crash:
    """The findings of one rule, each once: builds share words, as targets that inherit from one do.

    What is written in another file is told of that file.
    """
    outcome = guarded(rule, context)
    if isinstance(outcome, Crash):
        return outcome
    here = (finding for finding in outcome if finding.span != ELSEWHERE)
    return tuple({(finding.span, finding.message): finding for finding in here}.values())


def broken(source: Source) -> int:
    """How many things in the commands of a file are refused; a file that cannot be read at all has most."""
    from dfcheck.commands.find import find
    from dfcheck.commands.model import FormatError

    try:
        return sum(len(site.command.faults) + len(site.command.rest) for site in find(source))
    except FormatError:
        return len(source.text)

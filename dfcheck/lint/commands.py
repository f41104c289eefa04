"""Commands: one file with build commands, the settings and the rules in; the findings out."""

from __future__ import annotations

from dfcheck.commands.context import CommandContext
from dfcheck.findings import COMMAND
from dfcheck.lint.comments import read_lines
from dfcheck.lint.engine import Crash, FileReport, finished, found_by, guarded
from dfcheck.lint.select import active

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.commands.context import FoundBuild
    from dfcheck.lint.engine import Diagnostic
    from dfcheck.lint.registry import Registry
    from dfcheck.lint.settings import Settings
    from dfcheck.syntax.text import Source


def check_commands(
    source: Source, builds: tuple[FoundBuild, ...], settings: Settings, rules: Registry
) -> FileReport:
    """Check a file with build commands.

    A comment `# dfcheck: ignore[RULES]` on a line of its own covers all down to the end of the next build.

    Args:
        source: The file.
        builds: The builds in it.
        settings: Which rules run, and how.
        rules: All known rules.
    """
    running = active(settings, rules, source.name)
    found: list[Diagnostic] = []
    crashes: list[Crash] = []
    for item in running:
        if item.rule.subject != COMMAND:
            continue
        outcome = guarded(item.rule, CommandContext(source, builds, item.options))
        if isinstance(outcome, Crash):
            crashes.append(outcome)
        else:
            found += found_by(item, outcome)
    said = read_lines(source, tuple(build.command.span for build in builds), rules)
    ran = frozenset(item.rule.code for item in running if item.rule.subject == COMMAND)
    if not settings.ignore_comments:
        said = said._replace(ignores=())
    return finished(source, found, crashes, running=running, said=said, ran=ran)


def broken(source: Source) -> int:
    """How many things in the commands of a file are refused; a file that cannot be read at all has most."""
    from dfcheck.commands.find import find
    from dfcheck.commands.yaml_nodes import YamlError

    try:
        return sum(len(site.command.faults) + len(site.command.rest) for site in find(source))
    except YamlError:
        return len(source.text)

"""Selection: which rules run on a file, how severe they are and with which options.

The more specific selector wins: `ALL`, then prefixes and categories by their length, then a rule's own code,
name or alias. At equal length `ignore` wins over `select` and `extend-select`. A syntax error (DF0001) is
never left out by a prefix, and a crash of a rule (DF0009) never at all.
"""

from __future__ import annotations

import os

from dfcheck.findings import Severity
from dfcheck.lint.registry import foreign
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from dfcheck.findings import Rule
    from dfcheck.lint.registry import Registry
    from dfcheck.lint.settings import Globbed, Settings

SYNTAX = "DF0001"
CRASH = "DF0009"
SINGLE = 100
_ANY = Severity.STYLE


class Active(Value):
    """A rule that runs on a file, as the settings want it; `given` are the options that are not its defaults."""

    rule: Rule
    severity: Severity
    given: tuple[tuple[str, Any], ...] = ()

    @property
    def options(self) -> Value:
        """Its options; asking loads the rule."""
        return self.rule.options(**dict(self.given))


def active(settings: Settings, registry: Registry, path: str = "") -> tuple[Active, ...]:
    """The rules that run on the file at `path`, in order of their codes. Without a path no glob matches."""
    chosen = _chosen(settings, registry)
    if settings.per_file_ignores and path and path != "-":
        for globbed in settings.per_file_ignores:
            if matches(globbed, path):
                chosen -= _ignored(globbed.codes, registry)
    severities = _severities(settings, registry)
    usual = _usual_severity(settings)
    options = {code: dict(given) for code, given in settings.options}
    wide = _wide(settings)
    return tuple(
        Active(
            rule,
            severities[rule.code] if rule.code in severities else usual(rule),
            tuple((_widest(rule, wide) | options.get(rule.code, {})).items()),
        )
        for rule in registry.rules
        if rule.code in chosen
    )


def shell_severity(settings: Settings, path: str = "") -> Callable[[str, Severity, bool], Severity | None]:
    """What becomes of ShellCheck's codes on the file at `path`, as a function of a code and its own severity.

    The function's third argument says whether the finding is one of those that are reported unless settings say
    otherwise; presets but the default one report all. It gives the severity to report, or None where settings leave
    the finding out. ShellCheck runs unless `select` is set and names none of its codes, or the preset leaves it out.
    """
    base = settings.select is None and (not settings.preset or _preset_shell(settings.preset))
    choosy = settings.preset in {"", "default"}
    moves = [(shell_width(label), False, label) for label in (settings.select or ()) + settings.extend_select]
    moves += [(shell_width(label), True, label) for label in settings.ignore]
    if settings.per_file_ignores and path and path != "-":
        for globbed in settings.per_file_ignores:
            if matches(globbed, path):
                moves += [(shell_width(label), True, label) for label in globbed.codes]
    moves = sorted(move for move in moves if move[0] >= 0)
    levels = [(shell_width(label), label, severity) for label, severity in settings.severity]
    # Of equal ones the last wins, as it does for our own rules.
    levels = sorted((level for level in levels if level[0] >= 0), key=lambda level: level[0])

    def decide(code: str, severity: Severity, usual: bool = True) -> Severity | None:
        on = base and (usual or not choosy)
        for _, off, label in moves:
            if _covers(label, code):
                on = not off
        if not on:
            return None
        for _, label, given in levels:
            if _covers(label, code):
                severity = given
        return severity

    return decide


def shell_wanted(settings: Settings) -> bool:
    """Whether settings leave any of ShellCheck's codes to run for."""
    if any(
        len(label) > 2 and shell_width(label) >= 0
        for label in (settings.select or ()) + settings.extend_select
    ):
        return True
    return shell_severity(settings)("SC", _ANY, True) is not None


def shell_width(label: str) -> int:
    """How narrow a selector of ShellCheck's codes is; -1 for a label that is none."""
    upper = label.upper()
    if upper == "ALL":
        return 0
    if label.lower() == "shellcheck":
        return 2
    return len(upper) if upper.startswith("SC") and (len(upper) == 2 or upper[2:].isdigit()) else -1


def _covers(label: str, code: str) -> bool:
    """Whether a selector of ShellCheck's codes takes `code` in."""
    upper = label.upper()
    return upper in {"ALL", "SHELLCHECK"} or code.startswith(upper)


def selected(code: str, selectors: Iterable[str], registry: Registry) -> bool:
    """Whether one of the selectors takes the rule or ShellCheck's code in."""
    return any(
        any(rule.code == code for rule in registry.select(label))
        or (foreign(code) and shell_width(label) >= 0 and _covers(label, code))
        for label in selectors
    )


def excluded(settings: Settings, path: str) -> bool:
    """Whether `exclude` leaves the file or directory at `path` out."""
    return any(matches(globbed, path) for globbed in settings.exclude)


def matches(globbed: Globbed, path: str) -> bool:
    """Whether a glob matches `path` or a directory above it.

    Globs are written as in `.gitignore` and count from the directory of the settings file: `*.old`,
    `test/**`, `/legacy`.
    """
    relative = os.path.relpath(os.path.abspath(path), globbed.root)
    if relative.startswith(os.pardir):
        return False
    key = globbed.root, globbed.glob
    if key not in _specs:
        from pathspec import GitIgnoreSpec

        _specs[key] = GitIgnoreSpec.from_lines([globbed.glob])
    return bool(_specs[key].match_file(relative))  # type: ignore[attr-defined]


# Compiled globs, which only save time.
_specs: dict[tuple[str, str], object] = {}


def _chosen(settings: Settings, registry: Registry) -> set[str]:
    """Codes of the rules that `preset`, `select`, `extend-select` and `ignore` leave."""
    chosen = _usual(settings, registry) if settings.select is None else set()
    on = (settings.select or ()) + settings.extend_select
    if not on and not settings.ignore:
        return chosen | {SYNTAX, CRASH}
    moves = [(registry.specificity(selector), False, selector) for selector in on]
    moves += [(registry.specificity(selector), True, selector) for selector in settings.ignore]
    for _, off, selector in sorted(moves):
        codes = {rule.code for rule in registry.select(selector)}
        chosen = chosen - codes if off else chosen | codes
    return chosen | ({SYNTAX} - _ignored(settings.ignore, registry)) | {CRASH}


def _usual(settings: Settings, registry: Registry) -> set[str]:
    """Codes of the rules that run when nothing is selected."""
    if not settings.preset:
        return {rule.code for rule in registry.rules if rule.default}
    from dfcheck.lint.presets import codes

    return codes(settings.preset, registry)


def _usual_severity(settings: Settings) -> Callable[[Rule], Severity]:
    """The severity of a rule that settings do not give another one."""
    if not settings.preset:
        return lambda rule: rule.severity
    from dfcheck.lint.presets import severity

    return lambda rule: severity(settings.preset, rule)


def _wide(settings: Settings) -> bool:
    """Whether rules run at their widest: for whoever selects `ALL`, or a preset that leaves out no verdict."""
    selected = (settings.select or ()) + settings.extend_select
    return settings.preset in {"hadolint", "strict"} or any(label.upper() == "ALL" for label in selected)


def _widest(rule: Rule, wide: bool) -> dict[str, object]:
    """The options with which a rule reports most: `WIDE` of its class of options."""
    return dict(getattr(rule.options, "WIDE", {})) if wide else {}


def _preset_shell(preset: str) -> bool:
    from dfcheck.lint.presets import shell

    return shell(preset)


def _ignored(selectors: Iterable[str], registry: Registry) -> set[str]:
    """Codes that the selectors leave out; DF0001 only when one names it alone."""
    return {
        rule.code
        for selector in selectors
        for rule in registry.select(selector)
        if rule.code != SYNTAX or registry.specificity(selector) == SINGLE
    }


def _severities(settings: Settings, registry: Registry) -> dict[str, Severity]:
    """Severity of the codes that settings give another one."""
    severities: dict[str, Severity] = {}
    for selector, severity in sorted(settings.severity, key=lambda item: registry.specificity(item[0])):
        severities.update((rule.code, severity) for rule in registry.select(selector))
    return severities

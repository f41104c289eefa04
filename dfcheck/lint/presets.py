"""Presets: other choices of the rules that run when nothing is selected, and of their severities.

`hadolint` has the codes that hadolint 2.15 reports by default, as severe as there, and judged alike where options
allow; `buildkit` the checks of `docker build --check`, all of them warnings; `strict` every rule but those that speak
against others.
"""

from __future__ import annotations

from dfcheck.findings import Severity
from dfcheck.lint.buildkit import CHECKS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.findings import Rule
    from dfcheck.lint.registry import Registry

NAMES = ("default", "hadolint", "buildkit", "strict")
# BuildKit runs these only when `experimental=` names them.
EXPERIMENTAL = frozenset({"InvalidDefinitionDescription"})
# Ignore comments are how a strict set becomes bearable, and DL1001 is against each of them.
CONTRADICTING = frozenset({"DL1001"})
# Hadolint has more codes than the one rule of dfcheck for forms of labels; without a schema they say nothing there.
NEEDS_SCHEMA = "DL3052"

_HADOLINT = {
    Severity.ERROR: "1000 3000 3004 3011 3012 3020 3021 3023 3024 3026 3043 3044 3061 4000 4004",
    Severity.WARNING: (
        "3002 3003 3006 3007 3008 3013 3014 3016 3018 3022 3025 3027 3028 3029 3030 3032 3033 3034 3035 3036 3037 "
        "3038 3040 3041 3042 3045 3046 3051 3052 3053 3054 3055 3056 3058 3062 3063 3064 3065 3067 4001 4003 4005 4006"
    ),
    Severity.INFO: "3001 3009 3010 3015 3019 3047 3049 3050 3059 3060 3066",
    Severity.STYLE: "3048",
}
# By code, the severity that hadolint gives it; DL1001 and DL3057 are off there unless they are given one.
HADOLINT = {f"DL{number}": severity for severity, numbers in _HADOLINT.items() for number in numbers.split()}
HADOLINT_OFF = frozenset({"DL1001", "DL3057"})


def codes(preset: str, registry: Registry) -> set[str]:
    """Codes of the rules that the preset runs."""
    if preset == "hadolint":
        return {rule.code for rule in registry.rules if rule.code in HADOLINT and rule.code != NEEDS_SCHEMA}
    if preset == "buildkit":
        names = (name for name in CHECKS if name not in EXPERIMENTAL)
        return {rule.code for name in names for rule in registry.find(name) if rule.default}
    if preset == "strict":
        return {rule.code for rule in registry.rules if rule.code not in CONTRADICTING}
    return {rule.code for rule in registry.rules if rule.default}


def severity(preset: str, rule: Rule) -> Severity:
    """How severe the preset takes the rule to be."""
    if preset == "hadolint":
        return HADOLINT.get(rule.code, rule.severity)
    return Severity.WARNING if preset == "buildkit" and rule.code[:3] != "DF0" else rule.severity


def shell(preset: str) -> bool:
    """Whether the preset runs ShellCheck."""
    return preset != "buildkit"

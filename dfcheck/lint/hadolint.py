"""Hadolint's settings in terms of dfcheck: as the table of a settings file, and as settings."""

from __future__ import annotations

import os

from dfcheck.findings import Severity
from dfcheck.lint.hadolint_file import LEVELS, Hadolint, from_environment, from_file, joined
from dfcheck.lint.presets import HADOLINT, HADOLINT_OFF, NEEDS_SCHEMA
from dfcheck.lint.registry import foreign, load_named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dfcheck.lint.registry import Registry
    from dfcheck.lint.settings import Settings

UNREADABLE = "DL1000"  # hadolint cannot ignore it
# By form of a label, the code that hadolint reports when a value does not have it.
FORM_CODES = {
    "url": "DL3052",
    "rfc3339": "DL3053",
    "spdx": "DL3054",
    "hash": "DL3055",
    "semver": "DL3056",
    "email": "DL3058",
    "text": "DL3051",
}
# Formats with which hadolint's exit code is always 0.
NEVER_FAILING = frozenset({"codeclimate", "codacy"})
NAMES = {"gitlab_codeclimate": "gitlab"}


def read_settings(path: str, plugins: tuple[str, ...] = ()) -> Settings:
    """Settings that mean what hadolint's file at `path` (none if empty) and its variables mean together.

    Raises:
        SettingsError: The file cannot be read or followed.
        RegistryError: A plugin cannot be loaded.
    """
    from dfcheck.lint.settings_file import of_table

    told = from_environment(os.environ)
    told = joined(told, from_file(path)) if path else told
    table, warnings = as_table(told, load_named(plugins))
    settings = of_table(table, path or "HADOLINT_…", plugins)
    return settings._replace(files=(path,) if path else (), warnings=(*told.warnings, *warnings))


def as_table(told: Hadolint, registry: Registry) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The table of a `dfcheck.toml` with the same meaning, and what could not be brought over, a line each."""
    warnings: list[str] = []
    ignored = _codes(told.ignored, registry, warnings)
    levels: dict[str, str] = {}
    for level in reversed(LEVELS):  # the worst one wins
        for name, codes in told.override:
            if name == level:
                levels |= dict.fromkeys(_codes(codes, registry, warnings), level)
    forms = {name: form for name, form in told.labels if FORM_CODES[form] not in told.ignored}
    extra = [code for code in levels if code in HADOLINT_OFF and code not in ignored]
    extra += [NEEDS_SCHEMA] if forms else []
    ignored = [code for code in ignored if code != NEEDS_SCHEMA]  # `forms` has taken care of it
    table: dict[str, Any] = {"preset": "hadolint", "fail-level": _fail_level(told)}
    table |= {"extend-select": extra} if extra else {}
    table |= {"ignore": ignored} if ignored else {}
    if told.formats:
        table["output-format"] = ",".join(f"hadolint-{NAMES.get(name, name)}" for name in told.formats)
    table |= {"ignore-comments": False} if told.no_pragmas else {}
    table |= {"color": "never"} if told.no_color else {}
    table |= {"severity": levels} if levels else {}
    rules = _rules(told, forms)
    return table | ({"rules": rules} if rules else {}), tuple(dict.fromkeys(warnings))


def _fail_level(told: Hadolint) -> str:
    """Hadolint's threshold `none` means that any finding fails; that none does is `no-fail`."""
    if told.no_fail or NEVER_FAILING & set(told.formats):
        return "none"
    threshold = told.threshold or "info"
    return threshold if threshold in LEVELS else Severity.STYLE.name.lower()


def _rules(told: Hadolint, forms: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Options of rules."""
    names = [name for name, _ in told.labels]
    rules: dict[str, dict[str, Any]] = {}
    if told.registries:
        rules["untrusted-registry"] = {"registries": list(dict.fromkeys(told.registries))}
    if forms:
        rules["label-format"] = {"labels": forms}
    if names:
        rules["missing-label"] = {"required": names}
    if told.strict:
        rules["unknown-label"] = {"known": names or [""]}  # a pattern that no label matches
    return rules


def _codes(codes: tuple[str, ...], registry: Registry, warnings: list[str]) -> list[str]:
    """Codes as ours; what hadolint does not know, which it would pass over, is a warning."""
    found: list[str] = []
    for code in dict.fromkeys(codes):
        known = code in HADOLINT or code in HADOLINT_OFF or (foreign(code) and code.isupper())
        if not known:
            close = code.strip().upper() if code.strip().upper() in HADOLINT else ""
            text = f"hadolint has no rule `{code}`, so naming it does nothing"
            warnings.append(text + (f"; did you mean `{close}`?" if close else ""))
        elif foreign(code):
            found.append(code)
        elif code != UNREADABLE:
            rules = registry.find(code)
            found += [rule.code for rule in rules if rule.code not in found]
    return found

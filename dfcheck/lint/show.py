"""Show: settings as the text of a settings file, each key with the place that decided it."""

from __future__ import annotations

from dfcheck.lint import toml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from dfcheck.lint.registry import Registry
    from dfcheck.lint.settings import Settings


def show(settings: Settings, registry: Registry) -> str:
    """`settings` as TOML. What no file and no flag sets is shown with its default, so that all keys are seen."""
    origins = dict(settings.origins)
    values: dict[str, object] = {
        "extend-select": settings.extend_select,
        "ignore": settings.ignore,
        "exclude": [globbed.glob for globbed in settings.exclude],
        "fail-level": "none" if settings.fail_level is None else settings.fail_level.name.lower(),
        "plugins": settings.plugins,
    }
    if settings.preset:
        values = {"preset": settings.preset, **values}
    if settings.select is not None:
        values = {"select": settings.select, **values}
    if settings.output_format:
        values["output-format"] = settings.output_format
    if not settings.ignore_comments:
        values["ignore-comments"] = False
    if settings.color:
        values["color"] = settings.color
    notes = {key: origins.get(key, "default") for key in values}
    if "ignore" not in origins and settings.ignore:
        notes["ignore"] = origins.get("severity", "default")
    parts = [toml.table(values, notes)]
    severities = {label: severity.name.lower() for label, severity in settings.severity}
    ignores = {globbed.glob: globbed.codes for globbed in settings.per_file_ignores}
    for key, table in (("severity", severities), ("per-file-ignores", ignores)):
        if table:
            parts.append(_section(key, table, origins.get(key, "default")))
    for code, options in settings.options:
        rule = registry.find(code)[0]
        dashed = {name.replace("_", "-"): value for name, value in options}
        parts.append(_section(f"rules.{rule.name}", dashed, origins[f"rules.{rule.name}"]))
    return "\n".join(parts)


def _section(name: str, table: Mapping[str, object], origin: str) -> str:
    return f"[{name}]  # {origin}\n{toml.table(table, {})}"

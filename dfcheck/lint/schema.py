"""Schema: the JSON Schema of a settings file, every rule's options included."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dfcheck.findings import Rule
    from dfcheck.lint.registry import Registry

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(registry: Registry) -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of `dfcheck.toml` and of `[tool.dfcheck]`, for editors."""
    from dfcheck.lint.settings_file import file_model

    made = file_model().model_json_schema()
    properties = made["properties"]
    label = {"$ref": "#/$defs/Rule"}
    for key in ("select", "extend-select", "ignore"):
        listed = properties[key]
        for part in listed.get("anyOf", (listed,)):
            if part.get("type") == "array":
                part["items"] = label
    properties["per-file-ignores"]["additionalProperties"]["items"] = label
    properties["severity"]["propertyNames"] = label
    properties["rules"] = {
        "title": "Options of rules",
        "description": "By rule, its options.",
        "type": "object",
        "properties": {rule.name: _rule(rule) for rule in registry.rules if rule.options._fields},
        "propertyNames": label,
        "default": {},
    }
    names = [name for rule in registry.rules for name in (rule.code, rule.name)]
    # The names are for completion; prefixes, aliases and categories are right, too.
    made["$defs"] = {
        **made.get("$defs", {}),
        "Rule": {"anyOf": [{"enum": ["ALL", *names]}, {"type": "string"}]},
    }
    return {"$schema": DIALECT, **made}


def _rule(rule: Rule) -> dict[str, Any]:
    from dfcheck.lint.options import model

    return {**model(rule.options).model_json_schema(), "title": f"Options of {rule.name} ({rule.code})"}

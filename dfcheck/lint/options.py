"""Options: from a rule's option class to a pydantic model that validates them, and to JSON Schema.

An option class is a `Value` whose fields all have defaults; what its docstring says about them, under
`Attributes:`, becomes their description. In settings an option is written with dashes: `max_stages` is
`max-stages`.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from pydantic import BaseModel

    from dfcheck.value import Value


class OptionError(Exception):
    """Options that a rule does not take.

    Attributes:
        path: Keys that lead to the fault inside the rule's table.
    """

    def __init__(self, path: tuple[str, ...], message: str) -> None:
        super().__init__(message)
        self.path = path


def validated(options: type[Value], table: Mapping[str, object]) -> tuple[tuple[str, object], ...]:
    """The options that `table` sets, as (field, value), checked and with the types of the class.

    Raises:
        OptionError: An unknown option or a value of the wrong type.
    """
    import json

    from pydantic import ValidationError

    try:
        # Strict rules for JSON take a list for a tuple or a set, but no "1" for 1.
        checked = model(options).model_validate_json(json.dumps(table, default=str), strict=True)
    except ValidationError as error:
        raise _option_error(error, options) from None
    return tuple(
        (name, getattr(checked, name)) for name in options._fields if name in checked.model_fields_set
    )


def model(options: type[Value]) -> type[BaseModel]:
    """A pydantic model of an option class."""
    import typing

    from pydantic import ConfigDict, Field, create_model

    hints = typing.get_type_hints(options, localns=dict(vars(typing)))
    described = descriptions(options)
    fields: dict[str, Any] = {
        name: (
            hints[name],
            Field(
                default=options._defaults[name],
                alias=name.replace("_", "-"),
                description=described.get(name),
            ),
        )
        for name in options._fields
    }
    made: type[BaseModel] = create_model(
        options.__name__, __config__=ConfigDict(extra="forbid", frozen=True), __doc__=title(options), **fields
    )
    return made


def title(options: type[Value]) -> str:
    """What the class docstring says before its fields."""
    return re.split(r"\n\s*Attributes:", options.__doc__ or "")[0].strip()


def descriptions(options: type[Value]) -> dict[str, str]:
    """By field, what the class docstring says of it under `Attributes:`, on one line."""
    found: dict[str, str] = {}
    _, _, text = (options.__doc__ or "").partition("Attributes:")
    name = ""
    for line in text.splitlines():
        match = re.match(r"\s*(\w+)(?: \([^)]*\))?:\s+(.*)", line)
        if match is not None and match[1] in options._fields:
            name = match[1]
            found[name] = match[2]
        elif name and line.strip():
            found[name] += " " + line.strip()
    return found


def _option_error(error: Any, options: type[Value]) -> OptionError:
    """The first fault that pydantic found, in our words."""
    from dfcheck.lint.registry import nearest

    fault = error.errors()[0]
    path = tuple(map(str, fault["loc"]))
    if fault["type"] == "extra_forbidden":
        close = nearest(path[-1], [name.replace("_", "-") for name in options._fields])
        return OptionError(
            path, f"unknown option `{path[-1]}`" + (f"; did you mean `{close}`?" if close else "")
        )
    return OptionError(path, f"{path[0]}: {plain(fault['msg'])}")


def plain(message: str) -> str:
    """Pydantic's message about a value as a part of ours: `should be a valid string`."""
    return message.removeprefix("Input ").replace("valid list", "list").replace("valid ", "")

"""Settings files: one TOML table, checked strictly, to a `Settings`.

Everything wrong is an error that names the file, the line and the column, and the nearest right name.
"""

from __future__ import annotations

import os

from dfcheck.findings import Severity
from dfcheck.lint.registry import RegistryError, load_named, nearest
from dfcheck.lint.select import shell_width
from dfcheck.lint.settings import Globbed, Settings, SettingsError, merged
from dfcheck.lint.toml import locate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from pydantic import BaseModel

    from dfcheck.lint.registry import Registry

LIMIT = 1_000_000  # bytes; no settings written by hand come near it
LEVELS = {severity.name.lower(): severity for severity in Severity}


class _Place:
    """Where a table comes from: a file, its text and the keys to the table, or the command line."""

    __slots__ = ("name", "prefix", "text")

    def __init__(self, name: str, text: str, prefix: tuple[str, ...]) -> None:
        self.name = name
        self.text = text
        self.prefix = prefix

    def error(self, path: Sequence[str], message: str) -> SettingsError:
        """An error at the key or string that `path` leads to."""
        if not self.name:
            return SettingsError(f"--{(*self.prefix, *path)[0]}: {message}")
        line, column = locate(self.text, (*self.prefix, *path))
        return SettingsError(f"{_shown(self.name)}:{line}:{column}: {message}")

    @property
    def root(self) -> str:
        """The directory that globs count from."""
        return os.path.dirname(self.name) if self.name else os.getcwd()


def read(path: str, plugins: tuple[str, ...] = (), seen: tuple[str, ...] = ()) -> Settings:
    """Settings of the file at `path` and of those it extends.

    Args:
        path: Absolute.
        plugins: Plugins that are loaded besides those the file names.
        seen: Files that extend this one.

    Raises:
        SettingsError: The file cannot be read or followed.
        RegistryError: A plugin cannot be loaded.
    """
    text = _text(path)
    whole = _parsed(path, text)
    prefix = ("tool", "dfcheck") if os.path.basename(path) == "pyproject.toml" else ()
    table = whole.get("tool", {}).get("dfcheck", {}) if prefix else whole
    place = _Place(path, text, prefix)
    values = _checked(table, place)
    base = Settings()
    extended = values.get("extend")
    if extended:
        inner = os.path.normpath(os.path.join(os.path.dirname(path), os.path.expanduser(extended)))
        if inner in (*seen, path):
            raise place.error(("extend",), f"`{extended}` extends this file in turn")
        if not os.path.isfile(inner):
            raise place.error(("extend", extended), f"there is no file `{extended}` to extend")
        base = read(inner, plugins, (*seen, path))
    names = tuple(dict.fromkeys(base.plugins + plugins + tuple(values.get("plugins", ()))))
    return merged(base, _settings(values, place, _registry(names, place, tuple(values.get("plugins", ())))))


def from_table(table: Mapping[str, object], plugins: tuple[str, ...]) -> Settings:
    """Settings of the command line; `table` has the keys of a settings file and values of the right types.

    Raises:
        SettingsError: An unknown rule.
        RegistryError: A plugin cannot be loaded.
    """
    return _settings(dict(table), _Place("", "", ()), load_named(plugins))


def inline(text: str) -> dict[str, Any]:
    """The table of `--config 'key = value'`, for `from_table`.

    Raises:
        SettingsError: It is no TOML, or sets what cannot be set.
    """
    place = _Place("", "", ("config",))
    values = _checked(_parsed("--config", text), place)
    if "extend" in values:
        raise place.error((), "`extend` has its place in a settings file; `--config FILE` names one")
    return values


def of_table(table: Mapping[str, object], name: str, plugins: tuple[str, ...]) -> Settings:
    """Settings of a table of the right types that comes from elsewhere than a TOML file; `name` is from where.

    Raises:
        SettingsError: An unknown rule.
        RegistryError: A plugin cannot be loaded.
    """
    return _settings(dict(table), _Place(name, "", ()), load_named(plugins))


def selectors(option: str, labels: Sequence[str], registry: Registry) -> tuple[str, ...]:
    """The values of an option as selectors.

    Raises:
        SettingsError: One of them stands for no rule.
    """
    return _selectors(option, labels, _Place("", "", ()), registry)


def has_table(path: str) -> bool:
    """Whether the `pyproject.toml` at `path` has a `[tool.dfcheck]` table.

    Raises:
        SettingsError: It speaks of dfcheck but is no TOML.
    """
    text = _text(path)
    return "dfcheck" in text and "dfcheck" in _parsed(path, text).get("tool", {})


def file_model() -> type[BaseModel]:
    """The pydantic model of a settings file."""
    from typing import Literal

    from pydantic import BaseModel, ConfigDict, Field

    level = Literal["error", "warning", "info", "style", "off"]

    def dashed(name: str) -> str:
        return name.replace("_", "-")

    class SettingsFile(BaseModel):
        """Settings of dfcheck."""

        model_config = ConfigDict(
            extra="forbid", strict=True, alias_generator=dashed, title="Settings of dfcheck"
        )

        extend: str = Field("", description="Another settings file whose settings this one builds on.")
        preset: Literal["default", "hadolint", "buildkit", "strict"] = Field(
            "default",
            description="The rules to start from: those of dfcheck, of hadolint, of `docker build --check`, or all.",
        )
        select: list[str] | None = Field(
            None,
            description="Rules to run instead of the preset's: codes, names, prefixes, `ALL` (each at its widest).",
        )
        extend_select: list[str] = Field([], description="Rules to run besides those selected.")
        ignore: list[str] = Field([], description="Rules not to run.")
        severity: dict[str, level] = Field({}, description="By rule, its severity; `off` ignores it.")
        per_file_ignores: dict[str, list[str]] = Field(
            {}, description="By glob, rules not to run on the files it matches."
        )
        exclude: list[str] = Field([], description="Globs of files and directories to leave out.")
        fail_level: Literal["error", "warning", "info", "style", "none"] = Field(
            "style", description="The mildest severity that makes the exit code 1."
        )
        output_format: str = Field(
            "", description="The report format; several, joined by commas, follow each other."
        )
        ignore_comments: bool = Field(
            default=True, description="Whether comments in a Dockerfile may ignore findings."
        )
        color: Literal["auto", "always", "never"] = Field("auto", description="When to colour the output.")
        plugins: list[str] = Field(
            [],
            description="Installed packages of rules to load; what is not installed is never imported.",
        )
        rules: dict[str, dict[str, object]] = Field({}, description="By rule, its options.")

    return SettingsFile


def _checked(table: dict[str, Any], place: _Place) -> dict[str, Any]:
    """The keys that `table` sets, with values of the right types."""
    from pydantic import ValidationError

    from dfcheck.lint.options import plain

    model = file_model()
    try:
        checked = model.model_validate(table)
    except ValidationError as error:
        fault = error.errors()[0]
        path = tuple(map(str, fault["loc"]))
        if fault["type"] == "extra_forbidden":
            names = [field.alias or "" for field in model.model_fields.values()]
            raise place.error(path, f"unknown key `{path[-1]}`{_hint(path[-1], names)}") from None
        raise place.error(path, f"{path[0]}: {plain(fault['msg'])}") from None
    return {
        str(model.model_fields[name].alias): getattr(checked, name)
        for name in sorted(checked.model_fields_set)
    }


def _settings(values: dict[str, Any], place: _Place, registry: Registry) -> Settings:
    """A `Settings` of checked values."""
    severities = {
        _selector(label, ("severity", label), place, registry): level
        for label, level in values.get("severity", {}).items()
    }
    off = tuple(selector for selector, level in severities.items() if level == "off")
    select = values.get("select")
    level = values.get("fail-level", "style")
    origins = [
        (key, _shown(place.name) if place.name else "command line") for key in values if key != "rules"
    ]
    options = tuple(
        _options(label, values["rules"][label], place, registry) for label in values.get("rules", ())
    )
    origins += [(f"rules.{registry.find(code)[0].name}", _shown(place.name)) for code, _ in options]
    preset = values.get("preset", "default")
    color = values.get("color", "auto")
    return Settings(
        preset="" if preset == "default" else preset,
        select=None if select is None else _selectors("select", select, place, registry),
        extend_select=_selectors("extend-select", values.get("extend-select", ()), place, registry),
        ignore=_selectors("ignore", values.get("ignore", ()), place, registry) + off,
        severity=tuple((label, LEVELS[level]) for label, level in severities.items() if level in LEVELS),
        per_file_ignores=tuple(
            Globbed(
                place.root,
                glob,
                tuple(_selector(c, ("per-file-ignores", glob, c), place, registry) for c in labels),
            )
            for glob, labels in values.get("per-file-ignores", {}).items()
        ),
        exclude=tuple(Globbed(place.root, glob) for glob in values.get("exclude", ())),
        fail_level=LEVELS.get(level),
        output_format=values.get("output-format", ""),
        ignore_comments=values.get("ignore-comments", True),
        color="" if color == "auto" else color,
        plugins=tuple(values.get("plugins", ())),
        options=options,
        files=(place.name,) if place.name else (),
        origins=tuple(origins),
    )


def _selectors(key: str, labels: Sequence[str], place: _Place, registry: Registry) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_selector(label, (key, label), place, registry) for label in labels))


def _selector(label: str, path: tuple[str, ...], place: _Place, registry: Registry) -> str:
    """`label` as a selector: a rule's code where it stands for one rule.

    Raises:
        SettingsError: It stands for no rule.
    """
    rules = registry.find(label)
    if len(rules) == 1:
        return rules[0].code
    if rules or shell_width(label) >= 0 or registry.select(label):
        return label if rules else label.upper() if label.isalnum() and label[-1:].isdigit() else label
    close = registry.nearest(label)
    raise place.error(path, f"unknown rule `{label}`" + (f"; did you mean `{close}`?" if close else ""))


def _options(
    label: str, table: dict[str, Any], place: _Place, registry: Registry
) -> tuple[str, tuple[tuple[str, object], ...]]:
    """Code and options of the rule that `[rules.<label>]` is about."""
    from dfcheck.lint.options import OptionError, validated

    rules = registry.find(label)
    if len(rules) != 1:
        close = registry.nearest(label)
        raise place.error(
            ("rules", label), f"unknown rule `{label}`" + (f"; did you mean `{close}`?" if close else "")
        )
    try:
        return rules[0].code, validated(rules[0].options, table)
    except OptionError as error:
        raise place.error(("rules", label, *error.path), f"rule {rules[0].name}: {error}") from None


def _registry(names: tuple[str, ...], place: _Place, own: tuple[str, ...]) -> Registry:
    """The rules, with plugins; one of this file's own that cannot be loaded is told at its place."""
    try:
        return load_named(names)
    except RegistryError as error:
        for name in own:
            if f"plugin `{name}`" in str(error):
                raise place.error(("plugins", name), str(error)) from error
        raise


def _text(path: str) -> str:
    """The text of a settings file."""
    shown = _shown(path)
    try:
        with open(path, "rb") as file:
            data = file.read(LIMIT + 1)
    except OSError as error:
        raise SettingsError(f"{shown}: {error.strerror or error}") from None
    if len(data) > LIMIT:
        raise SettingsError(f"{shown}: larger than {LIMIT // 1_000_000} MB, too large for a settings file")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{shown}:{line}: not UTF-8") from None


def _parsed(path: str, text: str) -> dict[str, Any]:
    import re
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        last = text.count("\n") + 1
        line, column = (place[1], place[2]) if place else (str(last), "1")
        reason = str(error).partition(" (at ")[0]
        raise SettingsError(
            f"{_shown(path)}:{line}:{column}: not TOML: {reason[:1].lower()}{reason[1:]}"
        ) from None
    except RecursionError:
        raise SettingsError(f"{_shown(path)}: nested too deeply") from None


def _hint(name: str, candidates: Sequence[str]) -> str:
    close = nearest(name, candidates)
    return f"; did you mean `{close}`?" if close else ""


def _shown(path: str) -> str:
    """`path` relative to the current directory when it is below it."""
    relative = os.path.relpath(path)
    return path if relative.startswith(os.pardir) else relative

"""Settings: the frozen value, how layers of it combine, and the search for settings files.

A file's settings are those of the nearest `dfcheck.toml`, `.dfcheck.toml` or `pyproject.toml` with a
`[tool.dfcheck]` table, searched from its directory upwards to the root of its repository. Where there is none, those
of hadolint count, which it takes from the current directory, the user's and the environment. Reading them is
`dfcheck.lint.settings_file`'s and `dfcheck.lint.hadolint`'s; without any neither TOML nor pydantic is loaded.
"""

from __future__ import annotations

import os

from dfcheck.findings import Severity
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# In this order within a directory.
NAMES = ("dfcheck.toml", ".dfcheck.toml", "pyproject.toml")
YAML = (".yaml", ".yml")
# Hadolint's own; a build image may well have others, as HADOLINT_VERSION.
VARIABLES = (
    "HADOLINT_DISABLE_IGNORE_PRAGMA",
    "HADOLINT_FAILURE_THRESHOLD",
    "HADOLINT_FORMAT",
    "HADOLINT_IGNORE",
    "HADOLINT_NOFAIL",
    "HADOLINT_OVERRIDE_ERROR",
    "HADOLINT_OVERRIDE_INFO",
    "HADOLINT_OVERRIDE_STYLE",
    "HADOLINT_OVERRIDE_WARNING",
    "HADOLINT_REQUIRE_LABELS",
    "HADOLINT_STRICT_LABELS",
    "HADOLINT_TRUSTED_REGISTRIES",
    "HADOLINT_VERBOSE",
)
ENVIRONMENT = "environment"  # stands for a settings file when there are only hadolint's variables


class SettingsError(Exception):
    """Settings that cannot be followed: one line that begins with file, line and column, or the option."""


class Globbed(Value):
    """A glob, the directory it counts from, and what to ignore where it matches (none for `exclude`)."""

    root: str
    glob: str
    codes: tuple[str, ...] = ()


class Settings(Value):
    """What to check, and how.

    Attributes:
        preset: Name of the choice of rules and severities to start from; empty for the default one.
        select: Selectors (codes, names, aliases, prefixes, categories, `ALL`) of the rules to run; None for
            those that the preset runs.
        extend_select: Selectors of more rules.
        ignore: Selectors of rules not to run.
        severity: Selectors with a severity of their own.
        per_file_ignores: What to ignore in some files.
        exclude: What to leave out of a search.
        fail_level: Findings of this severity or worse make the exit code 1; None for never.
        output_format: Names of report formats, joined by commas; empty for the default one.
        ignore_comments: Whether comments in a file may ignore its findings.
        color: `always` or `never` to colour the output; empty to find out.
        plugins: Names of installed plugins whose rules to load.
        options: By rule code, the options that are set: (name, value).
        files: The settings files read, the one extended before the one that extends.
        origins: By key as in the files, the place that decided it.
        warnings: What in them has no effect, a line each.
    """

    preset: str = ""
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: tuple[tuple[str, Severity], ...] = ()
    per_file_ignores: tuple[Globbed, ...] = ()
    exclude: tuple[Globbed, ...] = ()
    fail_level: Severity | None = Severity.STYLE
    output_format: str = ""
    ignore_comments: bool = True
    color: str = ""
    plugins: tuple[str, ...] = ()
    options: tuple[tuple[str, tuple[tuple[str, object], ...]], ...] = ()
    files: tuple[str, ...] = ()
    origins: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()


DEFAULT = Settings()


def merged(base: Settings, over: Settings) -> Settings:
    """`base` with what `over` sets.

    `select` replaces all that was selected before, and so does `preset`. Other lists add up, and naming a rule
    again undoes an earlier `ignore` of the same name. Options are replaced one by one.
    """
    decided = dict(over.origins)
    again = {*(over.select or ()), *over.extend_select, *(selector for selector, _ in over.severity)}
    options = {code: dict(values) for code, values in base.options}
    for code, values in over.options:
        options[code] = options.get(code, {}) | dict(values)
    select_again = "select" in decided or "preset" in decided
    return Settings(
        preset=over.preset if "preset" in decided else base.preset,
        select=over.select if select_again else base.select,
        extend_select=over.extend_select if select_again else _joined(base.extend_select, over.extend_select),
        ignore=_joined(tuple(selector for selector in base.ignore if selector not in again), over.ignore),
        severity=base.severity + over.severity,
        per_file_ignores=base.per_file_ignores + over.per_file_ignores,
        exclude=base.exclude + over.exclude,
        fail_level=over.fail_level if "fail-level" in decided else base.fail_level,
        output_format=over.output_format or base.output_format,
        ignore_comments=over.ignore_comments if "ignore-comments" in decided else base.ignore_comments,
        color=over.color or base.color,
        plugins=_joined(base.plugins, over.plugins),
        options=tuple((code, tuple(values.items())) for code, values in options.items()),
        files=base.files + over.files,
        origins=tuple((dict(base.origins) | decided).items()),
        warnings=base.warnings + over.warnings,
    )


def _joined(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(first + second))


class Finder:
    """Finds the settings of files. Every directory is looked at once.

    Args:
        config: The settings file to use for all files instead of searching; empty to search.
        isolated: Use no settings file at all.
        flags: What the command line sets, with the keys of a settings file: `{"select": ["DL3006"]}`. It wins.
    """

    __slots__ = ("_config", "_files", "_flags", "_found", "_isolated", "_merged")

    def __init__(
        self, *, config: str = "", isolated: bool = False, flags: Mapping[str, object] | None = None
    ) -> None:
        self._config = config
        self._isolated = isolated
        self._flags = dict(flags or {})
        self._found: dict[str, str] = {}
        self._files: dict[str, Settings] = {}
        self._merged: dict[str, Settings] = {}

    def for_file(self, path: str) -> Settings:
        """Settings of the file at `path`, or of the files in a directory; `-` is in the current one.

        The same value is given for all files that share a settings file.

        Raises:
            SettingsError: The settings file or the flags cannot be followed.
            RegistryError: A plugin cannot be loaded.
        """
        if self._isolated:
            name = ""
        elif self._config:
            name = os.path.abspath(self._config)
        else:
            path = os.getcwd() if path == "-" else os.path.abspath(path)
            name = self._nearest(path if os.path.isdir(path) else os.path.dirname(path)) or self._hadolint()
        if name not in self._merged:
            self._merged[name] = self._with_flags(self._read(name))
        return self._merged[name]

    def _nearest(self, directory: str) -> str:
        """The nearest settings file of `directory`, empty without one."""
        if directory not in self._found:
            here = [os.path.join(directory, name) for name in NAMES]
            parent = os.path.dirname(directory)
            # A checkout in a directory with settings of another project is not bound by them.
            top = parent == directory or os.path.exists(os.path.join(directory, ".git"))
            found = next(filter(_is_ours, here), "")
            self._found[directory] = found if found or top else self._nearest(parent)
        return self._found[directory]

    def _hadolint(self) -> str:
        """Hadolint's settings file, or what stands for its variables, empty without any; looked for once."""
        if ENVIRONMENT not in self._found:
            self._found[ENVIRONMENT] = next(filter(os.path.isfile, hadolint_files()), "") or (
                ENVIRONMENT if any(os.environ.get(name) for name in VARIABLES) else ""
            )
        return self._found[ENVIRONMENT]

    def _read(self, name: str) -> Settings:
        if not name:
            return DEFAULT
        if name not in self._files:
            if name == ENVIRONMENT or name.endswith(YAML):
                from dfcheck.lint.hadolint import read_settings

                self._files[name] = read_settings("" if name == ENVIRONMENT else name, self._flag_plugins())
            else:
                from dfcheck.lint.settings_file import read

                self._files[name] = read(name, plugins=self._flag_plugins())
        return self._files[name]

    def _with_flags(self, settings: Settings) -> Settings:
        if not self._flags:
            return settings
        from dfcheck.lint.settings_file import from_table

        names = dict.fromkeys(settings.plugins + self._flag_plugins())
        return merged(settings, from_table(self._flags, tuple(names)))

    def _flag_plugins(self) -> tuple[str, ...]:
        plugins = self._flags.get("plugins", ())
        return tuple(map(str, plugins)) if isinstance(plugins, (list, tuple)) else ()


def hadolint_files() -> Iterator[str]:
    """Where hadolint looks for its settings file, in its order: the current directory, then the user's."""
    home = os.path.expanduser("~")
    places = [
        os.path.join(os.getcwd(), ".hadolint"),
        os.path.join(os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config"), "hadolint"),
        os.path.join(home, ".hadolint", "hadolint"),
        os.path.join(home, ".hadolint", "config"),
        os.path.join(home, ".hadolint"),
    ]
    return (place + ending for place in places for ending in YAML)


def _is_ours(path: str) -> bool:
    """Whether there is a settings file at `path`; a `pyproject.toml` only when it speaks of dfcheck."""
    if not os.path.isfile(path):
        return False
    if not path.endswith("pyproject.toml"):
        return True
    from dfcheck.lint.settings_file import has_table

    return has_table(path)

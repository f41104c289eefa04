"""Hadolint's settings as hadolint reads them: a YAML file and variables, joined to one value.

The file is read as a tree of nodes and never built into objects, so aliases that multiply cost nothing and tags
make nothing. What hadolint takes is taken, with its meaning; what it ignores without a word is a warning here; a
value that makes it drop the whole file is an error.
"""

from __future__ import annotations

import os

from dfcheck.lint.registry import nearest
from dfcheck.lint.settings import SettingsError
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any, TypeVar

    T = TypeVar("T")

LIMIT = 100_000  # bytes; YAML is slow to read, and no settings written by hand come near it
LEVELS = ("error", "warning", "info", "style")
THRESHOLDS = (*LEVELS, "ignore", "none")
FORMATS = tuple("tty json checkstyle codeclimate gitlab_codeclimate gnu codacy sonarqube sarif junit".split())
FORMS = ("text", "url", "semver", "hash", "rfc3339", "spdx", "email")
KEYS = (
    "ignored",
    "override",
    "trustedRegistries",
    "label-schema",
    "strict-labels",
    "failure-threshold",
    "format",
    "formats",
    "no-fail",
    "no-color",
    "verbose",
    "disable-ignore-pragma",
)
TRUE, FALSE = ("true", "True", "TRUE"), ("false", "False", "FALSE")
STRING, NULL = "tag:yaml.org,2002:str", "tag:yaml.org,2002:null"


class Hadolint(Value):
    """What hadolint is told; None where nothing is.

    Attributes:
        ignored: Codes.
        override: By level, the codes that get it.
        registries: Trusted registries.
        labels: Labels and the forms of their values.
        strict: Whether no other labels are allowed.
        threshold: The level that makes its exit code 1.
        formats: Names of its output formats.
        no_fail: Whether its exit code is always 0.
        no_color: Whether it colours nothing.
        no_pragmas: Whether comments may not ignore findings.
        warnings: What has no effect, a line each.
    """

    ignored: tuple[str, ...] = ()
    override: tuple[tuple[str, tuple[str, ...]], ...] = ()
    registries: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    strict: bool | None = None
    threshold: str | None = None
    formats: tuple[str, ...] = ()
    no_fail: bool | None = None
    no_color: bool | None = None
    no_pragmas: bool | None = None
    warnings: tuple[str, ...] = ()


def joined(environment: Hadolint, file: Hadolint) -> Hadolint:
    """Both together: lists add up, of other values the file's wins, of forms of a label the environment's."""

    def nearer(ours: T | None, files: T | None) -> T | None:
        return ours if files is None else files

    return Hadolint(
        ignored=environment.ignored + file.ignored,
        override=environment.override + file.override,
        registries=environment.registries + file.registries,
        labels=tuple((dict(file.labels) | dict(environment.labels)).items()),
        strict=nearer(environment.strict, file.strict),
        threshold=nearer(environment.threshold, file.threshold),
        formats=environment.formats + file.formats,
        no_fail=nearer(environment.no_fail, file.no_fail),
        no_color=nearer(environment.no_color, file.no_color),
        no_pragmas=nearer(environment.no_pragmas, file.no_pragmas),
        warnings=environment.warnings + file.warnings,
    )


def from_environment(environ: Mapping[str, str]) -> Hadolint:
    """What `HADOLINT_…` variables and NO_COLOR say; items that hadolint would drop are warnings."""
    warnings: list[str] = []

    def listed(name: str, known: Sequence[str] = ()) -> tuple[str, ...]:
        items = environ.get(f"HADOLINT_{name}", "").split(",")  # blanks count, as they do for hadolint
        bad = [item for item in items if item and known and item not in known]
        warnings.extend(f"HADOLINT_{name}: `{item}` means nothing{_hint(item, known)}" for item in bad)
        return tuple(item for item in items if item and item not in bad)

    def flag(name: str) -> bool | None:
        given = environ.get(f"HADOLINT_{name}")
        return None if given is None else given.lower() in {"1", "y", "on", "true", "yes"}

    pairs = [item.partition(":") for item in listed("REQUIRE_LABELS")]
    warnings += [
        f"HADOLINT_REQUIRE_LABELS: there is no form `{form}`"
        for _, _, form in pairs
        if form and form not in FORMS
    ]
    override = ((level, listed(f"OVERRIDE_{level.upper()}")) for level in LEVELS)
    return Hadolint(
        ignored=listed("IGNORE"),
        override=tuple((level, codes) for level, codes in override if codes),
        registries=listed("TRUSTED_REGISTRIES"),
        labels=tuple((name, form or "text") for name, _, form in pairs if not form or form in FORMS),
        strict=flag("STRICT_LABELS"),
        threshold=next(iter(listed("FAILURE_THRESHOLD", THRESHOLDS)), None),
        formats=listed("FORMAT", FORMATS),
        no_fail=flag("NOFAIL"),
        no_pragmas=flag("DISABLE_IGNORE_PRAGMA"),
        warnings=tuple(warnings),
    )


def from_file(path: str) -> Hadolint:
    """What the settings file at `path` says.

    Raises:
        SettingsError: It cannot be read, is not YAML, or has a value of the wrong kind.
    """
    return _Reader(path).read()


class _Reader:
    """Reads one file; every fault has its line and column."""

    def __init__(self, path: str) -> None:
        relative = os.path.relpath(path)
        self._name = path if relative.startswith(os.pardir) else relative
        self._path = path
        self._warnings: list[str] = []

    def read(self) -> Hadolint:
        root = self._tree()
        if root is None:
            return Hadolint(warnings=(f"{self._name}: it is empty, so it sets nothing",))
        keys = dict(self._items(root, "settings", KEYS))
        formats = (*self._strings(keys, "formats", FORMATS), *self._one(keys, "format", FORMATS))
        override = self._items(keys["override"], "override", LEVELS) if "override" in keys else ()
        schema = self._items(keys["label-schema"], "label-schema") if "label-schema" in keys else ()
        return Hadolint(
            ignored=self._strings(keys, "ignored"),
            override=tuple((level, self._sequence(node, level)) for level, node in override),
            registries=self._strings(keys, "trustedRegistries"),
            labels=tuple((name, self._word(node, name, ("", *FORMS)) or "text") for name, node in schema),
            strict=self._flag(keys, "strict-labels"),
            threshold=next(iter(self._one(keys, "failure-threshold", THRESHOLDS)), None),
            formats=formats,
            no_fail=self._flag(keys, "no-fail"),
            no_color=self._flag(keys, "no-color"),
            no_pragmas=self._flag(keys, "disable-ignore-pragma"),
            warnings=tuple(self._warnings),
        )

    def _tree(self) -> Any:
        import yaml

        try:
            return yaml.compose(self._text(), Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = f"{mark.line + 1}:{mark.column + 1}" if mark else "1:1"
            raise SettingsError(f"{self._name}:{place}: not YAML: {error.problem or error.context}") from None
        except yaml.YAMLError as error:
            raise SettingsError(f"{self._name}: not YAML: {' '.join(str(error).split())}") from None
        except RecursionError:
            raise SettingsError(f"{self._name}: nested too deeply") from None

    def _text(self) -> str:
        try:
            with open(self._path, "rb") as file:
                data = file.read(LIMIT + 1)
        except OSError as error:
            raise SettingsError(f"{self._name}: {error.strerror or error}") from None
        if len(data) > LIMIT:
            raise SettingsError(f"{self._name}: larger than {LIMIT // 1000} kB, too large for settings")
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise SettingsError(f"{self._name}:{line}: not UTF-8") from None

    def _place(self, node: Any) -> str:
        return f"{self._name}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"

    def _items(self, node: Any, what: str, known: Sequence[str] = ()) -> Iterator[tuple[str, Any]]:
        """Keys and values of a mapping; a null value is left out, a key that is not among `known` is told."""
        if node.tag == NULL:
            return
        if node.id != "mapping" or not node.tag.endswith(":map"):
            raise SettingsError(f"{self._place(node)}: {what} should be keys with values, `key: value`")
        seen = set()
        for key, value in node.value:
            name = self._word(key, f"a key of {what}")
            if name in seen:
                raise SettingsError(f"{self._place(key)}: `{name}` is there twice")
            seen.add(name)
            if known and name not in known:
                text = f"{self._place(key)}: hadolint has no key `{name}` there, so it does nothing"
                self._warnings.append(text + _hint(name, known))
            elif value.tag != NULL or not known:
                yield name, value

    def _strings(self, keys: dict[str, Any], key: str, known: Sequence[str] = ()) -> tuple[str, ...]:
        return self._sequence(keys[key], key, known) if key in keys else ()

    def _sequence(self, node: Any, what: str, known: Sequence[str] = ()) -> tuple[str, ...]:
        if node.id != "sequence" or not node.tag.endswith(":seq"):
            raise SettingsError(f"{self._place(node)}: {what} should be a list, `[…]` or lines with `- `")
        return tuple(self._word(item, what, known) for item in node.value)

    def _one(self, keys: dict[str, Any], key: str, known: Sequence[str]) -> tuple[str, ...]:
        return (self._word(keys[key], key, known),) if key in keys else ()

    def _word(self, node: Any, what: str, known: Sequence[str] = ()) -> str:
        """A string; words that only YAML 1.1 takes for a boolean (`yes`, `off`) are strings, as for hadolint."""
        text = str(node.value) if node.id == "scalar" else ""
        boolean = node.tag.endswith(":bool") and text not in TRUE + FALSE
        if node.id != "scalar" or (node.tag != STRING and not boolean):
            raise SettingsError(
                f"{self._place(node)}: {what} should be a string" + (f", not {text}" if text else "")
            )
        if known and text not in known:
            named = ", ".join(name for name in known if name)
            raise SettingsError(
                f"{self._place(node)}: {what}: `{text}` is none of {named}{_hint(text, known)}"
            )
        return text

    def _flag(self, keys: dict[str, Any], key: str) -> bool | None:
        if key not in keys:
            return None
        node = keys[key]
        if node.id != "scalar" or node.style is not None or node.value not in TRUE + FALSE:
            raise SettingsError(f"{self._place(node)}: {key} should be true or false")
        return node.value in TRUE


def _hint(word: str, known: Sequence[str]) -> str:
    close = nearest(word, known) if known else ""
    return f"; did you mean `{close}`?" if close else ""

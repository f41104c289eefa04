"""Registry: finds the rules and answers to their codes, names and aliases.

Rules are found by walking the package `dfcheck.rules` (named by string only); importing a rule registers
nothing. Packages of plugins have the same shape and come through `dfcheck.lint.plugins`.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import ModuleType

from dfcheck.findings import Rule
from dfcheck.lint.packed import pack, unpack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import CodeType

    from dfcheck.lint.settings import Settings

PACKAGE = "dfcheck.rules"

# Category of a code by its beginning, the longest one counts: (prefix, name, title).
CATEGORIES = (
    ("DF0", "self", "dfcheck itself"),
    ("DF1", "stages", "Stages and images"),
    ("DF2", "instructions", "Instructions"),
    ("DF3", "shell", "Shell and packages"),
    ("DF4", "security", "Security"),
    ("DF5", "caching", "Caching and size"),
    ("DF6", "runtime", "Runtime"),
    ("DF7", "commands", "Build commands"),
    ("DF9", "layout", "Style"),
    ("DL", "hadolint", "Shared with hadolint"),
    ("SC", "shellcheck", "ShellCheck"),
)


class RegistryError(Exception):
    """Rules that cannot be loaded: a package is missing or broken, or two rules claim one code or name."""


class Registry:
    """All known rules.

    Attributes:
        rules: In order of their codes.
    """

    __slots__ = ("_found", "rules")

    def __init__(self, rules: Iterable[Rule]) -> None:
        """Sort `rules`.

        Raises:
            RegistryError: Two rules have the same code or name.
        """
        self.rules = tuple(sorted(rules, key=lambda rule: rule.code))
        self._found: dict[str, tuple[Rule, ...]] | None = None
        owners: dict[str, Rule] = {}
        for rule in self.rules:
            for label in (rule.code.upper(), rule.name):
                other = owners.setdefault(label, rule)
                if other is not rule:
                    raise RegistryError(f"{label} is claimed by two rules: {other.module} and {rule.module}")

    def find(self, label: str) -> tuple[Rule, ...]:
        """The rules that `label`, a code, name or alias, stands for; empty when unknown.

        Case, dashes and underscores do not matter, so that BuildKit's `StageNameCasing` is found too. A code
        or name means its one rule; an alias may stand for several.
        """
        if self._found is None:
            found: dict[str, tuple[Rule, ...]] = {}
            for rule in self.rules:
                for alias in rule.aliases:
                    known = found.get(_key(alias), ())
                    found[_key(alias)] = known if rule in known else (*known, rule)
            for rule in self.rules:
                found[_key(rule.code)] = found[_key(rule.name)] = (rule,)
            self._found = found
        return self._found.get(_key(label), ())

    def select(self, selector: str) -> tuple[Rule, ...]:
        """The rules that `selector` means: what `find` takes, a category, a prefix (`DL3`, `DF`) or `ALL`."""
        found = self.find(selector)
        if found:
            return found
        prefix = selector.upper()
        if prefix == "ALL":
            return self.rules
        for start, name, _ in CATEGORIES:
            if selector.lower() == name:
                prefix = start
        return tuple(rule for rule in self.rules if prefix and rule.code.upper().startswith(prefix))

    def specificity(self, selector: str) -> int:
        """How narrow a selector is: 0 for `ALL`, the length of a prefix, most for a single rule's label."""
        if self.find(selector):
            return 100
        if selector.upper() == "ALL":
            return 0
        return next((len(start) for start, name, _ in CATEGORIES if selector.lower() == name), len(selector))

    def nearest(self, label: str) -> str:
        """The known code or name most like `label`, empty when none is near."""
        labels = {rule.code: rule.code for rule in self.rules} | {rule.name: rule.name for rule in self.rules}
        labels |= {alias: alias for rule in self.rules for alias in rule.aliases}
        labels |= {name: name for _, name, _ in CATEGORIES}
        return nearest(label, labels)


def category(code: str) -> tuple[str, str]:
    """Name and title of the category of `code`, by its range; `other` for foreign codes."""
    return next(
        ((name, title) for start, name, title in CATEGORIES if code.startswith(start)), ("other", "Other")
    )


def foreign(label: str) -> bool:
    """Whether `label` looks like a ShellCheck code (`SC2086`), which no rule module stands for."""
    return label[:2].upper() == "SC" and label[2:].isdigit()


def nearest(label: str, candidates: Iterable[str]) -> str:
    """The candidate most like `label`, empty when none is near. Case, dashes and underscores do not matter."""
    import difflib

    keys = {_key(candidate): candidate for candidate in candidates}
    close = difflib.get_close_matches(_key(label), list(keys), n=1, cutoff=0.7)
    return keys[close[0]] if close else ""


def load(settings: Settings | None = None) -> Registry:
    """The built-in rules and those of the plugins that `settings` names.

    Raises:
        RegistryError: As `load_named`.
    """
    return load_named(settings.plugins if settings is not None else ())


def load_named(plugins: tuple[str, ...] = ()) -> Registry:
    """The built-in rules and those of these plugins.

    Raises:
        RegistryError: The rules of dfcheck or of a plugin cannot be loaded, or they clash.
    """
    if plugins not in _loaded:
        rules = tuple(walk(_package()))
        if not rules:
            raise RegistryError(f"the package {PACKAGE} holds no rules; install dfcheck anew")
        if plugins:
            from dfcheck.lint.plugins import plugin_rules

            rules += tuple(found for name in dict.fromkeys(plugins) for found in plugin_rules(name))
        _loaded[plugins] = Registry(rules)
    return _loaded[plugins]


# What has been loaded, by plugins: modules are imported once a process, and their table is made once.
_loaded: dict[tuple[str, ...], Registry] = {}


def walk(package: ModuleType) -> Iterator[Rule]:
    """The rules of the modules of `package`, but for those with a leading underscore.

    The modules are imported, or when they are packed, as soon as a rule's check is asked for.
    """
    if not hasattr(package, "__path__"):
        yield from _rules(package)
        return
    found = [(f"{package.__name__}.{name}", path) for name, path in sorted(_module_files(package))]
    files = [path for _, path in found if path]
    packed = unpack(package, files, _load)
    if packed is not None:
        yield from packed
        return
    loaded = []
    for name, path in found:
        if path:
            code = _code(name, path)
            rules = list(_load(name, path, code))
            loaded.append((name, path, code, rules))
        else:
            rules = list(_rules(import_module(name)))
        yield from rules
    if len(loaded) == len(found):
        pack(package, loaded)


def module_of(rule: Rule) -> ModuleType:
    """The module of a rule, whose docstring is its page; imported if it has not been."""
    return sys.modules.get(rule.module) or import_module(rule.module)


def _code(name: str, path: str) -> CodeType:
    code = SourceFileLoader(name, path).get_code(name)
    if code is None:
        raise ImportError(f"{path} has no code", name=name, path=path)
    return code


def _load(name: str, path: str, code: CodeType) -> Iterator[Rule]:
    """The rules of a module of this code, imported now. The import system would take twice the time to look for it."""
    module = sys.modules.get(name)
    if module is None:
        module = ModuleType(name)
        loader = SourceFileLoader(name, path)
        module.__spec__ = ModuleSpec(name, loader, origin=path)
        module.__loader__, module.__file__, module.__package__ = loader, path, name.rpartition(".")[0]
        sys.modules[name] = module
        try:
            exec(code, module.__dict__)  # noqa: S102 -- this is what importing is
        except BaseException:
            del sys.modules[name]
            raise
    return _rules(module)


def _rules(module: ModuleType) -> Iterator[Rule]:
    """The rules that `module` defines, not those it imports."""
    for value in vars(module).values():
        if type(value) is Rule and value.module == module.__name__:
            yield value


def _module_files(package: ModuleType) -> set[tuple[str, str]]:
    """Names and files of the modules in `package`; the import system has to find those without a file."""
    found: set[tuple[str, str]] = set()
    for directory in package.__path__:
        if not os.path.isdir(directory):  # in a zip archive
            import pkgutil

            return {(item.name, "") for item in pkgutil.iter_modules(package.__path__) if item.name[0] != "_"}
        names = (name for name in os.listdir(directory) if name.endswith(".py") and name[0] != "_")
        found.update((name[:-3], os.path.join(directory, name)) for name in names)
    return found


def _package() -> ModuleType:
    try:
        return import_module(PACKAGE)
    except ModuleNotFoundError as error:
        if error.name != PACKAGE:
            raise
        raise RegistryError(
            f"the package {PACKAGE} is not installed; in a checkout run `pip install -e .` first"
        ) from None


def _key(label: str) -> str:
    return label.lower().replace("-", "").replace("_", "")

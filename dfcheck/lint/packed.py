"""The rules of a package in one file, beside the files where Python keeps byte code.

To find, open and read a hundred small modules takes longer than to run them, and a run needs half of them: rules
whose words a file lacks are not even loaded. The pack is what Python's own `.pyc` files are: made by whoever
may write there, never needed, and used only while every module has the size and time of its source.

It is made of packages that have a module `_packed`, in the place of whose byte code it is put: so it is removed
with the package, and leaves no directory behind in which Python would look for rules.
"""

from __future__ import annotations

import os
import sys

from dfcheck.findings import NoOptions, Rule, Severity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from types import CodeType, ModuleType
    from typing import Any

    from dfcheck.value import Value

NAME = "_packed"


class Packed(Rule):
    """A rule whose module is loaded when its check or its options are first asked for.

    In the place of `check` it holds a function that loads the module and gives the rule itself, in the place of
    `options` whether it has any.
    """

    @property  # type: ignore[misc]  # a `Value` is no real dataclass: its fields are properties, too
    def check(self) -> Any:
        """As of the rule itself."""
        return self._loaded().check

    @property  # type: ignore[misc]
    def options(self) -> type[Value]:
        """As of the rule itself."""
        return self._loaded().options if _field(self, "options") else NoOptions

    def _loaded(self) -> Rule:
        rule: Rule = _field(self, "check")(self.code)
        return rule


def _field(rule: Any, name: str) -> Any:
    """What a rule holds in the place of a field, whatever the property of that name makes of it."""
    return tuple.__getitem__(rule, Rule._fields.index(name))


def unpack(
    package: ModuleType, files: Iterable[str], load: Callable[[str, str, CodeType], Iterable[Rule]]
) -> list[Rule] | None:
    """The rules of the modules whose sources are `files`; None when there is no pack, or a file has changed.

    Args:
        package: The package of the modules.
        files: All of them.
        load: Imports the module of a name, file and code, and gives its rules.
    """
    from marshal import loads

    place = _place(package)
    try:
        with open(place, "rb") as file:
            stamps, modules = loads(file.read())  # noqa: S302 -- as Python reads its `.pyc` files
        if stamps == _stamps(files):
            return [
                rule for name, path, code, rows in modules for rule in _rules(name, path, code, rows, load)
            ]
    except (OSError, ValueError, TypeError, EOFError):
        pass  # absent, or cut short by a full disk: the modules are loaded one by one
    return None


def pack(package: ModuleType, modules: Sequence[tuple[str, str, CodeType, Sequence[Rule]]]) -> None:
    """Keep these modules for `unpack`: name, file, code and rules of each. Nothing happens where Python keeps no code."""
    place = _place(package)
    if sys.dont_write_bytecode or sys.flags.optimize or not place or not _has_room(package):
        return
    if not os.access(os.path.dirname(place), os.W_OK):
        return  # installed by somebody else
    from contextlib import suppress
    from marshal import dumps

    from dfcheck.lint.whole import write_whole

    rows = [(name, path, dumps(code), [_row(rule) for rule in rules]) for name, path, code, rules in modules]
    # No room: as with `.pyc` files, it goes without.
    with suppress(OSError):
        write_whole(place, dumps((_stamps(path for _, path, _, _ in modules), rows)))


def _row(rule: Rule) -> tuple[object, ...]:
    """The fields of a rule as plain values, all but its check."""
    plain = {"check": None, "options": rule.options is not NoOptions, "severity": int(rule.severity)}
    return tuple(plain.get(name, _field(rule, name)) for name in Rule._fields)


def _rules(
    name: str,
    path: str,
    code: bytes,
    rows: Iterable[tuple[Any, ...]],
    load: Callable[[str, str, CodeType], Iterable[Rule]],
) -> Iterable[Rule]:
    def find(wanted: str) -> Rule:
        from marshal import loads

        found = {rule.code: rule for rule in load(name, path, loads(code))}  # noqa: S302 -- as above
        return found[wanted]

    for row in rows:
        rule = Packed(*row)
        yield rule._replace(check=find, severity=Severity(rule.severity))


def _place(package: ModuleType) -> str:
    """Beside the byte code of the package itself; empty when that is kept nowhere, as in a zip archive."""
    folder, _, name = ((package.__spec__ and package.__spec__.cached) or "").rpartition(os.sep)
    return os.path.join(folder, name.replace("__init__", NAME)) if folder else ""


def _has_room(package: ModuleType) -> bool:
    return any(os.path.isfile(os.path.join(place, f"{NAME}.py")) for place in package.__path__)


def _stamps(files: Iterable[str]) -> dict[str, tuple[int, int]]:
    return {path: ((found := os.stat(path)).st_mtime_ns, found.st_size) for path in files}

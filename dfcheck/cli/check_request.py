"""Request: what the options of `dfcheck check` ask of those who read settings and check files."""

from __future__ import annotations

import os

from dfcheck.cli.options import UsageError, near
from dfcheck.cli.work import Request
from dfcheck.findings import Safety

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from dfcheck.cli.options import Arguments

LEVELS = ("error", "warning", "info", "style", "off")


def request_of(arguments: Arguments) -> Request:
    """What the workers need of the command line.

    Raises:
        UsageError: Options that cannot be followed, or not together.
    """
    config, inline = _configs(arguments)
    if arguments.count("--isolated") and config:
        raise UsageError("--isolated or --config, not both")
    mending = any(arguments.count(name) for name in ("--fix", "--fix-only", "--diff"))
    daring = Safety.UNSAFE if arguments.count("--unsafe-fixes") else Safety.SAFE
    return Request(
        config,
        bool(arguments.count("--isolated")),
        tuple(_flags(arguments).items()),
        build_args(arguments.every("--build-arg")),
        arguments.last("--target"),
        arguments.last("--stdin-filename"),
        daring if mending else None,
        inline,
        arguments.listed("--fixable") if arguments.count("--fixable") else None,
        arguments.listed("--unfixable"),
        _context(arguments),
        bases=_bases(arguments.every("--base")),
    )


def _bases(given: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Full names of base images and the paths where they are.

    Raises:
        UsageError: One is no pair, no name, or nothing that can be used.
    """
    if not given:
        return ()
    from dfcheck.cli.asked_build import machine
    from dfcheck.cli.files import reason
    from dfcheck.resolve.platforms import parse_platform
    from dfcheck.simulate.bases import BaseError, NoPlatform, load
    from dfcheck.simulate.references import full_name
    from dfcheck.simulate.state import Stop

    found = []
    for item in given:
        name, equals, path = item.partition("=")
        if not equals or not path:
            raise UsageError(f"--base takes NAME=PATH, not `{item}`")
        try:
            found.append((full_name(name), path))
            load(path, parse_platform(machine()))
        except Stop:
            raise UsageError(f"--base: `{name}` is no name of an image") from None
        except NoPlatform:
            continue  # for which platform it is needed, the file says
        except BaseError as error:
            raise UsageError(f"--base {name}: {error}") from error
        except OSError as error:
            raise UsageError(f"--base {name}: {reason(path, error)}") from error
    return tuple(found)


def _context(arguments: Arguments) -> str:
    given = arguments.last("--context")
    if given and not os.path.isdir(given):
        raise UsageError(f"--context: {given} is no directory")
    return given


def build_args(given: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Names and values; `NAME` alone takes its value from the environment, and counts for nothing without one."""
    split = (item.partition("=") for item in given)
    values = ((name, value if equals else os.environ.get(name)) for name, equals, value in split)
    return tuple((name, value) for name, value in values if value is not None)


def _flags(arguments: Arguments) -> dict[str, Any]:
    """What options set that a settings file can set too, by its keys; tables as tuples of pairs."""
    lists = {key: arguments.listed(f"--{key}") for key in ("select", "extend-select", "ignore")}
    flags: dict[str, Any] = {key: value for key, value in lists.items() if value}
    if arguments.count("--select"):
        flags["select"] = lists["select"]
    flags |= {"exclude": arguments.every("--exclude")} if arguments.count("--exclude") else {}
    flags |= {"plugins": arguments.every("--plugin")} if arguments.count("--plugin") else {}
    if arguments.last("--preset"):
        flags["preset"] = arguments.last("--preset")
    if arguments.count("--no-ignore-comments"):
        flags["ignore-comments"] = False
    if arguments.last("--fail-level"):
        flags["fail-level"] = arguments.last("--fail-level")
    if arguments.count("--severity"):
        flags["severity"] = tuple(_severity(item) for item in arguments.listed("--severity"))
    if arguments.count("--per-file-ignores"):
        flags["per-file-ignores"] = _globs(arguments.every("--per-file-ignores"))
    return flags


def _severity(item: str) -> tuple[str, str]:
    label, _, level = item.partition("=")
    level = level.strip().lower()
    if not label or not level:
        raise UsageError(f"--severity takes RULE=LEVEL, not `{item}`")
    if level not in LEVELS:
        raise UsageError(
            f"--severity: a level is one of {', '.join(LEVELS)}, not `{level}`{near(level, LEVELS)}"
        )
    return label.strip(), level


def _globs(items: Iterable[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """`GLOB:RULE,RULE` items; rules of the same glob together."""
    found: dict[str, tuple[str, ...]] = {}
    for item in items:
        glob, _, rules = item.rpartition(":")
        labels = tuple(label.strip() for label in rules.split(",") if label.strip())
        if not glob or not labels:
            raise UsageError(f"--per-file-ignores takes GLOB:RULE,RULE, not `{item}`")
        found[glob] = found.get(glob, ()) + labels
    return tuple(found.items())


def _configs(arguments: Arguments) -> tuple[str, tuple[str, ...]]:
    """The settings file that `--config` names, and the settings that it sets itself: `--config 'key = value'`."""
    given = arguments.every("--config")
    inline = tuple(item for item in given if "=" in item and not os.path.exists(item))
    files = [item for item in given if item not in inline]
    return files[-1] if files else "", inline

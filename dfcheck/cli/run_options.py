"""Run options: what a `docker run` that somebody typed gives the container."""

from __future__ import annotations

import os

from dfcheck.cli.files import reason
from dfcheck.cli.options import UsageError
from dfcheck.simulate.runs import RunOptions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.commands import RunCommand

HEALTH = ("cmd", "interval", "timeout", "start-period", "start-interval", "retries")


def run_options(command: RunCommand) -> RunOptions:
    """The options of a command that runs or creates a container.

    Raises:
        UsageError: One of them cannot be followed.
    """

    def last(name: str) -> str:
        word = command.last(name)
        return "" if word is None else word.text

    entrypoint = command.last("entrypoint")
    health = tuple((name, last(f"health-{name}")) for name in HEALTH if last(f"health-{name}"))
    _check_durations(health)
    return RunOptions(
        tuple(word.text for word in command.arguments),
        None if entrypoint is None else entrypoint.text,
        (*_from_files(command), *_environment(word.text for word in command.every("env"))),
        last("user"),
        last("workdir"),
        tuple(word.text for word in command.every("publish")),
        command.has("publish-all"),
        tuple(word.text for word in command.every("expose")),
        tuple(
            (given.name, given.value.text)
            for given in command.options
            if given.name in {"volume", "mount", "tmpfs"} and given.value is not None
        ),
        last("stop-signal"),
        last("stop-timeout"),
        health,
        command.has("no-healthcheck"),
        command.has("tty"),
        command.has("interactive"),
        command.has("init"),
        last("hostname"),
    )


def _environment(items: object) -> tuple[tuple[str, str | None], ...]:
    """`NAME=VALUE`, and `NAME` alone from this process's environment; one that is not there takes the variable away."""
    out: list[tuple[str, str | None]] = []
    for item in items:  # type: ignore[attr-defined]
        name, equals, value = item.partition("=")
        if not name:
            raise UsageError(f"--env takes NAME=VALUE, not `{item}`")
        out.append((name, value if equals else os.environ.get(name)))
    return tuple(out)


def _from_files(command: RunCommand) -> tuple[tuple[str, str | None], ...]:
    out: list[tuple[str, str | None]] = []
    for word in command.every("env-file"):
        try:
            with open(word.text, encoding="utf-8", errors="surrogateescape") as file:
                lines = [line.lstrip() for line in file.read().split("\n")]
        except OSError as error:
            raise UsageError(f"--env-file: {reason(word.text, error)}") from error
        out += _environment(line.rstrip("\r") for line in lines if line.strip() and line[0] != "#")
    return tuple(out)


def _check_durations(health: tuple[tuple[str, str], ...]) -> None:
    from dfcheck.simulate.history import duration

    for name, value in health:
        if name in {"cmd", "retries"}:
            continue
        try:
            duration(value)
        except ValueError:
            raise UsageError(f"--health-{name} takes a duration, e.g. `30s`, not `{value}`") from None

"""Start: what a container starts, as lines for people and as plain values."""

from __future__ import annotations

import shlex

from dfcheck.simulate.config import Healthcheck
from dfcheck.simulate.history import duration_text
from dfcheck.simulate.runs import HEALTH_DEFAULTS, SECOND
from dfcheck.syntax.words import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.simulate.config import Text, Texts
    from dfcheck.simulate.runs import Part, Start, Variable
    from dfcheck.simulate.signals import Process

UNKNOWN = "unknown"
RETRIES = 3


def lines(start: Start, *, full: bool) -> list[tuple[str, str]]:
    """Rows of a label and a text.

    Args:
        start: What starts.
        full: Whether to say also what is as it always is.
    """
    if start.error:
        return [("nothing", f"docker refuses: {start.error}")]
    found = [("process", _process(start))]
    if start.process is not None:
        found.append(("PID 1", _first(start.process, start)))
    found.append(("user", _part(start.user)))
    found.append(("directory", _part(start.directory)))
    found += [
        ("environment" if index == 0 else "", _variable(item))
        for index, item in enumerate(_environment(start, full=full))
    ]
    found += _listed("ports", start.ports)
    found += _listed("volumes", start.volumes)
    given = start.stop_signal.origin != "default" and not isinstance(start.stop_signal.value, Unknown)
    if full or given or start.stop_timeout != "10":
        found.append(
            ("stop signal", f"{_part(start.stop_signal)}, then SIGKILL after {start.stop_timeout} s")
        )
    if isinstance(start.health, Healthcheck):
        found.append(("health", f"{_health(start.health)}{_from(start.health_origin)}"))
    elif isinstance(start.health, Unknown) and full:
        found.append(("health", UNKNOWN))
    if start.rest is not None:
        found.append(("and", "the base image's environment, ports and volumes, which are not known"))
    found += [("note", text) for text in start.notes]
    return found


def _environment(start: Start, *, full: bool) -> list[Variable]:
    return [item for item in start.environment if full or item.origin != "docker"]


def _listed(label: str, parts: tuple[Part, ...]) -> list[tuple[str, str]]:
    return [(label if index == 0 else "", _part(part)) for index, part in enumerate(parts)]


def _process(start: Start) -> str:
    if isinstance(start.argv, Unknown):
        return UNKNOWN
    text = words(start.argv) or "nothing of this file"
    if start.assumed is not None:
        text = f"{text}, if the base image has the usual shell"
    if start.wrapped is not None:
        return f"{text}{_from(start.origin)}; an ENTRYPOINT of the base image would get it as arguments"
    return f"{text}{_from(start.origin)}"


def words(argv: Texts) -> str:
    """An argv as one would type it; a word that is not known as `…`."""
    return " ".join("…" if isinstance(word, Unknown) else shlex.quote(word) for word in argv)


def _first(process: Process, start: Start) -> str:
    signal = start.stop_signal.value if isinstance(start.stop_signal.value, str) else "the stop signal"
    name = process.name
    if process.kind == "init":
        return f"{name}, which passes {signal} on"
    if process.kind == "program":
        return f"{name or 'it'}, no shell between: it gets {signal} itself"
    if process.kind == "replaced":
        return f"{name}, as `exec` puts it in the shell's place: it gets {signal} itself"
    if process.kind == "single":
        return (
            f"{name}, unless it runs its only command in its own place, as most shells do; "
            f"the JSON form makes sure that {signal} arrives"
        )
    return f"{name}, which does not pass {signal} on: `docker stop` waits {start.stop_timeout} s and kills"


def _part(part: Part) -> str:
    return f"{_text(part.value)}{_from(part.origin)}"


def _from(origin: str) -> str:
    return f" ({origin})" if origin else ""


def _text(value: Text) -> str:
    return UNKNOWN if isinstance(value, Unknown) else value


def _variable(item: Variable) -> str:
    return f"{item.name}={_text(item.value)}{_from(item.origin)}"


def _health(health: Healthcheck) -> str:
    """`curl -f localhost every 30s, within 30s, unhealthy after 3`."""
    test = health.test[1:]
    command = test[0] if health.test[:1] == ("CMD-SHELL",) and test else words(test)
    interval = health.interval or HEALTH_DEFAULTS["interval"] * SECOND
    timeout = health.timeout or HEALTH_DEFAULTS["timeout"] * SECOND
    start = f", not counted in the first {duration_text(health.start_period)}" if health.start_period else ""
    return (
        f"{command}, every {duration_text(interval)}, given {duration_text(timeout)}, "
        f"unhealthy after {health.retries or RETRIES} failures{start}"
    )


def as_object(start: Start) -> dict[str, object]:
    """What starts as plain values; null is what is not known."""
    process = start.process
    health = start.health
    return {
        "error": start.error or None,
        "argv": None if isinstance(start.argv, Unknown) else [_known(word) for word in start.argv],
        "origin": start.origin,
        "entrypoint_known": start.wrapped is None,
        "shell_known": start.assumed is None,
        "pid1": None
        if process is None
        else {"name": process.name, "kind": process.kind, "unused": list(process.unused)},
        "user": _object(start.user),
        "directory": _object(start.directory),
        "environment": [
            {"name": item.name, "value": _known(item.value), "origin": item.origin}
            for item in start.environment
        ],
        "ports": [_object(part) for part in start.ports],
        "volumes": [_object(part) for part in start.volumes],
        "stop_signal": _object(start.stop_signal),
        "healthcheck": list(health.test) if isinstance(health, Healthcheck) else None,
        "complete": start.rest is None,
        "notes": list(start.notes),
    }


def _object(part: Part) -> dict[str, object]:
    return {"value": _known(part.value), "origin": part.origin}


def _known(value: Text) -> str | None:
    return None if isinstance(value, Unknown) else value

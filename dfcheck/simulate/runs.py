"""Runs: what `docker run IMAGE` starts: its process, and everything that process finds.

Source: docker's daemon, `runconfig` (how a command line goes over an image's config) and `daemon/` (what it adds).
"""

from __future__ import annotations

from dfcheck.simulate.config import Healthcheck
from dfcheck.simulate.history import duration
from dfcheck.simulate.metadata import UNIX_SHELL
from dfcheck.simulate.signals import Process, process
from dfcheck.syntax.nodes import Cmd, Entrypoint, ShellForm
from dfcheck.syntax.words import Unknown
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.simulate.config import Config, Text, Texts
    from dfcheck.simulate.model import Image

DOCKER = "docker"
BASE = "base image"
DEFAULT = "default"
SECOND = 1_000_000_000  # nanoseconds
HEALTH_DEFAULTS = {"interval": 30, "timeout": 30, "start_period": 0, "start_interval": 5}


class RunOptions(Value):
    """What a `docker run` or `docker create` says beside the image.

    Attributes:
        arguments: What follows the image.
        entrypoint: `--entrypoint`; None when not given.
        environment: `--env` and `--env-file` in order; None as value takes the variable away.
        user: `--user`.
        directory: `--workdir`.
        published: `--publish`, as given.
        publish_all: `--publish-all`.
        exposed: `--expose`, as given.
        mounts: `--volume`, `--mount` and `--tmpfs`: the option's name and value.
        stop_signal: `--stop-signal`.
        stop_timeout: `--stop-timeout`, seconds.
        health: `--health-…` by name: `cmd`, `interval`, `timeout`, `start-period`, `start-interval`, `retries`.
        no_healthcheck: `--no-healthcheck`.
        terminal: `--tty`.
        interactive: `--interactive`.
        init: `--init`: a small process of docker's is PID 1.
        hostname: `--hostname`.
    """

    arguments: tuple[str, ...] = ()
    entrypoint: str | None = None
    environment: tuple[tuple[str, str | None], ...] = ()
    user: str = ""
    directory: str = ""
    published: tuple[str, ...] = ()
    publish_all: bool = False
    exposed: tuple[str, ...] = ()
    mounts: tuple[tuple[str, str], ...] = ()
    stop_signal: str = ""
    stop_timeout: str = ""
    health: tuple[tuple[str, str], ...] = ()
    no_healthcheck: bool = False
    terminal: bool = False
    interactive: bool = False
    init: bool = False
    hostname: str = ""


class Part(Value):
    """A value and where it comes from: `line 3`, `base image`, `default`, `docker` or an option."""

    value: Text
    origin: str


class Variable(Value):
    """An environment variable and where it comes from."""

    name: str
    value: Text
    origin: str


class Start(Value):
    """What a container starts with.

    Attributes:
        argv: The process; Unknown where nothing of it is known.
        origin: Where its words come from: `ENTRYPOINT on line 4, CMD on line 5`.
        wrapped: Why there may be an entrypoint before `argv`; None when there is none for sure.
        process: Who is PID 1 and which signals it gets; None when `argv` is not known.
        user: As USER or `--user` names it.
        directory: Working directory.
        environment: By name.
        ports: Ports that can be reached from other containers; published ones as `8080->80/tcp`.
        volumes: Directories that outlive the container's layer.
        stop_signal: What `docker stop` sends.
        stop_timeout: Seconds until it kills.
        health: The health check; None without one.
        health_origin: Where it comes from.
        rest: Why there may be more variables, ports and volumes; None when there are none.
        notes: What a reader may not expect, one sentence each.
        error: Why docker starts nothing; empty when it does.
        assumed: Why the shell in `argv` is only the usual one; None when it is certain, or there is none.
    """

    argv: Texts | Unknown
    origin: str
    wrapped: Unknown | None
    process: Process | None
    user: Part
    directory: Part
    environment: tuple[Variable, ...]
    ports: tuple[Part, ...]
    volumes: tuple[Part, ...]
    stop_signal: Part
    stop_timeout: str
    health: Healthcheck | Unknown | None
    health_origin: str
    rest: Unknown | None
    notes: tuple[str, ...] = ()
    error: str = ""
    assumed: Unknown | None = None


def start(image: Image, options: RunOptions | None = None) -> Start:
    """What a container of `image` starts with.

    Args:
        image: The prediction.
        options: Of the command that runs it.
    """
    given = options or RunOptions()
    image, assumed = _with_usual_shell(image)
    config, origin = image.config, _Origins(image)
    argv, words_from, wrapped = _argv(config, given, origin)
    first = process(argv, init=given.init) if not isinstance(argv, Unknown) and argv else None
    stop = (
        Part(given.stop_signal, "--stop-signal")
        if given.stop_signal
        else Part(config.stop_signal, origin("stop_signal"))
        if config.stop_signal != ""
        else Part("SIGTERM", DEFAULT)
    )
    health, health_from = _health(config, given, origin)
    directory = _directory(config, given, origin)
    return Start(
        argv,
        words_from,
        wrapped,
        first,
        _user(config, given, origin),
        directory,
        _environment(config, given, origin),
        _ports(config, given, origin),
        _volumes(config, given, origin),
        stop,
        given.stop_timeout or "10",
        health,
        health_from,
        config.rest,
        _notes(config, given, origin, first),
        _error(argv, directory, wrapped),
        assumed,
    )


def _with_usual_shell(image: Image) -> tuple[Image, Unknown | None]:
    """`image` with the usual shell in front of shell forms that an unknown base's SHELL hides, and why it is a guess."""
    config, origins, why = image.config, dict(image.origins), None
    for kind, name in ((Cmd, "cmd"), (Entrypoint, "entrypoint")):
        value = getattr(config, name)
        node = _last(image, kind) if isinstance(value, Unknown) else None
        if node is None or image.build is None or not isinstance(node.command, ShellForm):
            continue
        why = value
        config = config._replace(**{name: (*UNIX_SHELL, node.command.text)})
        origins[name] = image.build.document.source.position(node.span.start).line
    return image._replace(config=config, origins=tuple(origins.items())), why


def _last(image: Image, kind: type) -> Cmd | Entrypoint | None:
    """The last instruction of a kind in the stages that the image is made of."""
    found = None
    for built in image.stages:
        if built.kept and image.build is not None:
            for node in image.build.stages[built.index].instructions:
                found = node if isinstance(node, kind) else found
    return found  # type: ignore[return-value]


class _Origins:
    """Says where a part of the config comes from."""

    def __init__(self, image: Image) -> None:
        self._lines = dict(image.origins)
        self._rest = (
            BASE if any(stage.kept and stage.image is not None for stage in image.stages) else DEFAULT
        )

    def line(self, key: str) -> int | None:
        return self._lines.get(key)

    def __call__(self, key: str) -> str:
        line = self._lines.get(key)
        return self._rest if line is None else f"line {line}"


# --- the process -------------------------------------------------------------------------------------------


def _argv(config: Config, given: RunOptions, origin: _Origins) -> tuple[Texts | Unknown, str, Unknown | None]:
    """The words, where they come from, and why others may stand before them."""
    arguments: Texts | Unknown = given.arguments
    arguments_from = "the command line"
    if given.entrypoint is not None:
        entry: Texts | Unknown = (given.entrypoint,) if given.entrypoint else ()
        entry_from = "--entrypoint"
    else:
        entry, entry_from = config.entrypoint, f"ENTRYPOINT of {_of(origin('entrypoint'))}"
        if not given.arguments:
            arguments, arguments_from = config.cmd, f"CMD of {_of(origin('cmd'))}"
    if isinstance(arguments, Unknown):
        return arguments, "", None
    if isinstance(entry, Unknown):
        return arguments, arguments_from, entry
    sources = [entry_from] if entry else []
    sources += [arguments_from] if arguments else []
    return (*entry, *arguments), ", ".join(sources), None


def _of(origin: str) -> str:
    return f"the {origin}" if origin == BASE else origin


def _error(argv: Texts | Unknown, directory: Part, wrapped: Unknown | None) -> str:
    if not isinstance(argv, Unknown) and not argv and wrapped is None:
        return "no command specified"
    path = directory.value
    if isinstance(path, str) and directory.origin == "--workdir" and not path.startswith("/"):
        return f"the working directory `{path}` is invalid, it needs to be an absolute path"
    return ""


def _notes(config: Config, given: RunOptions, origin: _Origins, first: Process | None) -> tuple[str, ...]:
    notes: list[str] = []
    cmd, entry = config.cmd, config.entrypoint
    if given.entrypoint is not None and cmd and not given.arguments and not isinstance(cmd, Unknown):
        notes.append("--entrypoint drops the image's CMD")
    cleared, set_by = origin.line("cmd"), origin.line("entrypoint")
    if given.entrypoint is None and cmd == () and cleared is not None and cleared == set_by:
        notes.append(f"the ENTRYPOINT on line {set_by} takes away the CMD that came before it")
    if first is not None and first.unused:
        what = "the arguments" if given.arguments else "CMD"
        notes.append(
            f"{what} {_quoted(first.unused)} cannot reach the program: a shell-form ENTRYPOINT passes nothing on"
        )
    if given.arguments and cmd and not isinstance(cmd, Unknown) and entry == () and given.entrypoint is None:
        notes.append("the command line replaces the image's CMD")
    if given.interactive and not given.terminal:
        notes.append("-i without -t: standard input stays open, but it is no terminal")
    return tuple(notes)


def _quoted(words: Texts) -> str:
    import shlex

    return "`" + " ".join(shlex.quote(word) if isinstance(word, str) else "…" for word in words) + "`"


# --- what it finds -----------------------------------------------------------------------------------------


def _user(config: Config, given: RunOptions, origin: _Origins) -> Part:
    if given.user:
        return Part(given.user, "--user")
    if config.user == "":
        return Part("root", DEFAULT)
    return Part(config.user, origin("user"))


def _directory(config: Config, given: RunOptions, origin: _Origins) -> Part:
    if given.directory:
        return Part(given.directory, "--workdir")
    if config.workdir == "":
        return Part("/", DEFAULT)
    return Part(config.workdir, origin("workdir"))


def _environment(config: Config, given: RunOptions, origin: _Origins) -> tuple[Variable, ...]:
    """The environment by name; docker's own variables give way to all others."""
    found = {"HOME": Variable("HOME", "<of the user>", DOCKER)}
    found["HOSTNAME"] = Variable("HOSTNAME", given.hostname or "<of the container>", DOCKER)
    if given.terminal:
        found["TERM"] = Variable("TERM", "xterm", DOCKER)
    for name, value in config.env:
        found[name] = Variable(name, value, origin(f"env {name}"))
    for name, given_value in given.environment:
        if given_value is None:
            found.pop(name, None)
        else:
            found[name] = Variable(name, given_value, "--env")
    return tuple(found[name] for name in sorted(found))


def _ports(config: Config, given: RunOptions, origin: _Origins) -> tuple[Part, ...]:
    found = {port: Part(port, origin(f"port {port}")) for port in config.ports}
    for text in given.exposed:
        port = _with_protocol(text)
        found.setdefault(port, Part(port, "--expose"))
    if given.publish_all:
        found = {port: Part(f"<some port>->{port}", part.origin) for port, part in found.items()}
    for text in given.published:
        host, _, port = text.rpartition(":")
        port = _with_protocol(port)
        found[port] = Part(f"{host or '<some port>'}->{port}", "--publish")
    return tuple(found[port] for port in sorted(found, key=_port_key))


def _with_protocol(port: str) -> str:
    return port if "/" in port else f"{port}/tcp"


def _port_key(port: str) -> tuple[int, str]:
    number = port.partition("/")[0].partition("-")[0]
    return (int(number) if number.isascii() and number.isdigit() else 1 << 16, port)


def _volumes(config: Config, given: RunOptions, origin: _Origins) -> tuple[Part, ...]:
    found: dict[Text, Part] = {path: Part(path, origin(f"volume {path}")) for path in config.volumes}
    for option, text in given.mounts:
        path = _mount_target(option, text)
        found[path] = Part(path, f"--{option} {text}")
    return tuple(found.values())


def _mount_target(option: str, text: str) -> str:
    """Where in the container a mount appears."""
    if option == "mount":
        pairs = dict(item.partition("=")[::2] for item in text.split(","))
        return next((pairs[key] for key in ("target", "destination", "dst") if key in pairs), text)
    parts = text.split(":")
    return parts[0] if option == "tmpfs" or len(parts) == 1 else parts[1]


def _health(config: Config, given: RunOptions, origin: _Origins) -> tuple[Healthcheck | Unknown | None, str]:
    if given.no_healthcheck:
        return None, "--no-healthcheck"
    health, source = config.healthcheck, origin("healthcheck")
    changes = dict(given.health)
    if changes:
        before = health if isinstance(health, Healthcheck) else Healthcheck(())
        command = changes.get("cmd")
        health = Healthcheck(
            ("CMD-SHELL", command) if command else before.test,
            _time(changes, "interval", before.interval),
            _time(changes, "timeout", before.timeout),
            _time(changes, "start-period", before.start_period),
            _time(changes, "start-interval", before.start_interval),
            int(changes["retries"]) if changes.get("retries", "").isdigit() else before.retries,
        )
        source = "--health-cmd" if command else source
    if isinstance(health, Healthcheck) and health.test[:1] in {("NONE",), ()}:
        return None, source
    return health, source


def _time(changes: dict[str, str], name: str, before: int) -> int:
    """Nanoseconds of an option, or what the image says.

    Raises:
        ValueError: It is no duration.
    """
    return duration(changes[name]) if name in changes else before

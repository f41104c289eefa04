"""Config: what an image starts with, and its JSON as BuildKit writes it, byte for byte.

Source: BuildKit's typed image config (OCI image specification plus Docker's fields).
"""

from __future__ import annotations

from dfcheck.syntax.words import Unknown
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from dfcheck.resolve.platforms import Platform
    from dfcheck.simulate.model import HistoryItem

    Text: TypeAlias = "str | Unknown"
    Texts: TypeAlias = "tuple[Text, ...]"


class Healthcheck(Value):
    """A health check; durations in nanoseconds, zero where the default holds."""

    test: tuple[str, ...]
    interval: int = 0
    timeout: int = 0
    start_period: int = 0
    start_interval: int = 0
    retries: int = 0


class Config(Value):
    """The part of an image that says how a container of it starts.

    Attributes:
        user: Of USER; empty for root.
        ports: `80/tcp`, each once.
        env: Names and values in order.
        entrypoint: Its argv; empty for none.
        cmd: Its argv; empty for none.
        volumes: Paths, each once.
        workdir: Working directory; empty where the base image has none.
        labels: Keys and values, each key once.
        stop_signal: As written; empty for none.
        args_escaped: Whether CMD was set by a Dockerfile.
        healthcheck: None for none.
        onbuild: Triggers as text.
        shell: Of SHELL; empty for the usual one.
        rest: Why there may be more ports, environment, volumes and labels than these; None when there is not.
    """

    user: Text = ""
    ports: tuple[str, ...] = ()
    env: tuple[tuple[str, Text], ...] = ()
    entrypoint: Texts | Unknown = ()
    cmd: Texts | Unknown = ()
    volumes: Texts = ()
    workdir: Text = ""
    labels: tuple[tuple[str, Text], ...] = ()
    stop_signal: Text = ""
    args_escaped: bool | Unknown = False
    healthcheck: Healthcheck | Unknown | None = None
    onbuild: tuple[str, ...] = ()
    shell: tuple[str, ...] | Unknown = ()
    rest: Unknown | None = None

    @classmethod
    def unknown(cls, why: Unknown) -> Config:
        """The config of an image that nothing is known of."""
        return cls(
            user=why,
            entrypoint=why,
            cmd=why,
            workdir=why,
            stop_signal=why,
            args_escaped=why,
            healthcheck=why,
            shell=why,
            rest=why,
        )

    def variable(self, name: str) -> Text | None:
        """Value of an environment variable; None when it is unset for sure."""
        found: Text | None = self.rest
        for key, value in self.env:
            if key == name:
                found = value
        return found


def set_env(env: tuple[tuple[str, Text], ...], name: str, value: Text) -> tuple[tuple[str, Text], ...]:
    """`env` with a variable replaced where it stands, or added at the end."""
    for index, (key, _) in enumerate(env):
        if key == name:
            return (*env[:index], (name, value), *env[index + 1 :])
    return (*env, (name, value))


def set_label(labels: tuple[tuple[str, Text], ...], key: str, value: Text) -> tuple[tuple[str, Text], ...]:
    """`labels` with one set."""
    return (*(item for item in labels if item[0] != key), (key, value))


# --- JSON --------------------------------------------------------------------------------------------------


def config_object(config: Config) -> dict[str, object]:
    """The `config` object of the image, in BuildKit's order; what is empty or Unknown is left out."""
    health = config.healthcheck
    fields: tuple[tuple[str, object], ...] = (
        ("User", config.user),
        ("ExposedPorts", {port: {} for port in sorted(config.ports)}),
        ("Env", [f"{name}={value}" for name, value in config.env if isinstance(value, str)]),
        ("Entrypoint", config.entrypoint),
        ("Cmd", config.cmd),
        ("Volumes", {path: {} for path in sorted(v for v in config.volumes if isinstance(v, str))}),
        ("WorkingDir", config.workdir),
        ("Labels", dict(sorted(item for item in config.labels if isinstance(item[1], str)))),
        ("StopSignal", config.stop_signal),
        ("ArgsEscaped", config.args_escaped),
        ("Healthcheck", _health_object(health) if isinstance(health, Healthcheck) else None),
        ("OnBuild", config.onbuild),
        ("Shell", config.shell),
    )
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in fields
        if value is not None and value is not False and not _blank(value)
    }


def _blank(value: object) -> bool:
    """Whether Go would leave it out, or it is not wholly known."""
    if isinstance(value, Unknown):
        return True
    if isinstance(value, tuple):
        return not value or any(isinstance(item, Unknown) for item in value)
    return value in ("", {}, [])


def _health_object(health: Healthcheck) -> dict[str, object]:
    fields: tuple[tuple[str, object], ...] = (
        ("Test", list(health.test)),
        ("Interval", health.interval),
        ("Timeout", health.timeout),
        ("StartPeriod", health.start_period),
        ("StartInterval", health.start_interval),
        ("Retries", health.retries),
    )
    return {name: value for name, value in fields if value}


def unknowns(config: Config) -> tuple[Unknown, ...]:
    """Everything in the config that is not known."""
    found: list[Unknown] = [] if config.rest is None else [config.rest]
    stack: list[object] = [getattr(config, name) for name in config._fields]
    while stack:
        item = stack.pop()
        if isinstance(item, Unknown):
            found.append(item)
        elif isinstance(item, tuple) and not isinstance(item, Healthcheck):
            stack += item
    return tuple(found)


def history_object(item: HistoryItem) -> dict[str, object]:
    """A history entry's JSON object."""
    fields: tuple[tuple[str, object], ...] = (
        ("created", item.created),
        ("created_by", item.created_by),
        ("author", item.author),
        ("comment", item.comment),
        ("empty_layer", item.empty_layer),
    )
    return {name: value for name, value in fields if value and not isinstance(value, Unknown)}


def image_object(
    config: Config,
    history: tuple[HistoryItem, ...],
    diff_ids: tuple[str, ...],
    *,
    platform: Platform,
    author: str = "",
    os_features: tuple[str, ...] = (),
) -> dict[str, object]:
    """The whole config blob as an object, keys in BuildKit's order."""
    last = history[-1].created if history else None
    image: dict[str, object] = {
        "architecture": platform.arch,
        "author": author,
        "config": config_object(config),
        "created": last if isinstance(last, str) else None,
        "history": [history_object(item) for item in history] or None,
        "os": platform.os,
        "os.features": list(os_features),
        "os.version": platform.version,
        "rootfs": {"type": "layers", "diff_ids": list(diff_ids) or None},
        "variant": platform.variant,
    }
    optional = {"author", "os.features", "os.version", "variant"}
    return {name: value for name, value in image.items() if value or name not in optional}


def go_json(value: object) -> str:
    r"""Compact JSON as Go's encoder writes it: `<`, `>`, `&`, U+2028 and U+2029 are escaped, the rest is UTF-8."""
    import json

    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        if char in text:
            text = text.replace(char, f"\\u{ord(char):04x}")
    return text


# --- reading -----------------------------------------------------------------------------------------------


def read_config(data: dict[str, object]) -> Config:
    """The config in an image's `config` object; keys that BuildKit does not know are dropped.

    Raises:
        ValueError: A field has the wrong type.
    """
    get = _Fields(data)
    env = tuple(item.partition("=")[::2] for item in get.texts("Env"))
    return Config(
        user=get.text("User"),
        ports=get.keys("ExposedPorts"),
        env=env,
        entrypoint=get.texts("Entrypoint"),
        cmd=get.texts("Cmd"),
        volumes=get.keys("Volumes"),
        workdir=get.text("WorkingDir"),
        labels=get.pairs("Labels"),
        stop_signal=get.text("StopSignal"),
        args_escaped=get.flag("ArgsEscaped"),
        healthcheck=get.health("Healthcheck"),
        onbuild=get.texts("OnBuild"),
        shell=get.texts("Shell"),
    )


class _Fields:
    """Typed access to a JSON object; null and absent are the same."""

    def __init__(self, data: dict[str, object]) -> None:
        self._data = {name.lower(): value for name, value in data.items()}

    def _get(self, name: str, kind: type, default: object) -> object:
        value = self._data.get(name.lower())
        if value is None:
            return default
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise ValueError(f"`{name}` is {type(value).__name__}, not {kind.__name__}")
        return value

    def text(self, name: str) -> str:
        return str(self._get(name, str, ""))

    def flag(self, name: str) -> bool:
        return bool(self._get(name, bool, False))

    def number(self, name: str) -> int:
        value = self._get(name, int, 0)
        assert isinstance(value, int)  # noqa: S101
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._get(name, list, [])
        assert isinstance(value, list)  # noqa: S101
        if not all(isinstance(item, str) for item in value):
            raise ValueError(f"`{name}` is not a list of texts")
        return tuple(value)

    def keys(self, name: str) -> tuple[str, ...]:
        value = self._get(name, dict, {})
        assert isinstance(value, dict)  # noqa: S101
        return tuple(value)

    def pairs(self, name: str) -> tuple[tuple[str, str], ...]:
        value = self._get(name, dict, {})
        assert isinstance(value, dict)  # noqa: S101
        if not all(isinstance(item, str) for item in value.values()):
            raise ValueError(f"`{name}` maps to something other than texts")
        return tuple(value.items())

    def health(self, name: str) -> Healthcheck | None:
        value = self._get(name, dict, None)
        if value is None:
            return None
        assert isinstance(value, dict)  # noqa: S101
        inner = _Fields(value)
        return Healthcheck(
            inner.texts("Test"),
            inner.number("Interval"),
            inner.number("Timeout"),
            inner.number("StartPeriod"),
            inner.number("StartInterval"),
            inner.number("Retries"),
        )

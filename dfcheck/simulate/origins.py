"""Origins: which line gave each part of an image's config its present value."""

from __future__ import annotations

from dfcheck.syntax.words import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.simulate.config import Config
    from dfcheck.simulate.state import State

SINGLE = ("user", "entrypoint", "cmd", "workdir", "stop_signal", "healthcheck", "shell")


def traced(before: State, after: State) -> State:
    """`after` with its line noted as the origin of all that an instruction changed in the config.

    Keys are the fields of `Config`; `env NAME`, `port 80/tcp` and `volume /PATH` for members of the lists. A value
    that is set to what it was keeps its origin.
    """
    if after.config is before.config:
        return after
    origins = dict(after.origins)
    for key in _changed(before.config, after.config):
        origins[key] = after.line
    return after._replace(origins=tuple(origins.items()))


def _changed(old: Config, new: Config) -> list[str]:
    found = [name for name in SINGLE if getattr(old, name) != getattr(new, name)]
    if old.env is not new.env:
        known = set(old.env)
        found += [f"env {item[0]}" for item in new.env if item not in known]
    found += [f"port {port}" for port in new.ports if port not in old.ports]
    found += [
        f"volume {path}" for path in new.volumes if not isinstance(path, Unknown) and path not in old.volumes
    ]
    return found

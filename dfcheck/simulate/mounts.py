"""Mounts: what BuildKit's cache knows of the mounts of a RUN.

It leaves out which directory of a source is shown, whose files it compares instead, and the names of caches; the values
of secrets it never sees.
"""

from __future__ import annotations

from posixpath import basename

from dfcheck.simulate.paths import clean
from dfcheck.simulate.selected import Slot, slot_of
from dfcheck.simulate.state import expanded
from dfcheck.syntax.words import Unknown
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.simulate.config import Text
    from dfcheck.simulate.files import Source
    from dfcheck.simulate.graph import Vertex
    from dfcheck.simulate.state import Setting, State
    from dfcheck.syntax.nodes import Mount, Run


class Mounted(Value):
    """What the mounts of a RUN come to.

    Attributes:
        parts: What the cache knows of each, in BuildKit's order.
        inputs: The operations that they show.
        slots: What they show of each.
    """

    parts: tuple[object, ...]
    inputs: tuple[Vertex | None, ...]
    slots: tuple[Slot | None, ...]


def mounted(state: State, node: Run, sources: tuple[Source, ...], setting: Setting) -> Mounted:
    """The mounts of a RUN, those of secrets and SSH agents last."""
    found = [
        _Mount(state, mount, source, setting) for mount, source in zip(node.mounts, sources, strict=False)
    ]
    plain = [item for item in found if item.kind not in {"secret", "ssh"}]
    known = all(isinstance(item.target, str) for item in plain)
    plain.sort(key=lambda item: str(item.target) if known else "")
    places: dict[int, int] = {0 if state.vertex is None else state.vertex.key: 0}
    parts = [item.part(places) for item in plain]
    parts += [item.part(places) for item in found if item.kind == "secret"]
    parts += [item.part(places) for item in found if item.kind == "ssh"]
    return Mounted(tuple(parts), tuple(item.vertex for item in plain), tuple(item.slot for item in plain))


class _Mount:
    """One mount with its options expanded."""

    __slots__ = ("kind", "slot", "target", "values", "vertex")

    def __init__(self, state: State, mount: Mount, source: Source, setting: Setting) -> None:
        lookup = state.lookup()
        self.kind = mount.type
        self.values: dict[str, Text] = {}
        for option in mount.options:
            name = _ALIASES.get(option.key.text, option.key.text)
            value: Text = "true" if option.value is None else option.value.text
            if option.value is not None and name != "from":
                value = expanded(option.value, lookup, setting.escape)
            if name == "rw":
                name, value = "ro", "false" if value in _TRUE else "true"
            self.values[name] = value
        self.target = self._absolute(state)
        self.vertex = source.vertex if self.kind in {"bind", "cache"} else None
        self.slot = self._slot(source)

    def _absolute(self, state: State) -> Text:
        target = self.values.get("target", "")
        if isinstance(target, Unknown) or target.startswith("/"):
            return target
        if self.kind in {"secret", "ssh"}:
            return target
        if isinstance(state.directory, Unknown):
            return state.directory
        return clean(f"/{state.directory}/{target}")

    def _slot(self, source: Source) -> Slot | None:
        if self.vertex is None:
            return None
        path = self.values.get("source", "")
        if isinstance(path, Unknown):
            return Slot(("?",), (), (), path)
        if self._owned():
            return Slot((path,), (), (), Unknown("a cache mount with a source and an owner"))
        return slot_of((path,), source.root, local=source.local)

    def _owned(self) -> bool:
        return any(name in self.values for name in ("uid", "gid", "mode"))

    def part(self, places: dict[int, int]) -> object:
        """What the cache knows of it; `places` gives operations their number as inputs."""
        place = -1
        if self.vertex is not None:
            place = places.setdefault(self.vertex.key, len(places))
        get = self.values.get
        if self.kind == "secret" and not any(isinstance(item, Unknown) for item in self.values.values()):
            return self._secret()
        if self.kind in {"secret", "ssh"}:
            return (self.kind, tuple(sorted((name, get(name)) for name in self.values if name != "type")))
        read_only = get("ro", "true" if self.kind == "bind" else "false")
        readable = read_only if isinstance(read_only, Unknown) else read_only in _TRUE
        options: tuple[object, ...] = ()
        if self.kind == "cache":
            owned = tuple(get(name) for name in ("uid", "gid", "mode")) if self._owned() else ()
            options = (self._default_cache(), owned)
        if self.kind == "tmpfs":
            options = (get("size"),)
        return (self.kind, self.target, readable, place, options)

    def _secret(self) -> object:
        """A secret by its name, where it is shown, and its owner and mode; of the two names of a field either counts."""
        get = {name: str(value) for name, value in self.values.items()}.get
        target = get("target", "")
        name = get("source") or get("id") or basename(target)
        if not target and get("env") is None:
            target = f"/run/secrets/{basename(name)}"
        numbers = tuple(get(key, default) for key, default in (("uid", "0"), ("gid", "0"), ("mode", "0400")))
        return ("secret", name, target, get("env"), get("required", "false") in _TRUE, numbers)

    def _default_cache(self) -> object:
        """The name of a cache only counts where it is the target's own and nobody has asked for another sharing."""
        name, target = self.values.get("id", ""), self.values.get("target", "")
        sharing = self.values.get("sharing", "shared")
        for item in (name, target, sharing):
            if isinstance(item, Unknown):
                return item
        name = name or clean(str(target))
        return name if name == self.target and str(sharing).lower() == "shared" else ""


_ALIASES = {
    "src": "source",
    "dst": "target",
    "destination": "target",
    "readonly": "ro",
    "readwrite": "rw",
}
_TRUE = frozenset({"1", "t", "T", "true", "TRUE", "True"})

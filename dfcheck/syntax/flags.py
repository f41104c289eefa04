"""Flags: which instruction takes which, of what kind, and their values."""

from __future__ import annotations

from dfcheck.syntax.body import Body, Fault
from dfcheck.syntax.driver import read
from dfcheck.syntax.nodes import Argument, Flag, Mount, MountOption, Token

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.syntax.arguments import Cover

TEXT, SWITCH, MANY = "text", "switch", "many"

# As BuildKit's parser takes them; instructions that are not named take none.
KNOWN = {
    "FROM": {"platform": TEXT},
    "RUN": {"mount": MANY, "network": TEXT, "security": TEXT, "device": MANY},
    "COPY": {"from": TEXT, "chown": TEXT, "chmod": TEXT, "link": SWITCH, "parents": SWITCH, "exclude": MANY},
    "ADD": {
        "chown": TEXT,
        "chmod": TEXT,
        "link": SWITCH,
        "keep-git-dir": SWITCH,
        "checksum": TEXT,
        "unpack": SWITCH,
        "exclude": MANY,
    },
    "HEALTHCHECK": {
        "interval": TEXT,
        "timeout": TEXT,
        "start-period": TEXT,
        "start-interval": TEXT,
        "retries": TEXT,
    },
}
NONE: dict[str, str] = {}
SWITCHES = {"": True, "true": True, "false": False}


class Flags:
    """The flags of one instruction, checked, by name."""

    def __init__(self, body: Body) -> None:
        """Check all flags of `body`.

        Raises:
            Fault: A flag is unknown, given twice, lacks its value, or is a switch with another value than
                `true` or `false`.
        """
        known = KNOWN.get(body.keyword.text.upper(), NONE)
        self._found: dict[str, list[tuple[Flag, Cover | None]]] = {}
        for flag, cover in zip(body.flags, body.covers, strict=True):
            name = flag.name.text
            kind = known.get(name)
            if kind is None:
                raise _unknown(body, flag, tuple(known))
            before = self._found.setdefault(name, [])
            if before and kind != MANY:
                raise Fault(f"`--{name}` is given twice", flag.span, "keep one of the two")
            if kind == SWITCH:
                _check_switch(flag)
            elif flag.value is None:
                raise Fault(f"`--{name}` lacks its value", flag.span, f"write `--{name}=…`")
            before.append((flag, cover))

    def text(self, name: str) -> Argument | None:
        """The value of a flag, None where it is absent."""
        found = self._found.get(name)
        return found[0][0].value if found else None

    def many(self, name: str) -> tuple[Argument, ...]:
        """All values of a flag that may be repeated."""
        return tuple(flag.value for flag, _ in self._found.get(name, ()) if flag.value is not None)

    def switch(self, name: str) -> bool | None:
        """Whether a switch is on, None where it is absent."""
        found = self._found.get(name)
        if not found:
            return None
        value = found[0][0].value
        return True if value is None else SWITCHES[value.text.lower()]

    def mounts(self, escape: str) -> tuple[Mount, ...]:
        """All `--mount` values.

        Raises:
            Fault: `from` holds a variable, which BuildKit does not expand there.
        """
        return tuple(
            _mount(flag.value, cover, escape)
            for flag, cover in self._found.get("mount", ())
            if flag.value is not None and cover is not None
        )


def _check_switch(flag: Flag) -> None:
    """A switch has no value, or `true` or `false`."""
    if flag.value is None:
        return
    if flag.value.text.lower() not in SWITCHES or not flag.value.text:
        name = flag.name.text
        message = f"`--{name}` is `true` or `false`, not `{flag.value.text}`"
        raise Fault(message, flag.span, f"write `--{name}` or leave it out")


def _unknown(body: Body, flag: Flag, known: tuple[str, ...]) -> Fault:
    from dfcheck.syntax.faults import explain_flag

    message, help_ = explain_flag(body.keyword.text.upper(), flag.name.text, known)
    return Fault(message, flag.span, help_)


FIELDS = {
    "from": "from_",
    "source": "source",
    "src": "source",
    "target": "target",
    "dst": "target",
    "destination": "target",
    "id": "id",
    "sharing": "sharing",
    "env": "env",
}


def _mount(value: Argument, cover: Cover, escape: str) -> Mount:
    """The mount that a flag's value describes; `resolve` checks its keys, since they may hold variables."""
    options = tuple(_option(part, value.text, cover, escape) for part in read("mount", value.text)[1])
    kind = "bind"
    fields: dict[str, Argument] = {}
    for option in options:
        key = option.key.text
        if option.value is None:
            continue
        if key == "type":
            kind = option.value.text.lower()
        elif key in FIELDS:
            fields[FIELDS[key]] = option.value
        if key == "from" and "$" in option.value.text[:-1]:
            message = "`from` of a mount cannot hold a variable"
            raise Fault(message, option.value.span, "name a stage: `FROM ${IMAGE} AS name`, then `from=name`")
    return Mount(value.span, kind, options, **fields)


def _option(
    tree: tuple[str, list[tuple[str, int, int]]], text: str, cover: Cover, escape: str
) -> MountOption:
    """One option of a mount."""
    from dfcheck.syntax.arguments import argument
    from dfcheck.syntax.body import shifted

    leaves = {name: (start, end) for name, start, end in tree[1]}
    start, end = leaves.get("KEY", (0, 0))
    key = Token(cover(start, end), text[start:end].lower())
    first, last = leaves.get("VALUE", (end + 1, end + 1))
    if "VALUE" in leaves:
        value = argument(text[first:last], shifted(cover, first), escape)
        return MountOption(cover(start, last), key, value)
    empty = end < len(text) and text[end] == "="
    if empty:
        return MountOption(
            cover(start, end + 1), key, argument("", lambda _s, _e: cover(end, end + 1), escape)
        )
    return MountOption(cover(start, end), key, None)


def check_devices(flags: Flags) -> None:
    """Check `--device` values as BuildKit does.

    Raises:
        Fault: A second name, an option without value, or `required` that is no boolean.
    """
    for value in flags.many("device"):
        named = False
        for field in value.text.split(","):
            key, equals, given = field.partition("=")
            key = key.lower()
            if key == "required":
                if equals and given not in _BOOLEANS:
                    raise Fault(f"`required` of a device is a boolean, not `{given}`", value.span)
            elif named:
                raise Fault(
                    f"`{field}` is no option of a device", value.span, "options are `name` and `required`"
                )
            else:
                named = True


_BOOLEANS = frozenset(("1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"))


def check_choice(value: Argument | None, what: str, choices: tuple[str, ...]) -> None:
    """Check that a flag's value is one of `choices`.

    Raises:
        Fault: It is not.
    """
    if value is not None and value.text not in choices:
        known = ", ".join(f"`{choice}`" for choice in choices)
        raise Fault(f"{what} cannot be `{value.text}`", value.span, f"one of {known}")

"""Mounts: what BuildKit refuses of a `RUN --mount`, once its values are expanded."""

from __future__ import annotations

from dfcheck.syntax.nodes import Problem
from dfcheck.syntax.words import Known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.resolve.build import Build
    from dfcheck.syntax.nodes import Mount, MountOption, Run
    from dfcheck.syntax.text import Span

TYPES = ("bind", "cache", "tmpfs", "secret", "ssh")
SHARING = ("shared", "private", "locked")
SWITCHES = frozenset({"readonly", "ro", "readwrite", "rw", "required"})
KEYS = (*("type from source src target dst destination id sharing size mode uid gid env".split()), *SWITCHES)
# For which types BuildKit takes a key that it does not take for all.
ONLY = {
    "required": ("secret", "ssh"),
    "size": ("tmpfs",),
    "mode": ("secret", "ssh", "cache"),
    "uid": ("secret", "ssh", "cache"),
    "gid": ("secret", "ssh", "cache"),
    "sharing": ("cache",),
}
# BuildKit holds these against the type that the options before them give.
EARLY = ("required", "size")
BOOLEANS = frozenset(("1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"))


def mount_problems(build: Build, run: Run) -> Iterator[Problem]:
    """What is wrong with the mounts of a RUN; options whose value only the build knows are left out."""
    for mount in run.mounts:
        known = {option.span: _value(build, option) for option in mount.options}
        kind = _kind(mount, known)
        found = []
        for index, option in enumerate(mount.options):
            early = option.key.text in EARLY and not any(o.key.text == "type" for o in mount.options[:index])
            problem = _problem(option, "bind" if early else kind, known[option.span])
            found += [problem] if problem else []
        yield from found
        if not found and kind is not None:
            yield from _whole(mount, kind, known)


def _value(build: Build, option: MountOption) -> str | None:
    """The expanded value; empty without one, None when only the build knows it."""
    if option.value is None:
        return ""
    if option.key.text == "from":
        return option.value.text
    value = build.value(option.value)
    return value.value if isinstance(value, Known) else None


def _kind(mount: Mount, known: dict[Span, str | None]) -> str | None:
    """The mount's type; None when only the build knows it or there is no such type."""
    kind: str | None = "bind"
    for option in mount.options:
        if option.key.text == "type":
            kind = known[option.span]
    kind = kind and kind.lower()
    return kind if kind in TYPES else None


def _problem(option: MountOption, kind: str | None, value: str | None) -> Problem | None:
    """What is wrong with one option."""
    key = option.key.text
    if key not in KEYS:
        return Problem(option.key.span, f"a mount has no option `{key}`", _meant(key, KEYS))
    if option.value is None and key not in SWITCHES:
        return Problem(option.span, f"`{key}` of a mount lacks its value", f"write `{key}=…`")
    allowed = ONLY.get(key)
    if allowed and kind is not None and kind not in allowed:
        usable = " and ".join(f"`{name}`" for name in allowed)
        return Problem(
            option.span, f"a mount of type `{kind}` has no option `{key}`", f"only {usable} mounts have it"
        )
    if value is None or option.value is None:
        return None
    message, help_ = _value_fault(key, value)
    return Problem(option.value.span, message, help_) if message else None


def _value_fault(key: str, value: str) -> tuple[str, str]:
    """What is wrong with the value of an option, and what to do; empty when nothing is."""
    if key == "type" and value.lower() not in TYPES:
        return f"there is no mount type `{value}`", _meant(value.lower(), TYPES)
    if key == "sharing" and value.lower() not in SHARING:
        return f"`sharing` of a mount cannot be `{value}`", _meant(value.lower(), SHARING)
    if key in SWITCHES and value not in BOOLEANS:
        return f"`{key}` of a mount is `true` or `false`, not `{value}`", ""
    if key in {"uid", "gid"} and not (value.isascii() and value.isdigit() and int(value) < 1 << 32):
        return f"`{key}` of a mount is a number, not `{value}`", ""
    if key == "mode" and not (value and set(value) <= set("01234567") and int(value, 8) < 1 << 32):
        return f"`mode` of a mount is an octal number, not `{value}`", "write e.g. `mode=0755`"
    if key == "size" and not _is_size(value):
        return f"`{value}` is no size", "write e.g. `size=64m`"
    return "", ""


def _is_size(text: str) -> bool:
    import re

    return re.fullmatch(r"(?i)\+?(\d+\.?\d*|\.\d+) ?(b|[kmgtp](i?b)?)?", text) is not None


def _whole(mount: Mount, kind: str, known: dict[Span, str | None]) -> Iterator[Problem]:
    """What is wrong with the options taken together."""
    given = {option.key.text: known[option.span] for option in mount.options}
    target = next((given[key] for key in ("target", "dst", "destination") if key in given), "")
    source = next((given[key] for key in ("source", "src") if key in given), "")
    if kind == "secret":
        if "from" in given:
            yield Problem(mount.span, "a secret mount has no `from`", "name the secret: `id=…`")
        elif source == target == given.get("id", "") == "":
            yield Problem(
                mount.span, "a secret mount needs `id`, `source` or `target`", "name the secret: `id=…`"
            )
        elif source and given.get("id"):
            yield Problem(mount.span, "a secret mount takes `id` or `source`, not both", "keep `id`")
    elif kind in {"bind", "cache", "tmpfs"} and target == "/":
        yield Problem(mount.span, "a mount cannot be put over `/`", "write `target=/path`")


def _meant(word: str, known: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(word, known, n=1)
    return f"did you mean `{close[0]}`?" if close else "one of " + ", ".join(f"`{item}`" for item in known)

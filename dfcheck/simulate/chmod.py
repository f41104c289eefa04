"""Chmod: the value of `--chmod`, octal or symbolic, and what it makes of a mode.

Symbolic modes are those of BSD's `setmode`: clauses of who (`ugoa`), operator (`+-=`) and permissions
(`rwxXst`, or a copy of `u`, `g` or `o`).
"""

from __future__ import annotations

from dfcheck.value import Value

PERMISSIONS = {"r": 0o444, "w": 0o222, "x": 0o111}
WHO = {"u": 0o4700, "g": 0o2070, "o": 0o007, "a": 0o6777}
STICKY = 0o1000
ALL = 0o6777  # without the sticky bit, which only `t` names
SHIFTS = {"u": 6, "g": 3, "o": 0}


class BadMode(Exception):
    """A mode that BuildKit refuses; the text is BuildKit's."""


class Change(Value):
    """One step of a symbolic mode.

    Attributes:
        action: `+`, `-`, `X` (set where something may be executed), or `u`, `g`, `o` (copy those bits).
        bits: The bits concerned.
        how: For a copy: `+`, `-` or `=`.
        to: For a copy: which of `u`, `g`, `o` get it.
    """

    action: str
    bits: int
    how: str = ""
    to: str = ""


class Mode(Value):
    """A `--chmod`.

    Attributes:
        octal: The mode to set; None for a symbolic one.
        changes: Of a symbolic mode.
    """

    octal: int | None
    changes: tuple[Change, ...] = ()

    def apply(self, mode: int, *, folder: bool) -> int:
        """The mode that a file or directory of `mode` gets."""
        if self.octal is not None:
            return self.octal
        old = mode
        for change in self.changes:
            mode = _changed(mode, change, executable=folder or bool(old & 0o111))
        return mode

    @property
    def parents(self) -> int:
        """The mode of directories that are made on the way: permissions only, 0755 with a symbolic mode."""
        return 0o755 if self.octal is None else self.octal & 0o777


def parse_mode(text: str) -> Mode:
    """The mode that `text` means.

    Raises:
        BadMode: It is neither octal between 0 and 07777 nor symbolic.
    """
    refused = BadMode(f"invalid chmod parameter: '{text}'. it should be octal string and between 0 and 07777")
    if text and all(char in "01234567" for char in text):
        if int(text, 8) > 0o7777:
            raise refused
        return Mode(int(text, 8))
    if text[:1].isascii() and text[:1].isdigit():
        raise refused
    return Mode(None, tuple(_symbolic(text)))


def _symbolic(text: str) -> list[Change]:
    changes: list[Change] = []
    for clause in text.split(","):
        actions = clause.lstrip("ugoa")
        who = 0
        for char in clause[: len(clause) - len(actions)]:
            who |= WHO[char]
        if not actions:
            raise BadMode("invalid syntax")
        while actions:
            operator = actions[0]
            permissions = actions[1 : 1 + len(actions[1:]) - len(actions[1:].lstrip("rwxXstugo"))]
            if operator not in "+-=":
                raise BadMode("invalid syntax")
            changes += _steps(operator, who, permissions)
            actions = actions[1 + len(permissions) :]
    return changes


def _steps(operator: str, who: int, permissions: str) -> list[Change]:
    """The steps of one operator and its permissions."""
    changes: list[Change] = []
    bits = conditional = 0
    copied = False

    def flush() -> None:
        nonlocal bits, conditional
        if bits:
            changes.extend(_set(operator, who, bits))
        if conditional:
            changes.append(Change("X", conditional & who if who else conditional))
        bits = conditional = 0

    for char in permissions:
        if char in PERMISSIONS or (char == "X" and operator == "-"):
            bits |= PERMISSIONS[char.lower()]
        elif char == "X":
            conditional = 0o111
        elif char == "s":
            bits |= 0 if who and not who & ~0o007 else 0o6000
        elif char == "t":
            if not who or who & ~0o007:
                who |= STICKY
                bits |= STICKY
        else:
            flush()
            copied = True
            to = "".join(name for name in "ugo" if not who or who & 0o444 & WHO[name])
            changes.append(Change(char, 0o7777, operator, to))
    if operator == "=" and not bits and not copied:
        changes += _set("=", who, 0)
    flush()
    return changes


def _set(operator: str, who: int, bits: int) -> list[Change]:
    """Setting or clearing bits; `=` clears all others of the same people."""
    chosen = bits & who if who else bits
    if operator == "=":
        return [Change("-", who or ALL), Change("+", chosen)]
    return [Change(operator, chosen)]


def _changed(mode: int, change: Change, *, executable: bool) -> int:
    if change.action == "+":
        return mode | change.bits
    if change.action == "-":
        return mode & ~change.bits
    if change.action == "X":
        return mode | change.bits if executable else mode
    value = mode >> SHIFTS[change.action] & 0o7
    for name in change.to:
        shift = SHIFTS[name]
        if change.how in "-=":
            mode &= ~((0o7 if change.how == "=" else value) << shift)
        if change.how in "+=":
            mode |= value << shift
    return mode

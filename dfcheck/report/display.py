"""Display: text of a checked file as a terminal may safely get it, and how wide it is there.

A Dockerfile can hold escape sequences and characters that turn the direction of writing; a terminal gets
visible stand-ins of them, so that no checked file can paint over the report.
"""

from __future__ import annotations

TAB = 4  # columns
ELLIPSIS = "…"

_CODES = {
    "bold": "1",
    "dim": "2",
    "red": "1;31",
    "green": "1;32",
    "yellow": "1;33",
    "blue": "1;34",
    "magenta": "1;35",
    "cyan": "1;36",
}


def paint(text: str, colour: str, on: bool) -> str:
    """`text` in a colour of the table, by ANSI sequences, when `on`."""
    return f"\x1b[{_CODES[colour]}m{text}\x1b[0m" if on and text else text


def safe(text: str) -> str:
    """`text` on one line, with control and direction characters as visible signs."""
    return text if text.isprintable() else "".join(map(_visible, text))


def cells(line: str) -> list[tuple[str, int]]:
    """What each character of `line` shows as, with its width in columns; a tab shows as spaces."""
    if line.isascii() and line.isprintable():
        return [(char, 1) for char in line]
    found: list[tuple[str, int]] = []
    column = 0
    for char in line:
        shown = " " * (TAB - column % TAB) if char == "\t" else _visible(char)
        size = len(shown) if char == "\t" else width(shown)
        found.append((shown, size))
        column += size
    return found


def width(text: str) -> int:
    """Columns that `text` takes in a terminal: two for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    total = 0
    for char in text:
        if category(char) not in ("Mn", "Me", "Cf"):
            total += 2 if east_asian_width(char) in "WF" else 1
    return total


def _visible(char: str) -> str:
    """`char`, or a sign for it when a terminal would act on it or show nothing."""
    code = ord(char)
    if char.isprintable() or code in (
        0xA0,
        0x200C,
        0x200D,
    ):  # no-break space and the joiners of scripts and emoji
        return char
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"

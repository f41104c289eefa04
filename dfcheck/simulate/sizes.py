"""Sizes: bytes as docker's programs write them, and as people type them."""

from __future__ import annotations

UNITS = ("B", "kB", "MB", "GB", "TB", "PB")


def human(size: int, digits: int = 4) -> str:
    """`size` in decimal units with at most `digits` significant digits: `2.048kB`."""
    amount = float(size)
    unit = UNITS[0]
    for unit in UNITS:  # noqa: B007 -- the last one holds all that is larger
        if amount < 1000:
            break
        amount /= 1000
    return f"{amount:.{digits}g}{unit}"


def read_size(text: str) -> int | None:
    """Bytes of `200MB`, `1.5 GiB`, `300k` or `1024`; None when `text` is no size.

    A unit with an `i` is binary, any other decimal. Docker writes what it rounds up to the next unit as `1e+03kB`.
    """
    import re

    found = re.fullmatch(
        r"(\d+(?:\.\d+)?(?:e\+\d\d)?)\s*(?:([kmgtp])(i)?)?b?", text.strip(), re.IGNORECASE | re.ASCII
    )
    if found is None:
        return None
    power = " kmgtp".index((found[2] or " ").lower())
    unit: int = (1024 if found[3] else 1000) ** power
    return round(float(found[1]) * unit)

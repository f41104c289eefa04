"""Pieces with a grammar or a form of their own: image references, ports, durations, numbers of retries."""

from __future__ import annotations

import re

from dfcheck.syntax import nodes as n
from dfcheck.syntax.body import Body, Fault, shifted
from dfcheck.syntax.driver import Unreadable, read
from dfcheck.syntax.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dfcheck.syntax.arguments import Cover


def image_of(body: Body, start: int, end: int) -> n.Image:
    """The image reference in a range of the rest."""
    text = body.rest[start:end]
    whole = body.argument(start, end)
    inset = 1 if len(text) > 1 and text[0] in "\"'" and text[-1] == text[0] else 0
    inner = text[inset : len(text) - inset]
    cover = shifted(body.cover, start + inset)
    parts: dict[str, n.Token] = {}
    try:
        for name, first, last in read("image", inner)[1]:
            parts[name] = n.Token(cover(first, last), inner[first:last])
    except Unreadable:
        parts = {"REPOSITORY": n.Token(cover(0, len(inner)), inner)}
    return n.Image(
        whole.span,
        text,
        whole.words,
        parts.get("REGISTRY"),
        parts["REPOSITORY"],
        parts.get("TAG"),
        parts.get("DIGEST"),
    )


def port_of(body: Body, start: int, end: int) -> n.Port:
    """One port specification; its parts stay None where variables or quotes hide them."""
    whole = body.argument(start, end)
    text = whole.text
    parts: dict[str, n.Token] = {}
    if len(whole.words) == 1 and isinstance(whole.words[0], n.Literal):
        try:
            tree = read("port", text)
        except Unreadable:
            tree = ("port", [])
        parts = _port_parts(tree, text, shifted(body.cover, start))
    return n.Port(
        whole.span,
        text,
        whole.words,
        parts.get("ip"),
        parts.get("host"),
        parts.get("container"),
        parts.get("protocol"),
    )


def _port_parts(tree: Any, text: str, cover: Cover) -> dict[str, n.Token]:
    """Named parts of a port tree: the last number is the container's, the one before it the host's."""
    parts: dict[str, n.Token] = {}
    numbers = []
    for child in tree[1]:
        name, start, end = child if len(child) == 3 else child[1][0]
        token = n.Token(cover(start, end), text[start:end])
        if child[0] in {"protocol", "host"}:
            parts[child[0]] = token
        else:
            numbers.append((name, token))
    if numbers:
        parts["container"] = numbers[-1][1]
    if len(numbers) == 2:
        parts["ip" if tree[0] == "ip_port" else "host"] = numbers[0][1]
    return parts


# Compiled on first use: most files have no HEALTHCHECK.
_RETRIES = r"(?:\+?0*[0-9]{1,9}|-0+)\Z"
_DURATION = r"[+-]?(?:0|(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+)\Z"


def check_duration(value: n.Argument | None) -> None:
    """A duration is Go's: `90s`, `1m30s`; not negative, and at least a millisecond unless it is zero.

    Raises:
        Fault: It is not.
    """
    if value is None or not value.text:
        return
    text = value.text
    if not re.match(_DURATION, text):
        unit = f"write `{text}s`" if text.isdigit() else "write e.g. `30s` or `1m30s`"
        raise Fault(f"`{printable(text)}` is no duration", value.span, unit)
    if any(digit in text for digit in "123456789") and (text[0] == "-" or _tiny(text)):
        raise Fault(f"`{text}` is less than a millisecond", value.span, "write e.g. `30s`")


def _tiny(text: str) -> bool:
    """Whether a well-formed duration is below one millisecond."""
    units = {
        "ns": 1e-9,
        "us": 1e-6,
        "\u00b5s": 1e-6,
        "\u03bcs": 1e-6,
        "ms": 1e-3,
        "s": 1.0,
        "m": 60.0,
        "h": 3600.0,
    }
    total = sum(float(m[1]) * units[m[2]] for m in re.finditer(r"([0-9.]+)([a-z\u00b5\u03bc]+)", text))
    return 0 < total < 1e-3


def check_retries(value: n.Argument | None) -> None:
    """Retries are a number from 0.

    Raises:
        Fault: They are not.
    """
    if value is not None and value.text and not re.match(_RETRIES, value.text):
        raise Fault(f"`--retries` is a number from 0, not `{printable(value.text)}`", value.span)

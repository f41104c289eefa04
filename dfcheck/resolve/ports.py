"""Ports: what one EXPOSE specification says, as BuildKit reads it after expansion."""

from __future__ import annotations

from dfcheck.value import Value

PROTOCOLS = ("tcp", "udp", "sctp")
LARGEST = 65535


class PortError(Exception):
    """A specification that BuildKit refuses; the message is a part of a sentence that begins with the port."""


class PortSpec(Value):
    """`[ip:][host:]first[-last][/protocol]`.

    Attributes:
        ip: Of the host, empty without.
        host: Port of the host, empty without.
        first: Of the container's ports.
        last: The same for a single port.
        protocol: As written; empty without, which means tcp.
    """

    ip: str
    host: str
    first: int
    last: int
    protocol: str


def read_port(text: str) -> PortSpec:
    """The parts of one specification.

    Raises:
        PortError: BuildKit refuses it.
    """
    head, _, container = text.rpartition(":")
    ip, _, host = head.rpartition(":")
    container, slash, protocol = container.partition("/")
    if not container:
        raise PortError("has no port")
    if slash and protocol and protocol.lower() not in PROTOCOLS:
        raise PortError(f"has the unknown protocol `{protocol}`")
    if ip and not _is_address(ip):
        raise PortError(f"has `{ip}` before it, which is no IP address")
    first, last = _range(container)
    if host:
        begin, end = _range(host)
        if last != first and last - first != end - begin:
            raise PortError("has two ranges of different length")
    return PortSpec(ip, host, first, last, protocol)


def _range(text: str) -> tuple[int, int]:
    """First and last port of `80` or `80-82`."""
    begin, dash, end = text.partition("-")
    first = _number(begin)
    last = _number(end) if dash and end != begin else first
    if last < first:
        raise PortError("is a range that ends before it begins")
    return first, last


def _number(text: str) -> int:
    digits = text[1:] if text[:1] in {"+", "-"} else text
    if not (digits.isascii() and digits.isdigit()):
        raise PortError(f"is no port: `{text}` is no number" if text else "is no port: a number is missing")
    number = int(text)
    if not 0 <= number <= LARGEST:
        raise PortError(f"is out of range: ports end at {LARGEST}")
    return number


def _is_address(text: str) -> bool:
    import ipaddress

    inner = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    try:
        ipaddress.ip_address(inner)
    except ValueError:
        return False
    return True

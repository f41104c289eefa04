"""History: how BuildKit words an instruction in an image's history."""

from __future__ import annotations

from dfcheck.simulate.state import go_quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dfcheck.simulate.config import Healthcheck


def quoted_list(words: Iterable[str]) -> str:
    """`["a" "b"]`, as Go prints a list with `%q`."""
    return "[" + " ".join(map(go_quote, words)) + "]"


def plain_list(words: Iterable[str]) -> str:
    """`[a b]`, as Go prints a list with `%v`."""
    return "[" + " ".join(words) + "]"


def healthcheck_text(health: Healthcheck) -> str:
    """`{Test:[CMD a] Interval:5s …}`, as Go prints a structure with `%+v`."""
    return (
        f"{{Test:{plain_list(health.test)} Interval:{duration_text(health.interval)}"
        f" Timeout:{duration_text(health.timeout)} StartPeriod:{duration_text(health.start_period)}"
        f" StartInterval:{duration_text(health.start_interval)} Retries:{health.retries}}}"
    )


def duration_text(nanoseconds: int) -> str:
    """A duration as Go prints it: `1h0m0s`, `1.5s`, `100ms`, `0s`."""
    if nanoseconds == 0:
        return "0s"
    if nanoseconds < 1_000_000_000:
        for size, unit in ((1_000_000, "ms"), (1_000, "µs"), (1, "ns")):
            if nanoseconds >= size:
                return f"{_decimal(nanoseconds, size)}{unit}"
    hours, rest = divmod(nanoseconds, 3_600_000_000_000)
    minutes, rest = divmod(rest, 60_000_000_000)
    text = f"{_decimal(rest, 1_000_000_000)}s"
    if hours or minutes:
        text = f"{minutes}m{text}"
    return f"{hours}h{text}" if hours else text


def _decimal(value: int, size: int) -> str:
    whole, part = divmod(value, size)
    if not part:
        return str(whole)
    digits = len(str(size)) - 1
    return f"{whole}.{part:0{digits}}".rstrip("0")


def duration(text: str) -> int:
    """Nanoseconds of a Go duration: `1h30m`, `1.5s`, `-2ms`, `0`.

    Raises:
        ValueError: It is none.
    """
    import re

    sign = -1 if text[:1] == "-" else 1
    rest = text.lstrip("+-") if text[:1] in {"+", "-"} else text
    if rest == "0":
        return 0
    total = 0
    at = 0
    pattern = re.compile(r"(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)")
    while at < len(rest):
        found = pattern.match(rest, at)
        if found is None or not (found[1] or found[2]):
            raise ValueError(text)
        size = _SIZES[found[3]]
        total += int(found[1] or 0) * size
        if found[2]:
            total += int(found[2]) * size // 10 ** len(found[2])
        at = found.end()
    if not rest:
        raise ValueError(text)
    return sign * total


_SIZES = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "μs": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}

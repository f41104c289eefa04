"""Formats: what a text such as a label's value is by its form: an address, a time, a licence."""

from __future__ import annotations

import re

# Names of formats and how each is called in a sentence.
FORMATS = {
    "text": "a text",
    "url": "a URL",
    "rfc3339": "a time as RFC 3339 has it",
    "spdx": "an SPDX licence expression",
    "hash": "a Git hash",
    "semver": "a semantic version",
    "email": "an e-mail address",
    "digest": "a digest",
}
EXAMPLES = {
    "url": "https://example.com/app",
    "rfc3339": "2025-01-31T12:00:00Z",
    "spdx": "Apache-2.0",
    "hash": "4bcff63911fcb4448bd4fdacec207030997caf25",
    "semver": "1.2.3",
    "email": "jane@example.com",
    "digest": "sha256:…",
}
_NUMBER = r"(?:0|[1-9]\d*)"
_PART = rf"(?:{_NUMBER}|\d*[A-Za-z-][0-9A-Za-z-]*)"
_PATTERNS = {
    "url": r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]+",
    "hash": r"[0-9a-f]{7,40}|[0-9a-f]{64}",
    "semver": rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-{_PART}(?:\.{_PART})*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?",
    "email": r"[^@\s<>]+@[^@\s<>]+",
    "digest": r"[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9A-Za-z=_-]{32,}",
}
_TIME = r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.\d+)?(?:[Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)"


def has_format(kind: str, text: str) -> bool:
    """Whether `text` has the format `kind`, a key of `FORMATS`."""
    if kind == "rfc3339":
        return _is_time(text)
    if kind == "spdx":
        from dfcheck.knowledge.spdx import unknown_licences

        return unknown_licences(text) == ()
    pattern = _PATTERNS.get(kind)
    return pattern is None or re.fullmatch(pattern, text) is not None


def _is_time(text: str) -> bool:
    """Whether it is a date and time with a zone, and there is such a day; a leap second is one."""
    match = re.fullmatch(_TIME, text)
    if match is None:
        return False
    from datetime import datetime

    clock = match[2][:-2] + "59" if match[2].endswith(":60") else match[2]
    try:
        datetime.fromisoformat(f"{match[1]}T{clock}+00:00")
    except ValueError:
        return False
    return True

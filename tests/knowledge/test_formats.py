"""Formats of values, by examples of their specifications."""

from __future__ import annotations

import pytest

from dfcheck.knowledge.formats import EXAMPLES, FORMATS, has_format
from dfcheck.knowledge.spdx import LICENSES, unknown_licences

GOOD = {
    "url": ["https://example.com/a", "mailto:a@b", "x:y"],
    "rfc3339": ["2025-01-31T12:00:00Z", "2025-01-31t12:00:00.5+01:00", "2016-12-31T23:59:60Z"],
    "spdx": [
        "MIT",
        "mit",
        "GPL-2.0+",
        "(MIT OR Apache-2.0) AND BSD-3-Clause",
        "GPL-2.0-only WITH Classpath-exception-2.0",
    ],
    "hash": ["4bcff63", "4bcff63911fcb4448bd4fdacec207030997caf25"],
    "semver": ["1.0.0", "0.0.0-rc.1+build.5", "1.2.3-0a"],
    "email": ["root@localhost", "jane@example.com"],
    "digest": ["sha256:" + "0" * 64],
    "text": ["", "anything"],
}
BAD = {
    "url": ["example.com", "", "https://exa mple.com", "//example.com"],
    "rfc3339": [
        "2025-01-31",
        "2025-01-31 12:00:00Z",
        "2025-02-30T12:00:00Z",
        "2025-01-31T12:00:00",
        "2025-01-31T25:00:00Z",
    ],
    "spdx": ["Apache 2", "MIT OR", "(MIT", "MIT)", "", "WITH MIT", "MIT Apache-2.0", "Whatever-1.0", "( )"],
    "hash": ["4bcff6", "4BCFF63", "main"],
    "semver": ["1.0", "v1.0.0", "01.0.0", "1.0.0-01", "1.0.0-"],
    "email": ["jane", "Jane <jane@example.com>", "a@b@c"],
    "digest": ["sha256", "0" * 64],
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind in GOOD for text in GOOD[kind]])
def test_has_format(kind: str, text: str) -> None:
    assert has_format(kind, text)


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind in BAD for text in BAD[kind]])
def test_has_not(kind: str, text: str) -> None:
    assert not has_format(kind, text)


def test_examples_have_their_formats() -> None:
    assert set(EXAMPLES) | {"text"} == set(FORMATS) == set(GOOD)
    assert all(has_format(kind, text) for kind, text in EXAMPLES.items() if kind != "digest")


def test_licence_list_is_whole() -> None:
    names = LICENSES.split()
    assert len(names) > 650
    assert len({name.lower() for name in names}) == len(names)
    assert unknown_licences("MIT AND LicenseRef-Mine OR Nope OR DocumentRef-x:LicenseRef-y") == ("Nope",)

"""What Docker takes for an image's name; verdicts as `docker pull` and BuildKit give them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfcheck.syntax.reference import _is_plain, _is_valid, is_valid_reference

DIGEST = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    "name",
    [
        "alpine",
        "alpine:3.22",
        "library/alpine",
        f"alpine@{DIGEST}",
        f"alpine:3.22@{DIGEST}",
        "localhost/app",
        "localhost:5000/app:1",
        "host:5000/app",
        "Registry.Example.com/team/app",
        "UPPER/app",
        "[::1]:5000/app",
        "a__b/c-d.e---f:_tag-1.x",
        "x:" + "t" * 128,
        "0" * 63,
    ],
)
def test_valid(name: str) -> None:
    assert is_valid_reference(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Scratch",
        "team/App",
        "alpine:",
        "alpine:-x",
        "alpine:a/b:c:d",
        "alpine@",
        "alpine@sha256:123",
        "alpine@" + DIGEST.replace("0", "G"),
        "/alpine",
        "alpine/",
        "a..b",
        "a___b",
        "-a",
        "a_",
        "a b",
        "http://host/app",
        "{{image}}",
        "x:" + "t" * 129,
        "0" * 64,
        "exa_mple.com/app",
        "alpine\n",
    ],
)
def test_not_valid(name: str) -> None:
    assert not is_valid_reference(name)


@given(st.text("ab0Z:/.-_@", max_size=12))
def test_the_short_way_accepts_nothing_else(name: str) -> None:
    assert not _is_plain(name) or _is_valid(name)
    assert is_valid_reference(name) == _is_valid(name)

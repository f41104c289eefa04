"""Values that BuildKit refuses, and those that look odd and are taken; each was tried with BuildKit or read in it."""

from __future__ import annotations

import pytest

from dfcheck.resolve import resolve
from dfcheck.resolve.ports import PortError, PortSpec, read_port
from dfcheck.resolve.values import is_mode, is_platform, is_signal
from dfcheck.syntax.parser import parse
from dfcheck.syntax.text import Source


def problems(text: str, **inputs) -> list[tuple[str, str]]:
    document = parse(Source("Dockerfile", text))
    return [(document.source.cut(item.span), item.message) for item in resolve(document, **inputs).problems]


def mount(text: str) -> list[str]:
    return [cut for cut, _ in problems(f"FROM scratch\nRUN --mount={text} true\n")]


@pytest.mark.parametrize("text", ["755", "0755", "7777", "+x", "u=rwX,go=rX", "a-w", "=", "u+s,g-x+r", "o=u"])
def test_modes(text: str) -> None:
    assert is_mode(text)


@pytest.mark.parametrize("text", ["9", "17777", "0o755", "755x", "x", "u", "u=rw,", "rwx", "u=q", "-1"])
def test_no_modes(text: str) -> None:
    assert not is_mode(text)


@pytest.mark.parametrize("text", ["9", "99", "TERM", "SIGTERM", "sigterm", "RTMIN+3", "SIGRTMIN", "RTMAX-14"])
def test_signals(text: str) -> None:
    assert is_signal(text)


@pytest.mark.parametrize(
    "text", ["0", "", "FOO", "SIG", "SIGSIGTERM", "RTMIN+16", "RTMIN+0", "RTMAX-15", "RTMIN+", "9 "]
)
def test_no_signals(text: str) -> None:
    assert not is_signal(text)


@pytest.mark.parametrize(
    "text",
    ["linux/amd64", "linux/arm/v7", "amd64", "Linux", "aarch64", "windows(10.0.17763)/amd64", "plan10/x"],
)
def test_platforms(text: str) -> None:
    assert is_platform(text)


@pytest.mark.parametrize("text", ["linux/", "/amd64", "linux/arm/v7/x", "linux,amd64", "x87", "linux/*"])
def test_no_platforms(text: str) -> None:
    assert not is_platform(text)


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("80", PortSpec("", "", 80, 80, "")),
        ("0", PortSpec("", "", 0, 0, "")),
        ("80/", PortSpec("", "", 80, 80, "")),
        ("80-82/UDP", PortSpec("", "", 80, 82, "UDP")),
        ("8080:80", PortSpec("", "8080", 80, 80, "")),
        ("8080-8090:80", PortSpec("", "8080-8090", 80, 80, "")),
        ("1.2.3.4::80", PortSpec("1.2.3.4", "", 80, 80, "")),
        ("[::1]:81:80/sctp", PortSpec("[::1]", "81", 80, 80, "sctp")),
    ],
)
def test_ports(text: str, spec: PortSpec) -> None:
    assert read_port(text) == spec


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "70000",
        "82-80",
        "80-",
        "-80",
        "80/foo",
        "/tcp",
        "80:",
        "x::80",
        "1-2:3-5",
        "80 ",
        "1.2.3:1:2",
    ],
)
def test_no_ports(text: str) -> None:
    with pytest.raises(PortError):
        read_port(text)


@pytest.mark.parametrize(
    "text",
    [
        "type=cache,target=/c",
        "type=cache,target=/c,sharing=Locked,id=x,uid=1,mode=0755,ro",
        "type=tmpfs,target=/t,size=64m",
        "type=tmpfs,target=/t,size=1.5GiB",
        "type=secret,id=x,required",
        "type=secret,id=x,env=TOKEN,required=true",
        "type=ssh",
        "target=/src",
        "TYPE=Bind,Source=.,Target=/src,rw",
        "from=x,target=/src",
    ],
)
def test_mounts(text: str) -> None:
    assert mount(text) == []


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("type=foo,target=/c", "foo"),
        ("type=cache,targt=/c", "targt"),
        ("type=cache,target", "target"),
        ("type=cache,target=/c,sharing=mine", "mine"),
        ("target=/c,sharing=locked", "sharing=locked"),
        ("target=/c,size=5", "size=5"),
        ("target=/c,uid=5", "uid=5"),
        ("target=/c,required", "required"),
        ("type=cache,target=/c,uid=me", "me"),
        ("type=cache,target=/c,mode=u+x", "u+x"),
        ("type=cache,target=/c,ro=yes", "yes"),
        ("type=tmpfs,target=/c,size=big", "big"),
        ("size=64m,type=tmpfs,target=/t", "size=64m"),
        ("type=$UNSET,target=/t", "$UNSET"),
        ("type=secret", "type=secret"),
        ("type=secret,id=x,from=y", "type=secret,id=x,from=y"),
        ("type=secret,id=x,source=y", "type=secret,id=x,source=y"),
        ("type=cache,target=/", "type=cache,target=/"),
    ],
)
def test_refused_mounts(text: str, cut: str) -> None:
    assert mount(text) == [cut]


def test_values_are_expanded_and_unknown_ones_pass() -> None:
    text = """\
ARG P=linux:amd64
FROM --platform=$P alpine
ARG MODE=999
ARG SIGNAL
COPY --chmod=$MODE a /a
STOPSIGNAL $SIGNAL
STOPSIGNAL $HOME
RUN --mount=type=cache,target=/$X,mode=$MODE true
COPY https://example.com/a.txt /a
ADD --checksum=sha256:0 a b /c/
RUN []
"""
    assert problems(text) == [
        ("$P", "`linux:amd64` is no platform"),
        ("$MODE", "`999` is no mode for `--chmod`"),
        ("$MODE", "`mode` of a mount is an octal number, not `999`"),
        ("https://example.com/a.txt", "COPY does not fetch anything"),
        ("sha256:0", "`--checksum` is for a single source"),
        ("[]", "RUN has nothing to run"),
    ]
    assert ("$SIGNAL", "there is no signal `FOO`") in problems(text, build_args={"SIGNAL": "FOO"})

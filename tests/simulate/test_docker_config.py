"""Who one is at a registry, by docker's config.json: what docker itself would send, and only where the file says."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from dfcheck.simulate.auth import Challenge, challenges
from dfcheck.simulate.docker_config import Credentials, credentials_for
from dfcheck.simulate.transport import PullError, is_loopback

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "s3cr3t"  # noqa: S105 -- made up


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def found(tmp_path: Path, host: str, config: Any) -> tuple[str, str] | None:
    path = tmp_path / "config.json"
    path.write_text(config if isinstance(config, str) else json.dumps(config))
    who = credentials_for(host, str(path))
    return None if who is None else (who.username, who.password)


@pytest.fixture
def helper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A helper that notes what it is asked and knows `a.example`."""
    path = tmp_path / "bin" / "docker-credential-test"
    path.parent.mkdir()
    answer = json.dumps({"ServerURL": "a.example", "Username": "me", "Secret": SECRET})
    path.write_text(
        f'#!/bin/sh\nread key; echo "$1 $key" >> {tmp_path}/asked\n'
        f"if [ \"$key\" = a.example ]; then echo '{answer}'; else echo 'credentials not found in x'; exit 1; fi\n"
    )
    path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{path.parent}:/usr/bin:/bin")
    return tmp_path / "asked"


@pytest.mark.parametrize(
    ("key", "host"),
    [
        ("a.example", "a.example"),
        ("https://a.example", "a.example"),
        ("https://a.example/v1/", "a.example"),
        ("a.example:5000", "a.example:5000"),
        ("https://index.docker.io/v1/", "docker.io"),
        ("docker.io", "docker.io"),
    ],
)
def test_an_entry_is_for_its_host(tmp_path: Path, key: str, host: str) -> None:
    assert found(tmp_path, host, {"auths": {key: {"auth": encoded("me:a:b")}}}) == ("me", "a:b")


@pytest.mark.parametrize("host", ["b.example", "a.example:5000", "sub.a.example", "example", "docker.io"])
def test_an_entry_is_for_no_other_host(tmp_path: Path, host: str) -> None:
    assert found(tmp_path, host, {"auths": {"a.example": {"auth": encoded("me:a")}}}) is None


@pytest.mark.parametrize(
    "config", [{}, {"auths": None}, {"auths": {"a.example": {}}}, {"HttpHeaders": {"a": "b"}}]
)
def test_nobody(tmp_path: Path, config: Any) -> None:
    assert found(tmp_path, "a.example", config) is None


def test_no_file(tmp_path: Path) -> None:
    assert credentials_for("a.example", str(tmp_path / "none" / "config.json")) is None


def test_names_without_auth(tmp_path: Path) -> None:
    assert found(tmp_path, "a.example", {"auths": {"a.example": {"username": "me", "password": "x"}}}) == (
        "me",
        "x",
    )


@pytest.mark.parametrize(
    ("config", "asked"),
    [
        ({"credHelpers": {"a.example": "test"}}, ["get a.example"]),
        ({"credsStore": "test", "auths": {"a.example": {}}}, ["get a.example"]),
        (
            {"credsStore": "test", "credHelpers": {"b.example": "none"}, "auths": {"a.example": {}}},
            ["get a.example"],
        ),
    ],
)
def test_helpers_are_asked_as_docker_asks(
    tmp_path: Path, helper: Path, config: Any, asked: list[str]
) -> None:
    assert found(tmp_path, "a.example", config) == ("me", SECRET)
    assert helper.read_text().splitlines() == asked


@pytest.mark.parametrize(
    "config",
    [{"credHelpers": {"b.example": "test"}}, {"credsStore": "test"}, {"credsStore": "test", "auths": {}}],
)
def test_helpers_are_not_asked_about_hosts_that_the_file_does_not_name(
    tmp_path: Path, helper: Path, config: Any
) -> None:
    assert found(tmp_path, "a.example", config) is None
    assert not helper.exists()


def test_docker_hub_has_its_own_key(tmp_path: Path, helper: Path) -> None:
    config = {"credsStore": "test", "auths": {"https://index.docker.io/v1/": {}}}
    assert found(tmp_path, "docker.io", config) is None
    assert helper.read_text() == "get https://index.docker.io/v1/\n"


def test_a_token_of_a_helper(tmp_path: Path, helper: Path) -> None:
    script = tmp_path / "bin" / "docker-credential-test"
    script.write_text(script.read_text().replace('"me"', '"<token>"'))
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"credHelpers": {"a.example": "test"}}))
    expected = Credentials(refresh=SECRET, origin="docker-credential-test")
    assert credentials_for("a.example", str(path)) == expected


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (f"echo {SECRET}; exit 3", "docker-credential-test fails with exit code 3"),
        (f"echo {SECRET}", "docker-credential-test does not answer as a credential helper should"),
        (f'echo \'{{"Username":1,"Secret":"{SECRET}"}}\'', "does not answer as a credential helper should"),
    ],
)
def test_a_helper_that_fails_shows_nothing(tmp_path: Path, helper: Path, script: str, message: str) -> None:
    (tmp_path / "bin" / "docker-credential-test").write_text(f"#!/bin/sh\ncat > /dev/null\n{script}\n")
    with pytest.raises(PullError) as caught:
        found(tmp_path, "a.example", {"credHelpers": {"a.example": "test"}})
    assert message in str(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("name", ["../evil", "a/b", "a b", "", "$(x)"])
def test_a_helper_is_a_name_and_no_path(tmp_path: Path, name: str) -> None:
    config = {"credHelpers": {"a.example": name}}
    if not name:
        assert found(tmp_path, "a.example", config) is None
        return
    with pytest.raises(PullError, match="cannot be a program"):
        found(tmp_path, "a.example", config)


def test_a_helper_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(
        PullError, match=r"^docker-credential-none-such, which docker's config\.json names, is not there$"
    ):
        found(tmp_path, "a.example", {"credHelpers": {"a.example": "none-such"}})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"auths":\n  {,}}', ":2:4: "),
        ("[]", ": all of it: "),
        (f'{{"auths": {{"a.example": {{"auth": ["{SECRET}"]}}}}}}', ": auths.a.example.auth: "),
        (f'{{"auths": {{"a.example": {{"auth": "{SECRET}"}}}}}}', ": `auth` of `a.example` is no base64"),
        (
            f'{{"auths": {{"a.example": {{"auth": "{encoded(SECRET)}"}}}}}}',
            ": `auth` of `a.example` is no base64",
        ),
    ],
)
def test_a_broken_file_is_named_and_not_shown(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(PullError) as caught:
        found(tmp_path, "a.example", text)
    assert str(caught.value).startswith(f"{tmp_path}/config.json{message}")
    assert SECRET not in str(caught.value)
    assert encoded(SECRET) not in str(caught.value)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ((), ()),
        (("Basic realm=x",), (Challenge("basic", {"realm": "x"}),)),
        (("Negotiate",), (Challenge("negotiate", {}),)),
        (
            ('Bearer realm="https://a/t",service="a, b",scope="repository:x:pull,push"',),
            (
                Challenge(
                    "bearer", {"realm": "https://a/t", "service": "a, b", "scope": "repository:x:pull,push"}
                ),
            ),
        ),
        (
            ('Basic realm="x", Bearer realm="https://a/t"',),
            (Challenge("basic", {"realm": "x"}), Challenge("bearer", {"realm": "https://a/t"})),
        ),
        (
            ("Basic realm=x", "bearer realm=y"),
            (Challenge("basic", {"realm": "x"}), Challenge("bearer", {"realm": "y"})),
        ),
        (('=,,="',), None),
    ],
)
def test_challenges(headers: tuple[str, ...], expected: tuple[Challenge, ...] | None) -> None:
    read = challenges(headers)
    assert expected is None or read == expected


@pytest.mark.parametrize("host", ["localhost", "localhost:5000", "127.0.0.1", "127.8.9.1:80", "[::1]:5000"])
def test_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["localhost.example", "128.0.0.1", "127.0.0.1.example", "a", "", "[::2]"])
def test_other_machines(host: str) -> None:
    assert not is_loopback(host)

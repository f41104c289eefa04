"""What lies between a registry and us: TLS with certificates made for the test, proxies, platforms to choose from."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulate.registries import Asked, Fake, served

from dfcheck.resolve.platforms import parse_platform
from dfcheck.simulate import transport
from dfcheck.simulate.manifests import Index, choose, compatible
from dfcheck.simulate.pull import Puller, PullOptions
from dfcheck.simulate.transport import Limits, PullError

if TYPE_CHECKING:
    from pathlib import Path

AMD64 = parse_platform("linux/amd64")
LIMITS = Limits(tries=2, backoff=0.01, connect=2, silence=2, total=5)

fake = pytest.fixture(served)


def pull(name: str, tmp_path: Path, **options: Any) -> Any:
    chosen = PullOptions(cache=str(tmp_path / "cache"), limits=LIMITS, **options)
    return Puller(chosen, lambda _text: None, lambda _host: None)(name, AMD64)


# --- TLS -------------------------------------------------------------------------------------------------------


@pytest.fixture
def certificate(fake: Fake, tmp_path: Path) -> Path:
    """Make the registry speak TLS; the path of its certificate."""
    if shutil.which("openssl") is None:
        pytest.skip("NOT TESTED with TLS: openssl not installed (apt-get install openssl)")
    key, path = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, key)
    fake.server.socket = context.wrap_socket(fake.server.socket, server_side=True)
    return path


def through_tls(fake: Fake, tmp_path: Path) -> Any:
    address = f"https://{fake.host}"
    return Puller(
        PullOptions(mirrors=(("a.invalid", address),), cache=str(tmp_path / "cache"), limits=LIMITS),
        pytest.fail,
        lambda _host: None,
    )("a.invalid/team/app:1", AMD64)


def test_a_certificate_that_the_system_trusts(
    fake: Fake, certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert through_tls(fake, tmp_path).config.user == "web"


def test_a_certificate_that_docker_was_told_to_trust(
    fake: Fake, certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "certs.d" / fake.host
    folder.mkdir(parents=True)
    shutil.copy(certificate, folder / "ca.crt")
    monkeypatch.setattr(transport, "CERTIFICATES", str(tmp_path / "certs.d"))
    assert through_tls(fake, tmp_path).config.user == "web"


def test_a_certificate_that_nobody_trusts(fake: Fake, certificate: Path, tmp_path: Path) -> None:
    notes: list[str] = []
    mirrors = ((fake.host, f"https://{fake.host}"),)
    options = PullOptions(mirrors=mirrors, cache=str(tmp_path / "cache"), limits=LIMITS)
    with pytest.raises(PullError):  # the registry itself is asked without TLS, which it does not know
        Puller(options, notes.append, lambda _host: None)(fake.name, AMD64)
    (note,) = notes
    assert "its certificate is not trusted: self" in note
    assert not fake.asked


# --- proxies ---------------------------------------------------------------------------------------------------


def test_a_proxy_of_the_environment(fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://me:s3cr3t@{fake.host}")
    monkeypatch.delenv("no_proxy", raising=False)
    image = pull("a.invalid/team/app:1", tmp_path, insecure=frozenset({"a.invalid"}))
    assert image.config.user == "web"
    assert fake.asked[0].path == "http://a.invalid/v2/team/app/manifests/1"
    assert fake.asked[0].headers["proxy-authorization"] == "Basic bWU6czNjcjN0"


def test_a_proxy_that_is_not_there_is_told_without_its_login(
    fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.stop()
    monkeypatch.setenv("http_proxy", f"http://me:s3cr3t@{fake.host}")
    with pytest.raises(
        PullError, match=r"^a\.invalid/b:1: a\.invalid: the proxy of the environment cannot be used$"
    ):
        pull("a.invalid/b:1", tmp_path, insecure=frozenset({"a.invalid"}))


def test_this_machine_is_reached_without_a_proxy(
    fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://localhost:1")
    assert pull(fake.name, tmp_path).config.user == "web"


def test_other_machines_are_not_spoken_to_without_tls(
    fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also through a proxy that would take it."""
    monkeypatch.setenv("http_proxy", f"http://{fake.host}")
    monkeypatch.setenv("https_proxy", f"http://{fake.host}")
    fake.handler = lambda _: (405, {}, b"")
    with pytest.raises(PullError):
        pull("a.invalid/team/app:1", tmp_path)
    assert not [asked for asked in fake.asked if asked.path.startswith("http://")]


def test_what_a_request_says_of_us(fake: Fake, tmp_path: Path) -> None:
    pull(fake.name, tmp_path)
    first: Asked = fake.asked[0]
    assert first.headers["User-Agent"] == "dfcheck"
    assert first.headers["Accept-Encoding"] == "identity"
    assert "application/vnd.docker.distribution.manifest.list.v2+json" in first.headers["Accept"]
    assert "Authorization" not in first.headers


# --- platforms -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("linux/amd64", "amd64 386"),
        ("linux/amd64/v3", "amd64/v3 amd64/v2 amd64 386"),
        ("linux/arm", "arm/v7 arm/v6 arm/v5"),
        ("linux/arm/v5", "arm/v5"),
        ("linux/arm64", "arm64 arm/v8 arm/v7 arm/v6 arm/v5"),
        ("linux/arm64/v8.2", "arm64/v8.2 arm64/v8.1 arm64 arm/v8 arm/v7 arm/v6 arm/v5"),
        (
            "linux/arm64/v9",
            "arm64/v9 arm64/v8.5 arm64/v8.4 arm64/v8.3 arm64/v8.2 arm64/v8.1 arm64 arm/v8 arm/v7 arm/v6 arm/v5",
        ),
        ("linux/riscv64", "riscv64"),
        ("linux/amd64/v99999999999", "amd64/v99999999999 386"),
    ],
)
def test_platforms_in_containerds_order(wanted: str, expected: str) -> None:
    found = [str(item).removeprefix("linux/") for item in compatible(parse_platform(wanted))]
    assert found == expected.split()


@given(st.lists(st.sampled_from(["linux/amd64", "linux/386", "linux/arm64", "windows/amd64"]), unique=True))
def test_the_choice_does_not_depend_on_the_order_of_an_index(names: list[str]) -> None:
    def chosen(order: list[str]) -> str:
        entries = []
        for name in order:
            system, arch = name.split("/")
            digest = "sha256:" + name.encode().hex().ljust(64, "0")
            entries.append({"digest": digest, "size": 1, "platform": {"os": system, "architecture": arch}})
        try:
            return choose(Index.model_validate({"manifests": entries}), AMD64).digest
        except PullError as error:
            return str(error)

    assert chosen(names) == chosen(names[::-1])
    assert ("sha256:" in chosen(names)) == bool({"linux/amd64", "linux/386"} & set(names))

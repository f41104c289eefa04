"""`--pull` against registries that fail: one clear line, nothing wrong in the cache, no secret anywhere."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from simulate.registries import INDEX, MANIFEST, Asked, Fake, served
from simulate.support import digest

from dfcheck.resolve.platforms import parse_platform
from dfcheck.simulate.docker_config import Credentials
from dfcheck.simulate.pull import Puller, PullOptions
from dfcheck.simulate.transport import Limits, PullError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Reply = tuple[int, dict[str, str], bytes | None]

AMD64 = parse_platform("linux/amd64")
PASSWORD = "s3cr3t-Pa55"  # noqa: S105 -- of a registry that a test makes
SECRETS = (PASSWORD, base64.b64encode(f"me:{PASSWORD}".encode()).decode(), "t0k3n")
ME = Credentials("me", PASSWORD, origin="config.json")
LIMITS = Limits(tries=3, backoff=0.01, connect=2, silence=0.3, total=2, longest_wait=0.5)

fake = pytest.fixture(served)


def pull(fake: Fake, tmp_path: Path, login: Credentials | None = None, **options: Any) -> Any:
    chosen = PullOptions(cache=str(tmp_path / "cache"), **{"limits": LIMITS, **options})
    return Puller(chosen, lambda _text: None, lambda _host: login)(fake.name, AMD64)


def pull_all(fake: Fake, tmp_path: Path, login: Credentials | None = None, **options: Any) -> None:
    for layer in pull(fake, tmp_path, login, **options).layers or ():
        layer().close()


def failure(fake: Fake, tmp_path: Path, login: Credentials | None = None, **options: Any) -> str:
    """The message of a pull that fails: one line with the image's name, nothing secret; what is kept is right."""
    with pytest.raises(PullError) as caught:
        pull_all(fake, tmp_path, login, **options)
    message = str(caught.value)
    assert message.startswith(f"{fake.name}: ")
    assert message.isprintable()
    for path in (tmp_path / "cache").rglob("*"):
        if path.is_file():
            assert digest(path.read_bytes()) == f"sha256:{path.name}"
    assert not any(secret in message + repr(caught.value.__cause__) for secret in SECRETS)
    return message.removeprefix(f"{fake.name}: ").replace(fake.host, "HOST")


def when(fake: Fake, part: str, reply: Callable[[Asked], Reply]) -> None:
    """Answer as a good registry does, but for addresses with `part` in them."""
    good = fake.handler
    fake.handler = lambda asked: reply(asked) if part in asked.path else good(asked)


def test_the_hand_made_registry_serves_an_image_when_nothing_is_wrong(fake: Fake, tmp_path: Path) -> None:
    assert pull(fake, tmp_path).config.user == "web"
    assert fake.paths() == [
        "HEAD /v2/team/app/manifests/1",
        f"GET /v2/team/app/manifests/{digest(fake.manifest)}",
        f"GET /v2/team/app/blobs/{digest(fake.config)}",
    ]
    assert pull(fake, tmp_path).config.user == "web"
    assert fake.paths()[3:] == ["HEAD /v2/team/app/manifests/1"]


# --- connections -----------------------------------------------------------------------------------------------


def test_refused(fake: Fake, tmp_path: Path) -> None:
    fake.stop()
    assert failure(fake, tmp_path) == "HOST: Connection refused"


def test_no_such_host(tmp_path: Path) -> None:
    puller = Puller(PullOptions(cache=str(tmp_path), limits=LIMITS), lambda _text: None, lambda _host: None)
    with pytest.raises(
        PullError, match=r"^registry\.invalid/a:1: registry\.invalid: there is no host of that"
    ):
        puller("registry.invalid/a:1", AMD64)


def test_reset(fake: Fake, tmp_path: Path) -> None:
    fake.handler = lambda _: (0, {}, None)
    assert failure(fake, tmp_path) == "HOST ends the connection before its answer is complete"
    assert len(fake.asked) == LIMITS.tries


def test_reset_once(fake: Fake, tmp_path: Path) -> None:
    good = fake.handler
    fake.handler = lambda asked: (0, {}, None) if len(fake.asked) == 1 else good(asked)
    assert pull(fake, tmp_path).config.user == "web"


def test_silent(fake: Fake, tmp_path: Path) -> None:
    good = fake.handler

    def late(asked: Asked) -> Reply:
        time.sleep(0.6)
        return good(asked)

    fake.handler = late
    assert failure(fake, tmp_path) == "HOST says nothing for 0.3 s"


def talking(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """The host of a server that is not even HTTP: `talk` gets each connection."""
    server = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        with contextlib.suppress(OSError):  # the test ends, or the client has gone
            while True:
                with server.accept()[0] as client:
                    client.recv(65536)
                    talk(client)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.getsockname()[1]}"
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(10)


def test_a_body_that_drips(fake: Fake, tmp_path: Path) -> None:
    """Each byte comes in time, all of them never."""

    def drip(client: socket.socket) -> None:
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n")
        while True:
            client.sendall(b"{")
            time.sleep(0.05)

    with contextlib.contextmanager(talking)(drip) as host:
        fake.name = f"{host}/team/app@{digest(b'x')}"
        start = time.monotonic()
        limits = LIMITS._replace(total=0.5, slowest=1e9)
        message = failure(fake, tmp_path, limits=limits)
    assert message.endswith("is too slow: it has not sent all in time")
    assert time.monotonic() - start < 5


def test_not_http_at_all(fake: Fake, tmp_path: Path) -> None:
    def mail(client: socket.socket) -> None:
        client.sendall(b"220 mail.example ESMTP\r\n")

    with contextlib.contextmanager(talking)(mail) as host:
        fake.name = f"{host}/team/app:1"
        message = failure(fake, tmp_path)
    assert message.endswith("ends the connection before its answer is complete")


def test_no_tls_where_tls_should_be(fake: Fake, tmp_path: Path) -> None:
    notes: list[str] = []
    mirrors = ((fake.host, f"https://{fake.host}"),)
    options = PullOptions(mirrors=mirrors, cache=str(tmp_path / "cache"), limits=LIMITS)
    assert Puller(options, notes.append, lambda _host: None)(fake.name, AMD64).config.user == "web"
    told = (
        f"the mirror https://{fake.host}: {fake.host}: no safe connection: it does not speak TLS as it should"
    )
    assert notes == [f"{fake.name}: {told}; asking the next"]


# --- busy ------------------------------------------------------------------------------------------------------


def test_too_many_requests_then_well(fake: Fake, tmp_path: Path) -> None:
    good = fake.handler
    fake.handler = lambda asked: (429, {"Retry-After": "0"}, b"") if len(fake.asked) < 3 else good(asked)
    assert pull(fake, tmp_path).config.user == "web"


def test_too_many_requests_for_long(fake: Fake, tmp_path: Path) -> None:
    fake.handler = lambda _: (429, {"Retry-After": "1"}, b"")
    assert failure(fake, tmp_path) == "HOST is busy or broken (HTTP 429), and asks to wait 1 s"
    assert len(fake.asked) == 1


def test_a_server_error_that_stays(fake: Fake, tmp_path: Path) -> None:
    fake.handler = lambda _: (503, {}, b"<html>" + PASSWORD.encode())
    assert failure(fake, tmp_path) == "HOST is busy or broken (HTTP 503)"
    assert len(fake.asked) == LIMITS.tries


# --- what comes is wrong ---------------------------------------------------------------------------------------


def test_not_there(fake: Fake, tmp_path: Path) -> None:
    fake.name = f"{fake.host}/team/other:2"
    assert failure(fake, tmp_path) == "HOST has no `team/other` with `2`"


def test_a_manifest_with_another_digest(fake: Fake, tmp_path: Path) -> None:
    when(fake, "manifests/sha256:", lambda _: (200, {"Content-Type": MANIFEST}, fake.manifest + b" "))
    expected = f"what the registry sends as {digest(fake.manifest)[:19]} has another digest"
    assert failure(fake, tmp_path) == expected
    assert not (tmp_path / "cache").exists()


def test_a_pinned_manifest_with_another_digest(fake: Fake, tmp_path: Path) -> None:
    fake.name = f"{fake.host}/team/app:1@{digest(b'pinned')}"
    when(fake, "manifests/", lambda _: (200, {"Content-Type": MANIFEST}, fake.manifest))
    assert failure(fake, tmp_path).endswith("has another digest")


def test_a_config_with_another_digest(fake: Fake, tmp_path: Path) -> None:
    wrong = fake.config.replace(b'"web"', b'"bad"')
    when(fake, "blobs/", lambda _: (200, {}, wrong))
    assert failure(fake, tmp_path) == f"what came as {digest(fake.config)[:19]} has another digest"


def test_a_layer_with_another_digest(fake: Fake, tmp_path: Path) -> None:
    wrong = fake.layer[:-1] + b"!"
    when(fake, f"blobs/{digest(fake.layer)}", lambda _: (200, {}, wrong))
    message = failure(fake, tmp_path, layers=True)
    assert message == f"what came as {digest(fake.layer)[:19]} has another digest"


def test_a_body_that_is_cut_off(fake: Fake, tmp_path: Path) -> None:
    when(fake, "blobs/", lambda _: (200, {"Content-Length": str(len(fake.config))}, fake.config[:-20]))
    assert failure(fake, tmp_path) == "HOST ends the connection before its answer is complete"
    assert fake.paths()[-1] == fake.paths()[-LIMITS.tries]


def test_a_body_that_is_too_short(fake: Fake, tmp_path: Path) -> None:
    when(fake, "blobs/", lambda _: (200, {}, fake.config[:-20]))
    size = len(fake.config)
    expected = f"{digest(fake.config)[:19]} has {size - 20} bytes where its manifest says {size}"
    assert failure(fake, tmp_path) == expected


def test_a_body_that_is_too_long(fake: Fake, tmp_path: Path) -> None:
    when(fake, "blobs/", lambda _: (200, {}, fake.config + bytes(20)))
    expected = f"HOST sends more than the {len(fake.config)} bytes that there should be at most"
    assert failure(fake, tmp_path) == expected


@pytest.mark.parametrize("announced", [True, False])
def test_a_huge_manifest(fake: Fake, tmp_path: Path, announced: bool) -> None:
    body = b"{" + b" " * (5 << 20) + b"}"
    headers = {"Content-Type": MANIFEST, **({} if announced else {"Content-Length": ""})}
    when(fake, "manifests/", lambda asked: (404 if asked.method == "HEAD" else 200, headers, body))
    assert failure(fake, tmp_path) == "HOST sends more than the 4 MB that there should be at most"
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize(
    ("sent_as", "body", "message"),
    [
        ("text/html", b"<html>", "no manifest but `text/html`; is it a registry?"),
        ("application/json", b"<html>", "its manifest is no JSON"),
        ("application/json", b"[" * 100_000, "its manifest is no JSON"),
        (MANIFEST, b"[]", "its manifest is no JSON object"),
        (MANIFEST, b'{"schemaVersion":2}', "its manifest is wrong at `config`: Field required"),
        (
            "application/vnd.docker.distribution.manifest.v1+prettyjws",
            b'{"schemaVersion":1}',
            "the image is in Docker's first format, which builders do not read any more",
        ),
        (
            INDEX,
            json.dumps({"schemaVersion": 2, "mediaType": MANIFEST}).encode(),
            f"a manifest that calls itself `{MANIFEST}` was sent as `{INDEX}`",
        ),
        (
            INDEX,
            b'{"schemaVersion":2,"manifests":[],"layers":[]}',
            "its manifest claims to be an index too",
        ),
        (INDEX, b'{"schemaVersion":2,"manifests":[]}', "it has no image for linux/amd64; it has: none"),
        (
            INDEX,
            b'{"schemaVersion":2,"manifests":[{"digest":"sha256:../../etc","size":1}]}',
            "its manifest is wrong at `manifests.0.digest`: String should match pattern",
        ),
        (
            INDEX,
            b'{"schemaVersion":2,"mediaType":"application/vnd.cncf.helm"}',
            "no image but `application/vnd.cncf.helm`",
        ),
    ],
    ids=lambda value: None,
)
def test_a_manifest_that_is_none(fake: Fake, tmp_path: Path, sent_as: str, body: bytes, message: str) -> None:
    fake.manifest = body
    when(fake, "manifests/", lambda _: (200, {"Content-Type": sent_as}, body))
    assert failure(fake, tmp_path).startswith(message)
    assert not (tmp_path / "cache").exists() or message.startswith("it has no image")


def test_an_artifact_that_is_no_image(fake: Fake, tmp_path: Path) -> None:
    config = {"mediaType": "application/vnd.cncf.helm.config.v1+json", "digest": digest(b"{}"), "size": 2}
    fake.manifest = json.dumps(fake.manifest_of(b"", []) | {"config": config}).encode()
    expected = "no image to run: its config is `application/vnd.cncf.helm.config.v1+json`"
    assert failure(fake, tmp_path) == expected


def test_a_config_that_is_none(fake: Fake, tmp_path: Path) -> None:
    fake.config = b'{"config":{"Env":7}}'
    fake.manifest = json.dumps(fake.manifest_of(fake.config, [])).encode()
    assert failure(fake, tmp_path).startswith("its config is not right: ")


def test_an_index_that_holds_itself_ends(fake: Fake, tmp_path: Path) -> None:
    """As a hash cannot hold itself, each is another one; a server can make them without end."""
    depth = {"n": 0}
    bodies: dict[str, bytes] = {}
    inner = b"{}"
    for _ in range(8):
        entry = {"mediaType": INDEX, "digest": digest(inner), "size": len(inner)}
        bodies[digest(inner)] = inner
        inner = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": [entry]}).encode()
    bodies["1"] = bodies[digest(inner)] = inner

    def nested(asked: Asked) -> Reply:
        depth["n"] += 1
        return 200, {"Content-Type": INDEX}, bodies[asked.path.rpartition("/")[2]]

    fake.handler = nested
    assert failure(fake, tmp_path) == "its indexes are nested too deep"
    assert depth["n"] < 8


# --- redirects -------------------------------------------------------------------------------------------------


def test_blobs_may_lie_elsewhere_and_no_login_goes_there(fake: Fake, tmp_path: Path) -> None:
    other = next(elsewhere := served())
    other.handler = lambda _: (200, {}, fake.config)
    when(fake, "/v2/", lambda asked: locked(fake, asked))
    good = fake.handler
    location = f"http://{other.host}/store?X-Signature=t0k3n"
    fake.handler = lambda asked: (307, {"Location": location}, b"") if "blobs" in asked.path else good(asked)
    assert pull(fake, tmp_path, ME).config.user == "web"
    assert "Authorization" in fake.asked[-1].headers
    assert ["Authorization" in asked.headers for asked in other.asked] == [False]
    other.handler = lambda _: (403, {}, b"")
    for path in (tmp_path / "cache").rglob("*"):
        if path.is_file():
            path.unlink()
    assert "t0k3n" not in failure(fake, tmp_path, ME)
    next(elsewhere, None)


@pytest.mark.parametrize("location", ["file:///etc/passwd", "", "/loop"])
def test_redirects_to_nowhere(fake: Fake, tmp_path: Path, location: str) -> None:
    fake.handler = lambda _: (302, {"Location": location}, b"")
    expected = (
        "HOST redirects to an address that is not safe"
        if location.startswith("file")
        else "HOST redirects more than 5 times"
    )
    assert failure(fake, tmp_path) == expected


# --- logins ----------------------------------------------------------------------------------------------------


def locked(fake: Fake, asked: Asked) -> Reply:
    """As a registry with names and passwords answers."""
    if asked.headers.get("Authorization") == f"Basic {SECRETS[1]}":
        return Fake.serve(fake, asked)
    return 401, {"Www-Authenticate": 'Basic realm="test"'}, b""


class Tokens:
    """A registry with tokens: what it takes, and what its token server was asked."""

    def __init__(self, fake: Fake, *, realm: str = "") -> None:
        self.fake = fake
        self.realm = realm or f"http://{fake.host}/token"
        self.valid = 1
        self.asked: list[Asked] = []
        fake.handler = self.answer

    def answer(self, asked: Asked) -> Reply:
        if asked.path.startswith("/token"):
            self.asked.append(asked)
            return 200, {}, json.dumps({"token": f"t0k3n-{self.valid}"}).encode()
        if asked.headers.get("Authorization") == f"Bearer t0k3n-{self.valid}":
            return Fake.serve(self.fake, asked)
        scope = "repository:team/app:pull"
        way = f'Bearer realm="{self.realm}",service="test, registry",scope="{scope}"'
        return 401, {"Www-Authenticate": way}, b""


def test_a_token_for_nobody(fake: Fake, tmp_path: Path) -> None:
    tokens = Tokens(fake)
    assert pull(fake, tmp_path).config.user == "web"
    (asked,) = tokens.asked
    query = parse_qs(urlsplit(asked.path).query)
    assert query == {"service": ["test, registry"], "scope": ["repository:team/app:pull"]}
    assert "Authorization" not in asked.headers


def test_a_token_for_a_name_and_password(fake: Fake, tmp_path: Path) -> None:
    tokens = Tokens(fake)
    assert pull(fake, tmp_path, ME).config.user == "web"
    assert [asked.headers["Authorization"] for asked in tokens.asked] == [f"Basic {SECRETS[1]}"]
    assert all(PASSWORD.encode() not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_a_token_for_a_token(fake: Fake, tmp_path: Path) -> None:
    tokens = Tokens(fake)
    assert pull(fake, tmp_path, Credentials(refresh="r3fr3sh", origin="helper")).config.user == "web"
    (asked,) = tokens.asked
    form = parse_qs(asked.body.decode())
    assert (asked.method, form["grant_type"], form["refresh_token"]) == (
        "POST",
        ["refresh_token"],
        ["r3fr3sh"],
    )
    assert "r3fr3sh" not in asked.path


def test_a_token_that_has_run_out_is_renewed(fake: Fake, tmp_path: Path) -> None:
    tokens = Tokens(fake)
    image = pull(fake, tmp_path, layers=True)
    tokens.valid = 2
    image.layers[0]().close()
    assert len(tokens.asked) == 2


def test_a_401_loop_ends(fake: Fake, tmp_path: Path) -> None:
    Tokens(fake).valid = -1
    good = fake.handler
    fake.handler = lambda asked: (200, {}, b'{"token":"t0k3n"}') if "/token" in asked.path else good(asked)
    assert failure(fake, tmp_path, ME) == (
        "HOST has no `team/app`, or does not take the credentials from config.json"
    )
    assert len(fake.asked) == 3


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"token":7}', b'{"token":"a\\r\\nX: y"}'])
def test_a_token_server_that_gives_none(fake: Fake, tmp_path: Path, body: bytes) -> None:
    Tokens(fake)
    good = fake.handler
    fake.handler = lambda asked: (200, {}, body) if "/token" in asked.path else good(asked)
    assert failure(fake, tmp_path) == "HOST does not answer with a token"


@pytest.mark.parametrize("realm", ["http://tokens.example/token", "ftp://x/", "/token", "https://"])
def test_a_login_is_not_carried_to_an_unsafe_place(fake: Fake, tmp_path: Path, realm: str) -> None:
    Tokens(fake, realm=realm)
    assert failure(fake, tmp_path, ME) == "HOST names a place for tokens that is not safe"


def test_a_wrong_password(fake: Fake, tmp_path: Path) -> None:
    fake.handler = lambda asked: locked(fake, asked)
    wrong = Credentials("me", "t0k3n", origin="config.json")
    assert failure(fake, tmp_path, wrong).endswith("or does not take the credentials from config.json")
    assert len(fake.asked) == 2


def test_a_way_in_that_nobody_knows(fake: Fake, tmp_path: Path) -> None:
    fake.handler = lambda _: (401, {"Www-Authenticate": "Negotiate"}, b"")
    assert failure(fake, tmp_path, ME) == "HOST asks for a kind of login that is not known here"


def test_who_one_is_stays_secret() -> None:
    shown = repr(Credentials("me", PASSWORD, "t0k3n", "t0k3n", "config.json"))
    assert not any(secret in shown for secret in SECRETS)


# --- the command -----------------------------------------------------------------------------------------------


def simulate(tmp_path: Path, fake: Fake, *arguments: str) -> subprocess.CompletedProcess[str]:
    (tmp_path / "Dockerfile").write_text(f"FROM {fake.name}\n")
    clean = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    environment = {"XDG_CACHE_HOME": str(tmp_path / "xdg"), "DOCKER_CONFIG": str(tmp_path)}
    return subprocess.run(
        [sys.executable, "-m", "dfcheck", "simulate", "--output-format", "json", *arguments, str(tmp_path)],
        capture_output=True,
        text=True,
        env={**clean, **environment},
        check=False,
    )


def test_a_registry_that_echoes_what_it_was_shown_makes_nothing_public(fake: Fake, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"auths": {fake.host: {"auth": SECRETS[1]}}}))

    def echo(asked: Asked) -> Reply:
        shown = asked.headers.get("Authorization")
        if shown is None:
            return 401, {"Www-Authenticate": 'Basic realm="test"'}, b""
        body = {"errors": [{"code": shown, "message": base64.b64decode(shown.split()[1]).decode()}]}
        return 418, {"Content-Type": shown, "Docker-Content-Digest": shown}, json.dumps(body).encode()

    fake.handler = echo
    done = simulate(tmp_path, fake, "--pull", "--verbose")
    assert done.returncode == 2
    assert done.stderr == f"dfcheck: error: {fake.name}: {fake.host} does not give `1` (HTTP 418)\n"
    assert not any(secret in done.stdout for secret in SECRETS)
    assert not any(path.is_file() for path in tmp_path.glob("xdg/**/*"))


def test_without_pull_nothing_is_asked(fake: Fake, tmp_path: Path) -> None:
    assert simulate(tmp_path, fake).returncode == 0
    assert not fake.asked


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--mirror", "a.example"), "--mirror needs --pull or --pull-layers"),
        (
            ("--pull", "--mirror", f"https://me:{PASSWORD}@a.example"),
            "--mirror takes [REGISTRY=]ADDRESS without a login, not `…@a.example`",
        ),
        (("--pull", "--mirror", "ftp://a"), "--mirror takes an address of http or https, not `ftp://a`"),
    ],
)
def test_options_that_cannot_be(fake: Fake, tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    done = simulate(tmp_path, fake, *arguments)
    assert (done.returncode, done.stderr) == (2, f"dfcheck: error: {message}\n")

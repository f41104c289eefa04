"""`--local`: images of a daemon, and of a store that skopeo has really written."""

from __future__ import annotations

import io
import json
import shutil
import socketserver
import subprocess
import tarfile
import threading
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any

import pytest
from simulate.support import image_config, layer_tar, layout

from dfcheck.resolve.platforms import parse_platform
from dfcheck.simulate.bases import BaseError, load
from dfcheck.simulate.daemon import Daemon, sockets
from dfcheck.simulate.local import Local
from dfcheck.simulate.storage import find

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AMD64, ARM64 = parse_platform("linux/amd64"), parse_platform("linux/arm64")
NAME = "docker.io/team/one:1"


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    layer = layer_tar({"etc": None, "etc/passwd": b"web:x:101:102::/:/bin/sh\n"})
    config = image_config([layer], {"Env": ["A=1"], "User": "web", "Cmd": ["sh"]})
    return layout(tmp_path_factory.mktemp("layout") / "one", [(config, [layer])])


# --- a store ---------------------------------------------------------------------------------------------------

skopeo = pytest.mark.skipif(
    shutil.which("skopeo") is None,
    reason="NOT TESTED against a real store: skopeo not installed (apt-get install skopeo)",
)


@pytest.fixture(scope="module")
def store(one: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("store")
    place = f"containers-storage:[vfs@{root}/graph+{root}/run]{NAME}"
    command = ["skopeo", "--insecure-policy", "copy", f"oci:{one}", place]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(
            f"NOT TESTED against a real store: skopeo cannot write one here: {done.stderr.strip()[-200:]}"
        )
    return root / "graph"


@skopeo
def test_an_image_of_a_store_is_what_was_copied_there(store: Path, one: Path) -> None:
    assert find(str(store), NAME, AMD64) == load(str(one), AMD64)._replace(layers=None)


@skopeo
def test_a_store_has_no_other_image(store: Path) -> None:
    assert find(str(store), "docker.io/team/one:2", AMD64) is None
    assert find(str(store), NAME, ARM64) is None
    assert find(str(store / "none"), NAME, AMD64) is None


@skopeo
def test_an_image_of_a_store_by_digest(store: Path) -> None:
    (entry,) = json.loads((store / "vfs-images" / "images.json").read_text())
    assert find(str(store), f"docker.io/team/one@{entry['digest']}", AMD64) is not None
    assert find(str(store), f"docker.io/team/two@{entry['digest']}", AMD64) is None
    assert find(str(store), f"docker.io/team/one@sha256:{'0' * 64}", AMD64) is None


@skopeo
def test_a_damaged_store_is_named(store: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(store, copy)
    for path in copy.glob("vfs-images/*/=*"):
        path.write_bytes(path.read_bytes().replace(b'"web"', b'"bad"'))
    with pytest.raises(
        BaseError, match=f"^{copy}: `{NAME}` in it is damaged: its config has another digest$"
    ):
        find(str(copy), NAME, AMD64)
    (copy / "vfs-images" / "images.json").write_text("{")
    with pytest.raises(BaseError, match="is damaged"):
        find(str(copy), NAME, AMD64)


@skopeo
def test_storage_conf_says_where_the_store_is(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "storage.conf"
    settings.write_text(f'[storage]\ndriver = "vfs"\ngraphroot = "{store}"\n')
    monkeypatch.setenv("CONTAINERS_STORAGE_CONF", str(settings))
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none")
    image = Local(lambda _text: None)(NAME, AMD64)
    assert image is not None
    assert image.config.user == "web"
    settings.write_text("[storage")
    with pytest.raises(BaseError, match=f"^{settings}: "):
        Local(lambda _text: None)


# --- a daemon --------------------------------------------------------------------------------------------------


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    archive = b""
    asked: list[str]
    about: Any = None


class _Handler(BaseHTTPRequestHandler):
    server: _Server  # type: ignore[assignment]

    def do_GET(self) -> None:
        """Answer as the Docker Engine does."""
        self.server.asked.append(self.path)
        if not self.path.startswith(f"/images/{NAME}/"):
            status, body = 404, b'{"message":"No such image"}'
        elif self.path.endswith("/json"):
            status, body = 200, json.dumps(self.server.about).encode()
        else:
            status, body = 200, self.server.archive
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self) -> str:
        return "socket"

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def daemon(one: Path, tmp_path: Path) -> Iterator[_Server]:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        tar.add(one, ".")
    server = _Server(str(tmp_path / "d.sock"), _Handler)
    server.archive = out.getvalue()
    server.asked = []
    server.about = {"Os": "linux", "Architecture": "amd64", "Size": 2_500_000}
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(10)


def test_an_image_of_a_daemon_comes_whole(daemon: _Server, one: Path) -> None:
    notes: list[str] = []
    path = str(daemon.server_address)
    asked = Daemon(path, notes.append)
    image = asked.find(NAME, AMD64)
    assert image is not None
    assert image._replace(layers=None) == load(str(one), AMD64)._replace(layers=None)
    assert image.layers is not None
    with image.layers[0]() as file:
        assert b"etc/passwd" in file.read()
    assert notes == [f"{NAME}: reading it from {path}, 2.5 MB"]
    assert daemon.asked == [f"/images/{NAME}/json", f"/images/{NAME}/get"]


def test_a_daemon_without_the_image_is_asked_once(daemon: _Server) -> None:
    asked = Daemon(str(daemon.server_address), lambda _text: None)
    assert asked.find("docker.io/team/two:1", AMD64) is None
    assert asked.find(NAME, ARM64) is None
    assert daemon.asked == ["/images/docker.io/team/two:1/json", f"/images/{NAME}/json"]


def test_a_daemon_that_talks_nonsense(daemon: _Server) -> None:
    asked = Daemon(str(daemon.server_address), lambda _text: None)
    daemon.about = [1]
    with pytest.raises(BaseError, match="does not answer as a daemon should"):
        asked.find(NAME, AMD64)
    daemon.about = {"Os": "linux", "Architecture": "amd64"}
    daemon.archive = b"no tar"
    with pytest.raises(BaseError, match="neither an OCI layout, nor an archive"):
        asked.find(NAME, AMD64)


def test_a_socket_that_nobody_listens_at(tmp_path: Path) -> None:
    (tmp_path / "d.sock").write_text("")
    with pytest.raises(BaseError, match=f"^{NAME}: {tmp_path}/d.sock: Connection refused$"):
        Daemon(str(tmp_path / "d.sock"), lambda _text: None).find(NAME, AMD64)


@pytest.mark.parametrize("host", ["tcp://10.0.0.1:2375", "ssh://me@host", "unix://", "/var/run/docker.sock"])
def test_a_daemon_elsewhere_is_not_asked(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("DOCKER_HOST", host)
    with pytest.raises(BaseError, match="only one behind a unix:// socket is asked"):
        sockets()

"""Registries for tests: Debian's, on loopback, and one made by hand that answers as a test tells it to."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import pytest
from simulate.support import digest, image_config, layer_tar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    # Answers one request: status, headers, body. A body of None cuts the connection.
    Handler = Callable[["Asked"], tuple[int, dict[str, str], bytes | None]]

TOOLS = ("docker-registry", "skopeo")
INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"


def needs_tools() -> pytest.MarkDecorator:
    """Skip, and say loudly why, where the real tools are absent."""
    absent = [name for name in TOOLS if shutil.which(name) is None]
    why = f"NOT TESTED against a real registry: {' and '.join(absent)} not installed (apt-get install {' '.join(TOOLS)})"
    return pytest.mark.skipif(bool(absent), reason=why)


class Real:
    """Debian's docker-registry on a free port of loopback."""

    def __init__(self, root: Path, *, htpasswd: str = "") -> None:
        self.root = root
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.host = f"localhost:{self.port}"
        lines = [
            "version: 0.1",
            "log: {level: error}",
            f"storage: {{filesystem: {{rootdirectory: {root / 'data'}}}}}",
            f"http: {{addr: '127.0.0.1:{self.port}'}}",
        ]
        if htpasswd:
            (root / "htpasswd").write_text(htpasswd)
            lines.append(f"auth: {{htpasswd: {{realm: test, path: {root / 'htpasswd'}}}}}")
        (root / "config.yml").write_text("\n".join(lines))
        self.log = (root / "log").open("wb")
        command = ["docker-registry", "serve", str(root / "config.yml")]
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log)
        self._wait()

    def _wait(self) -> None:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError((self.root / "log").read_text())

    def push(self, layout: Path, name: str, *options: str) -> None:
        """Copy an OCI layout to the registry by skopeo, which speaks its API as a builder would."""
        command = ["skopeo", "--insecure-policy", "copy", "--dest-tls-verify=false", *options]
        done = subprocess.run(
            [*command, f"oci:{layout}", f"docker://{self.host}/{name}"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def join(self, name: str, parts: dict[str, str], kind: str) -> None:
        """Make an index, tagged `all`, of tags and their platforms; of OCI's kind or Docker's."""
        entries = []
        for tag, platform in parts.items():
            with self._manifest(name, tag) as answer:
                data, media_type = answer.read(), answer.headers["Content-Type"]
            entry = {"mediaType": media_type, "digest": digest(data), "size": len(data)}
            named = dict(zip(("os", "architecture", "variant"), platform.split("/"), strict=False))
            entries.append(entry | {"platform": named})
        media_type = INDEX if kind == "oci" else DOCKER_LIST
        index = json.dumps({"schemaVersion": 2, "mediaType": media_type, "manifests": entries}).encode()
        url = f"http://{self.host}/v2/{name}/manifests/all"
        urlopen(Request(url, index, {"Content-Type": media_type}, method="PUT")).close()

    def digest(self, name: str, tag: str) -> str:
        """What a tag points to, by the registry's own word."""
        with self._manifest(name, tag) as answer:
            return str(answer.headers["Docker-Content-Digest"])

    def _manifest(self, name: str, tag: str) -> Any:
        accept = f"{INDEX}, {MANIFEST}, {DOCKER_LIST}, {DOCKER}"
        return urlopen(Request(f"http://{self.host}/v2/{name}/manifests/{tag}", headers={"Accept": accept}))

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(10)
        self.log.close()


class Asked:
    """A request as it came."""

    def __init__(self, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
        self.method, self.path, self.headers, self.body = method, path, headers, body


class Fake:
    """A registry whose every answer a test decides; it holds one image, `team/app:1`."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.layer = layer_tar({"etc": None, "etc/passwd": b"web:x:7:8::/:\n"})
        self.config = json.dumps(image_config([self.layer], {"User": "web", "Cmd": ["serve"]})).encode()
        self.manifest = json.dumps(self.manifest_of(self.config, [self.layer])).encode()
        self.handler: Handler = self.serve
        self.server = _Server(("127.0.0.1", 0), _Handler)
        self.server.fake = self
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        self.name = f"{self.host}/team/app:1"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    @staticmethod
    def manifest_of(config: bytes, layers: list[bytes]) -> dict[str, Any]:
        """A manifest."""
        return {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": {"mediaType": CONFIG, "digest": digest(config), "size": len(config)},
            "layers": [{"mediaType": LAYER, "digest": digest(item), "size": len(item)} for item in layers],
        }

    def serve(self, asked: Asked) -> tuple[int, dict[str, str], bytes | None]:
        """Answer as a registry that works."""
        blobs = {digest(data): data for data in (self.config, self.layer)}
        last = asked.path.rpartition("/")[2]
        if last in {"1", digest(self.manifest)} and "/team/app/manifests/" in asked.path:
            headers = {"Content-Type": MANIFEST, "Docker-Content-Digest": digest(self.manifest)}
            return 200, headers, self.manifest
        if last in blobs and "/team/app/blobs/" in asked.path:
            return 200, {"Content-Type": "application/octet-stream"}, blobs[last]
        return 404, {"Content-Type": "application/json"}, b'{"errors":[{"code":"MANIFEST_UNKNOWN"}]}'

    def paths(self) -> list[str]:
        """Method and path of each request, in order."""
        return [f"{item.method} {item.path}" for item in self.asked]

    def stop(self) -> None:
        """End it."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(10)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    fake: Fake

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that goes away is what many tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        asked = Asked(self.command, self.path, dict(self.headers.items()), self.rfile.read(length))
        self.server.fake.asked.append(asked)
        status, headers, body = self.server.fake.handler(asked)
        if body is None:
            self.close_connection = True
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # a reset
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        if headers.get("Content-Length", str(len(body))) != str(len(body)):
            self.close_connection = True

    do_GET = do_HEAD = do_POST = _answer  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def served() -> Iterator[Fake]:
    """The body of a fixture: a hand-made registry for one test."""
    fake = Fake()
    yield fake
    fake.stop()

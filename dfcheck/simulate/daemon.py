"""Daemon: a base image that docker or podman on this machine has, asked for over its socket.

Source: the Docker Engine API (`/images/NAME/json`, `/images/NAME/get`), which podman serves too.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
from urllib.parse import quote

from dfcheck.resolve.platforms import Platform, parse_platform
from dfcheck.simulate.bases import BaseError, load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from dfcheck.simulate.bases import BaseImage

LARGEST_ANSWER = 4 << 20  # bytes of a JSON answer
LARGEST_IMAGE = 64 << 30
CHUNK = 1 << 20
SILENCE = 120.0  # seconds; a daemon collects an image before it sends the first byte


def sockets() -> tuple[str, ...]:
    """Where daemons listen: what `DOCKER_HOST` names and nothing else, or the usual places.

    Raises:
        BaseError: `DOCKER_HOST` names no socket of this machine.
    """
    named = os.environ.get("DOCKER_HOST", "")
    if named:
        scheme, _, path = named.partition("://")
        if scheme != "unix" or not path:
            raise BaseError("DOCKER_HOST names a daemon elsewhere; only one behind a unix:// socket is asked")
        return (path,)
    run = os.environ.get("XDG_RUNTIME_DIR", "")
    own = (f"{run}/docker.sock", f"{run}/podman/podman.sock") if os.path.isabs(run) else ()
    desktop = os.path.join(os.path.expanduser("~"), ".docker", "run", "docker.sock")
    return ("/var/run/docker.sock", *own, desktop, "/run/podman/podman.sock")


class Daemon:
    """One daemon."""

    def __init__(self, path: str, note: Callable[[str], None]) -> None:
        """Connect to nothing yet.

        Args:
            path: Its socket.
            note: Takes a line that tells what is done.
        """
        self._path = path
        self._note = note

    def find(self, name: str, platform: Platform) -> BaseImage | None:
        """The image of a full name for a platform; None when the daemon has not got it.

        Raises:
            BaseError: The daemon does not answer as it should.
        """
        try:
            about = self._about(name)
            if about is None or not _is_for(about, platform):
                return None
            size = about.get("Size")
            megabytes = f", {size / 1e6:.1f} MB" if isinstance(size, int) else ""
            self._note(f"{name}: reading it from {self._path}{megabytes}")
            return load(self._saved(name), platform)
        except (OSError, http.client.HTTPException) as error:
            said = error.strerror if isinstance(error, OSError) and error.strerror else "it breaks off"
            raise BaseError(f"{name}: {self._path}: {said}") from error

    def _about(self, name: str) -> dict[str, object] | None:
        """What `docker image inspect` prints."""
        with _Local(self._path) as connection:
            answer = connection.ask(name, "json")
            if answer.status == 404:
                return None
            data = answer.read(LARGEST_ANSWER + 1)
            self._check(name, answer.status, len(data) <= LARGEST_ANSWER)
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            value = None
        self._check(name, 200, isinstance(value, dict))
        return value  # type: ignore[no-any-return]

    def _saved(self, name: str) -> str:
        """The path of what `docker save` writes; it is there as long as this object."""
        import shutil
        import tempfile
        import weakref

        folder = tempfile.mkdtemp(prefix="dfcheck-")
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        path = os.path.join(folder, "image.tar")
        left = LARGEST_IMAGE
        with _Local(self._path) as connection, open(path, "wb") as file:
            answer = connection.ask(name, "get")
            self._check(name, answer.status, True)
            while data := answer.read(CHUNK):
                left -= len(data)
                self._check(name, 200, left >= 0)
                file.write(data)
        return path

    def _check(self, name: str, status: int, right: bool) -> None:
        if status != 200:
            raise BaseError(f"{name}: {self._path} does not give it (HTTP {status})")
        if not right:
            raise BaseError(f"{name}: {self._path} does not answer as a daemon should")


class _Local(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=SILENCE)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(SILENCE)
        self.sock.connect(self._path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, name: str, what: str) -> http.client.HTTPResponse:
        """The answer about an image."""
        self.request("GET", f"/images/{quote(name, safe='/:@')}/{what}", headers={"Host": "localhost"})
        return self.getresponse()


def _is_for(about: dict[str, object], wanted: Platform) -> bool:
    """Whether an image is for the platform; a daemon keeps one image a name, whatever it is for."""
    parts = [about.get(key) for key in ("Os", "Architecture", "Variant")]
    found = parse_platform("/".join(part for part in parts if isinstance(part, str) and part))
    return (found.os, found.arch) == (wanted.os, wanted.arch)

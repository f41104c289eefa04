"""Docker config: who we are at a registry, from `config.json` and the helpers that it names.

Nothing is written, and what is read goes nowhere but to `dfcheck.simulate.auth`.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dfcheck.simulate.transport import PullError
from dfcheck.value import Value

LARGEST_CONFIG = 4 << 20  # bytes
HELPER_SECONDS = 60  # a helper may ask the user to unlock something
_HUB = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io"})
_HUB_KEY = "https://index.docker.io/v1/"
_TOKEN_USER = "<token>"  # noqa: S105 -- the name by which helpers mark that the secret is a token


class Credentials(Value):
    """Who to be at a registry; either a name and a password, or a token.

    Attributes:
        username: Name; empty with a token.
        password: Password; empty with a token.
        refresh: Token that is exchanged for others (`identitytoken`); or empty.
        bearer: Token that is sent as it is (`registrytoken`); or empty.
        origin: Where they come from, for messages.
    """

    username: str = ""
    password: str = ""
    refresh: str = ""
    bearer: str = ""
    origin: str = ""

    def __repr__(self) -> str:
        """Without anything secret."""
        return f"Credentials(origin={self.origin!r})"

    __str__ = __repr__


class _Auth(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)
    auth: str = ""
    username: str = ""
    password: str = ""
    identitytoken: str = ""
    registrytoken: str = ""


class _Config(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)
    auths: dict[str, _Auth] = {}
    cred_helpers: dict[str, str] = Field({}, alias="credHelpers")
    creds_store: str = Field("", alias="credsStore")


def config_path() -> str:
    """The file that docker reads: `$DOCKER_CONFIG/config.json`, else `~/.docker/config.json`."""
    folder = os.environ.get("DOCKER_CONFIG") or os.path.join(os.path.expanduser("~"), ".docker")
    return os.path.join(folder, "config.json")


def credentials_for(host: str, path: str | None = None) -> Credentials | None:
    """Who the user is at `host`, as docker would find out; None for nobody.

    A helper or store is asked only about a host that the file names, in `credHelpers` or in `auths`, where
    `docker login` leaves an empty entry: a Dockerfile cannot make it be asked about others.

    Args:
        host: Registry with its port, `docker.io` for Docker Hub.
        path: The file; docker's own without.

    Raises:
        PullError: The file cannot be read, or a helper fails.
    """
    path = config_path() if path is None else path
    config = _read(path)
    if config is None:
        return None
    helper = next((name for key, name in config.cred_helpers.items() if _same(key, host)), "")
    named = [(key, auth) for key, auth in config.auths.items() if _same(key, host)]
    if not helper and named:
        helper = config.creds_store
    if helper:
        found = _ask(helper, _HUB_KEY if host in _HUB else host)
        if found is not None:
            return found
    for _, auth in named:
        found = _from_entry(auth, host, path)
        if found is not None:
            return found
    return None


def _read(path: str) -> _Config | None:
    try:
        with open(path, "rb") as file:
            data = file.read(LARGEST_CONFIG + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise PullError(f"{path}: {error.strerror or error}") from error
    if len(data) > LARGEST_CONFIG:
        raise PullError(f"{path}: larger than {LARGEST_CONFIG >> 20} MB")
    try:
        value = json.loads(data)
    except json.JSONDecodeError as error:
        raise PullError(f"{path}:{error.lineno}:{error.colno}: {error.msg}") from None
    except (ValueError, RecursionError):
        raise PullError(f"{path}: no JSON") from None
    try:
        return _Config.model_validate(_without_nulls(value))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise PullError(
            f"{path}: {'.'.join(map(str, first['loc'])) or 'all of it'}: {first['msg']}"
        ) from None


def _without_nulls(value: Any) -> Any:
    """`null` is nothing to Go."""
    if isinstance(value, dict):
        return {key: item for key, item in value.items() if item is not None}
    return value


def _same(key: str, host: str) -> bool:
    """Whether a key of the file, an address or a host, is about `host`."""
    name = key.removeprefix("https://").removeprefix("http://").partition("/")[0]
    return name == host or (name in _HUB and host in _HUB)


def _from_entry(auth: _Auth, host: str, path: str) -> Credentials | None:
    username, password = auth.username, auth.password
    if auth.auth:
        try:
            text = base64.b64decode(auth.auth, validate=True).decode()
        except (binascii.Error, ValueError):
            raise PullError(f"{path}: `auth` of `{host}` is no base64 of NAME:PASSWORD") from None
        username, colon, password = text.partition(":")
        if not colon:
            raise PullError(f"{path}: `auth` of `{host}` is no base64 of NAME:PASSWORD")
        password = password.strip("\0")
    if auth.registrytoken or auth.identitytoken or username:
        return Credentials(username, password, auth.identitytoken, auth.registrytoken, path)
    return None


def _ask(helper: str, key: str) -> Credentials | None:
    """What the program `docker-credential-HELPER` knows about `key`; None when that is nothing.

    What it prints may be secret, so no message repeats it.
    """
    import subprocess

    program = f"docker-credential-{helper}"
    if not helper.replace("-", "").replace("_", "").replace(".", "").isalnum():
        raise PullError("docker's config.json names a credential helper that cannot be a program")
    try:
        done = subprocess.run(
            [program, "get"], input=key.encode(), capture_output=True, timeout=HELPER_SECONDS, check=False
        )
    except FileNotFoundError:
        raise PullError(f"{program}, which docker's config.json names, is not there") from None
    except subprocess.TimeoutExpired:
        raise PullError(f"{program} says nothing for {HELPER_SECONDS} s") from None
    except OSError as error:
        raise PullError(f"{program}: {error.strerror or error}") from None
    if done.returncode:
        if b"credentials not found" in done.stdout:
            return None
        raise PullError(f"{program} fails with exit code {done.returncode}")
    try:
        value = json.loads(done.stdout)
        username, secret = value["Username"], value["Secret"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise PullError(f"{program} does not answer as a credential helper should") from None
    if not isinstance(username, str) or not isinstance(secret, str):
        raise PullError(f"{program} does not answer as a credential helper should")
    if username == _TOKEN_USER:
        return Credentials(refresh=secret, origin=program)
    return Credentials(username, secret, origin=program) if username or secret else None

"""Auth: how a registry lets us in: not at all, by name and password, or by a token from another address.

Source: RFC 7235 (challenges), the distribution project's token and OAuth2 specifications.
"""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import parse_http_list

from dfcheck.simulate.transport import PullError, Request, Transport, is_loopback, place
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dfcheck.simulate.docker_config import Credentials

LARGEST_TOKEN = 1 << 20  # bytes of a token server's answer


class Denied(PullError):
    """The registry does not let us in, or has not what we ask for: it does not say which."""


class Challenge(Value):
    """One way in that a server offers: its scheme in small letters, and the parameters."""

    scheme: str
    parameters: dict[str, str]


def challenges(headers: tuple[str, ...]) -> tuple[Challenge, ...]:
    """What `WWW-Authenticate` offers, in order."""
    found: list[Challenge] = []
    for header in headers:
        for item in parse_http_list(header):
            head, equals, value = item.strip().partition("=")
            scheme, blank, name = head.strip().partition(" ")
            if blank or not equals:
                found.append(Challenge(scheme.lower(), {}))
                head = name
            if found and equals:
                found[-1].parameters[head.strip().lower()] = value.strip().strip('"').replace("\\", "")
    return tuple(found)


class Login:
    """What one registry is shown so that it lets us in; learned from its first refusal."""

    def __init__(
        self,
        transport: Transport,
        host: str,
        find: Callable[[str], Credentials | None],
        insecure: frozenset[str],
    ) -> None:
        """Log in nowhere yet.

        Args:
            transport: Sends what is asked of token servers.
            host: The registry as docker's config names it.
            find: Gives the credentials of a host.
            insecure: Hosts with which we may speak without TLS.
        """
        self._transport = transport
        self._host = host
        self._find = find
        self._insecure = insecure
        self._headers: dict[str, str] = {}

    def headers(self, scope: str) -> dict[str, str]:
        """What to send with a request; nothing before the first refusal."""
        shown = self._headers.get(scope)
        return {"Authorization": shown} if shown else {}

    def refused(self, scope: str, offered: tuple[str, ...]) -> bool:
        """Learn from a 401 what to send.

        Args:
            scope: What is asked for, `repository:library/debian:pull`.
            offered: The `WWW-Authenticate` headers.

        Returns:
            Whether it is worth asking again.

        Raises:
            PullError: There is no way in.
        """
        ways = {challenge.scheme: challenge for challenge in reversed(challenges(offered))}
        if "bearer" in ways:
            self._headers[scope] = f"Bearer {self._token(ways['bearer'].parameters, scope)}"
            return True
        if "basic" in ways:
            who = self._find(self._host)
            if who is None or not who.username:
                return False
            self._headers[scope] = _basic(who)
            return True
        raise PullError(f"{self._host} asks for a kind of login that is not known here")

    def denied(self, what: str) -> Denied:
        """The message for a refusal that is final."""
        who = self._find(self._host)
        if who is None:
            return Denied(f"{self._host} has no `{what}`, or shows it only after `docker login {self._host}`")
        return Denied(f"{self._host} has no `{what}`, or does not take the credentials from {who.origin}")

    def _token(self, parameters: dict[str, str], scope: str) -> str:
        who = self._find(self._host)
        if who is not None and who.bearer:
            return _fit(who.bearer, self._host)
        realm = parameters.get("realm", "")
        self._check_realm(realm)
        query = {"service": parameters.get("service", ""), "scope": parameters.get("scope") or scope}
        query = {name: value for name, value in query.items() if value}
        if who is not None and who.refresh:
            form = {
                "grant_type": "refresh_token",
                "client_id": "dfcheck",
                "refresh_token": who.refresh,
                **query,
            }
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            request = Request("POST", realm, headers, LARGEST_TOKEN, urlencode(form).encode())
        else:
            address = f"{realm}{'&' if '?' in realm else '?'}{urlencode(query)}"
            headers = {"Authorization": _basic(who)} if who is not None and who.username else {}
            request = Request("GET", address, headers, LARGEST_TOKEN)
        answer = self._transport.send(request, b"".join)
        if answer.status in {400, 401, 403}:
            raise self.denied(_repository(scope))
        if answer.status != 200:
            raise PullError(f"{place(realm)} gives no token (HTTP {answer.status})")
        return _fit(_token_in(answer.value), place(realm))

    def _check_realm(self, realm: str) -> None:
        """Refuse to carry credentials to an address where others can read them."""
        parts = urlsplit(realm)
        where = place(realm)
        if parts.scheme == "https" and where:
            return
        if parts.scheme == "http" and where and (is_loopback(where) or where in self._insecure):
            return
        raise PullError(f"{self._host} names a place for tokens that is not safe")


def _basic(who: Credentials) -> str:
    return "Basic " + base64.b64encode(f"{who.username}:{who.password}".encode()).decode()


def _repository(scope: str) -> str:
    return scope.removeprefix("repository:").removesuffix(":pull")


def _token_in(body: object) -> Any:
    try:
        value = json.loads(body)  # type: ignore[arg-type]
        return value.get("token") or value.get("access_token")
    except (ValueError, AttributeError, RecursionError):
        return None


def _fit(token: object, where: str) -> str:
    """A token that can stand in a header."""
    if isinstance(token, str) and token and token.isascii() and token.isprintable() and " " not in token:
        return token
    raise PullError(f"{where} does not answer with a token")

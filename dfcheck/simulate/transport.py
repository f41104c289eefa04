"""Transport: one HTTP exchange, made to succeed where patience helps and to fail in one clear line where not.

Retries, time and size limits, redirects, proxies and certificates live here. It knows nothing of registries, and no
address or text that a server sent reaches a message: they can hold tokens.
"""

from __future__ import annotations

import time
from ipaddress import ip_address
from urllib.parse import urljoin, urlsplit

import urllib3
from urllib3 import exceptions as faults

from dfcheck.simulate.bases import BaseError
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    # Takes a body's bytes; called anew for each attempt, so it starts afresh.
    Receive = Callable[[Iterator[bytes]], object]

CHUNK = 1 << 16
LONGEST_ERROR = 1 << 16  # bytes of an error's body that are looked at
MOST_REDIRECTS = 5
BUSY = frozenset({408, 429, 500, 502, 503, 504})
CERTIFICATES = "/etc/docker/certs.d"  # HOST/*.crt: authorities to trust beside the system's, as docker has it


class PullError(BaseError):
    """Something cannot be pulled; the message is one line and holds no secret."""


class Limits(Value):
    """How long and how often to try.

    Attributes:
        tries: Attempts in all.
        connect: Seconds for a connection.
        silence: Seconds without a byte.
        total: Seconds for an exchange, all attempts included.
        slowest: Bytes a second that a body may be assumed to arrive at least, beside `total`.
        backoff: Seconds before the second attempt; doubled for each further one.
        longest_wait: Seconds that a server may ask us to wait.
    """

    tries: int = 4
    connect: float = 10.0
    silence: float = 30.0
    total: float = 60.0
    slowest: float = 100_000.0
    backoff: float = 0.5
    longest_wait: float = 30.0


class Answer(Value):
    """What a server says in the end.

    Attributes:
        status: HTTP status.
        headers: By lower-case name; several of one name as a tuple in order.
        value: What `receive` made of the body of a 200; otherwise the first bytes of the body.
    """

    status: int
    headers: dict[str, tuple[str, ...]]
    value: object

    def header(self, name: str) -> str:
        """The first header of a name; empty without one."""
        return self.headers.get(name, ("",))[0]


class Request(Value):
    """What to ask for.

    Attributes:
        method: `GET`, `HEAD` or `POST`.
        url: Address.
        headers: Beside those that every request has.
        limit: Bytes that the body may have.
        body: Of a POST.
    """

    method: str
    url: str
    headers: dict[str, str]
    limit: int
    body: bytes | None = None

    @property
    def place(self) -> str:
        """Host and port: all of an address that is shown."""
        return place(self.url)


class _Again(Exception):
    """A failure that a further attempt may mend."""

    def __init__(self, error: PullError, wait: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait = wait  # seconds that the server asks for


def place(url: str) -> str:
    """Host and port of an address."""
    return urlsplit(url).netloc.rpartition("@")[2]


def is_loopback(host: str) -> bool:
    """Whether `host`, with or without a port, is this machine: no name is looked up."""
    name = urlsplit(f"//{host}").hostname or ""
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


class Transport:
    """Sends requests; keeps connections open between them."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._pools: dict[tuple[str, str], urllib3.PoolManager] = {}

    def send(self, request: Request, receive: Receive) -> Answer:
        """Send a request until it is answered.

        Args:
            request: What to send.
            receive: Takes the body of a 200.

        Returns:
            The answer, whatever its status, but for those of a server that is busy.

        Raises:
            PullError: There is no answer, or it breaks a limit.
        """
        start = time.monotonic()
        end = start + self.limits.total + request.limit / self.limits.slowest
        attempt = 1
        while True:
            try:
                return self._redirected(request, receive, end)
            except _Again as again:
                wait = self.limits.backoff * 2 ** (attempt - 1) if again.wait is None else again.wait
                if attempt >= self.limits.tries or time.monotonic() + wait > end:
                    raise again.error from None
                if wait > self.limits.longest_wait:
                    raise PullError(f"{again.error}, and asks to wait {wait:.0f} s") from None
            time.sleep(wait)
            attempt += 1

    def _redirected(self, request: Request, receive: Receive, end: float) -> Answer:
        """One attempt, redirects followed; what lets us in is shown to nobody but whom it was meant for."""
        for _ in range(MOST_REDIRECTS):
            answer = self._once(request, receive, end)
            if answer.status not in {301, 302, 303, 307, 308} or request.method == "POST":
                return answer
            target = urljoin(request.url, answer.header("location"))
            before, after = urlsplit(request.url), urlsplit(target)
            if after.scheme not in {"http", "https"} or (before.scheme, after.scheme) == ("https", "http"):
                raise PullError(f"{request.place} redirects to an address that is not safe")
            headers = request.headers
            if (before.scheme, request.place) != (after.scheme, place(target)):
                headers = {name: value for name, value in headers.items() if name != "Authorization"}
            request = request._replace(url=target, headers=headers)
        raise PullError(f"{request.place} redirects more than {MOST_REDIRECTS} times")

    def _once(self, request: Request, receive: Receive, end: float) -> Answer:
        response = None
        try:
            response = self._pool(request).request(
                request.method,
                request.url,
                body=request.body,
                headers={"User-Agent": "dfcheck", "Accept-Encoding": "identity", **request.headers},
                timeout=urllib3.Timeout(connect=self.limits.connect, read=self.limits.silence),
                retries=False,
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
            return self._answer(request, response, receive, end)
        except faults.LocationParseError:
            raise PullError(f"{request.place}: not an address that can be asked") from None
        except (faults.HTTPError, OSError) as error:
            raise _failure(request, error, self.limits) from None
        finally:
            if response is not None:
                response.close()  # what it may still send is not wanted; after a whole body this does nothing

    def _answer(
        self, request: Request, response: urllib3.BaseHTTPResponse, receive: Receive, end: float
    ) -> Answer:
        headers = {name.lower(): tuple(response.headers.getlist(name)) for name in response.headers}
        if response.status in BUSY:
            error = PullError(f"{request.place} is busy or broken (HTTP {response.status})")
            raise _Again(error, _seconds(headers.get("retry-after", ("",))[0]))
        if response.status == 200 and request.method != "HEAD":
            return Answer(200, headers, receive(_chunks(request, response, end)))
        return Answer(response.status, headers, response.read1(LONGEST_ERROR))

    def _pool(self, request: Request) -> urllib3.PoolManager:
        parts = urlsplit(request.url)
        key = (parts.scheme, request.place)
        if key not in self._pools:
            self._pools[key] = _new_pool(parts.scheme, request.place)
        return self._pools[key]


def _chunks(request: Request, response: urllib3.BaseHTTPResponse, end: float) -> Iterator[bytes]:
    """The body in parts, held to size and time."""
    announced = response.headers.get("content-length", "")
    left = request.limit
    if announced.isdecimal() and int(announced) > left:
        raise _too_large(request)
    while data := response.read1(CHUNK):
        left -= len(data)
        if left < 0:
            raise _too_large(request)
        if time.monotonic() > end:
            raise PullError(f"{request.place} is too slow: it has not sent all in time")
        yield data


def _too_large(request: Request) -> PullError:
    limit = request.limit
    size = f"{limit >> 20} MB" if limit >= 1 << 20 else f"{limit} bytes"
    return PullError(f"{request.place} sends more than the {size} that there should be at most")


def _seconds(text: str) -> float | None:
    """A `Retry-After`: seconds, or a moment."""
    if text.isdecimal():
        return float(text)
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None


def _failure(request: Request, error: Exception, limits: Limits) -> Exception:
    """What to raise for a failure below HTTP; in our own words, as the library's hold whole addresses."""
    where = request.place
    if isinstance(error, faults.ProxyError):
        return PullError(f"{where}: the proxy of the environment cannot be used")
    if isinstance(error, faults.NameResolutionError):
        return PullError(f"{where}: there is no host of that name, or no network")
    if isinstance(error, faults.ConnectTimeoutError) and not isinstance(error, faults.NewConnectionError):
        return _Again(PullError(f"{where}: no connection within {limits.connect:g} s"))
    if isinstance(error, faults.NewConnectionError):
        cause = error.__cause__ or error.__context__
        said = cause.strerror if isinstance(cause, OSError) and cause.strerror else "no connection"
        return PullError(f"{where}: {said}")
    if isinstance(error, faults.SSLError):
        return PullError(f"{where}: {_tls(error)}")
    if isinstance(error, (faults.ReadTimeoutError, TimeoutError)):
        return _Again(PullError(f"{where} says nothing for {limits.silence:g} s"))
    return _Again(PullError(f"{where} ends the connection before its answer is complete"))


def _tls(error: Exception) -> str:
    """Why there is no safe connection."""
    import ssl

    cause = error.args[0] if error.args else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {cause.verify_message}"
    return "no safe connection: it does not speak TLS as it should"


def _new_pool(scheme: str, where: str) -> urllib3.PoolManager:
    """A pool for one host: with its own authorities, through the proxy of the environment if there is one."""
    from urllib.request import getproxies, proxy_bypass

    context = _trust(where) if scheme == "https" else None
    proxy = None if is_loopback(where) else getproxies().get(scheme)
    if not proxy or proxy_bypass(where):
        return urllib3.PoolManager(ssl_context=context)
    parts = urlsplit(proxy if "//" in proxy else f"http://{proxy}")
    headers = None
    if parts.username is not None:
        from urllib.parse import unquote

        login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers = urllib3.make_headers(proxy_basic_auth=login)
    address = f"{parts.scheme}://{place(parts.geturl())}"
    try:
        return urllib3.ProxyManager(address, proxy_headers=headers, ssl_context=context)
    except (faults.HTTPError, ValueError):
        raise PullError(f"{where}: the proxy of the environment cannot be used") from None


def _trust(where: str) -> object:
    import os
    import ssl

    context = ssl.create_default_context()
    folder = os.path.join(CERTIFICATES, where)
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return context  # the usual case: this host has none
    for name in names:
        if name.endswith(".crt"):
            try:
                context.load_verify_locations(os.path.join(folder, name))
            except OSError as error:
                raise PullError(f"{os.path.join(folder, name)}: {error.strerror or error}") from error
    return context

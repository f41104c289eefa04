"""Pull: a base image from a registry, or from a mirror of it."""

from __future__ import annotations

import json

from dfcheck.simulate.auth import Login
from dfcheck.simulate.bases import BaseImage, read_image
from dfcheck.simulate.cache import Cache, home, is_digest, short
from dfcheck.simulate.content import OnDisk
from dfcheck.simulate.docker_config import credentials_for
from dfcheck.simulate.references import HUB
from dfcheck.simulate.registry import Repository
from dfcheck.simulate.transport import Limits, PullError, Transport, is_loopback
from dfcheck.syntax.reference import split_reference
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    from dfcheck.resolve.platforms import Platform
    from dfcheck.simulate.docker_config import Credentials
    from dfcheck.simulate.manifests import Descriptor

HUB_HOST = "registry-1.docker.io"  # where docker.io keeps its images
TALKATIVE = 1 << 20  # bytes of a layer from which on its download is announced


class PullOptions(Value):
    """How to pull.

    Attributes:
        layers: Whether layers may be fetched, when files are asked for.
        mirrors: Registry and the address (or host) that is asked before it, in order.
        insecure: Hosts with which to speak without TLS; this machine's own are always.
        limits: Of each exchange.
        cache: Directory of the cache; the user's own without.
    """

    layers: bool = False
    mirrors: tuple[tuple[str, str], ...] = ()
    insecure: frozenset[str] = frozenset()
    limits: Limits = Limits()
    cache: str | None = None


class Puller:
    """Gives images by full name and platform; keeps connections and logins."""

    def __init__(
        self,
        options: PullOptions,
        note: Callable[[str], None],
        find: Callable[[str], Credentials | None] = credentials_for,
    ) -> None:
        """Connect to nothing yet.

        Args:
            options: How to pull.
            note: Takes a line that tells what is done.
            find: Gives the credentials of a host.
        """
        self._options = options
        self._note = note
        self._transport = Transport(options.limits)
        self._cache = Cache(options.cache or home())
        self._find = _once(find)
        self._logins: dict[str, Login] = {}

    def __call__(self, name: str, platform: Platform) -> BaseImage:
        """The image of a full name, `docker.io/library/debian:12`.

        Raises:
            PullError: It cannot be had; the message begins with the name.
        """
        reference = split_reference(name)
        if reference.digest and not is_digest(reference.digest):
            raise PullError(f"{name}: its digest is of a kind that cannot be verified here")
        *mirrors, origin = self._repositories(reference.registry, reference.repository)
        for repository in (*mirrors, origin):
            try:
                manifest = repository.manifest(reference.tag, reference.digest, platform)
                layers = tuple(self._reader(repository, item, name) for item in manifest.layers)
                config = _read_config(repository.config(manifest))
                return read_image(config, layers if self._options.layers else None)
            except PullError as error:
                if repository is origin:
                    raise type(error)(f"{name}: {error}") from None
                self._note(f"{name}: the mirror {repository.base}: {error}; asking the next")
            except (ValueError, TypeError, AttributeError, RecursionError) as error:
                raise PullError(f"{name}: its config is not right: {error}") from error
        raise AssertionError  # the origin returns or raises

    def _repositories(self, registry: str, path: str) -> tuple[Repository, ...]:
        """Where to ask, in order; the registry itself is last."""
        addresses = [self._address(given) for name, given in self._options.mirrors if name == registry]
        addresses.append(self._address(HUB_HOST if registry == HUB else registry))
        return tuple(
            Repository(base, path, self._transport, self._login(base), self._cache) for base in addresses
        )

    def _address(self, given: str) -> str:
        """`given`, a host or an address, with a scheme and without a slash at the end."""
        if "://" in given:
            return given.rstrip("/")
        plain = is_loopback(given) or given in self._options.insecure
        return f"{'http' if plain else 'https'}://{given.rstrip('/')}"

    def _login(self, base: str) -> Login:
        host = base.partition("//")[2].partition("/")[0]
        key = HUB if host == HUB_HOST else host
        if key not in self._logins:
            self._logins[key] = Login(self._transport, key, self._find, self._options.insecure)
        return self._logins[key]

    def _reader(self, repository: Repository, layer: Descriptor, name: str) -> Callable[[], BinaryIO]:
        """Opens a layer; it is fetched when it is first opened."""

        def opened() -> BinaryIO:
            if layer.size > TALKATIVE:
                self._tell(layer, name)
            try:
                return OnDisk(repository.layer(layer))()
            except PullError as error:
                raise type(error)(f"{name}: {error}") from None

        return opened

    def _tell(self, layer: Descriptor, name: str) -> None:
        if self._cache.file(layer.digest) is None:
            self._note(f"{name}: fetching {short(layer.digest)}, {layer.size / 1e6:.1f} MB")


def _read_config(data: bytes) -> dict[str, object]:
    value = json.loads(data)
    if not isinstance(value, dict):
        raise PullError("its config is no JSON object")
    return value


def _once(find: Callable[[str], Credentials | None]) -> Callable[[str], Credentials | None]:
    """`find`, asked once a host: a helper may ask the user."""
    known: dict[str, Credentials | None] = {}

    def found(host: str) -> Credentials | None:
        if host not in known:
            known[host] = find(host)
        return known[host]

    return found

"""Registry: one repository at one registry: manifests and blobs, each verified before anybody sees it.

Source: the OCI distribution specification, and what Docker's registries do.
"""

from __future__ import annotations

from dfcheck.simulate.cache import Cache, digest_of, is_digest, short
from dfcheck.simulate.manifests import (
    ACCEPT,
    LARGEST_MANIFEST,
    Descriptor,
    Index,
    Manifest,
    choose,
    read_manifest,
)
from dfcheck.simulate.transport import Answer, PullError, Request, Transport
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.resolve.platforms import Platform
    from dfcheck.simulate.auth import Login
    from dfcheck.simulate.transport import Receive

LARGEST_CONFIG = 16 << 20  # bytes
LARGEST_LAYER = 16 << 30
DEEPEST = 4  # indexes of indexes


class Absent(PullError):
    """The registry has no such thing."""


class Repository(Value):
    """A repository, and how to reach it.

    Attributes:
        base: Address of the registry, `https://registry-1.docker.io`.
        name: `library/debian`.
        transport: Sends requests.
        login: What the registry is shown.
        cache: Where blobs are kept.
    """

    base: str
    name: str
    transport: Transport
    login: Login
    cache: Cache

    def manifest(self, tag: str, digest: str, platform: Platform) -> Manifest:
        """The manifest of an image for a platform.

        Args:
            tag: Its tag; without meaning when there is a digest.
            digest: Its digest; empty for none.
            platform: The platform wanted, where there are several.

        Raises:
            PullError: There is none, or it is not right.
        """
        found = self._by_digest(digest) if digest else self._by_tag(tag)
        for _ in range(DEEPEST):
            if isinstance(found, Manifest):
                return found
            found = self._by_digest(choose(found, platform).digest)
        raise PullError("its indexes are nested too deep")

    def config(self, manifest: Manifest) -> bytes:
        """The config blob of an image."""
        wanted = manifest.config
        if wanted.size > LARGEST_CONFIG:
            raise PullError(f"its config has more than {LARGEST_CONFIG >> 20} MB")
        kept = self.cache.read(wanted.digest, LARGEST_CONFIG)
        if kept is None:
            self._fetch(wanted, LARGEST_CONFIG)
            kept = self.cache.read(wanted.digest, LARGEST_CONFIG)
        if kept is None:
            raise PullError(f"{short(wanted.digest)} vanished from the cache")
        return kept

    def layer(self, wanted: Descriptor) -> str:
        """The path of a layer's tar, as it is stored: it may be compressed."""
        kept = self.cache.file(wanted.digest)
        if kept is None:
            if wanted.size > LARGEST_LAYER:
                raise PullError(f"a layer has more than {LARGEST_LAYER >> 30} GB")
            kept = self._fetch(wanted, LARGEST_LAYER)
        return kept

    # --- one thing each ------------------------------------------------------------------------------------

    def _by_tag(self, tag: str) -> Index | Manifest:
        """By what a tag points to now. HEAD first: registries that count pulls do not count it."""
        answer = self._ask(f"manifests/{tag}", "HEAD", LARGEST_MANIFEST, _all)
        digest = answer.header("docker-content-digest")
        if answer.status == 200 and is_digest(digest):
            return self._by_digest(digest)
        answer = self._got(f"manifests/{tag}", tag, LARGEST_MANIFEST, _all)
        data = answer.value
        assert isinstance(data, bytes)  # noqa: S101 -- what `_all` gives
        announced = answer.header("docker-content-digest")
        if is_digest(announced) and digest_of(data, announced) != announced:
            raise PullError(f"the manifest of `{tag}` has another digest than the registry announces")
        found = read_manifest(data, answer.header("content-type"))
        self.cache.keep(digest_of(data), len(data), iter((data,)))
        return found

    def _by_digest(self, digest: str) -> Index | Manifest:
        kept = self.cache.read(digest, LARGEST_MANIFEST)
        if kept is not None:
            return read_manifest(kept)
        answer = self._got(f"manifests/{digest}", digest, LARGEST_MANIFEST, _all)
        data = answer.value
        assert isinstance(data, bytes)  # noqa: S101 -- what `_all` gives
        if digest_of(data, digest) != digest:
            raise PullError(f"what the registry sends as {short(digest)} has another digest")
        found = read_manifest(data, answer.header("content-type"))
        self.cache.keep(digest, len(data), iter((data,)))
        return found

    def _fetch(self, wanted: Descriptor, limit: int) -> str:
        """Bring a blob into the cache; its path."""

        def keep(chunks: object) -> str:
            return self.cache.keep(wanted.digest, wanted.size, chunks)  # type: ignore[arg-type]

        answer = self._got(f"blobs/{wanted.digest}", wanted.digest, min(wanted.size, limit), keep)
        return str(answer.value)

    def _got(self, path: str, what: str, limit: int, receive: Receive) -> Answer:
        """The answer to a GET that succeeds."""
        answer = self._ask(path, "GET", limit, receive)
        label = short(what) if is_digest(what) else what
        if answer.status == 404:
            raise Absent(f"{self._host} has no `{self.name}` with `{label}`")
        if answer.status != 200:
            raise PullError(f"{self._host} does not give `{label}` (HTTP {answer.status})")
        return answer

    def _ask(self, path: str, method: str, limit: int, receive: Receive) -> Answer:
        """Ask, and ask once more with what the registry wants to be shown."""
        scope = f"repository:{self.name}:pull"
        url = f"{self.base}/v2/{self.name}/{path}"
        accept = {"Accept": ACCEPT} if path.startswith("manifests/") else {}
        request = Request(method, url, {**accept, **self.login.headers(scope)}, limit)
        answer = self.transport.send(request, receive)
        if answer.status == 401 and self.login.refused(scope, answer.headers.get("www-authenticate", ())):
            request = request._replace(headers={**accept, **self.login.headers(scope)})
            answer = self.transport.send(request, receive)
        if answer.status in {401, 403}:
            raise self.login.denied(self.name)
        return answer

    @property
    def _host(self) -> str:
        return self.base.partition("//")[2]


def _all(chunks: object) -> bytes:
    return b"".join(chunks)  # type: ignore[arg-type]

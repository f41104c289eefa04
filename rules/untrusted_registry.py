"""The image comes from a registry that is not trusted

An image is other people's code, run at build time and shipped. Where an organisation has agreed on its sources, list them;
without a list this rule says nothing.

```toml
registries = ["registry.example.com", "*.internal", "ghcr.io/example"]
```

```dockerfile bad
FROM quay.io/team/app:1.2.3
```

```toml
registries = ["registry.example.com"]
```

```dockerfile bad
FROM debian:13
```

```toml
registries = ["registry.example.com", "*.internal", "ghcr.io/example"]
```

```dockerfile good
FROM registry.example.com/debian:13 AS base
FROM eu.internal/debian:13
COPY --from=ghcr.io/example/tool:1.2.3 /tool /bin/
FROM base
FROM scratch
```

Images that COPY and RUN take files from count as well:

```toml
registries = ["docker.io"]
```

```dockerfile bad
FROM debian:13
COPY --from=quay.io/team/tool:1.2.3 /tool /bin/
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, Known, Severity, Value, rule, split_reference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

HUB = "docker.io"
ALSO_HUB = frozenset({"hub.docker.com", "index.docker.io", "registry-1.docker.io"})


class Options(Value):
    """What is trusted.

    Attributes:
        registries: Hosts, with the port if there is one, one `*` at the beginning or the end standing for anything;
            or a host and the beginning of a path, `ghcr.io/example`. Docker Hub is `docker.io`. Empty: all.
    """

    registries: tuple[str, ...] = ()


@rule("DL3026", "untrusted-registry", severity=Severity.ERROR, options=Options)
def check(ctx: Context[Options]) -> Iterator[Finding]:
    if not ctx.options.registries:
        return
    for edge in ctx.build.edges:
        unknown = edge.kind == "from" and not isinstance(ctx.stages[edge.stage].image, Known)
        if edge.target is not None or unknown or edge.name in {"", "scratch"}:
            continue
        registry, path = _canonical(edge.name)
        if not any(_matches(registry, path, entry) for entry in ctx.options.registries):
            message = f"the registry `{registry}` is not among those that are trusted"
            yield Finding(edge.span, message, "take the image from " + _listed(ctx.options.registries))


def _canonical(name: str) -> tuple[str, str]:
    """Registry and path of an image, with what Docker Hub's short names leave out."""
    reference = split_reference(name)
    registry = reference.registry or HUB
    registry = HUB if registry in ALSO_HUB else registry
    path = reference.repository
    return registry, f"library/{path}" if registry == HUB and "/" not in path else path


def _matches(registry: str, path: str, entry: str) -> bool:
    host, slash, below = entry.rstrip("/").partition("/")
    if host in ALSO_HUB:
        host = HUB
    if host.startswith("*"):
        found = registry.endswith(host[1:])
    elif host.endswith("*"):
        found = registry.startswith(host[:-1])
    else:
        found = registry == host
    return found and (not slash or f"{path}/".startswith(f"{below}/"))


def _listed(entries: tuple[str, ...]) -> str:
    shown = [f"`{entry}`" for entry in entries[:3]]
    return ", ".join(shown) + (", …" if len(entries) > len(shown) else "")

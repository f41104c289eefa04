"""EXPOSE with an address or a port of the host

EXPOSE tells on which ports the program in the container listens. It publishes nothing: which port of the host leads
there is decided by `docker run --publish 8080:80`. BuildKit drops an address and a port of the host, and may one day
refuse them.

```dockerfile bad
FROM nginx:1.29
EXPOSE 8080:80 127.0.0.1:53:53/udp
```

```dockerfile fixed
FROM nginx:1.29
EXPOSE 80 53/udp
```

```dockerfile good
FROM nginx:1.29
EXPOSE 80 53/udp 9000-9010
```
"""

from __future__ import annotations

from dfcheck.api import (
    Context,
    Edit,
    Expose,
    Finding,
    Fix,
    Known,
    NoOptions,
    Port,
    PortError,
    Severity,
    Span,
    read_port,
    rule,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DF2001",
    "expose-invalid-format",
    severity=Severity.WARNING,
    aliases=("ExposeInvalidFormat",),
    words=("expose",),
)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for expose in ctx.each(Expose):
        for port in expose.ports:
            value = ctx.build.value(port)
            for text in value.value.split() if isinstance(value, Known) else ():
                if _names_host(text):
                    message = f"EXPOSE `{text}` names more than a port of the container"
                    help_ = f"write `{text.rpartition(':')[2]}`, and publish it when the container is started"
                    yield Finding(port.span, message, help_, fix=_fix(port))


def _names_host(text: str) -> bool:
    try:
        spec = read_port(text)
    except PortError:
        return False
    return bool(spec.ip or spec.host)


def _fix(port: Port) -> Fix | None:
    """Remove what stands before the container's port; None where a variable is in the way."""
    if port.container is None:
        return None
    return Fix(
        "Name the container's port only", (Edit(Span(port.span.start, port.container.span.start), ""),)
    )

"""EXPOSE names a port that does not exist

Ports are numbers from 0 to 65535, or ranges of them, with `/tcp`, `/udp` or `/sctp` behind. The build stops at
anything else.

```dockerfile bad
FROM nginx:1.29
EXPOSE 80808
```

```dockerfile bad
FROM nginx:1.29
EXPOSE 443/https
```

```dockerfile bad
FROM nginx:1.29
EXPOSE 8090-8080
```

```dockerfile good
FROM nginx:1.29
ARG PORT=8080
EXPOSE 80 443/tcp 8080-8090 $PORT
```

A port that only the build knows is not judged:

```dockerfile good
FROM nginx:1.29
ARG PORT
EXPOSE $PORT
```
"""

from __future__ import annotations

from dfcheck.api import Context, Expose, Finding, Known, NoOptions, PortError, Severity, read_port, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@rule("DL3011", "invalid-port", severity=Severity.ERROR, aliases=("DS008",), words=("expose",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for expose in ctx.each(Expose):
        for port in expose.ports:
            value = ctx.build.value(port)
            for text in value.value.split() if isinstance(value, Known) else ():
                try:
                    read_port(text)
                except PortError as error:
                    yield Finding(port.span, f"`{text}` {error}", "write e.g. `8080` or `53/udp`")

"""The protocol of EXPOSE is not in small letters

BuildKit writes the protocol in small letters into the image, whatever the file says. Write it as it will be.

```dockerfile bad
FROM nginx:1.29
EXPOSE 80/TCP 53/Udp
```

```dockerfile fixed
FROM nginx:1.29
EXPOSE 80/tcp 53/udp
```

```dockerfile good
FROM nginx:1.29
EXPOSE 80/tcp 53/udp
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
    PortError,
    Severity,
    read_port,
    rule,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DF2002",
    "expose-proto-casing",
    severity=Severity.STYLE,
    aliases=("ExposeProtoCasing",),
    words=("expose",),
)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for expose in ctx.each(Expose):
        for port in expose.ports:
            value = ctx.build.value(port)
            for text in value.value.split() if isinstance(value, Known) else ():
                protocol = _protocol(text)
                small = protocol.lower()
                if protocol != small:
                    token = port.protocol
                    fix = Fix(f"Write `{small}`", (Edit(token.span, small),)) if token else None
                    span = token.span if token else port.span
                    yield Finding(
                        span,
                        f"the protocol `{protocol}` is not in small letters",
                        f"write `{small}`",
                        fix=fix,
                    )


def _protocol(text: str) -> str:
    try:
        return read_port(text).protocol
    except PortError:
        return ""

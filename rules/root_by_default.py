"""The container runs as root because nobody says otherwise

Without a USER the program runs as root. A flaw in it then gives an attacker all of the container, and a better start at
the host. Base images can name a user themselves, so the rule speaks only where what lies below is known: `scratch`, or what `--base`
names.

Many small images are run as root on purpose, or get their user from Kubernetes. So this rule has to be selected.

```dockerfile bad
FROM golang:1.25 AS build
RUN go build -o /app ./...
FROM scratch
COPY --from=build /app /app
ENTRYPOINT ["/app"]
```

```dockerfile good
FROM golang:1.25 AS build
RUN go build -o /app ./...
FROM scratch
COPY --from=build /app /app
USER 65534
ENTRYPOINT ["/app"]
```

Only an image that starts something can start it as root:

```dockerfile good
FROM scratch
COPY files /files
```

```dockerfile good
FROM gcr.io/distroless/static:nonroot
COPY app /app
ENTRYPOINT ["/app"]
```
"""

from __future__ import annotations

from dfcheck.api import Cmd, Context, Entrypoint, Finding, NoOptions, Severity, User, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


ROOT = ("", "root", "0", "root:root", "0:0")


@rule(
    "DF4007", "root-by-default", severity=Severity.WARNING, aliases=("CKV_DOCKER_3", "DS002"), default=False
)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    stages = ctx.lineage()
    instructions = [item for stage in stages for item in stage.instructions]
    if not stages or any(isinstance(item, User) for item in instructions):
        return
    start = next((item for item in reversed(instructions) if isinstance(item, (Entrypoint, Cmd))), None)
    if stages[0].scratch:
        if start is not None:
            yield Finding(
                start.keyword.span, "this runs as root, since there is no USER", "add e.g. `USER 65534`"
            )
    elif ctx.image is not None and ctx.image.error is None and ctx.image.config.user in ROOT:
        span = stages[0].from_.image.span if start is None else start.keyword.span
        yield Finding(span, "this runs as root, as the base image says", "add a USER")

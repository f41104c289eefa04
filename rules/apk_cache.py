"""apk's index stays in the image

apk downloads the index of its repositories, some 2 MB, and leaves it in `/var/cache/apk`, where it is out of date tomorrow. With
`--no-cache` it uses the newest one and keeps none; `--update` and `apk update` are not needed then.

```dockerfile bad
FROM alpine:3.22
RUN apk add curl
```

```dockerfile fixed
FROM alpine:3.22
RUN apk add --no-cache curl
```

Removing it in the same RUN, or a mount, do as well:

```dockerfile good
FROM alpine:3.22
RUN apk add --update curl && rm -rf /var/cache/apk/*
RUN --mount=type=cache,target=/var/cache/apk apk add git
```

A layer keeps what it has at the end of its RUN, so a later one frees nothing:

```dockerfile bad
FROM alpine:3.22
RUN apk add --update curl
RUN rm -rf /var/cache/apk/*
```

```dockerfile fixed
FROM alpine:3.22
RUN apk add --no-cache --update curl
RUN rm -rf /var/cache/apk/*
```

A stage from which files are copied is thrown away, with its index. The option `everywhere` reports it and what is removed:

```dockerfile good
FROM alpine:3.22 AS build
RUN apk add gcc
FROM alpine:3.22
COPY --from=build /app /app
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, Safety, Severity, Value, beside, insertion, leftovers, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Options(Value):
    """Options.

    Attributes:
        everywhere: Report stages that are thrown away and a RUN that removes the index, too.
    """

    everywhere: bool = False
    WIDE = {"everywhere": True}


@rule(
    "DL3019",
    "apk-cache",
    severity=Severity.INFO,
    aliases=(
        "DS025",
        "DS-0025",
    ),
    options=Options,
    words=("apk",),
)
def check(ctx: Context[Options]) -> Iterator[Finding]:
    found = leftovers(
        ctx.build,
        "apk",
        "add",
        leaves=lambda call: not call.options.has("--no-cache"),
        everywhere=ctx.options.everywhere,
        removed=ctx.options.everywhere,
    )
    for call in found:
        fix = insertion("Add `--no-cache`", beside(call, "--no-cache"), Safety.UNSAFE)
        yield Finding(call.span, "the index of `apk add` stays in the layer", "add `--no-cache`", fix=fix)

"""The image's tag is latest

`latest` is only a name, which the image's publisher moves with every release: the same Dockerfile builds another
image tomorrow, and a cached one may stay old for years. Name the version that you tested.

```dockerfile bad
FROM node:latest
CMD ["node"]
```

```dockerfile good
FROM node:24
CMD ["node"]
```

With a digest the tag is only a comment:

```dockerfile good
FROM node:latest@sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1
```

A default of an ARG is what is built unless somebody says otherwise:

```dockerfile bad
ARG VERSION=latest
FROM node:$VERSION
```

```dockerfile good
ARG VERSION
FROM node:${VERSION:-24}
```

Images that COPY and RUN take files from are looked at, too:

```dockerfile bad
FROM node:24
COPY --from=ghcr.io/astral-sh/uv:latest /uv /bin/
```

An image whose name or stage is called latest is not meant:

```dockerfile good
FROM registry.example.com/latest/node:24 AS latest
FROM latest
```

Nor has an image a version that the same machine has just built. Its name has one part and is none of Docker's official
images, or begins with `local`. The option `local` reports these as well:

```dockerfile good
FROM my-base:latest
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, Related, Severity, Value, Variable, rule, split_reference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Edge, Span


class Options(Value):
    """Options.

    Attributes:
        local: Report images that only the machine itself can have, too.
    """

    local: bool = False
    WIDE = {"local": True}


@rule(
    "DL3007",
    "latest-tag",
    severity=Severity.WARNING,
    aliases=("CKV_DOCKER_7", "DS001", "DS-0001"),
    options=Options,
)
def check(ctx: Context[Options]) -> Iterator[Finding]:
    for edge in ctx.build.edges:
        if edge.target is not None or not edge.name.endswith(":latest"):
            continue
        if not ctx.options.local and ctx.is_local_name(edge.name):
            continue
        span, related = _place(ctx, edge) if edge.kind == "from" else (edge.span, ())
        name = split_reference(edge.name).repository
        message = f"the tag `latest` of `{name}` means another image from one day to the next"
        yield Finding(span, message, "name a version", related)


def _place(ctx: Context[Options], edge: Edge) -> tuple[Span, tuple[Related, ...]]:
    """The tag where it is written, and the ARG it comes from when that is another place."""
    image = ctx.stages[edge.stage].from_.image
    if image.tag is not None and image.tag.text == "latest":
        return image.tag.span, ()
    names = [word.name.text for word in image.words if isinstance(word, Variable)]
    pair = ctx.build.scope(ctx.stages[edge.stage].from_).origin(names[-1]) if names else None
    if pair is None or pair.value is None or not pair.value.text.endswith("latest"):
        return image.span, ()
    return image.span, (Related(pair.value.span, "it comes from here"),)

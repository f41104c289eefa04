r"""A secret ends up in the image

Who can pull an image can read every layer of it. A file that a later instruction deletes stays in the layer that brought it.
So a key, a password file or the `.git` directory, which a plain `COPY . .` takes along, is given away with the image.

```text context
.env: DATABASE_PASSWORD=s3same-0pen
package.json
```

```dockerfile bad
FROM node:24
WORKDIR /app
COPY . .
RUN npm ci
```

Write it into `.dockerignore`, so that it is not even sent:

```text context
.dockerignore: .env\n.git
.env: DATABASE_PASSWORD=s3same-0pen
.git/HEAD
package.json
```

```dockerfile good
FROM node:24
WORKDIR /app
COPY . .
RUN npm ci
```

To delete it afterwards does not help:

```text context
id_ed25519
package.json
```

```dockerfile bad
FROM node:24
COPY id_ed25519 /root/.ssh/
RUN npm ci && rm -rf /root/.ssh
```

What a RUN needs once, it gets by a mount, which leaves nothing behind:

```text context
.npmrc: //registry.npmjs.org/:_authToken=npm_Zm9vYmFyCg
package.json
```

```dockerfile good
FROM node:24
WORKDIR /app
COPY package.json ./
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci
```

Stages that are only copied from are not part of the image:

```text context
.git/HEAD
.env: API_TOKEN=0123456789
go.mod
```

```dockerfile good
FROM golang:1.25 AS build
COPY . /src
RUN go build -C /src -o /app
FROM scratch
COPY --from=build /app /app
```

```text context
.env: API_TOKEN=0123456789
server.py
```

```dockerfile bad
FROM scratch AS files
COPY . /src
FROM python:3.14
COPY --from=files /src /app
```

A file of variables counts when it sets one that is meant to be secret. Names that stand for a value, examples, and keys
that are there for tests do not count:

```text context
.env: NODE_ENV=production\nPORT=3000\nAPI_TOKEN=
.env.example: API_TOKEN=changeme
.npmrc: //registry.npmjs.org/:_authToken=${NPM_TOKEN}
test/server.key: -----BEGIN PRIVATE KEY-----
```

```dockerfile good
FROM node:24
COPY . /app
```
"""

from __future__ import annotations

from posixpath import normpath

from dfcheck.api import Add, Context, Copy, Finding, NoOptions, Related, Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Leak, Span

REMOVERS = ("rm", "unlink", "shred")


@rule("DF4006", "secret-in-layer", severity=Severity.WARNING)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    if not any(isinstance(item, (Copy, Add)) for item in ctx.document.instructions) or ctx.around is None:
        return
    groups: dict[tuple[int, str], list[Leak]] = {}
    for leak in ctx.around.leaks():
        groups.setdefault((leak.line, leak.text), []).append(leak)
    for leaks in groups.values():
        item = ctx.instruction_at(leaks[0].line)
        if isinstance(item, (Copy, Add)):
            yield _finding(ctx, item, leaks)


def _finding(ctx: Context[NoOptions], item: Copy | Add, leaks: list[Leak]) -> Finding:
    leak = leaks[0]
    others = f", and {len(leaks) - 1} more like it" if leaks[1:] else ""
    what = f"{leak.source or leak.path}{'/' if leak.folder else ''}"
    message = f"`{what}` gets into the image: {leak.text}{others}"
    name = leak.source or leak.path.rpartition("/")[2]
    ignore = (ctx.context.ignore_file if ctx.context else "").rpartition("/")[2] or ".dockerignore"
    from_stage = isinstance(item, Copy) and item.from_ is not None
    related = (*(_origin(ctx, leak) if from_stage else ()), *_removals(ctx, item, leak))
    return Finding(_span(ctx, item, leak), message, f"write `{name}` into {ignore}", related)


def _span(ctx: Context[NoOptions], item: Copy | Add, leak: Leak) -> Span:
    """The source that brings it; the first one where that is not plain."""
    from fnmatch import fnmatchcase

    for source in item.sources:
        path = normpath(f"/{ctx.text(source.span)}").strip("/\"'")
        if not path or f"{leak.source}/".startswith(f"{path}/") or fnmatchcase(leak.source, path):
            return source.span
    return item.sources[0].span


def _origin(ctx: Context[NoOptions], leak: Leak) -> Iterator[Related]:
    """The COPY of another stage that takes it from the context."""
    origin = ctx.instruction_at(leak.origin)
    if isinstance(origin, (Copy, Add)):
        yield Related(_span(ctx, origin, leak), "it comes from the context here")


def _removals(ctx: Context[NoOptions], item: Copy | Add, leak: Leak) -> Iterator[Related]:
    """Commands behind the instruction that delete the path, to no avail."""
    for stage in ctx.lineage():
        for touch in ctx.touches(stage, *REMOVERS):
            if touch.run.span.start > item.span.start and touch.covers(leak.path):
                yield Related(
                    touch.command.span, f"this does not remove it from the layer of line {leak.line}"
                )

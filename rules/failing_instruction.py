"""The build stops at this instruction

What BuildKit would refuse can be told before anything is built: a file copied where a directory is, a source that a stage
certainly does not have, an ignore file that cannot be read. Only the first such place is found, as in the build.

```text context
app/main.py
app.conf
```

```dockerfile bad
FROM scratch
COPY app.conf /app
COPY app /app/
```

```text context
app/main.py
app.conf
```

```dockerfile good
FROM scratch
COPY app.conf /app/
COPY app /app/
```

```text context
index.html
```

```dockerfile bad
FROM scratch AS files
COPY index.html /site/
FROM nginx:1.29
COPY --from=files /site/index.htm /usr/share/nginx/html/
```

What a RUN writes, nobody knows before:

```text context
package.json
```

```dockerfile good
FROM node:24 AS files
COPY package.json /
RUN npm ci && npm run build
FROM nginx:1.29
COPY --from=files /dist /usr/share/nginx/html/
```

Sources that the context does not have are the business of `copy-ignored-file`.
"""

from __future__ import annotations

from dfcheck.api import (
    Add,
    Context,
    Copy,
    Finding,
    Invalid,
    NoOptions,
    Run,
    Severity,
    Span,
    User,
    Workdir,
    rule,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


ABSENT = "failed to compute cache key: failed to calculate checksum of ref: "
# What `unknown-user` says.
NAMES = "invalid user index: -1"


@rule("DF2008", "failing-instruction", severity=Severity.ERROR)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    if _is_broken(ctx) or ctx.image is None or ctx.around is None:
        return
    for stage in ctx.stages:
        why = ctx.around.refusal(stage)
        if why and stage.index in ctx.build.reachable():
            yield Finding(
                stage.from_.image.span, f"the base image cannot be used: {why}", "choose another platform"
            )
    error = ctx.image.error
    if error is None or error.message == NAMES:
        return
    item = ctx.instruction_at(error.line) if error.line is not None else None
    if error.line is None and ctx.stages:
        yield Finding(ctx.stages[0].from_.keyword.span, f"the build stops: {error.message}", error.help)
    elif isinstance(item, (Copy, Add)):
        yield from _of_copy(ctx, item, error.message)
    elif isinstance(item, (Run, User, Workdir)):
        yield Finding(item.keyword.span, f"the build stops here: {error.message}", error.help)


def _is_broken(ctx: Context[NoOptions]) -> bool:
    """Whether the file itself says why nothing can be built of it, which `syntax` tells."""
    broken = any(isinstance(item, Invalid) for item in ctx.document.instructions)
    return broken or bool(ctx.document.problems) or bool(ctx.build.problems)


def _of_copy(ctx: Context[NoOptions], item: Copy | Add, message: str) -> Iterator[Finding]:
    if not message.startswith(ABSENT):
        yield Finding(item.keyword.span, f"the build stops here: {message}", "copy it to another place")
    elif isinstance(item, Copy) and item.from_ is not None:
        path = message[len(ABSENT) :].partition(": ")[0].strip('"')
        span = next(
            (source.span for source in item.sources if _names(ctx, source.span, path)), item.sources[0].span
        )
        yield Finding(
            span, f"`{path}` is not in `{item.from_.text}`, so the build stops here", "copy what is there"
        )


def _names(ctx: Context[NoOptions], span: Span, path: str) -> bool:
    return ctx.text(span).strip("\"'/") == path.strip("/")

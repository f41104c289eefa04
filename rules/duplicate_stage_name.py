"""Two stages have the same name

The later stage hides the earlier one from there on: `COPY --from=build` and `--target build` mean the last stage of that
name, in any case of its letters. Which one is meant depends on where one reads; give each stage a name of its own.

```dockerfile bad
FROM golang:1.25 AS build
FROM node:24 AS build
FROM scratch
COPY --from=build /app /app
```

```dockerfile good
FROM golang:1.25 AS server
FROM node:24 AS pages
FROM scratch
COPY --from=server /app /app
COPY --from=pages /dist /dist
```

Capitals do not tell stages apart:

```dockerfile bad
FROM golang:1.25 AS base
FROM node:24 AS Base
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, NoOptions, Related, Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Token


@rule(
    "DL3024",
    "duplicate-stage-name",
    severity=Severity.ERROR,
    aliases=("DuplicateStageName", "CKV_DOCKER_11", "DS012", "DS-0012"),
)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    seen: dict[str, Token] = {}
    for stage in ctx.stages:
        token = stage.from_.name
        if token is None or stage.name is None:
            continue
        first = seen.setdefault(stage.name, token)
        if first is not token:
            related = Related(first.span, "the first stage of this name")
            yield Finding(
                token.span, f"another stage is called `{stage.name}`", "choose another name", (related,)
            )

"""The stage's name has capitals

Names of stages are lower case to BuildKit, however they are written: `COPY --from=build` finds `AS Build`, but
`FROM Build` does not, and takes it for an image. In lower case every reference reads as it works.

```dockerfile bad
FROM golang:1.25 AS Build
FROM scratch
COPY --from=Build /app /app
```

```dockerfile fixed
FROM golang:1.25 AS build
FROM scratch
COPY --from=build /app /app
```

```dockerfile good
FROM golang:1.25 AS build-1.0_x
FROM scratch
COPY --from=build-1.0_x /app /app
```
"""

from __future__ import annotations

from dfcheck.api import Context, Edit, Finding, Fix, NoOptions, Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Span


@rule("DF1002", "stage-name-casing", severity=Severity.STYLE, aliases=("StageNameCasing",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for stage in ctx.stages:
        token, name = stage.from_.name, stage.name
        if token is None or name is None or token.text == name:
            continue
        edits = (Edit(token.span, name), *(Edit(span, name) for span in _uses(ctx, stage.index, name)))
        fix = Fix(f"Write `{name}`", edits)
        yield Finding(token.span, f"the stage's name `{token.text}` has capitals", f"write `{name}`", fix=fix)


def _uses(ctx: Context[NoOptions], stage: int, name: str) -> Iterator[Span]:
    """Where the name is used with capitals."""
    for edge in ctx.build.edges:
        if edge.target == stage and edge.kind != "from":
            text = ctx.text(edge.span)
            if text != name and text.lower() == name:
                yield edge.span

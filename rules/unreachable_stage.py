"""A stage that nothing uses and nothing can

The build makes the last stage, or the one that `--target` names, and whatever those need by FROM, `COPY --from` and
`RUN --mount=from`. A stage without a name that no other stage uses is never built: what stands in it is dead. Several
FROM do not add their images up.

```dockerfile bad
FROM node:24
RUN npm install -g typescript
FROM python:3.14
CMD ["python3"]
```

```dockerfile good
FROM node:24 AS node
FROM python:3.14
COPY --from=node /usr/local/bin/node /usr/local/bin/
CMD ["python3"]
```

Stages may be used by their number:

```dockerfile good
FROM node:24
FROM python:3.14
COPY --from=0 /usr/local/bin/node /usr/local/bin/
```

A stage with a name may be built by `--target`, as test stages are. Where that is not done, they can be looked at, too:

```dockerfile good
FROM python:3.14 AS test
FROM python:3.14
```

```toml
named = true
```

```dockerfile bad
FROM python:3.14 AS lint
FROM python:3.14
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, Severity, Value, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Options(Value):
    """Which stages are looked at.

    Attributes:
        named: Also those that have a name and could be built by `--target`.
    """

    named: bool = False


@rule(
    "DF1007",
    "unreachable-stage",
    severity=Severity.WARNING,
    options=Options,
    aliases=("tally/no-unreachable-stages",),
)
def check(ctx: Context[Options]) -> Iterator[Finding]:
    if ctx.build.inputs.target is not None:
        return
    needed = set(ctx.build.reachable())
    if not ctx.options.named:
        for stage in ctx.stages:
            if stage.name is not None and stage.index not in needed:
                needed |= ctx.build.reachable(stage.name)
    for stage in ctx.stages:
        if stage.index not in needed:
            label = f"stage `{stage.name}`" if stage.name else "this stage"
            message = f"no build uses {label}: only the last stage and what it needs are built"
            yield Finding(stage.from_.span, message, "name it and copy from it, or remove it")

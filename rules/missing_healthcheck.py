"""The image has no health check

With a HEALTHCHECK, `docker ps` and Swarm tell a service that hangs from one that works. Kubernetes does not use it, and
tools that run once need none, so this rule has to be selected.

```dockerfile bad
FROM nginx:1.29
EXPOSE 80
```

```dockerfile good
FROM nginx:1.29
HEALTHCHECK CMD curl -f http://localhost/ || exit 1
```

```dockerfile good
FROM nginx:1.29
HEALTHCHECK NONE
```

The last stage counts, and what it is built from:

```dockerfile good
FROM node:24 AS build
FROM nginx:1.29 AS base
HEALTHCHECK CMD curl -f http://localhost/ || exit 1
FROM base
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, Healthcheck, NoOptions, Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Stage


@rule(
    "DL3057",
    "missing-healthcheck",
    severity=Severity.INFO,
    aliases=("CKV_DOCKER_2", "DS026", "DS-0026"),
    default=False,
)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    index = ctx.build.target()
    if index is None:
        return
    final: Stage | None = ctx.stages[index]
    stage = final
    while stage is not None:
        if any(isinstance(item, Healthcheck) for item in stage.instructions):
            return
        stage = None if stage.base is None else ctx.stages[stage.base]
    if final is not None:
        yield Finding(
            final.from_.span, "the image has no HEALTHCHECK", "add `HEALTHCHECK CMD …`, or `HEALTHCHECK NONE`"
        )

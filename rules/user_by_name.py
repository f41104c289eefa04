"""The last USER is a name, not a number

Kubernetes refuses to start a container with `runAsNonRoot` when the image names its user: it cannot look the name up
and so not know that it is not root. A number can be compared. For images that are not run there, a name is as good;
so this rule has to be selected.

```dockerfile bad
FROM node:24
USER node
```

```dockerfile good
FROM node:24
USER 1000:1000
```

Only the last USER of the last stage counts, and a value that only the build knows is not judged:

```dockerfile good
FROM node:24 AS build
USER node
FROM node:24
USER node
RUN npm ci
ARG UID
USER $UID
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, Known, NoOptions, Severity, Stage, User, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@rule("DL3066", "user-by-name", severity=Severity.INFO, default=False)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    last = _last(ctx)
    value = ctx.build.value(last.user) if last is not None else None
    if last is None or not isinstance(value, Known):
        return
    name = value.value.partition(":")[0].strip()
    if name and not name.isdigit():
        yield Finding(last.user.span, f"USER `{name}` is a name", "write the user's number")


def _last(ctx: Context[NoOptions]) -> User | None:
    stage: Stage | None = ctx.stages[-1] if ctx.stages else None
    while stage is not None:
        for item in reversed(stage.instructions):
            if isinstance(item, User):
                return item
        stage = None if stage.base is None else ctx.stages[stage.base]
    return None

"""The stage's name is reserved

`scratch` is the empty image, and `context` the build context. A stage of that name either hides what everybody takes the
word for, or cannot be reached itself.

```dockerfile bad
FROM alpine:3.22 AS scratch
```

```dockerfile bad
FROM alpine:3.22 AS Context
```

```dockerfile good
FROM alpine:3.22 AS scratch-tools
FROM scratch AS app-context
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, NoOptions, Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@rule("DL3063", "reserved-stage-name", severity=Severity.WARNING, aliases=("ReservedStageName",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for stage in ctx.stages:
        token = stage.from_.name
        if token is not None and stage.name in {"scratch", "context"}:
            message = f"`{token.text}` is reserved and cannot name a stage"
            yield Finding(token.span, message, "choose another name")

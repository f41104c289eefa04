"""A variable that only the base image can define

BuildKit replaces a variable that neither the file nor the base image defines by nothing, without a word. The file alone
cannot tell whether the base image defines it, so this rule has to be selected; `undefined-var` reports what is certain.
A variable with a default is reported, too, as BuildKit does.

```dockerfile bad
FROM registry.example.com/base:1.2.3
WORKDIR $APP_HOME
```

```dockerfile good
FROM registry.example.com/base:1.2.3
ENV APP_HOME=/srv/app
WORKDIR $APP_HOME
```

```dockerfile bad
FROM ubuntu:24.04
ENV LOGIN=${LOGIN:-admin}
```

```dockerfile good
FROM ubuntu:24.04
ARG LOGIN
ENV LOGIN=${LOGIN:-admin}
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, NoOptions, Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DF1006",
    "maybe-undefined-var",
    severity=Severity.INFO,
    aliases=("UndefinedVar",),
    default=False,
    words=("$",),
)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for stage in ctx.stages:
        for use in ctx.undefined(stage):
            if use.reason == "base":
                name = use.variable.name.text
                message = (
                    f"`{name}` is not defined in this file, so it is empty unless the base image defines it"
                )
                yield Finding(use.variable.span, message, f"define it by ENV, or declare `ARG {name}`")

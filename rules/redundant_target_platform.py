"""The platform asked for is the default one

Without `--platform` an image is taken for the platform that is built for, which is what `$TARGETPLATFORM` says.

```dockerfile bad
FROM --platform=$TARGETPLATFORM alpine:3.22
```

```dockerfile fixed
FROM alpine:3.22
```

```dockerfile bad
FROM --platform="${TARGETPLATFORM:-linux/amd64}" alpine:3.22 AS base
```

```dockerfile fixed
FROM alpine:3.22 AS base
```

```dockerfile good
FROM --platform=$BUILDPLATFORM alpine:3.22 AS build
FROM --platform=linux/$TARGETARCH alpine:3.22
```

An ARG may give the name another value:

```dockerfile good
ARG TARGETPLATFORM=linux/arm64
FROM --platform=$TARGETPLATFORM alpine:3.22
```
"""

from __future__ import annotations

from dfcheck.api import Context, Edit, Finding, Fix, NoOptions, Quoted, Severity, Span, Variable, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Word


@rule(
    "DL3065",
    "redundant-target-platform",
    severity=Severity.WARNING,
    aliases=("RedundantTargetPlatform",),
    words=("platform",),
)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for stage in ctx.stages:
        from_ = stage.from_
        if from_.platform is None or not _is_target(from_.platform.words):
            continue
        pair = ctx.build.scope(from_).origin("TARGETPLATFORM")
        if pair is not None and pair.value is not None and pair.value.text:
            continue
        flag = next(flag for flag in from_.flags if flag.value == from_.platform)
        edit = Edit(Span(flag.span.start, from_.image.span.start), "")
        fix = Fix("Remove the flag", (edit,))
        message = f"`{from_.platform.text}` is what an image is taken for anyway"
        yield Finding(flag.span, message, "remove the flag", fix=fix)


def _is_target(words: tuple[Word, ...]) -> bool:
    """Whether the words are the variable and nothing else; a default is never used, as it is always set."""
    match words:
        case (Variable() as variable,):
            return variable.name.text == "TARGETPLATFORM" and variable.operator in {"", "-", ":-"}
        case (Quoted() as quoted,) if quoted.quote == '"':
            return _is_target(quoted.words)
    return False

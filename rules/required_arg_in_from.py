"""The image's name needs a build argument

Without a default the build fails unless `--build-arg` gives a value, and tools that look at the Dockerfile alone cannot
tell what it builds. That may be the intention, so this rule has to be selected; BuildKit's check of that name includes it.

```dockerfile bad
ARG VERSION
FROM alpine:$VERSION
```

```dockerfile good
ARG VERSION=3.22
FROM alpine:$VERSION
```

```dockerfile good
ARG VERSION
FROM alpine:${VERSION:-3.22}
```
"""

from __future__ import annotations

from dfcheck.api import (
    Context,
    Finding,
    Known,
    NoOptions,
    Related,
    Severity,
    Variable,
    is_valid_reference,
    rule,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DF1009",
    "required-arg-in-from",
    severity=Severity.INFO,
    aliases=("InvalidDefaultArgInFrom",),
    default=False,
)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for stage in ctx.stages:
        image = ctx.build.default_image(stage)
        if stage.base is not None or not isinstance(image, Known) or is_valid_reference(image.value):
            continue
        scope = ctx.build.scope(stage.from_)
        for word in stage.from_.image.words:
            pair = scope.origin(word.name.text) if isinstance(word, Variable) else None
            if pair is not None and pair.value is None:
                related = Related(pair.span, "it has no default")
                message = f"the build fails without `--build-arg {pair.key.text}=…`"
                yield Finding(stage.from_.image.span, message, "give its ARG a default", (related,))
                break

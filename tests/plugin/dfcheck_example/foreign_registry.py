"""Base image comes from a registry that is not ours.

Images from elsewhere can vanish, and nobody here has looked into them. Ours mirrors what is needed.

```dockerfile bad
FROM docker.io/library/alpine:3.22
```

```dockerfile good
FROM registry.example.org/alpine:3.22
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, From, Severity, Value, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Options(Value):
    """Options.

    Attributes:
        registry: The registry that images must come from.
    """

    registry: str = "registry.example.org"


@rule("EX1001", "foreign-registry", severity=Severity.ERROR, options=Options)
def check(ctx: Context[Options]) -> Iterator[Finding]:
    stages = {stage.name for stage in ctx.stages}
    for base in ctx.each(From):
        image = base.image
        ours = image.registry is not None and image.registry.text == ctx.options.registry
        if not ours and image.text.lower() not in stages and image.text != "scratch":
            yield Finding(image.span, f"image `{image.text}` is not from `{ctx.options.registry}`")

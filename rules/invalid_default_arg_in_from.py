"""FROM names no valid image

The name of an image has a fixed shape: small letters, digits and few joints, then perhaps a tag and a digest. BuildKit
refuses any other, and where ARG defaults make it up, it refuses every build that does not give other values.

```dockerfile bad
FROM Scratch
```

```dockerfile good
FROM scratch
```

```dockerfile bad
ARG VERSION=
FROM alpine:$VERSION
```

```dockerfile good
ARG VERSION=3.22
FROM alpine:$VERSION
```

```dockerfile good
ARG SUFFIX=
FROM registry.example.com:5000/team/alpine:3.22$SUFFIX
```

An ARG without a default has to be given; `required-arg-in-from` looks for those:

```dockerfile good
ARG VERSION
FROM alpine:$VERSION
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, Known, NoOptions, Severity, Variable, is_valid_reference, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Stage


@rule("DF1008", "invalid-default-arg-in-from", severity=Severity.ERROR, aliases=("InvalidDefaultArgInFrom",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for stage in ctx.stages:
        # An empty name is a syntax error, and an undeclared variable has a rule of its own.
        if stage.base is not None or stage.image == Known("") or ctx.build.undefined_in(stage.from_):
            continue
        image = ctx.build.default_image(stage)
        if isinstance(image, Known) and not _required(ctx, stage) and not is_valid_reference(image.value):
            yield _finding(stage, image.value)


def _required(ctx: Context[NoOptions], stage: Stage) -> bool:
    """Whether an ARG without a default is part of the name."""
    scope = ctx.build.scope(stage.from_)
    pairs = [scope.origin(word.name.text) for word in stage.from_.image.words if isinstance(word, Variable)]
    return any(pair is not None and pair.value is None for pair in pairs)


def _finding(stage: Stage, name: str) -> Finding:
    image = stage.from_.image
    if image.text == name:
        message = f"`{name}` is no valid image name"
    else:
        message = f"with the defaults of its ARG `{image.text}` is `{name}`, which is no valid image name"
    advice = "host, path, tag and digest read `host:port/path:tag@digest`"
    lower = name.lower()
    if lower != name and is_valid_reference(lower):
        advice = f"image names have no capitals: write `{lower}`"
    elif name.endswith(":"):
        advice = "give a tag"
    return Finding(image.span, message, advice)

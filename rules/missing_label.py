"""A label that every image must have is missing

For teams that agree on labels: the option `required` names those that the image must have. Without it the rule is
silent.

```toml
required = ["org.opencontainers.image.source"]
```

```dockerfile bad
FROM debian:13
LABEL description="An example"
```

```toml
required = ["org.opencontainers.image.source"]
```

```dockerfile good
FROM debian:13 AS build
FROM debian:13 AS base
LABEL org.opencontainers.image.source="https://example.com/app"
FROM base
LABEL description="An example"
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, Known, Label, Severity, Stage, Value, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Options(Value):
    """Options.

    Attributes:
        required: The labels that the image must have.
    """

    required: tuple[str, ...] = ()


@rule("DL3049", "missing-label", severity=Severity.INFO, options=Options)
def check(ctx: Context[Options]) -> Iterator[Finding]:
    if not ctx.options.required or not ctx.stages:
        return
    last = ctx.stages[-1]
    keys = set(_keys(ctx, last))
    for name in ctx.options.required:
        if name not in keys and None not in keys:
            yield Finding(last.from_.image.span, f"the image has no label `{name}`", f"add `LABEL {name}=…`")


def _keys(ctx: Context[Options], last: Stage) -> Iterator[str | None]:
    """Labels of a stage and those that it is built from; None for one that only the build knows."""
    stage: Stage | None = last
    while stage is not None:
        for item in stage.instructions:
            for pair in item.pairs if isinstance(item, Label) else ():
                key = ctx.build.value(pair.key)
                yield key.value if isinstance(key, Known) else None
        stage = None if stage.base is None else ctx.stages[stage.base]

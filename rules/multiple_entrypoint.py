"""A stage has several ENTRYPOINT instructions

An image has one entry point. Each ENTRYPOINT replaces the one before it, so only the last counts. They do not add
up: arguments for the entry point belong into CMD, and what has to happen first belongs into a script.

```dockerfile bad
FROM debian:13
ENTRYPOINT ["./entrypoint.sh"]
ENTRYPOINT ["./serve"]
```

```dockerfile fixed
FROM debian:13
ENTRYPOINT ["./serve"]
```

Removing it does not change what is built, but look which of the two was meant; so the fix asks for
`--unsafe-fixes`.

```dockerfile good
FROM debian:13
ENTRYPOINT ["./entrypoint.sh"]
CMD ["./serve"]
```

A stage may replace the entry point of the stage it is built from:

```dockerfile good
FROM debian:13 AS base
ENTRYPOINT ["./entrypoint.sh"]

FROM base
ENTRYPOINT ["./worker.sh"]
```
"""

from collections.abc import Iterator

from dfcheck.api import (
    Context,
    Edit,
    Entrypoint,
    Finding,
    Fix,
    NoOptions,
    Onbuild,
    Related,
    Safety,
    Severity,
    Stage,
    rule,
)


@rule(
    "DL4004",
    "multiple-entrypoint",
    severity=Severity.WARNING,
    aliases=("MultipleInstructionsDisallowed", "DS007"),
)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for stage in ctx.stages:
        for found in _of(stage):
            for dead in found[:-1]:
                last = found[-1].keyword.span
                line = ctx.source.position(last.start).line
                yield Finding(
                    dead.keyword.span,
                    f"this ENTRYPOINT is dead: the one on line {line} replaces it",
                    "keep the one that is meant",
                    (Related(last, "this one wins"),),
                    Fix("Remove the dead ENTRYPOINT", (Edit(dead.line.span, ""),), Safety.UNSAFE),
                )


def _of(stage: Stage) -> Iterator[list[Entrypoint]]:
    """Those of the stage itself, and those that it leaves to the images built from it."""
    yield [item for item in stage.instructions if isinstance(item, Entrypoint)]
    triggers = (item.trigger for item in stage.instructions if isinstance(item, Onbuild))
    yield [trigger for trigger in triggers if isinstance(trigger, Entrypoint)]

"""A stage has several HEALTHCHECK instructions

An image has one health check. Each HEALTHCHECK replaces the one before it, NONE included, so only the last counts.
To check several things, check them in one command.

```dockerfile bad
FROM debian:13
HEALTHCHECK CMD ["./check", "database"]
HEALTHCHECK --interval=1m CMD ["./check", "web"]
```

```dockerfile fixed
FROM debian:13
HEALTHCHECK --interval=1m CMD ["./check", "web"]
```

Removing it does not change what is built, but look which of the two was meant; so the fix asks for
`--unsafe-fixes`.

```dockerfile good
FROM debian:13
HEALTHCHECK CMD ./check database && ./check web
```

A stage may replace or switch off the health check of the stage it is built from:

```dockerfile good
FROM debian:13 AS base
HEALTHCHECK CMD ["./check"]

FROM base
HEALTHCHECK NONE
```
"""

from collections.abc import Iterator

from dfcheck.api import (
    Context,
    Edit,
    Finding,
    Fix,
    Healthcheck,
    NoOptions,
    Onbuild,
    Related,
    Safety,
    Severity,
    Stage,
    rule,
)


@rule(
    "DL3012",
    "multiple-healthcheck",
    severity=Severity.WARNING,
    aliases=("MultipleInstructionsDisallowed", "DS023"),
)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for stage in ctx.stages:
        for found in _of(stage):
            for dead in found[:-1]:
                last = found[-1].keyword.span
                line = ctx.source.position(last.start).line
                yield Finding(
                    dead.keyword.span,
                    f"this HEALTHCHECK is dead: the one on line {line} replaces it",
                    "keep the one that is meant",
                    (Related(last, "this one wins"),),
                    Fix("Remove the dead HEALTHCHECK", (Edit(dead.line.span, ""),), Safety.UNSAFE),
                )


def _of(stage: Stage) -> Iterator[list[Healthcheck]]:
    """Those of the stage itself, and those that it leaves to the images built from it."""
    yield [item for item in stage.instructions if isinstance(item, Healthcheck)]
    triggers = (item.trigger for item in stage.instructions if isinstance(item, Onbuild))
    yield [trigger for trigger in triggers if isinstance(trigger, Healthcheck)]

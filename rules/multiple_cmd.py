"""A stage has several CMD instructions

An image has one start-up command. Each CMD replaces the one before it, so only the last counts, and whoever reads
the first is misled. To start several things, write a script that starts them, or use one image for each.

```dockerfile bad
FROM debian:13
CMD ["./migrate"]
CMD ["./serve"]
```

```dockerfile fixed
FROM debian:13
CMD ["./serve"]
```

Removing it does not change what is built, but look which of the two was meant; so the fix asks for
`--unsafe-fixes`.

Each stage has a CMD of its own, and a stage may replace that of the stage it is built from:

```dockerfile good
FROM debian:13 AS base
CMD ["./help"]

FROM base
CMD ["./serve"]
```

`ONBUILD CMD` is for the images that are built from this one, so it replaces nothing here:

```dockerfile good
FROM debian:13
ONBUILD CMD ["./serve"]
CMD ["./help"]
```
"""

from collections.abc import Iterator

from dfcheck.api import (
    Cmd,
    Context,
    Edit,
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
    "DL4003", "multiple-cmd", severity=Severity.WARNING, aliases=("MultipleInstructionsDisallowed", "DS016")
)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for stage in ctx.stages:
        for found in _of(stage):
            for dead in found[:-1]:
                last = found[-1].keyword.span
                line = ctx.source.position(last.start).line
                yield Finding(
                    dead.keyword.span,
                    f"this CMD is dead: the one on line {line} replaces it",
                    "keep the one that is meant",
                    (Related(last, "this one wins"),),
                    Fix("Remove the dead CMD", (Edit(dead.line.span, ""),), Safety.UNSAFE),
                )


def _of(stage: Stage) -> Iterator[list[Cmd]]:
    """Those of the stage itself, and those that it leaves to the images built from it."""
    yield [item for item in stage.instructions if isinstance(item, Cmd)]
    triggers = (item.trigger for item in stage.instructions if isinstance(item, Onbuild))
    yield [trigger for trigger in triggers if isinstance(trigger, Cmd)]

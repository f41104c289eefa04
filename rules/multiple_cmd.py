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

from dfcheck.api import Cmd, Context, Finding, NoOptions, Severity, rule


@rule(
    "DL4003",
    "multiple-cmd",
    severity=Severity.WARNING,
    aliases=("MultipleInstructionsDisallowed", "DS016"),
    words=("cmd",),
)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    yield from ctx.dead(Cmd)

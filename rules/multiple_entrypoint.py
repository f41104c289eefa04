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

from dfcheck.api import Context, Entrypoint, Finding, NoOptions, Severity, rule


@rule(
    "DL4004",
    "multiple-entrypoint",
    severity=Severity.WARNING,
    aliases=("MultipleInstructionsDisallowed", "DS007"),
    words=("entrypoint",),
)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    yield from ctx.dead(Entrypoint)

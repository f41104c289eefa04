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

from dfcheck.api import Context, Finding, Healthcheck, NoOptions, Severity, rule


@rule(
    "DL3012",
    "multiple-healthcheck",
    severity=Severity.WARNING,
    aliases=("MultipleInstructionsDisallowed", "DS023"),
    words=("healthcheck",),
)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    yield from ctx.dead(Healthcheck)

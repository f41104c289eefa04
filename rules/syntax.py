"""Syntax error

BuildKit stops at the first instruction that it cannot read. dfcheck reads on and checks the rest of the file.

```dockerfile bad
FROM alpine:3.22
COPPY app /app
```

```dockerfile good
FROM alpine:3.22
COPY app /app
```

An open quote is one, too, where BuildKit expands variables:

```dockerfile bad
FROM alpine:3.22
WORKDIR "/srv/app
```

```dockerfile good
FROM alpine:3.22
WORKDIR "/srv/app"
```

This rule can be ignored only by its own code or name, never by a prefix such as `DF`.
"""

from __future__ import annotations

from dfcheck.api import (
    Context,
    Finding,
    Invalid,
    Logical,
    Maintainer,
    Malformed,
    NoOptions,
    Onbuild,
    Severity,
    Span,
    rule,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@rule("DF0001", "syntax", severity=Severity.ERROR, aliases=("DL1000",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    told: set[Span] = set()
    for finding in _faults(ctx):
        if finding.span not in told:
            told.add(finding.span)
            yield finding


def _faults(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for problem in ctx.document.problems:
        yield Finding(problem.span, problem.message, problem.help)
    for instruction in ctx.document.instructions:
        inner = instruction.trigger if isinstance(instruction, Onbuild) else instruction
        if isinstance(inner, Invalid):
            yield Finding(inner.at, inner.message, inner.help)
        elif not isinstance(inner, Maintainer):
            for word in _malformed(instruction):
                yield Finding(word.span, word.message)
    for problem in ctx.build.problems:
        yield Finding(problem.span, problem.message, problem.help)


def _malformed(value: object) -> Iterator[Malformed]:
    """All malformed words in a node."""
    if isinstance(value, Malformed):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            if not isinstance(part, (str, int, Logical)):
                yield from _malformed(part)

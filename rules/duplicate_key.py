"""One instruction sets the same name twice

Of two values in one ENV or LABEL the last counts. The first does nothing, and one of the two is a mistake.

```dockerfile bad
FROM debian:13
ENV LANG=C LC_ALL=C LANG=C.UTF-8
```

```dockerfile good
FROM debian:13
ENV LANG=C.UTF-8 LC_ALL=C
```

Two instructions may set a name one after the other, with something in between that needs the first value:

```dockerfile good
FROM debian:13
ENV PATH=/opt/a/bin:$PATH
ENV PATH=/opt/b/bin:$PATH
```

In an ARG, unlike in ENV, a value sees those before it:

```dockerfile good
FROM debian:13
ARG TARGETPLATFORM
ARG KIND=${TARGETPLATFORM#linux/} KIND=${KIND%/v7}
```
"""

from __future__ import annotations

from dfcheck.api import (
    Context,
    Env,
    Finding,
    Known,
    Label,
    NoOptions,
    Onbuild,
    Pair,
    Related,
    Severity,
    rule,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@rule("DF2005", "duplicate-key", severity=Severity.WARNING)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for item in ctx.document.instructions:
        instruction = item.trigger if isinstance(item, Onbuild) else item
        if not isinstance(instruction, (Env, Label)) or len(instruction.pairs) < 2:
            continue
        last: dict[str, Pair] = {}
        for pair in reversed(instruction.pairs):
            key = ctx.build.value(pair.key)
            if not isinstance(key, Known):
                continue
            winner = last.setdefault(key.value, pair)
            if winner is not pair:
                keyword = instruction.keyword.text.upper()
                message = f"this `{key.value}` does nothing: the same {keyword} sets it again"
                yield Finding(
                    pair.span, message, "keep the one that is meant", (Related(winner.span, "this one wins"),)
                )

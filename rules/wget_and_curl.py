"""Both wget and curl in a stage

Either can do what the other does, and each that has to be installed brings its libraries: use one.

Not run unless selected: many base images have both.

```dockerfile bad
FROM debian:13
RUN curl -fsSLO https://example.org/one.tar.gz
RUN wget -q https://example.org/two.tar.gz
```

Each stage is an image of its own:

```dockerfile good
FROM debian:13 AS one
RUN curl -fsSLO https://example.org/one.tar.gz
FROM alpine:3.22
RUN wget -q https://example.org/two.tar.gz
```

```dockerfile good
FROM debian:13
RUN apt-get update && apt-get install -y curl wget
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, NoOptions, Related, Severity, calls, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Call


@rule(
    "DL4001",
    "wget-and-curl",
    severity=Severity.STYLE,
    aliases=(
        "DS014",
        "DS-0014",
    ),
    default=False,
)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    first: dict[int, Call] = {}
    both = [*calls(ctx.build, "wget"), *calls(ctx.build, "curl")]
    for call in sorted(both, key=lambda call: call.command.span.start):
        stage = ctx.build.stage_of(call.run)
        known = first.setdefault(stage.index if stage else -1, call)
        if known.program != call.program:
            message = f"`{call.program}` beside `{known.program}`"
            related = (Related(known.command.program_span, f"`{known.program}` is used here"),)
            yield Finding(call.command.program_span, message, f"use `{known.program}` here too", related)

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

from dfcheck.api import Context, Finding, Related, Severity, Value, calls, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Call


class Options(Value):
    """Options.

    Attributes:
        everywhere: Report each use but those of the first RUN, whichever of the two it is.
    """

    everywhere: bool = False
    WIDE = {"everywhere": True}


@rule(
    "DL4001",
    "wget-and-curl",
    severity=Severity.STYLE,
    aliases=(
        "DS014",
        "DS-0014",
    ),
    options=Options,
    default=False,
    words=("wget",),
)
def check(ctx: Context[Options]) -> Iterator[Finding]:
    first: dict[int, Call] = {}
    both = [*calls(ctx.build, "wget"), *calls(ctx.build, "curl")]
    used: dict[int, set[str]] = {}
    for call in both:
        used.setdefault(_index(ctx, call), set()).add(call.program)
    for call in sorted(both, key=lambda call: call.command.span.start):
        index = _index(ctx, call)
        known = first.setdefault(index, call)
        again = ctx.options.everywhere and len(used[index]) > 1 and call.run != known.run
        if known.program == call.program and again:
            yield Finding(call.command.program_span, "both wget and curl in this stage", "use one of them")
        elif known.program != call.program:
            message = f"`{call.program}` beside `{known.program}`"
            related = (Related(known.command.program_span, f"`{known.program}` is used here"),)
            yield Finding(call.command.program_span, message, f"use `{known.program}` here too", related)


def _index(ctx: Context[Options], call: Call) -> int:
    stage = ctx.build.stage_of(call.run)
    return stage.index if stage else -1

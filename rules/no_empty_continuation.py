r"""A blank line in a continued instruction

The line above ends with a backslash, so the instruction goes on behind the blank line. It looks as if it ended there, and
future versions of the builder may refuse it.

```dockerfile bad
FROM debian:13
RUN apt-get update && \

    apt-get install -y curl
```

```dockerfile fixed
FROM debian:13
RUN apt-get update && \
    apt-get install -y curl
```

Comments may part the lines:

```dockerfile good
FROM debian:13
RUN apt-get update && \
    # for the health check
    apt-get install -y curl
```

Here-documents are no continuations:

```dockerfile good
FROM debian:13
COPY <<EOF /etc/motd
Hello

Goodbye
EOF
```
"""

from __future__ import annotations

from dfcheck.api import Context, Edit, Finding, Fix, NoOptions, Related, Severity, Span, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@rule("DF9003", "no-empty-continuation", severity=Severity.WARNING, aliases=("NoEmptyContinuation",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for instruction in ctx.document.instructions:
        blanks = instruction.line.blanks
        if not blanks:
            continue
        runs: list[Span] = []
        for blank in blanks:
            if runs and runs[-1].end == blank.start:
                runs[-1] = Span(runs[-1].start, blank.end)
            else:
                runs.append(blank)
        fix = Fix("Remove the blank lines", tuple(Edit(blank, "") for blank in runs))
        lines, advice = ("line", "remove it") if len(blanks) == 1 else ("lines", "remove them")
        message = f"blank {lines} inside {instruction.keyword.text}, which goes on below"
        related = tuple(Related(Span(run.start, run.start), "and here") for run in runs[1:])
        yield Finding(Span(runs[0].start, runs[0].start), message, advice, related, fix)

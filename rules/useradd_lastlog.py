"""A user with a huge number

`useradd` writes the time of the last login, at a place that grows with the user's number: for number 1000000000 the file
`/var/log/lastlog` is 292 GB long. It is almost empty, but layers are archives and archives write it out: the build takes
ages or fills the disk. `--no-log-init` (`-l`) writes nothing.

```dockerfile bad
FROM debian:13
RUN useradd -m -u 1000730000 app
```

```dockerfile fixed
FROM debian:13
RUN useradd --no-log-init -m -u 1000730000 app
```

```dockerfile good
FROM debian:13
RUN useradd -u 10001 app
RUN useradd -l --uid=1000730000 other
```

What a variable stands for counts, when the file says it:

```dockerfile bad
FROM debian:13
ARG UID=1000730000
RUN useradd --uid=$UID app
```

```dockerfile fixed
FROM debian:13
ARG UID=1000730000
RUN useradd --no-log-init --uid=$UID app
```

```dockerfile good
FROM debian:13
ARG UID
ARG APP_UID=1001
RUN useradd -u $UID app && useradd -u "$APP_UID" other
```
"""

from __future__ import annotations

from dfcheck.api import (
    Context,
    Edit,
    Finding,
    Fix,
    Safety,
    Severity,
    ShellForm,
    Span,
    Value,
    calls,
    resolved,
    rule,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Call, ShellWord


# From here on the file is longer than 29 MB.
HUGE = 100_000


class Options(Value):
    """Options.

    Attributes:
        everywhere: Report a number of more than five digits and one in a variable, whatever its value, too.
    """

    everywhere: bool = False
    WIDE = {"everywhere": True}


@rule("DL3046", "useradd-lastlog", severity=Severity.WARNING, options=Options, words=("useradd",))
def check(ctx: Context[Options]) -> Iterator[Finding]:
    for call in calls(ctx.build, "useradd"):
        option = call.options.get("-u", "--uid")
        uid = resolved(ctx.build, call, option.value) if option and option.value else None
        if (
            option
            and uid
            and uid.isdecimal()
            and int(uid) >= HUGE
            and not call.options.has("-l", "--no-log-init")
        ):
            end = call.command.program_span.end
            edits = (Edit(Span(end, end), " --no-log-init"),)
            plain = isinstance(call.run.command, ShellForm)
            fix = Fix("Add `--no-log-init`", edits, Safety.UNSAFE) if plain else None
            message = f"user number {uid} makes `/var/log/lastlog` {int(uid) * 292 // 1_000_000:,} MB long"
            yield Finding(option.word.span, message, "add `--no-log-init`", fix=fix)
        elif ctx.options.everywhere and option and _may_be_huge(call, option.value):
            message = f"the user number may be {HUGE:,} or more, and `/var/log/lastlog` then is long"
            yield Finding(option.word.span, message, "add `--no-log-init`")


def _may_be_huge(call: Call, number: ShellWord | None) -> bool:
    """Whether a number is long as written, or only a variable knows, and the log is written."""
    if number is None or call.options.has("-l", "--no-log-init"):
        return False
    return not number.literal or len(number.text) > 5

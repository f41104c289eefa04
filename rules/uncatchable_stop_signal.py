"""STOPSIGNAL is a signal that no program can catch

`docker stop` sends it, and gives the program ten seconds to end. SIGKILL ends it at once, in the middle of what it is
doing; SIGSTOP makes it halt, to be killed ten seconds later.

```dockerfile bad
FROM nginx:1.29
STOPSIGNAL SIGKILL
```

```dockerfile bad
FROM nginx:1.29
STOPSIGNAL 19
```

```dockerfile good
FROM nginx:1.29
STOPSIGNAL SIGQUIT
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, Known, NoOptions, Severity, Stopsignal, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = {"9": "SIGKILL", "KILL": "SIGKILL", "19": "SIGSTOP", "STOP": "SIGSTOP"}


@rule("DF6001", "uncatchable-stop-signal", severity=Severity.WARNING, words=("stopsignal",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for item in ctx.each(Stopsignal):
        value = ctx.build.value(item.signal)
        name = NAMES.get(value.value.upper().removeprefix("SIG")) if isinstance(value, Known) else None
        if name is not None:
            yield Finding(item.signal.span, f"no program can catch {name}", "write e.g. `SIGTERM`")

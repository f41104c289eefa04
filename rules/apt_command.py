"""`apt` in a RUN

`apt` is made for people: it says itself that its interface is not stable and should not be used in scripts, and it paints progress bars
into the log. `apt-get` and `apt-cache` do the same, and stay as they are.

```dockerfile bad
FROM debian:13
RUN apt update && apt -y install curl
```

```dockerfile fixed
FROM debian:13
RUN apt-get update && apt-get -y install curl
```

```dockerfile bad
FROM debian:13
RUN apt show curl
```

```dockerfile fixed
FROM debian:13
RUN apt-cache show curl
```

```dockerfile good
FROM debian:13
RUN apt-get update && apt-cache policy curl && ls /etc/apt
```
"""

from __future__ import annotations

from dfcheck.api import Context, Edit, Finding, Fix, NoOptions, Safety, Severity, ShellForm, calls, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


SAME = frozenset(
    {
        *(
            "autoclean",
            "autopurge",
            "autoremove",
            "build-dep",
            "clean",
            "distclean",
            "download",
            "full-upgrade",
        ),
        *("install", "purge", "reinstall", "remove", "satisfy", "source", "update"),
    }
)
CACHE = frozenset({"depends", "policy", "rdepends", "search", "show", "showsrc"})


@rule("DL3027", "apt-command", severity=Severity.INFO, aliases=("CKV_DOCKER_9",), words=("apt",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for call in calls(ctx.build, "apt"):
        better = "apt-get" if call.verb in SAME else "apt-cache" if call.verb in CACHE else None
        span = call.command.program_span
        fix = None
        if better and ctx.text(span) == "apt" and isinstance(call.run.command, ShellForm):
            fix = Fix(f"Write `{better}`", (Edit(span, better),), Safety.UNSAFE)
        help_ = f"write `{better or 'apt-get'}`"
        yield Finding(span, "`apt` is not made for scripts: its interface may change", help_, fix=fix)

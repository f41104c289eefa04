"""apt-get installs what it was not asked for

Packages recommend others, and apt-get installs those, too: for a person at a desktop that is a service, for an image it is size and
attack surface. `--no-install-recommends` leaves them out. Build and test once after adding it: something may have relied on
one of them, `ca-certificates` beside `curl` most often, and then it should be named.

```dockerfile bad
FROM debian:13
RUN apt-get update && apt-get install -y curl
```

```dockerfile fixed
FROM debian:13
RUN apt-get update && apt-get install --no-install-recommends -y curl
```

```dockerfile good
FROM debian:13
RUN apt-get update && apt-get install -y curl ca-certificates --no-install-recommends
RUN apt-get install -y -oAPT::Install-Recommends=false git
```

Variables may hold it:

```dockerfile good
FROM debian:13
ENV OPTIONS="-y --no-install-recommends"
ARG MORE
RUN apt-get update && apt-get install $OPTIONS curl && apt-get install $MORE git
```

Who says that they are wanted means it, and a setting counts for all that follows:

```dockerfile good
FROM debian:13
RUN apt-get install -y --install-recommends gnome-shell
```

```dockerfile good
FROM debian:13
RUN echo 'APT::Install-Recommends "0";' > /etc/apt/apt.conf.d/90-lean
RUN apt-get update && apt-get install -y curl
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, NoOptions, Safety, Severity, beside, calls, given, insertion, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


SETTING = "apt::install-recommends"
DECIDED = ("--no-install-recommends", "--install-recommends")


@rule(
    "DL3015",
    "apt-recommends",
    severity=Severity.INFO,
    aliases=(
        "DS029",
        "DS-0029",
    ),
    words=("apt",),
)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    if SETTING in ctx.source.text.lower():
        return
    for call in calls(ctx.build, "apt-get", "install"):
        options = given(ctx.build, call)
        if options is not None and not options.has(*DECIDED):
            fix = insertion(
                "Add `--no-install-recommends`", beside(call, "--no-install-recommends"), Safety.UNSAFE
            )
            message = "`apt-get install` also installs what packages recommend"
            yield Finding(call.span, message, "add `--no-install-recommends`", fix=fix)

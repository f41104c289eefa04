"""apt-get asks, and nobody answers

apt-get asks before it changes more than what it was told to, and a build has nobody at the keyboard: it reads an end of file, says
`Abort.`, and the build fails. `-y` is the answer; `-qq` implies it.

```dockerfile bad
FROM debian:13
RUN apt-get update && apt-get install curl
```

```dockerfile fixed
FROM debian:13
RUN apt-get update && apt-get install -y curl
```

```dockerfile good
FROM debian:13
RUN apt-get update && apt-get -qqy install curl
RUN apt-get install git -q=2 && apt-get --assume-yes remove git
RUN yes | apt-get install jq
```

It asks when it upgrades and removes, too:

```dockerfile bad
FROM debian:13
RUN apt-get update && apt-get upgrade
```

```dockerfile fixed
FROM debian:13
RUN apt-get update && apt-get upgrade -y
```

`DEBIAN_FRONTEND=noninteractive` answers the questions of packages, not those of apt-get. Its own setting does:

```dockerfile good
FROM debian:13
ENV OPTIONS="-qq -y"
ARG MORE
RUN apt-get update && apt-get install $OPTIONS curl && apt-get install $MORE git
```

```dockerfile good
FROM debian:13
RUN echo 'APT::Get::Assume-Yes "true";' > /etc/apt/apt.conf.d/90-yes
RUN apt-get update && apt-get install curl
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, Safety, Severity, Value, beside, insertion, prompts, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Options(Value):
    """Options.

    Attributes:
        everywhere: Report calls without such an option of their own, whatever else may answer.
    """

    everywhere: bool = False
    WIDE = {"everywhere": True}


@rule(
    "DL3014",
    "apt-get-prompt",
    severity=Severity.WARNING,
    aliases=(
        "DS021",
        "DS-0021",
    ),
    options=Options,
    words=("apt",),
)
def check(ctx: Context[Options]) -> Iterator[Finding]:
    for call in prompts(ctx.build, "apt-get", "APT::Get::Assume-Yes", doubtful=ctx.options.everywhere):
        message = f"`{call.said}` asks before it acts, and in a build nobody answers"
        fix = insertion("Add `-y`", beside(call, "-y"), Safety.SAFE)
        yield Finding(call.span, message, "add `-y`", fix=fix)

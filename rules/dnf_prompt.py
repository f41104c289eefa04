"""dnf asks, and nobody answers

dnf shows what it is going to do and asks; a build has nobody at the keyboard, so it stops there and the build fails. `-y` is the
answer.

```dockerfile bad
FROM fedora:43
RUN dnf install httpd
```

```dockerfile fixed
FROM fedora:43
RUN dnf install -y httpd
```

```dockerfile good
FROM fedora:43
RUN dnf -y install httpd && dnf --assumeyes remove httpd
```

It asks when it updates and removes, too:

```dockerfile bad
FROM fedora:43
RUN dnf update
```

```dockerfile fixed
FROM fedora:43
RUN dnf update -y
```

microdnf, which small images have in its place, never asks; the option `microdnf` reports it for uniformity:

```dockerfile good
FROM registry.access.redhat.com/ubi9-minimal:9.6
RUN microdnf install httpd
```

The answer may stand in its settings:

```dockerfile good
FROM fedora:43
RUN echo assumeyes=1 >> /etc/dnf/dnf.conf
RUN dnf install httpd
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
        microdnf: Report microdnf, too.
    """

    microdnf: bool = False
    WIDE = {"microdnf": True}


@rule("DL3038", "dnf-prompt", severity=Severity.WARNING, options=Options, words=("dnf",))
def check(ctx: Context[Options]) -> Iterator[Finding]:
    for call in prompts(ctx.build, "dnf", "assumeyes", silent=ctx.options.microdnf):
        message = f"`{call.said}` asks before it acts, and in a build nobody answers"
        if call.command.program == "microdnf":
            message = f"`{call.said}` has no `-y`, so it would ask if it were dnf"
        fix = insertion("Add `-y`", beside(call, "-y"), Safety.SAFE)
        yield Finding(call.span, message, "add `-y`", fix=fix)

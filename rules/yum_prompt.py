"""yum asks, and nobody answers

yum shows what it is going to do and asks; a build has nobody at the keyboard, so it stops there and the build fails. `-y` is the
answer.

```dockerfile bad
FROM rockylinux:8
RUN yum install httpd
```

```dockerfile fixed
FROM rockylinux:8
RUN yum install -y httpd
```

```dockerfile good
FROM rockylinux:8
RUN yum -y install httpd && yum --assumeyes remove httpd
```

It asks when it updates and removes, too:

```dockerfile bad
FROM rockylinux:8
RUN yum update
```

```dockerfile fixed
FROM rockylinux:8
RUN yum update -y
```

The answer may stand in its settings:

```dockerfile good
FROM rockylinux:8
RUN echo assumeyes=1 >> /etc/yum.conf
RUN yum install httpd
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, NoOptions, Safety, Severity, beside, insertion, prompts, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@rule("DL3030", "yum-prompt", severity=Severity.WARNING, words=("yum",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for call in prompts(ctx.build, "yum", "assumeyes"):
        message = f"`{call.said}` asks before it acts, and in a build nobody answers"
        fix = insertion("Add `-y`", beside(call, "-y"), Safety.SAFE)
        yield Finding(call.span, message, "add `-y`", fix=fix)

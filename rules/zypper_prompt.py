"""zypper asks, and nobody answers

zypper shows what it is going to do and asks; a build has nobody at the keyboard, so it stops there and the build fails.
`--non-interactive` (`-n`) before the command is the answer, or `-y` behind it.

```dockerfile bad
FROM opensuse/leap:16.0
RUN zypper install httpd
```

```dockerfile fixed
FROM opensuse/leap:16.0
RUN zypper install -y httpd
```

```dockerfile good
FROM opensuse/leap:16.0
RUN zypper -n in httpd && zypper --non-interactive rm httpd
RUN zypper refresh
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, NoOptions, Safety, Severity, beside, insertion, prompts, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@rule("DL3034", "zypper-prompt", severity=Severity.WARNING, words=("zypper",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for call in prompts(ctx.build, "zypper"):
        message = f"`{call.said}` asks before it acts, and in a build nobody answers"
        fix = insertion("Add `-y`", beside(call, "-y"), Safety.SAFE)
        yield Finding(call.span, message, "add `-y`", fix=fix)

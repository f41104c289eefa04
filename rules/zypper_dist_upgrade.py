"""zypper upgrades the whole distribution

`zypper dist-upgrade` may change the vendor and the version of every package, or remove it: what the base image's tag promises holds
no longer, and the layer repeats much of the base. Take a newer base image, or `zypper patch` for security updates.

```dockerfile bad
FROM opensuse/leap:16.0
RUN zypper -n dup
```

```dockerfile good
FROM opensuse/leap:16.0
RUN zypper -n patch
RUN zypper -n install dup
```

Tumbleweed is updated this way and no other:

```dockerfile good
FROM opensuse/tumbleweed:latest
RUN zypper -n dist-upgrade
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, Known, NoOptions, Severity, calls, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Stage


@rule("DL3035", "zypper-dist-upgrade", severity=Severity.WARNING, words=("zypper",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for call in calls(ctx.build, "zypper", "dist-upgrade"):
        if not _rolling(ctx, ctx.build.stage_of(call.run)):
            message = f"`zypper {call.word.text}` replaces the distribution that the base image is"
            yield Finding(call.span, message, "take a newer base image, or write `zypper patch`")


def _rolling(ctx: Context[NoOptions], stage: Stage | None) -> bool:
    """Whether the stage begins with Tumbleweed, or with nobody knows what."""
    while stage is not None and stage.base is not None:
        stage = ctx.stages[stage.base]
    return stage is None or not isinstance(stage.image, Known) or "tumbleweed" in stage.image.value

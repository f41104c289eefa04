"""Package lists updated in a RUN of their own

The builder keeps the layer of `apt-get update` as long as nothing before it changes. When the list of packages below changes months
later, apt-get looks them up in the old lists: it installs old versions, or asks for files that are gone and fails with
404. Updated in the RUN that installs, the lists are always new.

```dockerfile bad
FROM debian:13
RUN apt-get update
RUN apt-get install -y curl
```

```dockerfile good
FROM debian:13
RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
```

An install may well come later in the same RUN, or update for itself:

```dockerfile good
FROM debian:13
RUN apt-get update; \
    mkdir /srv/app; \
    apt-get install -y curl
RUN apt-get update && apt-get install -y git
```

Stages inherit lists:

```dockerfile bad
FROM debian:13 AS base
RUN apt update
FROM base
RUN apt install -y curl
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, NoOptions, Related, Severity, calls_in, mounted, rule, runs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Call, Run


INSTALLS = frozenset(
    {"install", "reinstall", "satisfy", "build-dep", "upgrade", "dist-upgrade", "full-upgrade"}
)


@rule(
    "DF3001",
    "update-alone",
    severity=Severity.WARNING,
    aliases=("CKV_DOCKER_5", "DS017", "DS-0017"),
    words=("apt",),
)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for run in runs(ctx.build):
        called = list(calls_in(ctx.build, run, "apt lists", "update", *INSTALLS))
        if (
            called
            and all(call.verb == "update" for call in called)
            and not mounted(ctx.build, run, called[0].tool.caches)
        ):
            user = _user(ctx, run)
            if user is not None:
                message = f"`{called[-1].said}` in a RUN of its own: once that is cached, its lists grow old"
                related = (Related(user.span, "this installs from those lists"),)
                yield Finding(called[-1].span, message, "move it into the RUN that installs", related)


def _user(ctx: Context[NoOptions], updated: Run) -> Call | None:
    """The first call in a later RUN, of this stage or one built from it, that installs from these lists."""
    home = ctx.build.stage_of(updated)
    for run in runs(ctx.build):
        stage = ctx.build.stage_of(run) if run.span.start > updated.span.start else None
        while stage is not None and stage != home:
            stage = None if stage.base is None else ctx.stages[stage.base]
        first = next(calls_in(ctx.build, run, "apt lists", "update", *INSTALLS), None) if stage else None
        if first is not None and not first.updates:
            return first
    return None

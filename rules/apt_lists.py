r"""apt's package lists stay in the image

`apt-get update` downloads some 20 to 40 MB of lists that only the next `apt-get install` needs. A layer keeps what it has at the end
of its RUN, so they have to go in the same one: removing them later hides them and frees nothing.

```dockerfile bad
FROM debian:13
RUN apt-get update && apt-get install -y curl
```

```dockerfile fixed
FROM debian:13
RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
```

`apt-get clean` removes packages, which the official images do by themselves, not lists. Nor does any other `rm`:

```dockerfile bad
FROM debian:13
RUN apt-get update && \
    apt-get install -y curl && \
    apt-get clean && \
    rm -rf /tmp/*
```

```dockerfile fixed
FROM debian:13
RUN apt-get update && \
    apt-get install -y curl && \
    apt-get clean && \
    rm -rf /var/lib/apt/lists/* && \
    rm -rf /tmp/*
```

Any way to remove them will do, and with a mount they never get into the layer:

```dockerfile good
FROM debian:13
RUN apt-get update && apt-get install -y curl && rm -fr /var/lib/apt
RUN apt-get update && apt-get install -y git && apt-get distclean
RUN --mount=type=cache,target=/var/lib/apt/lists,sharing=locked apt-get update && apt-get install -y jq
```

Only what reaches the image counts. A stage from which files are copied is thrown away, and reported
with `everywhere` only:

```dockerfile good
FROM debian:13 AS build
RUN apt-get update && apt-get install -y gcc
FROM debian:13
COPY --from=build /app /app
```

A RUN that only updates, for a later one to install with these lists, must keep them. That is a matter of `update-alone`
(DF3001); with `alone` it is reported here, too:

```dockerfile good
FROM debian:13
RUN apt-get update
RUN apt-get install -y curl
```

```toml
alone = true
```

```dockerfile bad
FROM debian:13
RUN apt-get update
RUN apt-get install -y curl
```

There is no fix where a later RUN needs the lists; join the two first:

```dockerfile bad
FROM debian:13
RUN apt-get update && apt-get install -y curl
RUN apt-get install -y git
```
"""

from __future__ import annotations

from dfcheck.api import (
    Context,
    Finding,
    Safety,
    Severity,
    Value,
    behind,
    calls_in,
    cleaned,
    insertion,
    leftovers,
    rule,
    runs,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Call


INSTALLS = frozenset(
    {"install", "reinstall", "satisfy", "build-dep", "upgrade", "dist-upgrade", "full-upgrade"}
)


class Options(Value):
    """Options.

    Attributes:
        alone: Report a RUN that only updates, for a later one to install, as well.
        everywhere: Report stages that are thrown away, too, and a RUN that removes the lists but not by `rm`.
    """

    alone: bool = False
    everywhere: bool = False
    WIDE = {"alone": True, "everywhere": True}


@rule("DL3009", "apt-lists", severity=Severity.INFO, options=Options, words=("apt",))
def check(ctx: Context[Options]) -> Iterator[Finding]:
    found = leftovers(
        ctx.build,
        "apt lists",
        "update",
        *INSTALLS,
        leaves=lambda call: call.updates,
        everywhere=ctx.options.everywhere,
        removed=ctx.options.everywhere,
    )
    for call in found:
        if ctx.options.everywhere and _removed(ctx, call):
            continue
        message = f"the package lists of `{call.said}` stay in the layer"
        fix = None
        if not _used_later(ctx, call):
            last = list(calls_in(ctx.build, call.run, "apt lists"))[-1]
            place = behind(ctx.build, last, call.tool.cleaner)
            fix = insertion("Remove the lists in this RUN", place, Safety.UNSAFE)
        elif not ctx.options.alone and not any(calls_in(ctx.build, call.run, "apt lists", *INSTALLS)):
            continue
        yield Finding(call.span, message, f"end this RUN with `{call.tool.cleaner}`", fix=fix)


def _removed(ctx: Context[Options], call: Call) -> bool:
    """Whether the RUN removes the lists, and by `rm`."""
    removes = any(command.program == "rm" for command in ctx.script(call.run).commands)
    return removes and cleaned(ctx.build, call.run, call.order, "apt lists")


def _used_later(ctx: Context[Options], call: Call) -> bool:
    """Whether a later RUN, of this stage or one built from it, installs without an update of its own."""
    home = ctx.build.stage_of(call.run)
    for run in runs(ctx.build):
        stage = ctx.build.stage_of(run) if run.span.start > call.run.span.start else None
        while stage is not None and stage != home:
            stage = None if stage.base is None else ctx.stages[stage.base]
        first = next(calls_in(ctx.build, run, "apt lists", "update", *INSTALLS), None) if stage else None
        if first is not None and not first.updates:
            return True
    return False

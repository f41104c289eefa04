"""RUN follows RUN, each with a single command

Each RUN makes a layer. Commands that belong together make one layer when they are joined by `&&` or stand in one
heredoc, and what a later one deletes is then not in the image at all. Apart they are cached apart, which is
worth more in stages that only build; so this rule has to be selected.

```dockerfile bad
FROM debian:13
RUN apt-get update
RUN apt-get install -y curl
```

```dockerfile good
FROM debian:13
RUN apt-get update && apt-get install -y curl
```

Instructions between them, other flags, or a RUN that joins commands already are left alone:

```dockerfile good
FROM node:24
RUN --mount=type=cache,target=/root/.npm npm ci
RUN npm run build && npm prune
RUN npm test
WORKDIR /srv
RUN npm pack
```

A test in brackets is no command of its own:

```dockerfile bad
FROM debian:13
ARG DEBUG
RUN apt-get update
RUN if [ -n "$DEBUG" ]; then apt-get install -y gdb; fi
```
"""

from __future__ import annotations

from dfcheck.api import Blank, Comment, Context, Finding, NoOptions, Related, Run, Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@rule("DL3059", "consecutive-run", severity=Severity.INFO, default=False)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    before: Run | None = None
    for item in ctx.document.items:
        if isinstance(item, (Comment, Blank)):
            continue
        if not isinstance(item, Run):
            before = None
            continue
        if (
            before is not None
            and _flags(before) == _flags(item)
            and _is_single(ctx, before)
            and _is_single(ctx, item)
        ):
            message = "this RUN could be one with the RUN before it"
            related = (Related(before.keyword.span, "this one"),)
            yield Finding(item.keyword.span, message, "join them by `&&`", related)
        else:
            before = item


def _flags(run: Run) -> list[str]:
    return sorted(f"{flag.name.text}={flag.value.text if flag.value else ''}" for flag in run.flags)


def _is_single(ctx: Context[NoOptions], run: Run) -> bool:
    """Whether it has one command by name, or none; text that only PowerShell or cmd reads is not counted."""
    script = ctx.script(run)
    readable = script.dialect in {"sh", "bash"} or bool(script.commands)
    return readable and sum(command.name not in {None, "[", "[["} for command in script.commands) <= 1

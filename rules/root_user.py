"""The container runs as root

The last USER of the image is root. A flaw in the program then gives an attacker all of the container: every file in it,
every directory mounted into it, and a better start at the host. Become root for what needs it, and somebody else
at the end.

```dockerfile bad
FROM node:24
USER root
RUN apt-get update && apt-get install -y tini
```

```dockerfile good
FROM node:24
USER root
RUN apt-get update && apt-get install -y tini
USER node
```

Only the last stage counts, with the stages that it is built from; the others are not run:

```dockerfile bad
FROM node:24 AS base
USER 0:0
FROM base
CMD ["node", "server.js"]
```

```dockerfile good
FROM node:24 AS build
USER root
RUN npm ci
FROM node:24
USER 1000:1000
COPY --from=build /app /app
```

An entry point that becomes somebody else by itself needs root to do so:

```dockerfile good
FROM redis:8
USER root
ENTRYPOINT ["gosu", "redis", "redis-server"]
```
"""

from __future__ import annotations

from dfcheck.api import (
    Cmd,
    Context,
    Entrypoint,
    ExecForm,
    Finding,
    Instruction,
    Known,
    Severity,
    Stage,
    User,
    Value,
    rule,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# Programs that start others as another user, and those that do as first process of the container.
TOOLS = frozenset("gosu su-exec setpriv runuser su sudo chroot setuidgid s6-setuidgid chpst".split())
FIRST = frozenset("init systemd s6-svscan supervisord".split())


class Options(Value):
    """Options.

    Attributes:
        everywhere: Report every stage whose last USER is root, whatever it starts.
    """

    everywhere: bool = False
    WIDE = {"everywhere": True}


@rule(
    "DL3002",
    "root-user",
    severity=Severity.WARNING,
    aliases=("CKV_DOCKER_8",),
    options=Options,
    words=("user",),
)
def check(ctx: Context[Options]) -> Iterator[Finding]:
    if ctx.options.everywhere:
        for stage in ctx.stages:
            yield from _judge(ctx, [*reversed(stage.instructions)])
        return
    instructions = list(_lineage(ctx))
    if not any(map(_drops, instructions)):
        yield from _judge(ctx, instructions)


def _judge(ctx: Context[Options], instructions: list[Instruction]) -> Iterator[Finding]:
    """Whether the first USER of instructions in reverse is root."""
    last = next((item for item in instructions if isinstance(item, User)), None)
    if last is None:
        return
    value = ctx.build.value(last.user)
    user = value.value.strip() if isinstance(value, Known) else ""
    name = user.partition(":")[0]
    if name == "root" or (name.isdigit() and int(name) == 0):
        yield Finding(last.user.span, f"the container runs as `{user}`", "end with another USER")


def _lineage(ctx: Context[Options]) -> Iterator[Instruction]:
    """Instructions of the last stage and of those that it is built from, the last one first."""
    stage: Stage | None = ctx.stages[-1] if ctx.stages else None
    while stage is not None:
        yield from reversed(stage.instructions)
        stage = None if stage.base is None else ctx.stages[stage.base]


def _drops(instruction: Instruction) -> bool:
    """Whether it starts a program that becomes another user."""
    if not isinstance(instruction, (Entrypoint, Cmd)):
        return False
    command = instruction.command
    words = (
        [token.text for token in command.arguments] if isinstance(command, ExecForm) else command.text.split()
    )
    names = [word.rpartition("/")[2] for word in words]
    return not TOOLS.isdisjoint(names) or not FIRST.isdisjoint(names[:1])

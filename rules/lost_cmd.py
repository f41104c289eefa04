"""A CMD that never counts

CMD gives the arguments of ENTRYPOINT. Two ways lose it without a word.

ENTRYPOINT takes away the CMD that a stage has from the stage or image below it; only one in the same stage stays. An
entry point that is there to start something else, such as `tini` or `docker-entrypoint.sh`, then starts nothing:

```dockerfile bad
FROM node:24 AS base
CMD ["node", "server.js"]

FROM base
ENTRYPOINT ["tini", "--"]
```

```dockerfile good
FROM node:24 AS base
CMD ["node", "server.js"]

FROM base
ENTRYPOINT ["tini", "--"]
CMD ["node", "server.js"]
```

An entry point that is a program of its own has no use for the other one's arguments:

```dockerfile good
FROM node:24 AS base
CMD ["node", "server.js"]

FROM base
ENTRYPOINT ["/usr/local/bin/migrate"]
```

An ENTRYPOINT in shell form is started by `/bin/sh -c`, which does not hand CMD on:

```dockerfile bad
FROM python:3.14
ENTRYPOINT python -m http.server
CMD ["8080"]
```

```dockerfile good
FROM python:3.14
ENTRYPOINT ["python", "-m", "http.server"]
CMD ["8080"]
```

unless the script asks for them:

```dockerfile good
FROM python:3.14
ENTRYPOINT exec python -m http.server "$0"
CMD ["8080"]
```
"""

from __future__ import annotations

from dfcheck.api import (
    Cmd,
    Context,
    Entrypoint,
    ExecForm,
    Finding,
    NoOptions,
    Related,
    Severity,
    ShellForm,
    rule,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Stage

# Programs that start the command that follows; nothing follows when there are only options.
STARTERS = frozenset(("tini", "dumb-init", "catatonit", "docker-entrypoint.sh"))
# What the shell knows the arguments behind the script by.
ARGUMENTS = ("$0", "$1", "$@", "$*", "${0", "${1", "${@", "${*")


@rule("DF6002", "lost-cmd", severity=Severity.WARNING, words=("entrypoint",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for stage in ctx.stages:
        entrypoint = _last(stage, Entrypoint)
        if not isinstance(entrypoint, Entrypoint):
            continue
        own = _last(stage, Cmd)
        if isinstance(own, Cmd):
            if (
                isinstance(entrypoint.command, ShellForm)
                and not _asks(entrypoint.command.text)
                and _says(own)
            ):
                message = "this CMD has no effect: an ENTRYPOINT in shell form gets no arguments"
                related = Related(entrypoint.keyword.span, "this one")
                yield Finding(own.keyword.span, message, "write the ENTRYPOINT in JSON form", (related,))
            continue
        inherited = _inherited(ctx, stage)
        if inherited is not None and _starts_another(entrypoint):
            line = ctx.source.position(inherited.span.start).line
            message = f"this ENTRYPOINT resets the CMD of line {line}, so it has nothing to start"
            related = Related(inherited.keyword.span, "this one is lost")
            yield Finding(entrypoint.keyword.span, message, "write the CMD again in this stage", (related,))


def _last(stage: Stage, kind: type[Cmd | Entrypoint]) -> Cmd | Entrypoint | None:
    return next((item for item in reversed(stage.instructions) if isinstance(item, kind)), None)


def _inherited(ctx: Context[NoOptions], stage: Stage) -> Cmd | None:
    """The CMD that the stages below hand up."""
    while stage.base is not None:
        stage = ctx.stages[stage.base]
        own = _last(stage, Cmd)
        if isinstance(own, Cmd):
            return own
        if _last(stage, Entrypoint) is not None:
            return None
    return None


def _says(cmd: Cmd) -> bool:
    """Whether it has any word; `CMD []` takes an inherited one away."""
    return not isinstance(cmd.command, ExecForm) or bool(cmd.command.arguments)


def _asks(script: str) -> bool:
    return any(name in script for name in ARGUMENTS)


def _starts_another(entrypoint: Entrypoint) -> bool:
    """Whether it only starts what its arguments name, and has none of its own."""
    if not isinstance(entrypoint.command, ExecForm):
        return False
    names = [token.text.rpartition("/")[2] for token in entrypoint.command.arguments]
    return bool(names) and all(name in STARTERS or name.startswith("-") for name in names)

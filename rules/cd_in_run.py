"""`cd` where WORKDIR is meant

Each RUN starts a shell of its own in the directory that WORKDIR says, so a `cd` is forgotten at the end of its RUN.
One with nothing after it does nothing at all:

```dockerfile bad
FROM alpine:3.22
RUN cd /app
COPY . .
```

One that begins a RUN and holds for all of it is a WORKDIR in disguise, when several RUNs go there or the next
instruction goes elsewhere anyway. WORKDIR is there for the next RUN and COPY too, makes the directory if it is missing, and shows in
the image's history.

```dockerfile bad
FROM node:24
RUN cd /app && npm ci
RUN cd /app && npm run build
```

```dockerfile fixed
FROM node:24
WORKDIR /app
RUN npm ci
WORKDIR /app
RUN npm run build
```

```dockerfile bad
FROM node:24
RUN cd /app && npm ci && npm run build
WORKDIR /srv
```

```dockerfile fixed
FROM node:24
WORKDIR /app
RUN npm ci && npm run build
WORKDIR /srv
```

A RUN that goes somewhere once is shorter than two WORKDIRs, of which the last also says where the container starts:

```dockerfile good
FROM node:24
WORKDIR /app
RUN cd /opt/tool && make install
COPY . .
CMD ["node", "server.js"]
```

A `cd` to where the RUN is anyway says nothing:

```dockerfile bad
FROM node:24
WORKDIR /app
RUN cd /app && npm ci
```

```dockerfile fixed
FROM node:24
WORKDIR /app
RUN npm ci
```

WORKDIR cannot go to a directory for a moment, so a `cd` there is fine: in a subshell, in the middle of a RUN, one of
several, into a directory for temporary files or one that the RUN removes. (That a `cd` with `;` behind it may fail
unnoticed is SC2164.)

```dockerfile good
FROM debian:13
RUN (cd /src && make install)
RUN curl -fsSO https://example.org/tool.tar.gz && tar -xzf tool.tar.gz && cd tool && make install
RUN cd /src/one && make && cd /src/two && make
RUN cd /tmp && curl -fsSO https://example.org/tool.deb && dpkg -i tool.deb
RUN cd /build && make install && rm -rf /build
```

Nor does it know what only the shell knows, and a relative one is no better than `cd` while WORKDIR is not known:

```dockerfile good
FROM debian:13
RUN cd ~/tools && make
RUN cd "$(mktemp -d)" && make
RUN cd tools && make
```

With `everywhere`, every `cd` is reported, as hadolint does:

```toml
everywhere = true
```

```dockerfile bad
FROM debian:13
RUN (cd /src && make install)
```
"""

from __future__ import annotations

from dfcheck.api import (
    Add,
    Cmd,
    Context,
    Copy,
    Edit,
    Entrypoint,
    Finding,
    Fix,
    Healthcheck,
    Known,
    Onbuild,
    Run,
    Safety,
    Severity,
    Span,
    Value,
    Workdir,
    rule,
    runs,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Instruction, ShellCommand, ShellWord, Unknown

MOVES = frozenset({"cd", "pushd", "popd", "chdir"})
SETUP = frozenset({"set", "shopt", "export", "umask"})
NEEDS_DIRECTORY = (Add, Cmd, Copy, Entrypoint, Healthcheck, Onbuild, Run, Workdir)
TEMPORARY = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - paths in the image


class Options(Value):
    """Options.

    Attributes:
        everywhere: Report every `cd`, also those that WORKDIR could not replace.
    """

    everywhere: bool = False

    WIDE = {"everywhere": True}


@rule(
    "DL3003",
    "cd-in-run",
    severity=Severity.INFO,
    options=Options,
    aliases=(
        "DS013",
        "DS-0013",
    ),
    words=("cd", "pushd", "popd", "chdir"),
)
def check(ctx: Context[Options]) -> Iterator[Finding]:
    if ctx.options.everywhere:
        for run in runs(ctx.build):
            for command in ctx.script(run).commands:
                if command.program == "cd":
                    yield Finding(command.span, "`cd` in a RUN", "say where with `WORKDIR`")
        return
    places = _places(ctx)
    for run in runs(ctx.build):
        commands = ctx.script(run).commands
        first = next((c for c in commands if c.program not in SETUP and c.program), None)
        if first and first.program == "cd" and (not first.nesting.depth or len(commands) == 1):
            yield from _judge(ctx, run, first, commands, places.get(run.span.start, Place(None, False, {})))


class Place(Value):
    """What holds where a RUN stands.

    Attributes:
        workdir: The directory that it starts in; None when the base image says it.
        moves: Whether a WORKDIR with an absolute path follows before anything needs the directory.
        starts: How many RUNs of the stage begin with a `cd` to each directory; filled once all are seen.
    """

    workdir: str | None
    moves: bool
    starts: dict[str, int]


def _places(ctx: Context[Options]) -> dict[int, Place]:
    """The place of each RUN, by where it begins."""
    places: dict[int, Place] = {}
    ends: list[str | None] = []
    for stage in ctx.stages:
        workdir = ends[stage.base] if stage.base is not None else None
        starts: dict[str, int] = {}
        needs: Instruction | None = None
        moves: dict[int, bool] = {}
        for item in reversed(stage.instructions):
            if isinstance(item, NEEDS_DIRECTORY):
                moves[item.span.start] = isinstance(needs, Workdir) and needs.path.text.strip(
                    "\"'"
                ).startswith("/")
                needs = item
        for item in stage.instructions:
            if isinstance(item, Workdir):
                workdir = _moved(workdir, ctx.build.value(item.path))
                continue
            run = item.trigger if isinstance(item, Onbuild) else item
            if isinstance(run, Run) and "cd" in ctx.text(run.span):
                places[run.span.start] = Place(workdir, moves[item.span.start], starts)
                first = next((c for c in ctx.script(run).commands if c.program not in SETUP), None)
                where = _directory(ctx, run, first, workdir) if first and first.program == "cd" else None
                if where is not None:
                    starts[where] = starts.get(where, 0) + 1
        ends.append(workdir)
    return places


def _moved(workdir: str | None, value: Known | Unknown) -> str | None:
    """The directory after a WORKDIR; None when it is not known."""
    if not isinstance(value, Known):
        return None
    if value.value.startswith("/"):
        return "/" + value.value.strip("/")
    return f"{workdir.rstrip('/')}/{value.value.strip('/')}" if workdir is not None else None


def _judge(
    ctx: Context[Options], run: Run, cd: ShellCommand, commands: tuple[ShellCommand, ...], place: Place
) -> Iterator[Finding]:
    """The finding for a `cd` that begins a RUN, if it deserves one."""
    shown = f"`{ctx.text(cd.span)}`" if "\n" not in ctx.text(cd.span) else "`cd`"
    if commands[-1] is cd:
        if not run.heredocs and len(cd.words) == 2:
            yield Finding(
                cd.span, f"{shown} has no effect: it is forgotten when this RUN ends", "write `WORKDIR`"
            )
        return
    where = _directory(ctx, run, cd, place.workdir)
    moves = sum(command.program in MOVES for command in commands)
    if (
        where is None
        or moves > 1
        or cd.pipeline
        or cd.operator not in {"&&", ";", "\n"}
        or _temporary(where, commands)
    ):
        return
    if where == place.workdir:
        message = f"{shown} goes where this RUN is already, by WORKDIR"
        yield Finding(cd.span, message, "leave it out", fix=_without(ctx, run, cd, "Remove `cd`", ""))
        return
    strict = any(command.program == "set" for command in commands) or "-e" in " ".join(ctx.build.shell(run))
    if (cd.operator != "&&" and not strict) or not (place.moves or place.starts.get(where, 0) > 1):
        return
    line = f"WORKDIR {where}"
    help_ = f"write `{line}` before this RUN"
    fix = _without(ctx, run, cd, f"Write `{line}`", line) if where.startswith("/") else None
    yield Finding(cd.span, f"{shown} begins this RUN: that is a WORKDIR", help_, fix=fix)


def _directory(ctx: Context[Options], run: Run, cd: ShellCommand, base: str | None) -> str | None:
    """The directory as WORKDIR would say it; None when WORKDIR cannot."""
    if len(cd.arguments) != 1 or cd.redirects or cd.prefixes:
        return None
    word: ShellWord = cd.arguments[0]
    text = word.text
    if text.startswith(("~", "-")) or any(char in text for char in " *?[`") or "$(" in text:
        return None
    scope = ctx.build.scope(run)
    if any(variable.name not in scope or f"${{{variable.name}}}" not in text for variable in word.variables):
        return None
    if not text.startswith(("/", "$")):
        if base is None or text.startswith(".."):
            return None
        text = f"{base.rstrip('/')}/{text.removeprefix('./')}"
    return text.rstrip("/") or "/"


def _temporary(where: str, commands: tuple[ShellCommand, ...]) -> bool:
    """Whether the directory is for temporary files, or gone at the end of the RUN."""
    if any(where == path or where.startswith(path + "/") for path in TEMPORARY):
        return True
    name = where.rpartition("/")[2]
    for command in commands:
        if command.program == "rm" and command.options().has("-r", "-R", "--recursive"):
            gone = [word.text.rstrip("/*") for word in command.options().positionals]
            if any(
                where == path or where.startswith(path + "/") or path == f"../{name}" for path in gone if path
            ):
                return True
    return False


def _without(ctx: Context[Options], run: Run, cd: ShellCommand, title: str, line: str) -> Fix | None:
    """Remove the `cd` and what joins it to the next command; put a line before the RUN."""
    if cd.operator == "\n" or run.heredocs or ctx.text(Span(run.span.start, cd.span.start)).count("\n"):
        return None
    text = ctx.source.text
    after = text.find(cd.operator, cd.span.end) + len(cd.operator)
    between = text[cd.span.end : after]
    while text[after : after + 1] in {" ", "\t"}:
        after += 1
    if text.startswith(ctx.document.escape, after):
        stop = text.find("\n", after) + 1
        rest = text[stop:].lstrip(" \t")
        if text[after + 1 : stop].strip() or rest.startswith(("#", "\n", "\r")):
            return None
        after = len(text) - len(rest)
    if (
        between.replace(ctx.document.escape, "").strip() != cd.operator
        or run.span.start != run.keyword.span.start
    ):
        return None
    edits = [Edit(Span(cd.span.start, after), "")]
    if line:
        at = run.span.start
        if text[text.rfind("\n", 0, at) + 1 : at].strip():
            return None
        edits.insert(0, Edit(Span(at, at), f"{line}\n"))
    return Fix(title, tuple(edits), Safety.UNSAFE if line else Safety.SAFE)

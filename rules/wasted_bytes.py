"""A layer is stored a second time, or deleted in vain

A layer never changes what lies below it. When a later instruction changes the owner or the mode of a file, or writes it
anew, the image holds it twice; when it deletes it, the file is hidden, yet pulled with the image all the same. Only
files whose size is known count, those that COPY and ADD take from the build context, and only from 1 MB on (option
`bytes`).

```text context
model.bin: 12 MB
server.py
```

```dockerfile bad
FROM python:3.14
COPY . /app
RUN chown -R 1000:1000 /app
USER 1000
```

```text context
model.bin: 12 MB
server.py
```

```dockerfile good
FROM python:3.14
COPY --chown=1000:1000 . /app
USER 1000
```

```text context
data.sql: 30 MB
```

```dockerfile bad
FROM postgres:18
COPY data.sql /tmp/
RUN load /tmp/data.sql && rm /tmp/data.sql
```

A mount shows the file to one RUN and leaves nothing behind:

```text context
data.sql: 30 MB
```

```dockerfile good
FROM postgres:18
RUN --mount=type=bind,source=data.sql,target=/tmp/data.sql load /tmp/data.sql
```

Two COPYs of one file, with different owners:

```text context
model.bin: 12 MB
```

```dockerfile bad
FROM python:3.14
COPY model.bin /app/
COPY --chown=1000:1000 model.bin /app/
```

What does not change is not stored again, and stages that are only copied from do not count:

```text context
package.json
model.bin: 12 MB
```

```dockerfile good
FROM node:24 AS build
COPY . /app
RUN chown -R node /app
FROM node:24
WORKDIR /app
COPY model.bin ./
COPY . .
RUN chown -R root:root /app
```
"""

from __future__ import annotations

from dfcheck.api import Add, Context, Copy, Finding, Related, Run, Severity, Value, is_archive, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dfcheck.api import Surroundings, Touch, Waste

PROGRAMS = ("chown", "chmod", "rm")


class Options(Value):
    """Options.

    Attributes:
        bytes: How many bytes have to be wasted.
    """

    bytes: int = 1_000_000


@rule("DF5001", "wasted-bytes", severity=Severity.INFO, options=Options)
def check(ctx: Context[Options]) -> Iterator[Finding]:
    copies = [item for stage in ctx.lineage() for item in stage.instructions if isinstance(item, (Copy, Add))]
    runs = [item for stage in ctx.lineage() for item in stage.instructions if isinstance(item, Run)]
    if not copies or (len(copies) == 1 and not runs) or ctx.around is None:
        return
    for waste in ctx.around.hidden():
        if waste.size >= ctx.options.bytes:
            yield from _twice(ctx, waste)
    told: list[Touch] = []
    for stage in ctx.lineage():
        for touch in ctx.touches(stage, *PROGRAMS):
            # What one RUN changes twice is stored once.
            if not any(touch.run is other.run and other.covers(touch.path) for other in told):
                found = list(_by_command(ctx, touch, ctx.around))
                told += [touch] if found else []
                yield from found


def _twice(ctx: Context[Options], waste: Waste) -> Iterator[Finding]:
    """A COPY over another one."""
    item, first = ctx.instruction_at(waste.line), ctx.instruction_at(waste.first)
    if not isinstance(item, (Copy, Add)) or not isinstance(first, (Copy, Add)):
        return
    more = f" and {len(waste.paths) - 1} more" if waste.paths[1:] else ""
    how = " with another owner or mode" if waste.same else ""
    message = f"`{waste.paths[0]}`{more} is written again{how}: {_told(waste.size)} of line {waste.first} are stored in vain"
    help_ = "give it that owner and mode at once" if waste.same else "copy only what is to stay"
    yield Finding(
        item.keyword.span, message, help_, (Related(first.keyword.span, "it is written first here"),)
    )


def _changes(touch: Touch) -> Callable[[int, int], bool] | None:
    """By mode and owner of a file, whether the command changes it; None when it may not run or that is not known."""
    nesting, options = touch.command.nesting, touch.command.options()
    if nesting.branch or nesting.function or nesting.loop or nesting.condition or nesting.substitution:
        return None
    if touch.command.program == "rm":
        return lambda _mode, _uid: True
    first = options.positionals[0]
    if (
        touch.word is first
        or not first.literal
        or any(option.name.startswith("--ref") for option in options.flags)
    ):
        return None
    if touch.command.program == "chmod":
        digits = first.text
        is_octal = 3 <= len(digits) <= 4 and set(digits) <= set("01234567")
        return (lambda mode, _uid: mode != int(digits, 8)) if is_octal else None
    user = first.text.partition(":")[0].partition(".")[0]
    if user in {"", "root"}:
        return None if user == "" else lambda _mode, uid: uid != 0
    # Who else a name is, only the base image knows; it is not root.
    return lambda _mode, uid: uid != int(user) if user.isdecimal() else uid == 0


def _by_command(ctx: Context[Options], touch: Touch, around: Surroundings) -> Iterator[Finding]:
    changes = _changes(touch)
    if changes is None or _mounted(touch) or _unpacked(ctx, touch):
        return
    size, lines = around.held(touch.path, ctx.source.position(touch.run.span.start).line, changes)
    copies = [item for item in map(ctx.instruction_at, lines) if isinstance(item, (Copy, Add))]
    if size < ctx.options.bytes or not copies or any(map(_by_name, copies)):
        return
    name = touch.command.program
    if name == "rm":
        message = f"`rm` frees nothing: {_told(size)} of `{touch.path}` stay in an earlier layer"
        help_ = "show them to the RUN by `--mount=type=bind`, or do not copy them"
    else:
        value = touch.command.options().positionals[0].text
        message = f"`{name}` stores {_told(size)} of `{touch.path}` a second time"
        help_ = f"let COPY do it: `--{'chmod' if name == 'chmod' else 'chown'}={value}`"
    related = tuple(Related(item.keyword.span, "they are written here") for item in copies)
    yield Finding(touch.command.span, message, help_, related)


def _by_name(item: Copy | Add) -> bool:
    """Whether it gives its files to somebody by name, so that their owner is not known."""
    return item.chown is not None and not item.chown.text.replace(":", "").isdecimal()


def _unpacked(ctx: Context[Options], touch: Touch) -> bool:
    """Whether it removes an archive that the same RUN unpacks, which another rule speaks about."""
    return is_archive(touch.path) and any(
        command.program == "tar" for command in ctx.script(touch.run).commands
    )


def _mounted(touch: Touch) -> bool:
    """Whether a mount of the RUN lies there, so that the command does not see the layers."""
    for mount in touch.run.mounts:
        target = mount.target.text.rstrip("/") if mount.target else ""
        if target and (
            f"{touch.path}/".startswith(f"{target}/") or f"{target}/".startswith(f"{touch.path}/")
        ):
            return True
    return False


def _told(size: int) -> str:
    """A size for people."""
    return f"{size / 1_000_000:.1f} MB" if size < 100_000_000 else f"{size / 1_000_000:.0f} MB"

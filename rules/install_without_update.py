"""apt-get installs, and there are no package lists

The official Debian and Ubuntu images come without package lists, and so does every layer after one that removed them. There apt-get
knows no package: `E: Unable to locate package`, and the build fails.

```dockerfile bad
FROM debian:13
RUN apt-get install -y curl
```

```dockerfile fixed
FROM debian:13
RUN apt-get update && apt-get install -y curl
```

```dockerfile bad
FROM example.org/base:1
RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
RUN apt-get install -y git
```

```dockerfile fixed
FROM example.org/base:1
RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
RUN apt-get update && apt-get install -y git
```

Other images may come with lists, scripts and tools may fetch them, and a file needs none:

```dockerfile good
FROM example.org/base:1
RUN apt-get install -y curl
```

```dockerfile good
FROM debian:13
COPY tool.deb /tmp/
RUN apt-get install -y /tmp/tool.deb
RUN curl -fsSL https://example.org/setup.sh | bash - && apt-get install -y nodejs
```
"""

from __future__ import annotations

from dfcheck.api import (
    Context,
    Edit,
    Finding,
    Fix,
    Known,
    NoOptions,
    Related,
    Run,
    Safety,
    Severity,
    ShellForm,
    Span,
    Value,
    calls_in,
    cleaned,
    mounted,
    rule,
    split_reference,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Call, ShellCommand, Stage

BARE = frozenset({"debian", "ubuntu"})
# Programs that fetch no lists for certain. After any other there may be some.
HARMLESS = frozenset(
    "[ apt apt-get aptitude cat cd chgrp chmod chown cp curl cut date dpkg echo env exit export false find gpg grep "
    "groupadd gunzip head install ln locale-gen ls mkdir mv printf pwd rm sed set sleep sort tail tar tee test touch tr "
    "true umask uname unzip update-ca-certificates useradd usermod wget".split()
)
NEEDS = frozenset({"install", "build-dep", "satisfy"})
CHANGES = frozenset({"update", *NEEDS})


class Lists(Value):
    """Whether there are package lists: None when that is not known. `span` is what removed them."""

    there: bool | None
    span: Span | None = None


@rule("DF3005", "install-without-update", severity=Severity.WARNING, words=("apt",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    ends: dict[int, Lists] = {}
    for stage in ctx.stages:
        lists = _begin(stage, ends)
        for item in stage.instructions:
            if isinstance(item, Run) and not mounted(ctx.build, item, ("/var/lib/apt/lists",)):
                call, after = _walk(ctx, item, lists)
                if call is not None:
                    yield _finding(ctx, stage, call, lists)
                lists = after
        ends[stage.index] = lists


def _begin(stage: Stage, ends: dict[int, Lists]) -> Lists:
    """What a stage has from its base."""
    if stage.base is not None:
        return ends.get(stage.base, Lists(None))
    if not isinstance(stage.image, Known):
        return Lists(None)
    name = split_reference(stage.image.value).repository
    return Lists(False if name.removeprefix("docker.io/").removeprefix("library/") in BARE else None)


def _walk(ctx: Context[NoOptions], run: Run, lists: Lists) -> tuple[Call | None, Lists]:
    """The first call of a RUN that lacks lists, and what there is at its end."""
    script = ctx.script(run)
    called = {call.order: call for call in calls_in(ctx.build, run, "apt lists", *CHANGES)}
    found: Call | None = None
    there: bool | None = None if script.errors or not script.commands else lists.there
    updated = -1
    for order, command in enumerate(script.commands):
        call = called.get(order)
        if call is not None and call.updates:
            there, updated = True, order
        elif call is not None and there is False and found is None and not _are_files(call):
            found = call
        elif not _is_harmless(command):
            there = None
    if found is not None:
        return found, Lists(None)
    if updated >= 0 and there and cleaned(ctx.build, run, updated, "apt lists"):
        return None, Lists(False, run.span)
    return None, Lists(there, lists.span if there is False else None)


def _is_harmless(command: ShellCommand) -> bool:
    piped = command.pipeline is not None and command.program in {"sh", "bash"}
    return not piped and (command.program in HARMLESS or not command.words)


def _are_files(call: Call) -> bool:
    """Whether it names files, or something that only the build knows."""
    return not call.operands or any(not word.literal or "/" in word.text for word in call.operands)


def _finding(ctx: Context[NoOptions], stage: Stage, call: Call, lists: Lists) -> Finding:
    related: tuple[Related, ...] = ()
    why = (
        f"`{stage.image.value}` comes without them" if isinstance(stage.image, Known) else "its base has none"
    )
    if lists.span is not None:
        why = f"line {ctx.source.position(lists.span.start).line} removed them"
        related = (Related(Span(lists.span.start, lists.span.start + 3), "removed here"),)
    help_ = f"write `{call.program} update &&` before it"
    return Finding(call.span, f"`{call.said}` has no package lists: {why}", help_, related, _fix(call))


def _fix(call: Call) -> Fix | None:
    command = call.command
    alone = not command.nesting.depth and not command.pipeline and not command.negated and call.order == 0
    if not alone or not isinstance(call.run.command, ShellForm) or command.prefixes:
        return None
    at = command.span.start
    return Fix(
        f"Add `{call.program} update`", (Edit(Span(at, at), f"{call.program} update && "),), Safety.UNSAFE
    )

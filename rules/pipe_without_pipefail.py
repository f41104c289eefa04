r"""The exit status of a pipeline hides a failure

Of `curl … | tar …` the shell looks at the last command only. When curl fails, tar may still be content with what it
got, the build goes on, and the image lacks what it was to contain. With `pipefail` a pipeline fails when any of
its commands does.

```dockerfile bad
FROM debian:13
RUN curl https://example.com/install.sh | sh
```

```dockerfile good
FROM debian:13
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN curl https://example.com/install.sh | sh
```

Or set it in the RUN. The `/bin/sh` of Alpine and of BusyBox knows it, that of Debian and Ubuntu does not:

```dockerfile good
FROM alpine:3.22
RUN set -eo pipefail; wget -qO- https://example.com/install.sh | sh
```

A pipeline whose status does not matter is not reported: a condition, one with `|| …` behind it, or one in which
nothing but the last command is likely to fail. Where `grep` or `sha256sum -c` comes last, it fails for want of lines,
and a pipeline in the words of a command is beyond `pipefail`:

```dockerfile good
FROM debian:13
RUN echo "0a1b2c  app.tar.gz" | sha256sum -c - \
    && yes | ./configure \
    && if ./app --help | grep -q verbose; then touch /verbose; fi \
    && (dpkg -l | grep nginx || true) \
    && find /opt -name '*.so' | sort > /opt/list \
    && php -m | grep xdebug \
    && grep app.tar.gz SHA256SUMS | sha256sum -c - \
    && echo "version=$(git log -n1 | tail -n1)" > /version
```

With `everywhere` these are reported, as hadolint does:

```toml
everywhere = true
```

```dockerfile bad
FROM debian:13
RUN find /opt -name '*.so' | sort > /opt/list
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, Run, Severity, ShellCommand, Span, Value, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Script

# Commands that do not fail, or that a pipeline ends by a signal, which `pipefail` would take for a failure.
SURE = frozenset("echo printf yes true :".split())
# Commands that tell what is there, and filters, for which it is no failure to find nothing.
LISTS = frozenset(
    "apt-mark arch awk cut date dpkg dpkg-query egrep env fgrep find gawk getconf getent grep head history hostname id "
    "ldconfig ldd ls nproc printenv ps pwd rpm scanelf sed sort tail tee tr type uname uniq wc which".split()
)
# Commands that fail when the one before them gives nothing.
STRICT = frozenset("grep egrep fgrep rg".split())
CHECKS = frozenset("md5sum sha1sum sha256sum sha384sum sha512sum shasum".split())


class Options(Value):
    """Options.

    Attributes:
        everywhere: Report pipelines, too, in which a failure is unlikely or shows.
    """

    everywhere: bool = False

    WIDE = {"everywhere": True}


@rule("DL4006", "pipe-without-pipefail", severity=Severity.WARNING, options=Options, words=("|",))
def check(ctx: Context[Options]) -> Iterator[Finding]:
    for run in ctx.each(Run):
        if "|" not in ctx.text(run.span) or any("pipefail" in word for word in ctx.build.shell(run)):
            continue
        script = ctx.script(run)
        at = _first(script, ctx.options.everywhere) if script.pipes else None
        if at is None:
            continue
        pipe, command = at
        who = f"`{command.program}`" if command.program else "a command"
        message = f"a failure of {who} before this pipe goes unnoticed"
        yield Finding(pipe, message, _help(ctx, run))


def _first(script: Script, everywhere: bool) -> tuple[Span, ShellCommand] | None:
    """The first pipe that hides a failure, and the command before it."""
    ends = _ends(script)
    is_set = False
    outer: ShellCommand | None = None
    for index, command in enumerate(script.commands):
        if command.program == "set" and any(word.text == "pipefail" for word in command.arguments):
            is_set = True
        last = ends.get(index)
        outer = outer if command.nesting.substitution else command
        if is_set or last is None:
            continue
        if not everywhere and (_unlikely(command, last) or _is_lost(command, outer)):
            continue
        pipe = next((span for span in script.pipes if span.start >= command.span.end), None)
        if pipe is not None:
            return pipe, command
    return None


def _unlikely(command: ShellCommand, last: ShellCommand) -> bool:
    """Whether a command in a pipeline hardly fails, or its failure is looked at or shows in the last one."""
    looked_at = command.nesting.condition or last.operator == "||" or last.negated or command.negated
    return (
        command.program in SURE
        or command.program in LISTS
        or looked_at
        or _is_tried(command)
        or _notices(last)
    )


def _is_tried(command: ShellCommand) -> bool:
    """Whether it reads files that may not be there: `cat *.txt 2>/dev/null`."""
    return command.program == "cat" and any(
        item.fd == "2" and item.target is not None and item.target.text == "/dev/null"
        for item in command.redirects
    )


def _notices(last: ShellCommand) -> bool:
    """Whether the last command of a pipeline fails when it gets nothing."""
    if last.program in CHECKS:
        return last.options().has("-c", "--check")
    return last.program in STRICT and not last.options().has("-v", "--invert-match", "-c", "--count", "-L")


def _is_lost(command: ShellCommand, outer: ShellCommand | None) -> bool:
    """Whether it stands in `$( )` among the words of `outer`, which does not fail with it, `pipefail` or not."""
    inside = command.nesting.substitution and outer is not None and outer.span.end >= command.span.end
    return inside and outer is not None and bool(outer.program)


def _ends(script: Script) -> dict[int, ShellCommand]:
    """For each command that is followed by a pipe, by its index, the last command of its pipeline."""
    ends: dict[int, ShellCommand] = {}
    open_: dict[int, list[int]] = {}

    def end_in_group(waiting: list[int]) -> None:
        """A pipeline that ends in `( … )` or `{ … }`: what stands first in there reads it."""
        if waiting and waiting[-1] + 1 < len(script.commands):
            ends.update(dict.fromkeys(waiting, script.commands[waiting[-1] + 1]))
        waiting.clear()

    for index, command in enumerate(script.commands):
        if command.pipeline is None:
            continue
        place, length = command.pipeline
        waiting = open_.setdefault(command.list_id, [])
        if place == 0:
            end_in_group(waiting)
        if place < length - 1:
            waiting.append(index)
        else:
            ends |= dict.fromkeys(waiting, command)
            waiting.clear()
    for waiting in open_.values():
        end_in_group(waiting)
    return ends


def _help(ctx: Context[Options], run: Run) -> str:
    """How to set it: as the base image allows."""
    stage = ctx.build.stage_of(run)
    while stage is not None and stage.base is not None:
        stage = ctx.stages[stage.base]
    image = stage.from_.image.text if stage is not None else ""
    if "alpine" in image or "busybox" in image:
        return "begin the RUN with `set -o pipefail;`"
    return 'set `SHELL ["/bin/bash", "-o", "pipefail", "-c"]` before it'

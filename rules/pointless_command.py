"""A command that does nothing for the image

A RUN leaves files behind, nothing else: when it ends, all of its processes end. A service that it starts last is gone at once.

```dockerfile bad
FROM debian:13
RUN apt-get update && apt-get install -y cron
RUN service cron start
CMD ["/app"]
```

What later commands of the same RUN need is no waste:

```dockerfile good
FROM postgres:18
RUN service postgresql start && createdb app
```

There is nothing to shut down either, and nobody to look at a screen or at figures of the machine that builds:

```dockerfile bad
FROM debian:13
RUN free -m && top
```

Mounting needs a privilege that a RUN does not have, unless it asks for it:

```dockerfile bad
FROM debian:13
RUN mount -t tmpfs tmpfs /mnt && make -C /mnt
```

```dockerfile good
# syntax=docker/dockerfile:1-labs
FROM debian:13
RUN --security=insecure mount -t tmpfs tmpfs /mnt && make -C /mnt
```

With `everywhere`, every call of `free`, `kill`, `mount`, `ps`, `service`, `shutdown`, `ssh`, `top` and `vim` is reported,
as hadolint does:

```toml
everywhere = true
```

```dockerfile bad
FROM debian:13
RUN vim +PlugInstall +qall
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, Severity, Value, rule, runs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Run, ShellCommand


NOTED = frozenset({"free", "kill", "mount", "ps", "service", "shutdown", "ssh", "top", "vim"})
POWER = frozenset({"shutdown", "reboot", "halt", "poweroff"})
SCREENS = frozenset({"free", "top", "htop", "uptime"})
STARTS = frozenset({"start", "restart", "reload"})


class Options(Value):
    """Options.

    Attributes:
        everywhere: Report all that hadolint does, also what may be of use.
    """

    everywhere: bool = False
    WIDE = {"everywhere": True}


@rule("DL3001", "pointless-command", severity=Severity.INFO, options=Options)
def check(ctx: Context[Options]) -> Iterator[Finding]:
    for run in runs(ctx.build):
        commands = ctx.script(run).commands
        for command in commands:
            message = _message(run, command, last=command is commands[-1])
            if message is None and ctx.options.everywhere and command.program in NOTED:
                message = f"`{command.program}` makes no sense in a build"
            if message is not None:
                yield Finding(command.span, message, "leave it out")


def _message(run: Run, command: ShellCommand, *, last: bool) -> str | None:
    """What is wrong with a command, if it is pointless for sure."""
    name = command.program or ""
    texts = [word.text for word in command.arguments]
    if last and name in {"service", "systemctl", "rc-service"} and any(text in STARTS for text in texts):
        return "the service ends with this RUN: no process outlives it"
    if name in POWER:
        return f"`{name}` in a build: there is no system to stop"
    if name in SCREENS:
        return f"`{name}` shows the machine that builds, and nobody looks"
    if name == "mount" and any("/" in text for text in texts) and not run.security:
        return "`mount` needs a privilege that this RUN does not have"
    return None

"""A password that comes with the image

Whoever gets the image gets the password: it stands in its history, and its hash in `/etc/shadow`. It is the same in every container, and
nobody changes it. Containers need no passwords: use `docker exec`, keys, or a secret that is given when the container starts.

```dockerfile bad
FROM debian:13
RUN echo 'root:secret' | chpasswd
```

```dockerfile bad
FROM debian:13
RUN useradd -m -p secret app
RUN echo secret | passwd --stdin root
```

One RUN is one finding:

```dockerfile bad
FROM debian:13
RUN echo one:one | chpasswd && echo two:two | chpasswd
```

Locking and removing a password sets none, and what a mounted secret or a variable holds is not said here:

```dockerfile good
FROM debian:13
RUN useradd -m -p '!' app && passwd -l root && useradd -p '**LOCKED**' other
RUN --mount=type=secret,id=root echo "root:$(cat /run/secrets/root)" | chpasswd
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, NoOptions, Severity, rule, runs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import ShellCommand


SETTERS = frozenset({"chpasswd", "passwd"})
WRITERS = frozenset({"echo", "printf"})


@rule(
    "DF4004",
    "password-in-image",
    severity=Severity.WARNING,
    aliases=("CKV2_DOCKER_17",),
    words=("passwd", "useradd", "usermod"),
)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for run in runs(ctx.build):
        before: ShellCommand | None = None
        found: list[ShellCommand] = []
        for command in ctx.script(run).commands:
            if _is_piped(before, command) or _is_option(command) or _is_here_string(command):
                found.append(command)
            before = command
        if found:
            what = (
                f"{len(found)} passwords are set in this RUN" if len(found) > 1 else "a password is set here"
            )
            them = "them" if len(found) > 1 else "it"
            message = f"{what}, and whoever has the image has {them}"
            advice = f"leave {them} out, or give {them} when the container starts"
            yield Finding(found[0].program_span, message, advice)


def _is_piped(before: ShellCommand | None, command: ShellCommand) -> bool:
    """`echo user:password | chpasswd`."""
    if (
        before is None
        or before.program not in WRITERS
        or command.program not in SETTERS
        or before.operator != "|"
    ):
        return False
    words = [word for word in before.arguments if not word.text.startswith("-")]
    return bool(words) and all(word.literal for word in words)


def _is_here_string(command: ShellCommand) -> bool:
    """`chpasswd <<< user:password`."""
    targets = [item.target for item in command.redirects if item.operator == "<<<"]
    return command.program in SETTERS and any(target is not None and target.literal for target in targets)


def _is_option(command: ShellCommand) -> bool:
    """`useradd -p password`."""
    if command.program not in {"useradd", "usermod"}:
        return False
    option = command.options({"-p", "--password"}).get("-p", "--password")
    return bool(option and option.value and option.value.literal and not _is_locked(option.value.text))


def _is_locked(text: str) -> bool:
    """Whether nothing can be typed that fits: no password's hash begins with `*` or `!`."""
    return text in {"", "x"} or text[0] in "*!"

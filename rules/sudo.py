"""`sudo` in a RUN

A RUN is executed by the user that USER names last, by root when none is named, so `sudo` either does nothing or hides which
steps need root. Where it is installed for the build it stays in the image, and with it a way to root that whoever
breaks into the container will find. Switch with USER instead: `USER root` before such steps, the other user after them.

```dockerfile bad
FROM alpine:3.22
RUN sudo mkdir /srv/app
```

```dockerfile good
FROM cimg/base:2025.01
USER root
RUN apt-get update && apt-get install -y jq
USER circleci
```

When the user is known to be root, `sudo` can go; it resets the environment, so look at what it ran:

```dockerfile bad
FROM debian:13
USER root
RUN sudo -E apt-get update
```

```dockerfile fixed
FROM debian:13
USER root
RUN apt-get update
```

Installing it for those who use the image is no use of it:

```dockerfile good
FROM debian:13
RUN apt-get update && apt-get install -y sudo
```

To run as another user there is USER, too:

```dockerfile bad
FROM postgres:18
USER root
RUN sudo -u postgres createdb app
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
    Safety,
    Severity,
    ShellForm,
    Span,
    User,
    rule,
    runs,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Run, ShellCommand

# Options that say nothing to root: keep the environment, ask for no password, set HOME.
HARMLESS = frozenset({"-E", "--preserve-env", "-n", "--non-interactive", "-H", "--set-home"})


@rule(
    "DL3004",
    "sudo",
    severity=Severity.WARNING,
    aliases=("CKV2_DOCKER_1", "DS010", "DS-0010"),
    words=("sudo",),
)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for run in runs(ctx.build):
        for command in ctx.script(run).commands:
            if "sudo" in command.prefixes or command.program == "sudo":
                word = next(
                    (word for word in command.words if word.text.rpartition("/")[2] == "sudo"),
                    command.words[0],
                )
                other = _other_user(command, word.span)
                if other:
                    user = "USER" if "$" in other else f"USER {other}"
                    help_ = f"write `{user}` before the steps that run as that user"
                    yield Finding(word.span, "`sudo` in a RUN", help_)
                    continue
                root = _is_root(ctx, run)
                message = "`sudo` does nothing here: the user is root" if root else "`sudo` in a RUN"
                help_ = "leave it out" if root else "write `USER root` before the steps that need root"
                fix = _fix(command, word.span) if root and isinstance(run.command, ShellForm) else None
                yield Finding(word.span, message, help_, fix=fix)


def _other_user(command: ShellCommand, sudo: Span) -> str:
    """The user that sudo changes to when it is another than root: `sudo -u app`; or nothing."""
    at = next(index for index, word in enumerate(command.words) if word.span == sudo)
    words = [word.text for word in command.words[at + 1 :]]
    for option, following in zip(words, [*words[1:], ""], strict=True):
        if not option.startswith("-"):
            break
        name = ""
        if option.startswith("--user"):
            name = option.partition("=")[2] or following
        elif not option.startswith("--") and "u" in option:
            name = option.partition("u")[2] or following
        if name:
            return "" if name in {"root", "#0"} else name
    return ""


def _is_root(ctx: Context[NoOptions], run: Run) -> bool:
    """Whether a USER of the file makes the user root there."""
    stage = ctx.build.stage_of(run)
    while stage is not None:
        users = [
            item for item in stage.instructions if isinstance(item, User) and item.span.start < run.span.start
        ]
        if users:
            user = ctx.build.value(users[-1].user)
            return isinstance(user, Known) and user.value.partition(":")[0] in {"root", "0"}
        stage = None if stage.base is None else ctx.stages[stage.base]
    return False


def _fix(command: ShellCommand, sudo: Span) -> Fix | None:
    """Remove `sudo` and its options, when they are harmless."""
    at = next(index for index, word in enumerate(command.words) if word.span == sudo)
    following = at + 1
    while following < len(command.words) and command.words[following].text in HARMLESS:
        following += 1
    if following >= len(command.words) or command.words[following].text.startswith("-"):
        return None
    end = min(
        [
            command.words[following].span.start,
            *(a.span.start for a in command.assignments if a.span.start > sudo.start),
        ]
    )
    return Fix("Remove `sudo`", (Edit(Span(sudo.start, end), ""),), Safety.UNSAFE)

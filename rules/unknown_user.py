"""A user's name that nobody can look up

Names of users come from `/etc/passwd` of the image. An image that begins with `scratch` has none until something brings it.
USER with a name then builds, and the container does not start; `--chown` with a name fails, or silently means root.

```dockerfile bad
FROM golang:1.25 AS build
RUN go build -o /app ./...
FROM scratch
COPY --from=build /app /app
USER nobody
ENTRYPOINT ["/app"]
```

Numbers need nobody to look them up:

```dockerfile good
FROM golang:1.25 AS build
RUN go build -o /app ./...
FROM scratch
COPY --from=build /app /app
USER 65534
ENTRYPOINT ["/app"]
```

```dockerfile good
FROM golang:1.25 AS build
RUN go build -o /app ./...
FROM scratch
COPY --from=build /etc/passwd /etc/passwd
COPY --from=build /app /app
USER nobody
ENTRYPOINT ["/app"]
```

`--link` makes a layer that depends on no other, so there no name can be looked up, whatever the base image is. The build
stops:

```dockerfile bad
FROM node:24
COPY --link --chown=node:node . /app
```

```dockerfile good
FROM node:24
COPY --link --chown=1000:1000 . /app
COPY --chown=node:node . /srv
COPY --link --chown=root:root . /opt
```

Whether a whole directory that is copied to `/` or `/etc` holds the file, only the build context tells, where it is at
hand:

```text context
rootfs/etc/passwd: app:x:100:100::/:/bin/false
```

```dockerfile good
FROM scratch
COPY rootfs /
USER app
```

```text context
rootfs/etc/hosts
```

```dockerfile bad
FROM scratch
COPY rootfs /
USER app
```
"""

from __future__ import annotations

from dfcheck.api import Add, Context, Copy, Finding, Known, NoOptions, Severity, User, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Stage

USERS = "/etc/passwd"
GROUPS = "/etc/group"


@rule("DF2010", "unknown-user", severity=Severity.ERROR, words=("user", "chown"))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for stage in ctx.stages:
        users = [item for item in stage.instructions if isinstance(item, User)]
        if users and ctx.build.target() == stage.index:
            yield from _of_user(ctx, stage, users[-1])
        for item in stage.instructions:
            if isinstance(item, (Copy, Add)) and item.chown is not None:
                yield from _of_owner(ctx, stage, item)


def _of_user(ctx: Context[NoOptions], stage: Stage, item: User) -> Iterator[Finding]:
    """The last USER of the image."""
    user, group = _names(ctx, item)
    if user and ctx.absent(stage, USERS):
        message = f"the image has no `{USERS}` to look `{user}` up in, so no container of it starts"
        yield Finding(item.user.span, message, "write the user's number")
    elif group and ctx.absent(stage, GROUPS):
        message = f"the image has no `{GROUPS}` to look `{group}` up in, so no container of it starts"
        yield Finding(item.user.span, message, "write the group's number")


def _of_owner(ctx: Context[NoOptions], stage: Stage, item: Copy | Add) -> Iterator[Finding]:
    if item.chown is None:
        return
    user, group = _names(ctx, item)
    name, file = (user, USERS) if user else (group, GROUPS)
    if not name:
        return
    if item.link and not item.chmod:
        message = (
            f"`--link` cannot look `{name}` up, since its layer depends on no other; the build stops here"
        )
        yield Finding(item.chown.span, message, "write numbers, or leave out `--link`")
    elif ctx.absent(stage, file, item):
        message = f"there is no `{file}` yet to look `{name}` up in"
        yield Finding(item.chown.span, message, "write numbers")


def _names(ctx: Context[NoOptions], item: User | Copy | Add) -> tuple[str, str]:
    """User and group where they are names; empty where they are numbers, root, or not known."""
    argument = item.user if isinstance(item, User) else item.chown
    value = ctx.build.value(argument) if argument is not None else None
    if not isinstance(value, Known):
        return "", ""
    user, _, group = value.value.strip().partition(":")
    return tuple(part if part and part != "root" and not _is_number(part) else "" for part in (user, group))  # type: ignore[return-value]


def _is_number(text: str) -> bool:
    return text.lstrip("+-").isdecimal()

"""The last USER is a name, not a number

Kubernetes refuses to start a container with `runAsNonRoot` when the image names its user: it cannot look the name up
and so not know that it is not root. A number can be compared. For images that are not run there, a name is as good;
so this rule has to be selected.

```dockerfile bad
FROM node:24
USER node
```

```dockerfile good
FROM node:24
USER 1000:1000
```

Only the last USER of the last stage counts, unless the option `everywhere` is set, and a value that only the build knows is not judged:

```dockerfile good
FROM node:24 AS build
USER node
FROM node:24
USER node
RUN npm ci
ARG UID
USER $UID
```
"""

from __future__ import annotations

from dfcheck.api import Arg, Context, Finding, Known, Severity, Stage, User, Value, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Options(Value):
    """Options.

    Attributes:
        everywhere: Report every USER of every stage, not only the last one of the image, and variables unless an ARG sets
            them.
    """

    everywhere: bool = False
    WIDE = {"everywhere": True}


@rule("DL3066", "user-by-name", severity=Severity.INFO, options=Options, default=False, words=("user",))
def check(ctx: Context[Options]) -> Iterator[Finding]:
    last = _last(ctx)
    for item in ctx.each(User) if ctx.options.everywhere else () if last is None else (last,):
        name = _name(ctx, item)
        if name and not name.isdigit():
            yield Finding(item.user.span, f"USER `{name}` is a name", "write the user's number")


def _name(ctx: Context[Options], item: User) -> str:
    """The user without the group; with `everywhere` as written, unless an ARG can make a number of it."""
    text = item.user.text
    if ctx.options.everywhere and "$" in text:
        names = [pair.key.text for arg in ctx.each(Arg) for pair in arg.pairs]
        given = any(f"${name}" in text or f"${{{name}" in text for name in names)
        return "" if given else text
    value = ctx.build.value(item.user)
    return value.value.partition(":")[0].strip() if isinstance(value, Known) else ""


def _last(ctx: Context[Options]) -> User | None:
    stage: Stage | None = ctx.stages[-1] if ctx.stages else None
    while stage is not None:
        for item in reversed(stage.instructions):
            if isinstance(item, User):
                return item
        stage = None if stage.base is None else ctx.stages[stage.base]
    return None

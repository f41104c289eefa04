"""WORKDIR is relative to a directory that the file does not show

A relative WORKDIR continues the one before it. The first one of a file continues that of the base image, which the
file does not show and which another version of the image may have changed. Begin with an absolute path.

```dockerfile bad
FROM node:24
WORKDIR app
```

```dockerfile fixed
FROM node:24
WORKDIR /app
```

The fix is right for images whose working directory is `/`, as it most often is; so it asks for `--unsafe-fixes`. In
an image from `scratch` it is `/` for certain.

After an absolute one a relative WORKDIR is plain to see, and so it is after the stage that this one is built from:

```dockerfile good
FROM node:24 AS base
WORKDIR /srv
WORKDIR app

FROM base
WORKDIR tests
```

What a variable stands for counts; one that only the base image or the build knows is not judged:

```dockerfile good
FROM node:24
ARG ROOT=/srv
WORKDIR $ROOT/app
FROM node:24
WORKDIR $HOME/app
FROM mcr.microsoft.com/windows/nanoserver:ltsc2025
WORKDIR C:/app
```
"""

from __future__ import annotations

from dfcheck.api import (
    Argument,
    Context,
    Edit,
    Finding,
    Fix,
    Known,
    Literal,
    NoOptions,
    Quoted,
    Safety,
    Severity,
    Span,
    Stage,
    Workdir,
    rule,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DL3000",
    "workdir-relative-path",
    severity=Severity.WARNING,
    aliases=("WorkdirRelativePath", "CKV_DOCKER_10", "DS009"),
)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    given: list[bool] = []
    for stage in ctx.stages:
        known = stage.base is not None and given[stage.base]
        known = known or any(isinstance(item.trigger, Workdir) for item in stage.triggers)
        first = next((item for item in stage.instructions if isinstance(item, Workdir)), None)
        if first is not None and not known and _is_relative(ctx, first.path):
            path = first.path
            message = f"WORKDIR `{path.text}` is relative to a directory that the file does not name"
            yield Finding(path.span, message, "begin with `/`", fix=_fix(path, stage))
        given.append(known or first is not None)


def _is_relative(ctx: Context[NoOptions], path: Argument) -> bool:
    """Whether it is for certain: what it begins with is enough to know."""
    value = ctx.build.value(path)
    text = value.value if isinstance(value, Known) else _beginning(path)
    absolute = text.startswith(("/", "\\") if ctx.document.escape == "`" else "/")
    return bool(text) and not absolute and text[1:2] != ":"


def _beginning(path: Argument) -> str:
    """The plain text that it begins with."""
    words = path.words
    if words and isinstance(words[0], Quoted):
        words = words[0].words
    return words[0].text if words and isinstance(words[0], Literal) else ""


def _fix(path: Argument, stage: Stage) -> Fix | None:
    """A slash before the text, where what follows is the name of a directory."""
    text = _beginning(path)
    at = path.words[0].span.start + (1 if isinstance(path.words[0], Quoted) else 0)
    dotted = 2 if text.startswith("./") else 0
    if not text[dotted:] or text[dotted] in "./~":
        return None
    safety = Safety.SAFE if stage.scratch else Safety.UNSAFE
    return Fix("Begin with `/`", (Edit(Span(at, at + dotted), "/"),), safety)

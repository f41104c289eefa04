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

After an absolute one a relative WORKDIR is plain to see, and reported with the option `everywhere` only; so it is after the stage that this one is built from:

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
    Quoted,
    Safety,
    Severity,
    Span,
    Stage,
    Value,
    Workdir,
    rule,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Options(Value):
    """Options.

    Attributes:
        everywhere: Report every relative WORKDIR, not only one that continues a directory which the file does not show; one
            that begins with a variable of unknown value or, as a build for Linux reads it, with `C:`, too.
    """

    everywhere: bool = False
    WIDE = {"everywhere": True}


@rule(
    "DL3000",
    "workdir-relative-path",
    severity=Severity.WARNING,
    aliases=("WorkdirRelativePath", "CKV_DOCKER_10", "DS009"),
    options=Options,
    words=("workdir",),
)
def check(ctx: Context[Options]) -> Iterator[Finding]:
    given: list[bool] = []
    for stage in ctx.stages:
        known = stage.base is not None and given[stage.base]
        known = known or any(isinstance(item.trigger, Workdir) for item in stage.triggers)
        for item in stage.instructions:
            if not isinstance(item, Workdir):
                continue
            if (ctx.options.everywhere or not known) and _is_relative(ctx, item.path):
                yield _finding(item.path, stage, known)
            known = True
        given.append(known)


def _finding(path: Argument, stage: Stage, known: bool) -> Finding:
    """What is reported; behind another WORKDIR a slash would be wrong."""
    if known:
        return Finding(
            path.span,
            f"WORKDIR `{path.text}` {_is(path)} relative to the one before it",
            "write the whole path",
        )
    message = f"WORKDIR `{path.text}` {_is(path)} relative to a directory that the file does not name"
    return Finding(path.span, message, "begin with `/`", fix=_fix(path, stage))


def _is(path: Argument) -> str:
    """How sure it is: a variable may hold a whole path, and `C:` begins one for Windows."""
    text = path.text.strip("\"'")
    return "may be" if text.startswith("$") or text[1:2] == ":" else "is"


def _is_relative(ctx: Context[Options], path: Argument) -> bool:
    """Whether it is for certain: what it begins with is enough to know."""
    value = ctx.build.value(path)
    if ctx.options.everywhere and not isinstance(value, Known):
        return not path.text.strip("\"'").startswith("/")
    text = value.value if isinstance(value, Known) else _beginning(path)
    absolute = text.startswith(("/", "\\") if ctx.document.escape == "`" else "/")
    drive = text[1:2] == ":" and not (ctx.options.everywhere and ctx.document.escape != "`")
    return bool(text) and not absolute and not drive


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
    if not text[dotted:] or text[dotted] in "./~" or text[1:2] == ":":
        return None
    safety = Safety.SAFE if stage.scratch else Safety.UNSAFE
    return Fix("Begin with `/`", (Edit(Span(at, at + dotted), "/"),), safety)

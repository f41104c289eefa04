"""Several sources are copied to a destination without a slash

Where several files are copied, the destination is a directory, and only a slash at its end says so. Without one
BuildKit makes a file of that name unless a directory is there already: each source overwrites the one before, and
only the last arrives. The classic builder refuses it.

```dockerfile bad
FROM node:24
COPY package.json package-lock.json /app
```

```dockerfile fixed
FROM node:24
COPY package.json package-lock.json /app/
```

The fix may change what is built; that is its purpose, so it asks for `--unsafe-fixes`.

The current directory is there, and a variable may end in a slash:

```dockerfile good
FROM node:24
ARG TARGET=/app/
WORKDIR /srv
COPY package.json package-lock.json .
COPY package.json package-lock.json $TARGET
COPY package*.json /app
```
"""

from __future__ import annotations

from dfcheck.api import (
    Add,
    Argument,
    Context,
    Copy,
    Edit,
    Finding,
    Fix,
    Known,
    Literal,
    NoOptions,
    Onbuild,
    Safety,
    Severity,
    Span,
    rule,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@rule("DL3021", "copy-several-to-file", severity=Severity.ERROR, aliases=("DS011",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for item in ctx.document.instructions:
        copy = item.trigger if isinstance(item, Onbuild) else item
        if (
            not isinstance(copy, (Copy, Add))
            or len(copy.sources) < 2
            or _may_be_directory(ctx, copy.destination)
        ):
            continue
        path = copy.destination
        keyword = copy.keyword.text.upper()
        message = f"{keyword} has several sources, but its destination `{path.text}` does not end in `/`"
        end = path.span.end - (path.text[-1] in "\"'" and not copy.exec_form)
        fix = Fix("Add a slash", (Edit(Span(end, end), "/"),), Safety.UNSAFE)
        yield Finding(path.span, message, "end it in `/`, or only the last source arrives", fix=fix)


def _may_be_directory(ctx: Context[NoOptions], path: Argument) -> bool:
    """Whether it names a directory, or only the build knows."""
    value = ctx.build.value(path)
    last = path.words[-1] if path.words else None
    if isinstance(value, Known) and "$" not in path.text:
        text = value.value
    elif isinstance(last, Literal):
        text = last.text
    else:
        return True
    name = text.replace("\\", "/").rpartition("/")[2]
    return name in {"", ".", ".."}

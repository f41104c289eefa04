"""The Dockerfile of a build command does not exist

The build stops before it begins. The path of `-f` counts from where the command runs, not from the context; in a
Compose file it counts from the context.

```text context
docker/app.Dockerfile: FROM alpine:3.22
```

```yaml bad
image:
  script:
    - docker build -t app:1 -f docker/ap.Dockerfile .
```

```text context
app/Dockerfile: FROM alpine:3.22
```

```yaml bad
services:
  app:
    build:
      context: app
      dockerfile: app/Dockerfile
```

```text context
app/Dockerfile: FROM alpine:3.22
```

```yaml good
services:
  app:
    build: app
```

Where it cannot be known where a command runs, as in most scripts, and where the file may be made by the very file that
builds it, nothing is said:

```yaml good
out:
  script:
    - cd "$OUT" && docker build -t app:1 .
generated:
  script:
    - ./generate > generated.Dockerfile
    - docker build -t app:1 -f generated.Dockerfile .
```
"""

from __future__ import annotations

from dfcheck.api import Finding, NoOptions, Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import BuildTarget as Target
    from dfcheck.api import CommandContext


@rule("DF7005", "command-missing-dockerfile", severity=Severity.ERROR, subject="command")
def check(ctx: CommandContext[NoOptions]) -> Iterator[Finding]:
    for build in ctx.builds:
        if build.target.there is not False or build.command.rest:
            continue
        file = build.command.last("file")
        name = _name(build.target.path)
        if file is not None:
            if ctx.source.text.count(name) == 1:
                yield Finding(file.span, f"there is no `{file.text}`", _advice(ctx, build.target))
        elif build.command.context is not None and name.lower() not in _elsewhere(
            ctx, build.command.span.end
        ):
            context = build.command.context
            yield Finding(context.span, f"`{context.text}` has no Dockerfile", "name it with `-f`")


def _elsewhere(ctx: CommandContext[NoOptions], end: int) -> str:
    """The text before a build, which may make the file."""
    return ctx.source.text[:end].lower()


def _name(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]


def _advice(ctx: CommandContext[NoOptions], target: Target) -> str:
    """A file beside it whose name is nearly the same."""
    close = ctx.nearest(_name(target.path), target.beside)
    return f"did you mean `{close}`?" if close else ""

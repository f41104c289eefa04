"""COPY takes a file that the build does not get

The builder sees the build context, less what `.dockerignore` leaves out. A source that is not among it stops the build,
often after minutes of RUN.

```text context
.dockerignore: node_modules\\ndist
package.json
dist/index.html
```

```dockerfile bad
FROM nginx:1.29
COPY dist/ /usr/share/nginx/html/
```

An exception brings it back:

```text context
.dockerignore: *\\n!dist
dist/index.html
```

```dockerfile good
FROM nginx:1.29
COPY dist/ /usr/share/nginx/html/
```

Paths count from the context, whatever directory the Dockerfile lies in, and never lead above it:

```text context
requirements.txt
```

```dockerfile bad
FROM python:3.14
COPY ../shared/requirements.txt /app/
```

```text context
requirements.txt
```

```dockerfile bad
FROM python:3.14
RUN --mount=type=bind,source=requirement.txt,target=/tmp/r.txt pip install -r /tmp/r.txt
```

A pattern that finds nothing copies nothing. That is a way to copy a file only where it is there, so it is a finding only
where `.dockerignore` leaves out all that it would find:

```text context
package.json
```

```dockerfile good
FROM node:24
COPY package.json package-lock.json* /app/
```

```text context
.dockerignore: **/*.jar
target/app.jar
```

```dockerfile bad
FROM eclipse-temurin:25
COPY target/*.jar /app.jar
```

What COPY takes from another stage, ADD from the network, or a heredoc has, does not come from the context:

```text context
go.mod
```

```dockerfile good
FROM golang:1.25 AS build
FROM scratch
COPY --from=build /app /app
ADD https://example.com/data.json /data.json
COPY <<EOF /etc/motd
hello
EOF
```

The context is the directory that `--context` names. Without that option it is the Dockerfile's own directory, where
that is clearly a project's: with a `.dockerignore` or `.git`, or when sources of COPY lie in it. What is neither
there nor left out may then be made before the build; so it is a finding only where a neighbour has nearly its name, or
where the path leads out of the context.
"""

from __future__ import annotations

from dfcheck.api import Add, Context, Copy, Finding, Known, NoOptions, Run, Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Argument, MissingSource

OUTSIDE = "build from a directory that holds both, and name the Dockerfile by `-f`"


@rule("DF2007", "copy-ignored-file", severity=Severity.ERROR, aliases=("CopyIgnoredFile",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for keyword, source, parents, exclude in _sources(ctx):
        value = ctx.build.value(source)
        if not isinstance(value, Known) or ctx.around is None:
            continue
        found = ctx.around.missing(value.value, parents=parents, exclude=exclude)
        if found is not None and _is_certain(ctx, found):
            said = f"{source.text}` (`{found.path}`)" if "$" in source.text else f"{source.text}`"
            yield _finding(f"{keyword} source `{said}", source, found)


def _sources(ctx: Context[NoOptions]) -> Iterator[tuple[str, Argument, bool, tuple[str, ...]]]:
    """Paths that instructions take from the context, with the flags that matter."""
    for item in ctx.each(Copy, Add, Run):
        if isinstance(item, Run):
            for mount in item.mounts:
                if mount.type == "bind" and mount.from_ is None and mount.source is not None:
                    yield "mount", mount.source, False, ()
        elif isinstance(item, Add) or (isinstance(item, Copy) and item.from_ is None):
            opened = {heredoc.word for heredoc in item.heredocs}
            exclude = tuple(pattern.text for pattern in item.exclude)
            for source in item.sources:
                if source.span not in opened:
                    yield item.keyword.text.upper(), source, isinstance(item, Copy) and item.parents, exclude


def _is_certain(ctx: Context[NoOptions], found: MissingSource) -> bool:
    """Whether it will not be there when the build starts, either."""
    around = ctx.around
    if around is None or found.pattern or around.told:
        return True
    return bool(found.outside or found.near) and not around.comes_later(found.path)


def _finding(what: str, source: Argument, found: MissingSource) -> Finding:
    if found.pattern:
        where = f"{found.file} line {found.line} `{found.pattern}` leaves it out"
        effect = "is not in the context" if found.stops else "finds nothing in the context"
        help_ = "the build stops here" if found.stops else "nothing is copied"
        return Finding(
            source.span,
            f"{what} {effect} ({where})",
            f"{help_}; add `!{found.path}` behind that line, or copy it from a stage by `--from`",
        )
    if found.link:
        message = f"{what} is a link to `{found.link}`, which is not in the context"
        return Finding(source.span, message, "the build stops here; copy what it leads to")
    if found.outside:
        message = f"{what} leads out of the context, so BuildKit looks for `{found.path}`, which is not there"
        return Finding(source.span, message, OUTSIDE)
    help_ = (
        f"did you mean `{found.near}`?"
        if found.near
        else "the build stops here, unless something makes it before"
    )
    return Finding(source.span, f"{what} is not in the context", help_)

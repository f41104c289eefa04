r"""A variable is not defined

BuildKit replaces an undefined variable by nothing, without a word: `COPY app $HOME/app` copies to `/app`. What a base
image defines cannot be seen in the file, so this rule speaks only where it is certain that there is a mistake;
`maybe-undefined-var` has the rest.

An ARG above the first FROM is for FROM lines. A stage that uses it has to declare it again, and so it is with the platform
arguments that BuildKit predefines:

```dockerfile bad
ARG VERSION=1.2.3
FROM scratch
COPY app-$VERSION-$TARGETARCH /app
```

```dockerfile fixed
ARG VERSION=1.2.3
FROM scratch
ARG VERSION
ARG TARGETARCH
COPY app-$VERSION-$TARGETARCH /app
```

```dockerfile good
ARG VERSION=1.2.3
FROM scratch
ARG VERSION TARGETARCH
COPY app-$VERSION-$TARGETARCH /app
```

A slip in a name:

```dockerfile bad
FROM python:3.14
ARG APP_VERSION=1
LABEL version=$APP_VERSOIN
```

```dockerfile fixed
FROM python:3.14
ARG APP_VERSION=1
LABEL version=$APP_VERSION
```

Used too early, or in another stage than the one that defines it:

```dockerfile bad
FROM python:3.14
LABEL version=$APP_VERSION
ARG APP_VERSION=1
```

```dockerfile bad
FROM golang:1.25 AS build
ENV OUTPUT=/out
FROM alpine:3.22
COPY --from=build $OUTPUT /app
```

`scratch` defines nothing but PATH, and so it is with the plain images of distributions:

```dockerfile bad
FROM ubuntu:24.04
ENV LD_LIBRARY_PATH=/opt/lib:$LD_LIBRARY_PATH
```

```dockerfile good
FROM ubuntu:24.04
ENV LD_LIBRARY_PATH=/opt/lib PATH=/opt/bin:$PATH
```

Any other image may define it:

```dockerfile good
FROM registry.example.com/base:1.2.3
WORKDIR $APP_HOME
ENV LD_LIBRARY_PATH=/opt/lib:$LD_LIBRARY_PATH
```

The text of a heredoc of COPY or ADD is expanded as well, unless its word is quoted:

```dockerfile bad
FROM nginx:1.29
COPY <<EOF /etc/nginx/conf.d/default.conf
server { location / { proxy_set_header Host $host; } }
EOF
```

```dockerfile fixed
FROM nginx:1.29
COPY <<'EOF' /etc/nginx/conf.d/default.conf
server { location / { proxy_set_header Host $host; } }
EOF
```

```dockerfile good
FROM nginx:1.29
ARG NAME=example.com
COPY <<EOF /etc/nginx/conf.d/default.conf
server { server_name $NAME; location / { proxy_set_header Host \$host; } }
EOF
```

A default says that a variable may be undefined, and quotes and escapes say that it is none:

```dockerfile good
FROM ubuntu:24.04
ENV LD_LIBRARY_PATH=/opt/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
ENV PROMPT='$USER \$' LOGIN=\$USER
RUN echo $HOME
```
"""

from __future__ import annotations

from dfcheck.api import Comment, Context, Edit, Finding, Fix, NoOptions, Related, Safety, Severity, Span, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Heredoc, Stage, Undefined


@rule("DF1005", "undefined-var", severity=Severity.WARNING, aliases=("UndefinedVar",), words=("$",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for stage in ctx.stages:
        declared: set[str] = set()
        for use in ctx.undefined(stage):
            if use.reason in {"global", "platform"}:
                name = use.variable.name.text
                yield _undeclared(ctx, use, mend=name not in declared)
                declared.add(name)
            elif use.heredoc is not None and use.reason == "heredoc":
                yield _expanded(ctx, use, use.heredoc)
            elif use.reason not in {"base", "together"}:
                yield _undefined(stage, use)


def _undeclared(ctx: Context[NoOptions], use: Undefined, *, mend: bool) -> Finding:
    """A variable that FROM sees and the stage does not; the first use in the stage has the fix."""
    name = use.variable.name.text
    message = f"`{name}` is not declared in this stage, so it is empty here"
    related = (Related(use.pair.span, "this ARG is for FROM only"),) if use.pair else ()
    fix = None
    if mend:
        at, text = _declaration(ctx, use, name)
        fix = Fix(f"Add `ARG {name}`", (Edit(Span(at, at), text),), Safety.UNSAFE)
    return Finding(use.variable.span, message, f"add `ARG {name}` above", related, fix)


def _declaration(ctx: Context[NoOptions], use: Undefined, name: str) -> tuple[int, str]:
    """Where to declare the variable, above the comments of the instruction, and the line to put there."""
    instruction = use.instruction
    items = ctx.document.items
    index = items.index(instruction)
    while index and isinstance(items[index - 1], Comment):
        index -= 1
    line = instruction.line.span
    start = items[index].span.start if items[index] is not instruction else line.start
    indent = ctx.text(Span(line.start, instruction.span.start))
    keyword = "arg" if instruction.keyword.text.islower() else "ARG"
    end = "\r\n" if "\r\n" in ctx.text(line) else "\n"
    return start, f"{indent}{keyword} {name}{end}"


def _expanded(ctx: Context[NoOptions], use: Undefined, heredoc: Heredoc) -> Finding:
    """A variable in a heredoc; the word is quoted where that changes no variable that is defined."""
    name = use.variable.name.text
    message = f"`{name}` is not defined here, so it is empty in this heredoc"
    advice = f"quote the heredoc's word to keep its text as it is: `<<'{heredoc.name}'`"
    scope = ctx.build.scope(use.instruction)
    if any(f"${mark}{other}" in heredoc.content for other in scope.names() for mark in ("", "{")):
        return Finding(use.variable.span, message, f"write `\\${name}` to keep it")
    word = Span(heredoc.word.end - len(heredoc.name), heredoc.word.end)
    fix = Fix(f"Write `<<'{heredoc.name}'`", (Edit(word, f"'{heredoc.name}'"),), Safety.UNSAFE)
    return Finding(use.variable.span, message, advice, fix=fix if ctx.text(word) == heredoc.name else None)


def _undefined(stage: Stage, use: Undefined) -> Finding:
    name, span = use.variable.name.text, use.variable.span
    message = f"`{name}` is not defined here, so it is empty"
    related: tuple[Related, ...] = ()
    if use.near:
        fix = Fix(f"Write `{use.near}`", (Edit(use.variable.name.span, use.near),), Safety.UNSAFE)
        return Finding(span, message, f"did you mean `{use.near}`?", fix=fix)
    if use.pair and use.reason == "later":
        related = (Related(use.pair.span, "it is defined only here"),)
        return Finding(span, message, "define it above", related)
    if use.pair and use.reason == "elsewhere":
        related = (Related(use.pair.span, "this defines it for its own stage"),)
        return Finding(span, message, "define it in this stage, too", related)
    image = "the base image" if stage.base is not None else f"`{stage.from_.image.text}`"
    message = f"`{name}` is defined neither in this file nor in {image}, so it is empty"
    return Finding(span, message, "define it, or leave it out")

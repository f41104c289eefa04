"""A build argument that no ARG of the Dockerfile takes

It is dropped. BuildKit says so in a warning at the end, other builders do not, and the default value is used.

```text context
Dockerfile: FROM alpine:3.22\\nARG VERSION=1\\nRUN echo $VERSION
```

```sh bad
docker build -t app:1 --build-arg VERSOIN=2 .
```

```text context
Dockerfile: FROM alpine:3.22\\nARG VERSION=1\\nRUN echo $VERSION
```

```sh good
docker build -t app:1 --build-arg VERSION=2 .
```

What several builds share, as targets of bake inherit it, is for those that take it:

```text context
Dockerfile: FROM alpine:3.22\\nARG VERSION=1\\nRUN echo $VERSION
other.Dockerfile: FROM alpine:3.22
```

```hcl good
target "shared" {
  args = { VERSION = 2 }
}
target "app" {
  inherits = ["shared"]
}
target "other" {
  inherits   = ["shared"]
  dockerfile = "other.Dockerfile"
}
```

Arguments that every build knows, as those of proxies, and those for BuildKit itself need no ARG:

```text context
Dockerfile: FROM alpine:3.22
```

```sh good
docker build -t app:1 --build-arg http_proxy --build-arg BUILDKIT_INLINE_CACHE=1 .
```
"""

from __future__ import annotations

from dfcheck.api import Arg, Directive, Finding, NoOptions, Onbuild, Severity, Span, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Build, CommandContext

PROXIES = frozenset(("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"))
KNOWN = ("BUILDKIT_", "SOURCE_DATE_EPOCH", "TARGET", "BUILD")


@rule("DF7006", "command-undeclared-build-arg", severity=Severity.WARNING, subject="command")
def check(ctx: CommandContext[NoOptions]) -> Iterator[Finding]:
    found: dict[Span, Finding] = {}
    taken: set[Span] = set()
    for build in ctx.builds:
        declared = {} if build.dockerfile is None else dict.fromkeys(_declared(build.dockerfile))
        unknown = build.dockerfile is None or _is_foreign(build.dockerfile)
        for name, _ in build.command.build_args():
            if unknown or not name.literal or not name.text or name.text in declared or _is_known(name.text):
                taken.add(name.span)
                continue
            close = ctx.nearest(name.text, declared) if len(name.text) > 2 else None
            advice = f"did you mean `{close}`?" if close else f"add `ARG {name.text}` or leave it out"
            message = f"no ARG of {build.name} takes `{name.text}`"
            found.setdefault(name.span, Finding(name.span, message, advice))
    yield from (finding for span, finding in found.items() if span not in taken)


def _declared(dockerfile: Build) -> Iterator[str]:
    for item in dockerfile.document.instructions:
        instruction = item.trigger if isinstance(item, Onbuild) else item
        if isinstance(instruction, Arg):
            yield from (pair.key.text for pair in instruction.pairs)


def _is_known(name: str) -> bool:
    return name.upper() in PROXIES or name.startswith(KNOWN)


def _is_foreign(dockerfile: Build) -> bool:
    """Whether a frontend that is not Docker's reads the file, which may have arguments of its own."""
    return any(
        isinstance(item, Directive) and item.name == "syntax" and "docker/dockerfile" not in item.value
        for item in dockerfile.document.items
    )

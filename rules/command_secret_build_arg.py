"""A secret is given as a build argument

Build arguments are no secrets: they are in the history of the image (`docker history`), in the provenance that BuildKit
attaches, in the cache, and in the log of the machine that builds.

```sh bad
docker build -t app:1 --build-arg NPM_TOKEN="$NPM_TOKEN" .
```

Give it as a secret, and mount it in the RUN that needs it: `RUN --mount=type=secret,id=npm_token,env=NPM_TOKEN …`.

```sh good
docker build -t app:1 --secret id=npm_token,env=NPM_TOKEN .
docker build -t app:1 --build-arg TOKEN_FILE=/run/token --build-arg PUBLIC_KEY=abc .
```

```yaml bad
services:
  app:
    build: {context: ., args: {DB_PASSWORD: hunter2}}
```

The option `allowed` takes names that are no secrets:

```toml
allowed = ["SIGNING_KEY", "*_KEY"]
```

```sh good
docker build -t app:1 --build-arg SIGNING_KEY=1 --build-arg PRODUCT_KEY=2 .
```
"""

from __future__ import annotations

from dfcheck.api import Finding, Severity, Value, names_secret, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import CommandContext


class Options(Value):
    """Options.

    Attributes:
        allowed: Names that are no secrets; `*` stands for anything.
    """

    allowed: tuple[str, ...] = ()


@rule("DF7008", "command-secret-build-arg", severity=Severity.WARNING, options=Options, subject="command")
def check(ctx: CommandContext[Options]) -> Iterator[Finding]:
    for build in ctx.builds:
        for name, value in build.command.build_args():
            empty = value is not None and value.literal and not value.assumed and not value.text
            if not empty and name.literal and names_secret(name.text) and not _is_allowed(ctx, name.text):
                message = f"`{name.text}` looks like a secret, and a build argument is none"
                advice = (
                    f"give it by `--secret id={name.text.lower()},env={name.text}`, and mount it in the RUN"
                )
                yield Finding(name.span, message, advice)


def _is_allowed(ctx: CommandContext[Options], name: str) -> bool:
    if not ctx.options.allowed:
        return False
    from fnmatch import fnmatchcase

    return any(fnmatchcase(name, pattern) for pattern in ctx.options.allowed)

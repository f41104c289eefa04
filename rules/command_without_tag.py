"""A build gives its image no name

An image without a name can be found by its ID only. The next build leaves it behind as one more `<none>`, and `docker
image prune` takes it away.

```sh bad
docker build .
```

```sh good
docker build -t example/app:1.4 .
```

A build whose result is used in another way is fine: its ID is asked for, it goes to a file, or the build is a check
only. So is one whose options cannot be seen, a service of Compose, which names the image itself, a target of bake, of
which many only test, and a step of `docker/build-push-action` that neither loads nor pushes.

```sh good
docker build --iidfile id.txt .
id=$(docker build -q .)
docker buildx build --output type=local,dest=out .
docker build --check .
docker build $OPTIONS .
```

```yaml good
services:
  app:
    build: .
```
"""

from __future__ import annotations

from dfcheck.api import Finding, NoOptions, Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import CommandContext

# With one of these the image is found in another way, or is not wanted.
ENOUGH = (
    "tag",
    "iidfile",
    "output",
    "metadata-file",
    "call",
    "check",
    "print",
    "quiet",
    "manifest",
    "cache-to",
)

NAMED = ("bake", "compose")
# What the action makes is gone with its builder unless one of these is on.
ACTION = "docker/build-push-action"
KEPT = ("load", "push")


@rule("DF7003", "command-without-tag", severity=Severity.INFO, subject="command")
def check(ctx: CommandContext[NoOptions]) -> Iterator[Finding]:
    for build in ctx.builds:
        command = build.command
        named = command.tool in NAMED or (command.tool == ACTION and not any(map(command.has, KEPT)))
        if command.certain and not named and not any(map(command.has, ENOUGH)):
            yield Finding(command.head, "this build gives its image no name", "name it: `-t repository:tag`")

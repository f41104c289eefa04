"""The stage to build is not in the Dockerfile

`--target` names a stage by the name that its FROM gives it, in any case, or by its number from 0. The build stops when
there is none.

```text context
Dockerfile: FROM alpine:3.22 AS build\\nFROM alpine:3.22 AS release
```

```sh bad
docker build -t app:1 --target relaese .
```

```text context
Dockerfile: FROM alpine:3.22 AS build\\nFROM alpine:3.22 AS release
```

```sh good
docker build -t app:1 --target Release .
docker build -t app:1 --target 0 .
docker build -t app:1 --target "$STAGE" .
```
"""

from __future__ import annotations

from dfcheck.api import Finding, NoOptions, Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import CommandContext


@rule("DF7007", "command-unknown-target", severity=Severity.ERROR, subject="command")
def check(ctx: CommandContext[NoOptions]) -> Iterator[Finding]:
    for build in ctx.builds:
        target = build.command.last("target")
        if build.dockerfile is None or target is None or not target.literal or not target.text:
            continue
        stages = build.dockerfile.stages
        names = [stage.name for stage in stages if stage.name is not None]
        number = int(target.text) if target.text.isascii() and target.text.isdecimal() else -1
        if target.text.lower() in names or 0 <= number < len(stages):
            continue
        close = ctx.nearest(target.text, names)
        known = (
            f"its stages are {', '.join(f'`{name}`' for name in names)}" if names else "no stage has a name"
        )
        advice = f"did you mean `{close}`?" if close else known
        yield Finding(target.span, f"{build.name} has no stage `{target.text}`", advice)

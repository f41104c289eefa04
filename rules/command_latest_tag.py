"""A build's image gets no tag, or `latest`

Without a tag the name means `latest`, which the next build gives to another image. Nobody can tell then which version
runs somewhere, and going back to the one before is not possible by name.

```sh bad
docker build -t example/app .
```

```sh good
docker build -t example/app:1.4 .
```

`latest` beside a tag that stays is fine, and so is what a variable decides:

```sh good
docker build -t example/app:latest -t example/app:1.4 .
docker build -t "example/app:$VERSION" .
docker build -t "$IMAGE" .
```

The image of a Compose service is not looked at: it is built where it runs.
"""

from __future__ import annotations

from dfcheck.api import Finding, NoOptions, Severity, is_valid_reference, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import CommandContext


@rule("DF7004", "command-latest-tag", severity=Severity.INFO, default=False, subject="command")
def check(ctx: CommandContext[NoOptions]) -> Iterator[Finding]:
    for build in ctx.builds:
        tags = tuple(build.command.every("tag"))
        if build.command.tool == "compose" or not build.command.certain or build.command.rest:
            continue
        if not all(
            word.literal and not word.assumed and is_valid_reference(word.text) and _latest(word.text)
            for word in tags
        ):
            continue
        for word in tags:
            how = (
                "is tagged `latest`" if word.text.endswith(":latest") else "has no tag, so it means `latest`"
            )
            yield Finding(word.span, f"`{word.text}` {how}", "name a version too, which stays")


def _latest(text: str) -> bool:
    return text.rfind(":") <= text.rfind("/") or text.endswith(":latest")

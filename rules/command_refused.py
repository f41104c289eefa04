"""A build command that the tool refuses

An option that it does not have, an option without its value, no context or more than one: nothing is built.

```sh bad
docker build --no-chache -t app:1 .
docker build -t app:1
docker build -t app:1 . --target
docker build -t app:1 src test
```

```sh good
docker build --no-cache -t app:1 .
docker build -t app:1 src
```

An option that is like none is not told, as it may be newer than this rule. Blanks in an image's name are told by
[command-invalid-tag](DF7002.md).

```sh good
docker build --frobnicate -t app:1 .
```
"""

from __future__ import annotations

from dfcheck.api import Finding, NoOptions, Severity, Span, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import CommandContext

NEEDS_CONTEXT = ("docker", "nerdctl")


@rule("DF7009", "command-refused", severity=Severity.ERROR, subject="command")
def check(ctx: CommandContext[NoOptions]) -> Iterator[Finding]:
    for build in ctx.builds:
        command = build.command
        for fault in command.faults:
            if fault.meant:
                yield Finding(fault.span, fault.message, f"did you mean `{fault.meant}`?")
            elif "needs a value" in fault.message:
                yield Finding(fault.span, fault.message)
        if not command.certain:
            continue
        if command.context is None and command.tool.split(" ")[0] in NEEDS_CONTEXT:
            yield Finding(command.head, "this build has no context", "name the directory to build, often `.`")
        elif command.rest and not command.parted_name():
            span = Span(command.rest[0].span.start, command.rest[-1].span.end)
            yield Finding(
                span, f"a build has one context, not {len(command.rest) + 1}", "leave the others out"
            )

r"""What looks like a JSON array is none

Brackets make an exec form only around valid JSON: double quotes, a comma between strings, none behind the last. Anything
else is taken as plain text, and not a word is said: VOLUME makes a volume called `['/data']`, COPY looks for a file
called `['a',`, and RUN gives the text to a shell.

```dockerfile bad
FROM debian:13
VOLUME ['/data']
```

```dockerfile fixed
FROM debian:13
VOLUME ["/data"]
```

```dockerfile bad
FROM debian:13
COPY ["a file", "/srv/",]
```

```dockerfile fixed
FROM debian:13
COPY ["a file", "/srv/"]
```

The fix changes what is built, so it asks for `--unsafe-fixes`. CMD, ENTRYPOINT and HEALTHCHECK are the matter of
`json-args-recommended`. A test in brackets is a command:

```dockerfile good
FROM debian:13
RUN ["apt-get", "update"]
RUN [ -d "/data" ]
RUN [ "$HOME" = '/root' ] && [ -f "/etc/passwd" ]
COPY [abc].txt /srv/
```
"""

from __future__ import annotations

from dfcheck.api import (
    Add,
    Context,
    Copy,
    Edit,
    Finding,
    Fix,
    NoOptions,
    Onbuild,
    Run,
    Safety,
    Severity,
    ShellForm,
    Span,
    Volume,
    rule,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Instruction


@rule("DF2004", "malformed-json-form", severity=Severity.ERROR)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for item in ctx.document.instructions:
        instruction = item.trigger if isinstance(item, Onbuild) else item
        span = _arguments(instruction)
        if span is None or instruction.line.comments:
            continue
        strings = _strings(ctx.text(span))
        if strings:
            keyword = instruction.keyword.text.upper()
            text = "[" + ", ".join([f'"{string}"' for string in strings]) + "]"
            fix = Fix("Write a JSON array", (Edit(span, text),), Safety.UNSAFE)
            yield Finding(
                span,
                f"this is no JSON array, so {keyword} takes it as plain text",
                f"write `{text}`",
                fix=fix,
            )


def _arguments(instruction: Instruction) -> Span | None:
    """What stands where an array may stand; None where there is one, or none may be."""
    if isinstance(instruction, Run):
        return instruction.command.span if isinstance(instruction.command, ShellForm) else None
    if isinstance(instruction, (Copy, Add)) and not instruction.exec_form:
        return Span(instruction.sources[0].span.start, instruction.destination.span.end)
    if isinstance(instruction, Volume) and not instruction.exec_form:
        return Span(instruction.paths[0].span.start, instruction.paths[-1].span.end)
    return None


def _strings(text: str) -> list[str]:
    """The strings of what is meant as an array; none when it is something else."""
    if not (text.startswith("[") and text.endswith("]")):
        return []
    parts = [part.strip() for part in text[1:-1].split(",")]
    if len(parts) > 1 and not parts[-1]:
        parts.pop()
    quoted = [
        part[1:-1] for part in parts if len(part) > 1 and part[0] + part[-1] in {"''", '""', "\u201c\u201d"}
    ]
    plain = not any(char in string for string in quoted for char in "\"'\\\n")
    return quoted if quoted and len(quoted) == len(parts) and plain else []

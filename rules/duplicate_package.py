"""A package named twice in one install

The second one changes nothing; it is left from a merge, or stands where another name was meant.

```dockerfile bad
FROM debian:13
RUN apt-get update && apt-get install -y \
    curl \
    git \
    curl \
    jq
```

```dockerfile fixed
FROM debian:13
RUN apt-get update && apt-get install -y \
    curl \
    git \
    jq
```

```dockerfile bad
FROM alpine:3.22
RUN apk add --no-cache git curl git curl git
```

```dockerfile fixed
FROM alpine:3.22
RUN apk add --no-cache git curl
```

```dockerfile good
FROM debian:13
RUN apt-get update && apt-get install -y curl && apt-get install -y curl
RUN pip install --no-cache-dir flask==3.1.2 'flask[async]==3.1.2'
```
"""

from __future__ import annotations

from dfcheck.api import (
    Context,
    Edit,
    Finding,
    Fix,
    NoOptions,
    Related,
    Safety,
    Severity,
    ShellForm,
    Span,
    calls,
    rule,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Call, ShellWord


INSTALLS = {
    "apt-get": ("install",),
    "apt": ("install",),
    "apk": ("add",),
    "yum": ("install",),
    "dnf": ("install",),
    "zypper": ("install",),
    "pip": ("install",),
    "npm": ("install",),
    "gem": ("install",),
}


@rule("DF3003", "duplicate-package", severity=Severity.STYLE)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for tool, verbs in INSTALLS.items():
        for call in calls(ctx.build, tool, *verbs):
            seen: dict[str, list[ShellWord]] = {}
            for word in call.operands:
                if word.literal:
                    seen.setdefault(word.text, []).append(word)
            for text, (first, *others) in seen.items():
                if others:
                    related = (Related(first.span, "the first one"),)
                    times = "twice" if len(others) == 1 else f"{len(others) + 1} times"
                    message = f"package `{text}` is named {times}"
                    yield Finding(others[0].span, message, "name it once", related, _fix(ctx, call, others))


def _fix(ctx: Context[NoOptions], call: Call, others: list[ShellWord]) -> Fix | None:
    """Remove the words with the white space and continuations before them."""
    words = call.command.words
    edits = []
    for word in others:
        start = words[words.index(word) - 1].span.end
        between = ctx.text(Span(start, word.span.start)).replace(ctx.document.escape, "")
        if between.strip() or not isinstance(call.run.command, ShellForm):
            return None
        edits.append(Edit(Span(start, word.span.end), ""))
    name = others[0].text
    return Fix(f"Leave one `{name}`", tuple(edits), Safety.SAFE)

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
            seen: dict[str, ShellWord] = {}
            for word in call.operands:
                first = seen.setdefault(word.text, word)
                if word.literal and first is not word:
                    related = (Related(first.span, "the first one"),)
                    message = f"package `{word.text}` is named twice"
                    yield Finding(word.span, message, "leave one out", related, _fix(ctx, call, word))


def _fix(ctx: Context[NoOptions], call: Call, word: ShellWord) -> Fix | None:
    """Remove the word with the white space and continuations before it."""
    words = call.command.words
    start = words[words.index(word) - 1].span.end
    between = ctx.text(Span(start, word.span.start)).replace(ctx.document.escape, "")
    if between.strip() or not isinstance(call.run.command, ShellForm):
        return None
    return Fix(f"Remove the second `{word.text}`", (Edit(Span(start, word.span.end), ""),), Safety.SAFE)

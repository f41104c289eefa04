"""A comment ignores a finding

Where findings must be settled in one place, comments that ignore them are not wanted. This rule has to be selected;
`dfcheck check` with the rule in its settings then finds every such comment, also those for hadolint and BuildKit.

```dockerfile bad
# hadolint ignore=DL3006
FROM alpine
```

```dockerfile bad
# dfcheck: ignore[untagged-image] the mirror decides
FROM alpine
```

```dockerfile bad
# check=skip=StageNameCasing
FROM alpine:3.22 AS Base
```

```dockerfile good
# which shell it is hides nothing
# hadolint shell=bash
FROM alpine:3.22
```
"""

from __future__ import annotations

from dfcheck.api import Blank, Comment, Context, Directive, Finding, NoOptions, Severity, Span, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

STARTS = (
    "dfcheck:ignore",
    "hadolintignore=",
    "hadolintglobalignore=",
    "hadolintstageignore=",
    "tallyignore=",
    "tallyglobalignore=",
    "check=skip=",
)


@rule("DL1001", "inline-ignore", severity=Severity.WARNING, default=False)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    advice = "settle them, or ignore them in the settings"
    for item in ctx.document.items:
        if isinstance(item, Directive):
            if item.name == "check" and "skip=" in item.value:
                yield Finding(_shown(ctx, item), "this directive ignores findings", advice)
            continue
        comments: tuple[Comment, ...] = ()
        if isinstance(item, Comment):
            comments = (item,)
        elif not isinstance(item, Blank):
            comments = item.line.comments
        for comment in comments:
            if "".join(comment.text.split()).lower().startswith(STARTS):
                yield Finding(_shown(ctx, comment), "this comment ignores findings", advice)


def _shown(ctx: Context[NoOptions], line: Comment | Directive) -> Span:
    """The line without blanks around it and its line end."""
    text = ctx.text(line.span)
    start = line.span.start + len(text) - len(text.lstrip())
    return Span(start, start + len(text.strip()))

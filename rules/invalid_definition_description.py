"""The comment above does not begin with the name

`docker build --call=outline` shows the comment above an ARG or a named stage as its description, if it begins with the name.
Any other comment is left out there.

```dockerfile bad
# The version of the app.
ARG VERSION=1.2.3
FROM alpine:3.22
```

```dockerfile good
# VERSION is the version of the app.
ARG VERSION=1.2.3
# base has what all others need
FROM alpine:3.22 AS base
```

A blank line, or an empty comment, parts a comment from what follows:

```dockerfile good
# Copyright: everybody

ARG VERSION=1.2.3
# What the build needs
#
FROM alpine:3.22 AS base
```
"""

from __future__ import annotations

from dfcheck.api import Arg, Comment, Context, Finding, From, NoOptions, Severity, Span, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Blank, Directive, Instruction

TOOLS = ("check=", "dfcheck:", "hadolint ", "tally ", "syntax=", "escape=")


@rule(
    "DF1010",
    "invalid-definition-description",
    severity=Severity.INFO,
    aliases=("InvalidDefinitionDescription",),
    default=False,
)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    items = ctx.document.items
    for index, item in enumerate(items):
        names = _names(item)
        comment = _description(items, index) if names else None
        if comment is not None and comment.text.split(" ", 1)[0] not in names:
            example = names[0] if len(names) == 1 else "NAME"
            message = f"this comment is not shown as the description of `{', '.join(names)}`"
            advice = f"begin it with `{example}`, or put a blank line below it"
            yield Finding(_shown(ctx, comment), message, advice)


def _names(item: object) -> tuple[str, ...]:
    """What an instruction defines."""
    if isinstance(item, Arg):
        return tuple(pair.key.text for pair in item.pairs)
    if isinstance(item, From) and item.name is not None:
        return (item.name.text.lower(),)
    return ()


def _description(items: tuple[Directive | Comment | Blank | Instruction, ...], index: int) -> Comment | None:
    """The last comment line right above, those for tools aside."""
    while index:
        index -= 1
        above = items[index]
        if not isinstance(above, Comment) or not above.text:
            return None
        if not above.text.startswith(TOOLS):
            return above
    return None


def _shown(ctx: Context[NoOptions], line: Comment) -> Span:
    """The line without blanks around it and its line end."""
    text = ctx.text(line.span)
    start = line.span.start + len(text) - len(text.lstrip())
    return Span(start, start + len(text.strip()))

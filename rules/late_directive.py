"""A parser directive stands where it is a mere comment

`# syntax=…` and `# escape=…` count only at the very top: before any instruction, other comment or empty line. Further
down BuildKit takes them for comments, without a word.

```dockerfile bad
# An example of ours

# syntax=docker/dockerfile:1
FROM debian:13
```

```dockerfile good
# syntax=docker/dockerfile:1

# An example of ours
FROM debian:13
```

```dockerfile good
# escape=`
# The escape character is a backtick: escape = backslash would need care with paths.
FROM mcr.microsoft.com/windows/servercore:ltsc2025
```
"""

from __future__ import annotations

from dfcheck.api import Comment, Context, Finding, NoOptions, Severity, Span, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@rule("DF2006", "late-directive", severity=Severity.WARNING, words=("escape", "syntax"))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for item in ctx.document.items:
        if isinstance(item, Comment) and "=" in item.text:
            name, _, value = (part.strip() for part in item.text.partition("="))
            if (name.lower() == "escape" and value in {"\\", "`"}) or (
                name.lower() == "syntax" and _is_frontend(value)
            ):
                start = item.span.start + ctx.text(item.span).index("#")
                span = Span(start, item.span.start + len(ctx.text(item.span).rstrip()))
                message = f"the directive `{name}` has no effect here"
                yield Finding(span, message, "move it to the first line of the file")


def _is_frontend(value: str) -> bool:
    """Whether it is an image that reads Dockerfiles."""
    return "/" in value and " " not in value

r"""MAINTAINER is deprecated

MAINTAINER has been deprecated since Docker 1.13. A label says the same, can be queried, and can say more: the source
repository, the licence, the version. `org.opencontainers.image.authors` is its standard name.

```dockerfile bad
FROM debian:13
MAINTAINER Jane Doe <jane@example.com>
```

```dockerfile fixed
FROM debian:13
LABEL org.opencontainers.image.authors="Jane Doe <jane@example.com>"
```

The image then has a label in place of the field `Author`, so the fix asks for `--unsafe-fixes`. Unlike MAINTAINER,
LABEL knows variables and quotes; the fix escapes what could be one:

```dockerfile bad
FROM debian:13
MAINTAINER Jane "$" Doe
```

```dockerfile fixed
FROM debian:13
LABEL org.opencontainers.image.authors="Jane \"\$\" Doe"
```

```dockerfile good
FROM debian:13
LABEL org.opencontainers.image.authors="Jane Doe <jane@example.com>" \
      org.opencontainers.image.source="https://example.com/jane/app"
```
"""

from collections.abc import Iterator

from dfcheck.api import Context, Edit, Finding, Fix, Maintainer, NoOptions, Safety, Severity, Span, rule

LABEL = "org.opencontainers.image.authors"


@rule(
    "DL4000",
    "maintainer-deprecated",
    severity=Severity.WARNING,
    aliases=("MaintainerDeprecated", "CKV_DOCKER_6", "DS022"),
    words=("maintainer",),
)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for item in ctx.each(Maintainer):
        keyword = "label" if item.keyword.text.islower() else "LABEL"
        value = quoted(item.name.text, ctx.document.escape)
        edit = Edit(Span(item.span.start, item.name.span.end), f"{keyword} {LABEL}={value}")
        yield Finding(
            item.keyword.span,
            "MAINTAINER is deprecated",
            f'write `LABEL {LABEL}="…"`',
            fix=Fix("Write a LABEL", (edit,), Safety.UNSAFE),
        )


def quoted(text: str, escape: str) -> str:
    """A word in double quotes that expands to `text`, less the quotes around it."""
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1]
    for char in (escape, '"', "$"):
        text = text.replace(char, escape + char)
    return f'"{text}"'

"""The value of a label does not have the form that it must have

Tools read labels: a registry links to the source, a scanner collects licences. The labels of the Open Container
Initiative have fixed forms: `created` is a time as RFC 3339 has it, `url`, `source` and `documentation` are URLs,
`licenses` is an SPDX licence expression, `base.digest` is a digest.

```dockerfile bad
FROM debian:13
LABEL org.opencontainers.image.source="github.com/example/app"
```

```dockerfile bad
FROM debian:13
LABEL org.opencontainers.image.licenses="Apache License 2.0"
```

```dockerfile good
FROM debian:13
ARG CREATED
LABEL org.opencontainers.image.source="https://github.com/example/app" \
      org.opencontainers.image.licenses="Apache-2.0 OR MIT" \
      org.opencontainers.image.created=$CREATED
```

A variable is given its value when the image is built, whatever its default, so it is not judged.

The option `labels` adds labels, or takes one off the list by the form `text`. The forms are `url`, `rfc3339`, `spdx`,
`hash` (of a Git commit), `semver`, `email`, `digest` and `text`; none of these labels may be empty.

```toml
labels = { "com.example.version" = "semver", "com.example.team" = "text" }
```

```dockerfile bad
FROM debian:13
LABEL com.example.version="v1.2" com.example.team=""
```

```toml
labels = { "com.example.version" = "semver", "com.example.team" = "text" }
```

```dockerfile good
FROM debian:13
LABEL com.example.version="1.2.0-rc.1" com.example.team="web"
```
"""

from __future__ import annotations

from dfcheck.api import EXAMPLES, FORMATS, Context, Finding, Known, Label, Severity, Value, has_format, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Literal

OCI = "org.opencontainers.image."
STANDARD = {
    OCI + "base.digest": "digest",
    OCI + "created": "rfc3339",
    OCI + "documentation": "url",
    OCI + "licenses": "spdx",
    OCI + "source": "url",
    OCI + "url": "url",
}


class Options(Value):
    """Options.

    Attributes:
        labels: Labels and the forms of their values.
    """

    labels: dict[str, Literal["text", "url", "rfc3339", "spdx", "hash", "semver", "email", "digest"]] = {}


@rule(
    "DL3052",
    "label-format",
    severity=Severity.WARNING,
    aliases=("DL3051", "DL3053", "DL3054", "DL3055", "DL3056", "DL3058"),
    options=Options,
    words=("label",),
)
def check(ctx: Context[Options]) -> Iterator[Finding]:
    schema: Mapping[str, str] = ctx.options.labels
    for label in ctx.each(Label):
        for pair in label.pairs:
            key, value = ctx.build.value(pair.key), pair.value and ctx.build.value(pair.value)
            if (
                not isinstance(key, Known)
                or not isinstance(value, Known)
                or pair.value is None
                or "$" in pair.value.text
                or (pair.legacy and value.value.startswith("="))
            ):
                continue
            form = schema.get(key.value) or STANDARD.get(key.value, "text")
            name = f"the label `{key.value}`"
            if not value.value:
                if key.value in schema:
                    yield Finding(pair.span, f"{name} is empty", f"set it to {FORMATS[form]}")
            elif not has_format(form, value.value):
                message = f"{name} is `{value.value}`, which is not {FORMATS[form]}"
                yield Finding(pair.value.span, message, f"write e.g. `{EXAMPLES[form]}`")

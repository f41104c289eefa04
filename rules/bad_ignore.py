"""Ignore comment that cannot be understood

A comment that was meant to suppress a finding but is misspelt, names no rule or an unknown one, or stands where
Dockerfiles have no comments, suppresses nothing. hadolint drops such comments without a word.

```dockerfile bad
# dfcheck: ignroe[DL3006] chosen by the mirror
FROM alpine:3.22
```

```dockerfile good
# dfcheck: ignore[DL3006] chosen by the mirror
FROM alpine
```

The rules to ignore have to be named:

```dockerfile bad
# dfcheck: ignore
FROM alpine:3.22
```

```dockerfile bad
# dfcheck: ignore[untaged-image] chosen by the mirror
FROM alpine:3.22
```

A comment behind an instruction is a part of it:

```dockerfile bad
FROM alpine:3.22
RUN apk add curl  # dfcheck: ignore[DL3018]
```

BuildKit refuses to build with a `check` directive that it cannot read:

```dockerfile bad
# check=skpi=StageNameCasing
FROM alpine:3.22
```

```dockerfile good
# check=skip=StageNameCasing
FROM alpine:3.22
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, NoOptions, Severity, rule


@rule("DF0003", "bad-ignore", severity=Severity.WARNING)
def check(_: Context[NoOptions]) -> tuple[Finding, ...]:
    return ()

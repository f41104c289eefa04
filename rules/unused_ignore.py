"""Ignore comment without effect

An ignore comment that suppresses nothing outlived its reason, or never had one: it misleads readers, and it hides
the finding when that comes back one day. Both dfcheck's and hadolint's comments are looked at, and only rules that
ran are counted.

```dockerfile bad
# dfcheck: ignore[untagged-image] the tag is chosen by the mirror
FROM alpine:3.22
```

```dockerfile fixed
FROM alpine:3.22
```

Of several rules, the idle one goes:

```dockerfile bad
# dfcheck: ignore[DL3006,DF0001] the tag is chosen by the mirror
FROM alpine
```

```dockerfile fixed
# dfcheck: ignore[DL3006] the tag is chosen by the mirror
FROM alpine
```

```dockerfile good
# dfcheck: ignore[untagged-image] the tag is chosen by the mirror
FROM alpine
```

A comment for hadolint stays where dfcheck is only more lenient than hadolint is:

```dockerfile good
FROM debian:13
# hadolint ignore=DL3003
RUN cd /srv/app && make
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, NoOptions, Severity, rule


@rule("DF0002", "unused-ignore", severity=Severity.WARNING)
def check(_: Context[NoOptions]) -> tuple[Finding, ...]:
    return ()

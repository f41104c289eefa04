"""apk installs a package without a version

A package without a version is whatever the distribution has on the day of the build. Whoever needs the same image from the
same Dockerfile names versions.

Not run unless selected: distributions delete old versions, so a pinned build fails one day, and a security update needs a
change of the Dockerfile. A base image pinned by digest and a rebuild every week is what most teams want instead.

```dockerfile bad
FROM alpine:3.22
RUN apk add --no-cache curl
```

```dockerfile good
FROM alpine:3.22
RUN apk add --no-cache curl=8.14.1-r2 'jq>1.7' git~2.49
```

Names of virtual packages and values of options are no packages:

```dockerfile good
FROM alpine:3.22
RUN apk add --no-cache --virtual .build-deps -X https://example.org/alpine gcc=14.2.0-r6 && apk del .build-deps
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, NoOptions, Severity, calls, rule, told, unpinned

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@rule("DL3018", "unpinned-apk", severity=Severity.INFO, default=False, words=("apk",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for call in calls(ctx.build, "apk", "add"):
        found = unpinned(ctx.build, call)
        if found:
            yield Finding(
                found[0][0].span, told(found), "write the version, e.g. `curl=8.14.1-r2` or `curl~8.14`"
            )

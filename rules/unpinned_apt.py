"""apt-get installs a package without a version

A package without a version is whatever the distribution has on the day of the build. Whoever needs the same image from the
same Dockerfile names versions.

Not run unless selected: distributions delete old versions, so a pinned build fails one day, and a security update needs a
change of the Dockerfile. A base image pinned by digest and a rebuild every week is what most teams want instead.

```dockerfile bad
FROM debian:13
RUN apt-get update && apt-get install -y curl
```

```dockerfile good
FROM debian:13
RUN apt-get update && apt-get install -y curl=8.14.1-2
```

A value of an option is no package, a file is its own version, and `name/suite` names the suite:

```dockerfile good
FROM debian:13
COPY tool.deb /tmp/
RUN apt-get install -y -o Dpkg::Options::=--force-confold -t trixie-backports /tmp/tool.deb git/trixie-backports
```

What a variable stands for counts, when the file says it:

```dockerfile bad
FROM debian:13
ARG PACKAGES="curl=8.14.1-2 git"
RUN apt-get update && apt-get install -y $PACKAGES
```

```dockerfile good
FROM debian:13
ARG EXTRA
ARG CURL=curl=8.14.1-2
RUN apt-get update && apt-get install -y $CURL $EXTRA git=$GIT
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, NoOptions, Severity, calls, rule, told, unpinned

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@rule("DL3008", "unpinned-apt", severity=Severity.INFO, default=False, words=("apt",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for call in calls(ctx.build, "apt-get", "install"):
        found = unpinned(ctx.build, call)
        if found:
            yield Finding(found[0][0].span, told(found), "write the version, e.g. `curl=8.14.1-2`")

"""yum installs a package without a version

A package without a version is whatever the distribution has on the day of the build. Whoever needs the same image from the
same Dockerfile names versions.

Not run unless selected: distributions delete old versions, so a pinned build fails one day, and a security update needs a
change of the Dockerfile. A base image pinned by digest and a rebuild every week is what most teams want instead.

```dockerfile bad
FROM rockylinux:8
RUN yum install -y httpd
```

```dockerfile good
FROM rockylinux:8
RUN yum install -y httpd-2.4.37 && yum clean all
```

A number in the middle belongs to the name:

```dockerfile bad
FROM rockylinux:8
RUN yum install -y java-17-openjdk
```

```dockerfile good
FROM rockylinux:8
ARG JAVA=17.0.9
RUN yum install -y java-17-openjdk-$JAVA @development https://example.org/tool.rpm
RUN yum module install -y nodejs:18
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, NoOptions, Severity, calls, rule, told, unpinned

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@rule("DL3033", "unpinned-yum", severity=Severity.INFO, default=False, words=("yum",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for call in calls(ctx.build, "yum", "install", "module install"):
        found = unpinned(ctx.build, call)
        if found:
            yield Finding(found[0][0].span, told(found), "write the version, e.g. `httpd-2.4.62`")

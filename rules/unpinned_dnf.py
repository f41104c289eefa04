"""dnf installs a package without a version

A package without a version is whatever the distribution has on the day of the build. Whoever needs the same image from the
same Dockerfile names versions.

Not run unless selected: distributions delete old versions, so a pinned build fails one day, and a security update needs a
change of the Dockerfile. A base image pinned by digest and a rebuild every week is what most teams want instead.

```dockerfile bad
FROM fedora:43
RUN dnf install -y httpd
```

```dockerfile good
FROM fedora:43
RUN dnf install -y httpd-2.4.64 && dnf clean all
```

A number in the middle belongs to the name:

```dockerfile bad
FROM fedora:43
RUN dnf install -y java-21-openjdk
```

```dockerfile good
FROM fedora:43
ARG JAVA=21.0.8
RUN dnf install -y --setopt=install_weak_deps=False java-21-openjdk-$JAVA @development https://example.org/tool.rpm
RUN microdnf module install -y nodejs:22
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, NoOptions, Severity, calls, rule, told, unpinned

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@rule("DL3041", "unpinned-dnf", severity=Severity.INFO, default=False, words=("dnf",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for call in calls(ctx.build, "dnf", "install", "module install"):
        found = unpinned(ctx.build, call)
        if found:
            yield Finding(found[0][0].span, told(found), "write the version, e.g. `httpd-2.4.62`")

"""zypper installs a package without a version

A package without a version is whatever the distribution has on the day of the build. Whoever needs the same image from the
same Dockerfile names versions.

Not run unless selected: distributions delete old versions, so a pinned build fails one day, and a security update needs a
change of the Dockerfile. A base image pinned by digest and a rebuild every week is what most teams want instead.

```dockerfile bad
FROM opensuse/leap:16.0
RUN zypper install -y httpd
```

```dockerfile good
FROM opensuse/leap:16.0
RUN zypper install -y httpd=2.4.63 'git>=2.50'
```

Patterns have no version, and the values of options are no packages:

```dockerfile good
FROM opensuse/leap:16.0
RUN zypper install -y --type pattern devel_basis
RUN zypper install -y --repo extra httpd=2.4.63
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, NoOptions, Severity, calls, rule, told, unpinned

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@rule("DL3037", "unpinned-zypper", severity=Severity.INFO, default=False, words=("zypper",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for call in calls(ctx.build, "zypper", "install"):
        found = unpinned(ctx.build, call)
        if found and not call.options.has("-t", "--type"):
            yield Finding(found[0][0].span, told(found), "write the version, e.g. `httpd=2.4.63`")

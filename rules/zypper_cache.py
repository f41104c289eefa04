"""zypper's cache stays in the image

zypper downloads the metadata of its repositories, tens of megabytes, and leaves it in `/var/cache/zypp`. A layer keeps what it has
at the end of its RUN, so it has to go in the same one.

```dockerfile bad
FROM opensuse/leap:16.0
RUN zypper -n install httpd
```

```dockerfile fixed
FROM opensuse/leap:16.0
RUN zypper -n install httpd && zypper clean --all
```

```dockerfile good
FROM opensuse/leap:16.0
RUN zypper -n install httpd && zypper cc -a
RUN zypper -n install git && rm -rf /var/cache/zypp/*
RUN --mount=type=cache,target=/var/cache/zypp zypper -n install jq
```

A stage from which files are copied is thrown away, with its cache:

```dockerfile good
FROM opensuse/leap:16.0 AS build
RUN zypper -n install gcc
FROM opensuse/leap:16.0
COPY --from=build /app /app
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, NoOptions, Safety, Severity, behind, insertion, leftovers, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


VERBS = ("install", "update", "dist-upgrade", "patch", "source-install")


@rule(
    "DL3036",
    "zypper-cache",
    severity=Severity.INFO,
    aliases=(
        "DS020",
        "DS-0020",
    ),
    words=("zypper",),
)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for call in leftovers(ctx.build, "zypper", *VERBS):
        clean = call.tool.cleaner
        fix = insertion(f"Add `{clean}`", behind(ctx.build, call, clean), Safety.UNSAFE)
        message = f"the cache of `{call.said}` stays in the layer"
        yield Finding(call.span, message, f"end this RUN with `{clean}`", fix=fix)

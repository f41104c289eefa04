r"""dnf's cache stays in the image

dnf downloads the metadata of its repositories, tens of megabytes, and leaves it in `/var/cache`. A layer keeps what it has at the end
of its RUN, so it has to go in the same one.

```dockerfile bad
FROM fedora:43
RUN dnf install -y httpd
```

```dockerfile fixed
FROM fedora:43
RUN dnf install -y httpd && dnf clean all
```

```dockerfile good
FROM fedora:43
RUN dnf install -y httpd && dnf clean all
RUN dnf install -y git && rm -rf /var/cache/dnf
RUN --mount=type=cache,target=/var/cache/libdnf5 dnf install -y jq
```

Cleaning comes last, and a `rm` has to name the right place:

```dockerfile bad
FROM fedora:43
RUN dnf clean all && dnf install -y httpd \
    && rm -rf /tmp/*
```

```dockerfile fixed
FROM fedora:43
RUN dnf clean all && dnf install -y httpd \
    && dnf clean all \
    && rm -rf /tmp/*
```

A stage from which files are copied is thrown away, with its cache:

```dockerfile good
FROM fedora:43 AS build
RUN dnf install -y gcc
FROM fedora:43
COPY --from=build /app /app
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, NoOptions, Safety, Severity, behind, insertion, leftovers, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


VERBS = (
    "install",
    "reinstall",
    "upgrade",
    "group install",
    "module install",
    "build-dep",
    "downgrade",
    "distro-sync",
)


@rule(
    "DL3040",
    "dnf-cache",
    severity=Severity.INFO,
    aliases=(
        "DS019",
        "DS-0019",
    ),
    words=("dnf",),
)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for call in leftovers(ctx.build, "dnf", *VERBS, cleaner="rpm caches"):
        clean = f"{call.program} clean all"
        fix = insertion(f"Add `{clean}`", behind(ctx.build, call, clean), Safety.UNSAFE)
        message = f"the cache of `{call.said}` stays in the layer"
        yield Finding(call.span, message, f"end this RUN with `{clean}`", fix=fix)

r"""yum's cache stays in the image

yum downloads the metadata of its repositories, tens of megabytes, and leaves it in `/var/cache`. A layer keeps what it has at the end
of its RUN, so it has to go in the same one.

```dockerfile bad
FROM rockylinux:8
RUN yum install -y httpd
```

```dockerfile fixed
FROM rockylinux:8
RUN yum install -y httpd && yum clean all
```

```dockerfile good
FROM rockylinux:8
RUN yum install -y httpd && yum clean all
RUN yum install -y git && rm -rf /var/cache/yum
RUN --mount=type=cache,target=/var/cache/yum yum install -y jq
```

Cleaning comes last, and a `rm` has to name the right place:

```dockerfile bad
FROM rockylinux:8
RUN yum clean all && yum install -y httpd \
    && rm -rf /tmp/*
```

```dockerfile fixed
FROM rockylinux:8
RUN yum clean all && yum install -y httpd \
    && yum clean all \
    && rm -rf /tmp/*
```

A stage from which files are copied is thrown away, with its cache:

```dockerfile good
FROM rockylinux:8 AS build
RUN yum install -y gcc
FROM rockylinux:8
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
    "DL3032",
    "yum-cache",
    severity=Severity.INFO,
    aliases=(
        "DS015",
        "DS-0015",
    ),
    words=("yum",),
)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for call in leftovers(ctx.build, "yum", *VERBS, cleaner="rpm caches"):
        clean = f"{call.program} clean all"
        fix = insertion(f"Add `{clean}`", behind(ctx.build, call, clean), Safety.UNSAFE)
        message = f"the cache of `{call.said}` stays in the layer"
        yield Finding(call.span, message, f"end this RUN with `{clean}`", fix=fix)

"""The base image has no tag

Without a tag an image means `latest`, and that is another image from one day to the next: the same Dockerfile
builds different things, and the day it breaks nothing in it has changed. Name a version.

```dockerfile bad
FROM alpine
CMD ["echo", "Hello"]
```

```dockerfile good
FROM alpine:3.22
CMD ["echo", "Hello"]
```

A digest names an image better than any tag, and a stage of the same file or `scratch` has none to name:

```dockerfile good
FROM alpine@sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1 AS base
FROM base AS tools
FROM scratch
```

Nor has an image that the same machine has just built. Its name begins with `local`, or has three parts without a
registry, which no image of Docker Hub has, or it has one part and is none of Docker's official images. The option
`local` reports these as well:

```dockerfile good
FROM localhost/base
FROM local-image/java
FROM example/image/base
FROM tomcat_base
```

What a variable stands for counts, so an ARG may hold the tag, or the whole image:

```dockerfile bad
ARG BASE=debian
FROM $BASE
```

```dockerfile good
ARG VERSION=12
FROM debian:$VERSION
```
"""

from collections.abc import Iterator

from dfcheck.api import Context, Finding, Known, Severity, Value, rule, split_reference

# A version to show in the advice; any would do, but one that exists can be copied.
SAMPLES = {
    "alpine": "3.22",
    "debian": "13",
    "golang": "1.25",
    "nginx": "1.29",
    "node": "24",
    "python": "3.14",
    "ubuntu": "24.04",
}


class Options(Value):
    """Options.

    Attributes:
        local: Report images that only the machine itself can have, too.
    """

    local: bool = False
    WIDE = {"local": True}


@rule("DL3006", "untagged-image", severity=Severity.WARNING, aliases=("CKV_DOCKER_7",), options=Options)
def check(ctx: Context[Options]) -> Iterator[Finding]:
    for stage in ctx.stages:
        if stage.base is not None or stage.scratch or not isinstance(stage.image, Known):
            continue
        name = stage.image.value
        reference = split_reference(name)
        if name and not reference.tag and not reference.digest:
            if not ctx.options.local and ctx.is_local_name(name):
                continue
            sample = SAMPLES.get(name, "1.2.3")
            message = f"image `{name}` has no tag, so it means `{name}:latest`"
            yield Finding(stage.from_.image.span, message, f"name a version, e.g. `{name}:{sample}`")

"""The whole root directory of another image is copied over this one

`COPY --from=… / /` copies everything: what the other stage was needed for, such as compilers and caches, comes along,
and its files replace those of this image, the system's libraries among them. Copy what was built.

```dockerfile bad
FROM golang:1.25 AS build
RUN go build -o /app .
FROM debian:13
COPY --from=build / /
```

```dockerfile good
FROM golang:1.25 AS build
RUN go build -o /app .
FROM debian:13
COPY --from=build /app /app
```

The option `everywhere` reports what follows as well. On top of the empty image it is a way to make one layer of many, and replaces nothing:

```dockerfile good
FROM debian:13 AS many
RUN apt-get update && apt-get install -y curl
FROM scratch
COPY --from=many / /
```

`tonistiigi/xx`, the helper for cross-compilation, is made to be copied as a whole, and has but a few scripts. So are
images of other publishers that a COPY names; Docker's official images are not:

```dockerfile good
FROM --platform=$BUILDPLATFORM tonistiigi/xx:1.7.0 AS xx
FROM --platform=$BUILDPLATFORM golang:1.25
COPY --from=xx / /
COPY --from=crazymax/yasu:1.22 / /
```

```dockerfile bad
FROM debian:13
COPY --from=busybox:1.37 / /
```

A stage that was laid out for it is meant to be copied as a whole, from a directory of its own:

```dockerfile good
FROM golang:1.25 AS build
RUN go build -o /out/usr/local/bin/app .
FROM debian:13
COPY --from=build /out/ /
```
"""

from __future__ import annotations

from dfcheck.api import Context, Copy, Finding, Known, Severity, Value, rule, split_reference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


# Images of a few files that belong into `/`.
HELPERS = frozenset({"tonistiigi/xx", "crazymax/xx", "docker/xx"})


class Options(Value):
    """Options.

    Attributes:
        everywhere: Report copies of helpers, of images that are not official and of stages that began empty, and those onto
            the empty image, too.
    """

    everywhere: bool = False
    WIDE = {"everywhere": True}


@rule("DL3067", "copy-whole-root", severity=Severity.WARNING, options=Options, words=("from=",))
def check(ctx: Context[Options]) -> Iterator[Finding]:
    from_scratch: set[int] = set()
    for stage in ctx.stages:
        if not ctx.options.everywhere and (stage.scratch or stage.base in from_scratch):
            from_scratch.add(stage.index)
            continue
        for item in stage.instructions:
            if not isinstance(item, Copy) or item.from_ is None or item.destination.text.strip("\"'") != "/":
                continue
            for source in item.sources:
                if source.text.strip("\"'") in {"/", "/."} and (
                    ctx.options.everywhere or not _is_small(ctx, item)
                ):
                    message = f"COPY puts all of `{item.from_.text}` over this image"
                    yield Finding(source.span, message, "copy the files that are needed")


def _is_small(ctx: Context[Options], item: Copy) -> bool:
    """Whether what it copies is there to be copied: images of helpers and of other publishers, stages that began empty."""
    for edge in ctx.build.edges:
        if item.from_ is None or edge.span != item.from_.span:
            continue
        if edge.target is None:
            return "/" in split_reference(edge.name).repository.removeprefix("library/")
        stage = ctx.stages[edge.target]
        while stage.base is not None:
            stage = ctx.stages[stage.base]
        name = (
            stage.image.value if isinstance(stage.image, Known) else stage.from_.image.text.partition(":$")[0]
        )
        return stage.scratch or split_reference(name).repository in HELPERS
    return False

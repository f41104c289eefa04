"""COPY --from names no stage

A name that is no stage's is taken for an image, and BuildKit tries to pull it. That is often wanted, so by default this
rule speaks only of what is certainly a slip: nearly the name of a stage, or a stage that comes later.

```dockerfile bad
FROM golang:1.25 AS build
FROM scratch
COPY --from=biuld /app /app
```

```dockerfile fixed
FROM golang:1.25 AS build
FROM scratch
COPY --from=build /app /app
```

```dockerfile good
FROM golang:1.25 AS build
FROM scratch
COPY --from=build /app /app
COPY --from=0 /app /app
COPY --from=busybox:1.37 /bin/busybox /bin/
COPY --from=busybox /bin/busybox /bin/
```

Capitals do not matter:

```dockerfile good
FROM golang:1.25 AS build
FROM scratch
COPY --from=Build /app /app
```

Where all images have to be stages, so that they stand in one place:

```toml
images = false
```

```dockerfile bad
FROM scratch
COPY --from=busybox:1.37 /bin/busybox /bin/
```

```toml
images = false
```

```dockerfile good
FROM busybox:1.37 AS busybox
FROM scratch
COPY --from=busybox /bin/busybox /bin/
```
"""

from __future__ import annotations

from dfcheck.api import Context, Edit, Finding, Fix, Related, Safety, Severity, Value, rule, split_reference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Edge


class Options(Value):
    """What `--from` may name.

    Attributes:
        images: Whether it may name images that no FROM of the file names.
    """

    images: bool = True

    WIDE = {"images": False}


@rule("DL3022", "copy-from-unknown-stage", severity=Severity.WARNING, options=Options, words=("from=",))
def check(ctx: Context[Options]) -> Iterator[Finding]:
    for edge in ctx.build.edges:
        if edge.kind == "from":
            continue
        if edge.target is not None:
            yield from _later(ctx, edge)
        elif edge.name != "scratch":
            finding = _slip(ctx, edge)
            if finding is not None:
                yield finding
            elif not ctx.options.images:
                message = f"`{edge.name}` is an image, not a stage of this file"
                yield Finding(edge.span, message, "name it by a FROM, and copy from that stage")


def _later(ctx: Context[Options], edge: Edge) -> Iterator[Finding]:
    """A use of a stage that comes later. Where the build comes across it, it is a syntax error already."""
    if edge.target is not None and edge.target > edge.stage and edge.stage not in ctx.build.reachable():
        from_ = ctx.stages[edge.target].from_
        message = f"the stage `{edge.name}` is defined only later"
        related = Related(from_.span, "here")
        yield Finding(edge.span, message, "move it above this stage", (related,))


def _slip(ctx: Context[Options], edge: Edge) -> Finding | None:
    text = ctx.text(edge.span)
    if text.isdecimal() and edge.kind == "mount":
        return Finding(edge.span, f"a mount finds no stage by its number {text}", "use the stage's name")
    if text.isdecimal():
        return Finding(edge.span, f"there is no stage {text}", "use the stage's name")
    reference = split_reference(edge.name)
    if reference.repository != edge.name or "/" in edge.name:
        return None
    # A file that builds from the image of that name means it.
    if any(
        split_reference(other.name).repository == edge.name
        for other in ctx.build.edges
        if other.kind == "from"
    ):
        return None
    near = ctx.nearest(edge.name, [stage.name for stage in ctx.stages[: edge.stage] if stage.name])
    if near is None:
        return None
    fix = Fix(f"Write `{near}`", (Edit(edge.span, near),), Safety.UNSAFE)
    return Finding(edge.span, f"there is no stage `{edge.name}`", f"did you mean `{near}`?", fix=fix)

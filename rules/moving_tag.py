"""The image's tag moves with its development

Tags such as `edge`, `nightly` or `main` name whatever was built last, often from unreleased code. That is wanted now and
then, so this rule has to be selected; where builds have to be repeatable it closes the gap that `latest-tag` leaves.

```dockerfile bad
FROM alpine:edge
```

```dockerfile good
FROM alpine:3.22
```

Variants of such a tag count, too, and so do digests, which make it stand still:

```dockerfile bad
FROM rust:nightly-slim
```

```dockerfile good
FROM rust:nightly-slim@sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1
```

A branch of a distribution that is a release is none of them:

```dockerfile good
FROM node:24-bookworm
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, Severity, Value, rule, split_reference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Options(Value):
    """What counts as a moving tag.

    Attributes:
        tags: Tags that move; also what follows such a tag after a dash, as in `nightly-slim`. `latest` is not
            among them: `latest-tag` looks for it.
    """

    tags: tuple[str, ...] = (
        "canary",
        "current",
        "dev",
        "devel",
        "develop",
        "edge",
        "lts",
        "main",
        "master",
        "mainline",
        "nightly",
        "rolling",
        "sid",
        "snapshot",
        "stable",
        "testing",
        "trunk",
        "unstable",
    )


@rule("DF1001", "moving-tag", severity=Severity.WARNING, options=Options, default=False)
def check(ctx: Context[Options]) -> Iterator[Finding]:
    for edge in ctx.build.edges:
        reference = split_reference(edge.name)
        if edge.target is not None or reference.digest:
            continue
        moving = next((tag for tag in ctx.options.tags if _is(reference.tag, tag)), None)
        if moving is not None:
            image = ctx.stages[edge.stage].from_.image
            written = image.tag if edge.kind == "from" else None
            same = written is not None and written.text == reference.tag
            span = written.span if written is not None and same else edge.span
            message = f"the tag `{reference.tag}` of `{reference.repository}` moves with its development"
            yield Finding(span, message, "name a version, or add a digest")


def _is(tag: str, moving: str) -> bool:
    return tag == moving or tag.startswith(moving + "-")

"""FROM uses a variable that no ARG declares

FROM sees the ARG instructions above the first FROM, and the platform arguments that BuildKit predefines. Any other
variable is empty there, and no `--build-arg` changes that.

```dockerfile bad
FROM registry.example.com/$TEAM/app
```

```dockerfile good
ARG TEAM=core
FROM registry.example.com/$TEAM/app
```

An ARG inside a stage belongs to that stage, and comes too late:

```dockerfile bad
FROM golang:1.25 AS build
ARG VERSION=3.22
FROM alpine:$VERSION
```

A default is all that can ever be used when there is no ARG:

```dockerfile bad
FROM ${BASE:-alpine:3.22}
```

```dockerfile good
ARG BASE
FROM ${BASE:-alpine:3.22}
```

A name that is nearly declared was probably meant:

```dockerfile bad
ARG ALPINE_VERSION=3.22
FROM alpine:$ALPNE_VERSION
```

```dockerfile fixed
ARG ALPINE_VERSION=3.22
FROM alpine:$ALPINE_VERSION
```

```dockerfile good
FROM --platform=$BUILDPLATFORM golang:1.25
```
"""

from __future__ import annotations

from dfcheck.api import Arg, Context, Edit, Finding, Fix, Known, NoOptions, Related, Safety, Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import From, Pair, Variable


@rule(
    "DF1004",
    "undefined-arg-in-from",
    severity=Severity.WARNING,
    aliases=("UndefinedArgInFrom",),
    words=("$",),
)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for stage in ctx.stages:
        for variable in ctx.build.undefined_in(stage.from_):
            finding = _finding(ctx, stage.from_, variable)
            # That the image's name is empty is a syntax error already; only a fix is worth a second word.
            if stage.image != Known("") or finding.fix:
                yield finding


def _finding(ctx: Context[NoOptions], from_: From, variable: Variable) -> Finding:
    name = variable.name.text
    message = f"`{name}` is not declared by an ARG above the first FROM"
    near = ctx.nearest(name, ctx.build.scope(from_).names())
    if near is not None:
        fix = Fix(f"Write `{near}`", (Edit(variable.name.span, near),), Safety.UNSAFE)
        return Finding(variable.span, message, f"did you mean `{near}`?", fix=fix)
    late = next((pair for pair in _late(ctx) if pair.key.text == name), None)
    if late is not None:
        related = Related(late.span, "this ARG belongs to its stage only")
        return Finding(variable.span, message, "move its ARG above the first FROM", (related,))
    return Finding(variable.span, message, f"declare it there: `ARG {name}=…`")


def _late(ctx: Context[NoOptions]) -> Iterator[Pair]:
    for stage in ctx.stages:
        for instruction in stage.instructions:
            if isinstance(instruction, Arg):
                yield from instruction.pairs

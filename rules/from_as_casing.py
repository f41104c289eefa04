"""FROM and AS differ in case

Both are keywords of one instruction. Written alike they are easy to tell from names.

```dockerfile bad
FROM golang:1.25 as build
```

```dockerfile fixed
FROM golang:1.25 AS build
```

```dockerfile bad
from golang:1.25 AS build
```

```dockerfile fixed
from golang:1.25 as build
```

```dockerfile good
from golang:1.25 as build
```

A keyword that mixes its own letters is the matter of `consistent-instruction-casing`:

```dockerfile good
From golang:1.25 as build
```
"""

from __future__ import annotations

from dfcheck.api import Context, Edit, Finding, Fix, NoOptions, Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@rule("DF1003", "from-as-casing", severity=Severity.STYLE, aliases=("FromAsCasing",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for stage in ctx.stages:
        keyword, joint = stage.from_.keyword.text, stage.from_.as_keyword
        if joint is None or not (keyword.isupper() or keyword.islower()):
            continue
        right = "AS" if keyword.isupper() else "as"
        if joint.text != right:
            fix = Fix(f"Write `{right}`", (Edit(joint.span, right),))
            yield Finding(
                joint.span, f"`{joint.text}` is not written like `{keyword}`", f"write `{right}`", fix=fix
            )

"""Keywords differ in case

Instructions may be written in any case. Within one file they should look alike; capitals are what nearly all Dockerfiles
use. The majority of the file decides, and capitals when there is none.

```dockerfile bad
FROM debian:13
run echo hello
Cmd ["sh"]
```

```dockerfile fixed
FROM debian:13
RUN echo hello
CMD ["sh"]
```

```dockerfile bad
from debian:13
run echo hello
CMD ["sh"]
```

```dockerfile fixed
from debian:13
run echo hello
cmd ["sh"]
```

```dockerfile good
from debian:13
run echo hello
cmd ["sh"]
```
"""

from __future__ import annotations

from dfcheck.api import Context, Edit, Finding, Fix, Invalid, NoOptions, Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@rule(
    "DF9002",
    "consistent-instruction-casing",
    severity=Severity.STYLE,
    aliases=("ConsistentInstructionCasing",),
)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    keywords = [item.keyword for item in ctx.document.instructions if not isinstance(item, Invalid)]
    if all(keyword.text.isupper() for keyword in keywords):
        return
    first = ctx.stages[0].from_.span.start if ctx.stages else 0
    counted = [keyword.text for keyword in keywords if keyword.span.start >= first]
    lower = sum(text.islower() for text in counted) > sum(text.isupper() for text in counted)
    for keyword in keywords:
        text = keyword.text
        right = text.lower() if lower else text.upper()
        if text != right:
            fix = Fix(f"Write `{right}`", (Edit(keyword.span, right),))
            most = "small letters" if lower else "capitals"
            yield Finding(
                keyword.span, f"`{text}` is not in {most} as the others are", f"write `{right}`", fix=fix
            )

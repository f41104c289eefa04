"""The build context is spelled in two ways

`COPY . .` and `COPY ./ .` copy the same: the whole build context. A file that says both makes its reader look for a
difference that is not there. Use one spelling within a file.

```dockerfile bad
FROM debian:13 AS build
COPY . /src
RUN make -C /src
FROM debian:13
COPY . /app
COPY ./ /doc
```

```dockerfile fixed
FROM debian:13 AS build
COPY . /src
RUN make -C /src
FROM debian:13
COPY . /app
COPY . /doc
```

The spelling that a file uses most is the right one there; when there is none, its first. The option `style` asks for
one spelling everywhere:

```toml
style = "dot-slash"
```

```dockerfile bad
FROM debian:13
COPY . .
```

```dockerfile fixed
FROM debian:13
COPY ./ .
```

The fix changes neither layers nor configuration of the image; only the text in its history is another one.

Sources that name a part of the context are not looked at, and in `COPY --from` a dot is not the context:

```dockerfile good
FROM debian:13 AS build
COPY . .
FROM debian:13
COPY --from=build ./ /
COPY ./config /etc/app/
```
"""

from __future__ import annotations

from dfcheck.api import Add, Argument, Context, Copy, Edit, Finding, Fix, Onbuild, Severity, Value, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

STYLES = {"dot": ".", "dot-slash": "./"}


class Options(Value):
    """Options.

    Attributes:
        style: `dot` asks for `.`, `dot-slash` for `./`, `consistent` for what the file uses most.
    """

    style: Literal["consistent", "dot", "dot-slash"] = "consistent"


@rule("DF9001", "context-spelling", severity=Severity.STYLE, options=Options)
def check(ctx: Context[Options]) -> Iterator[Finding]:
    found = [source for source in _sources(ctx) if source.text in STYLES.values()]
    if not found:
        return
    wanted = STYLES.get(ctx.options.style) or _usual([source.text for source in found])
    why = "elsewhere in this file" if ctx.options.style == "consistent" else "by the settings"
    for source in found:
        if source.text != wanted:
            message = f"the build context is `{source.text}` here, but `{wanted}` {why}"
            fix = Fix(f"Write `{wanted}`", (Edit(source.span, wanted),))
            yield Finding(source.span, message, f"write `{wanted}`", fix=fix)


def _sources(ctx: Context[Options]) -> Iterator[Argument]:
    """Sources that are paths in the build context."""
    for item in ctx.document.instructions:
        instruction = item.trigger if isinstance(item, Onbuild) else item
        if isinstance(instruction, Add) or (
            isinstance(instruction, Copy) and instruction.from_ is None and not instruction.parents
        ):
            yield from instruction.sources


def _usual(texts: list[str]) -> str:
    """The most frequent one, the first when it is a tie."""
    return max(dict.fromkeys(texts), key=texts.count)

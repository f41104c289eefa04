"""A build command spells the context in another way

`docker build .` and `docker build ./` build the same directory. A file that says both makes its reader look for a
difference that is not there. Use one spelling within a file, as
[context-spelling](DF9001.md) asks of COPY.

```sh bad
docker build -t app:1 .
docker build -t tool:1 -f tool.Dockerfile .
docker build -t doc:1 -f doc.Dockerfile ./
```

```sh fixed
docker build -t app:1 .
docker build -t tool:1 -f tool.Dockerfile .
docker build -t doc:1 -f doc.Dockerfile .
```

The spelling that a file uses most is the right one there; when there is none, its first. The option `style` asks for
one spelling everywhere:

```toml
style = "dot-slash"
```

```yaml bad
services:
  app:
    build: .
```

```yaml fixed
services:
  app:
    build: ./
```

Contexts that name another directory are not looked at:

```sh good
docker build -t app:1 .
docker build -t tool:1 ./tool
```
"""

from __future__ import annotations

from dfcheck.api import Edit, Finding, Fix, Severity, Value, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    from dfcheck.api import CommandContext

STYLES = {"dot": ".", "dot-slash": "./"}


class Options(Value):
    """Options.

    Attributes:
        style: `dot` asks for `.`, `dot-slash` for `./`, `consistent` for what the file uses most.
    """

    style: Literal["consistent", "dot", "dot-slash"] = "consistent"


@rule("DF7001", "command-context-spelling", severity=Severity.STYLE, options=Options, subject="command")
def check(ctx: CommandContext[Options]) -> Iterator[Finding]:
    contexts = [build.command.context for build in ctx.builds]
    found = [word for word in contexts if word is not None and word.whole and word.text in STYLES.values()]
    if not found:
        return
    texts = [word.text for word in found]
    wanted = STYLES.get(ctx.options.style) or max(dict.fromkeys(texts), key=texts.count)
    why = "elsewhere in this file" if ctx.options.style == "consistent" else "by the settings"
    for word in found:
        if word.text != wanted:
            message = f"the build context is `{word.text}` here, but `{wanted}` {why}"
            fix = Fix(f"Write `{wanted}`", (Edit(word.span, wanted),))
            yield Finding(word.span, message, f"write `{wanted}`", fix=fix)

"""A label that is not among those agreed on

For teams that agree on labels: the option `known` names all that may be set, `*` stands for anything. Without it the
rule is silent.

```toml
known = ["org.opencontainers.image.*", "team"]
```

```dockerfile bad
FROM debian:13
LABEL teem="web"
```

```toml
known = ["org.opencontainers.image.*", "team"]
```

```dockerfile good
FROM debian:13
LABEL team="web" org.opencontainers.image.source="https://example.com/app"
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, Known, Label, Severity, Value, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Options(Value):
    """Options.

    Attributes:
        known: Patterns of the labels that may be set, e.g. `org.opencontainers.image.*`.
    """

    known: tuple[str, ...] = ()


@rule("DL3050", "unknown-label", severity=Severity.INFO, options=Options, words=("label",))
def check(ctx: Context[Options]) -> Iterator[Finding]:
    if not ctx.options.known:
        return
    from fnmatch import fnmatchcase

    for label in ctx.each(Label):
        for pair in label.pairs:
            key = ctx.build.value(pair.key)
            if isinstance(key, Known) and not any(
                fnmatchcase(key.value, known) for known in ctx.options.known
            ):
                yield Finding(pair.key.span, f"the label `{key.value}` is not among those that may be set")

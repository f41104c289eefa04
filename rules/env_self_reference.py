r"""ENV uses a variable that it sets itself

All values of one ENV are worked out before any of them is set. A variable that the same instruction sets has its old value
in them, or none: the second variable below becomes `/bin`.

```dockerfile bad
FROM debian:13
ENV APP_HOME=/srv/app APP_BIN=$APP_HOME/bin
```

```dockerfile fixed
FROM debian:13
ENV APP_HOME=/srv/app
ENV APP_BIN=$APP_HOME/bin
```

```dockerfile good
FROM debian:13
ENV APP_HOME=/srv/app
ENV APP_BIN=$APP_HOME/bin PATH=$APP_HOME/bin:$PATH
```

An old value that the file defines may be meant, and quotes and escapes make it no variable:

```dockerfile good
FROM debian:13
ARG VERSION=1
ENV VERSION=2 OLD_VERSION=$VERSION
ENV A=1 B='$A' C=\$A
```

A value that is used before it is set is that of the base image:

```dockerfile good
FROM tomcat:11
ENV OLD_HOME=$CATALINA_HOME CATALINA_HOME=/srv/tomcat
```
"""

from __future__ import annotations

from itertools import pairwise

from dfcheck.api import Context, Edit, Env, Finding, Fix, NoOptions, Related, Safety, Severity, Span, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Instruction, Undefined


@rule("DL3044", "env-self-reference", severity=Severity.ERROR, aliases=("UndefinedVar",), words=("$",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    told: set[tuple[int, str]] = set()
    for stage in ctx.stages:
        for use in ctx.undefined(stage):
            if use.reason == "together" and use.pair is not None:
                value = _value_at(use.instruction, use.variable.span.start)
                if (value, use.variable.name.text) in told:
                    continue
                told.add((value, use.variable.name.text))
                name = use.variable.name.text
                message = f"`{name}` is not yet set here: this ENV sets all of its variables at once"
                related = (Related(use.pair.span, "set here, for later instructions"),)
                yield Finding(
                    use.variable.span,
                    message,
                    "set it by an ENV of its own, above",
                    related,
                    _split(ctx, use),
                )


def _value_at(env: Instruction, at: int) -> int:
    """Where the pair of an ENV begins whose value stands at `at`: a value's uses of one variable are one mistake."""
    pairs = env.pairs if isinstance(env, Env) else ()
    return next((pair.span.start for pair in pairs if pair.span.start <= at < pair.span.end), at)


def _split(ctx: Context[NoOptions], use: Undefined) -> Fix | None:
    """Begin a new ENV with the pair that uses the variable, unless comments stand between."""
    env = use.instruction
    if not isinstance(env, Env) or env.line.comments or env.line.blanks:
        return None
    at = use.variable.span.start
    for before, pair in pairwise(env.pairs):
        if pair.span.start <= at < pair.span.end:
            end = "\r\n" if "\r\n" in ctx.text(env.line.span) else "\n"
            indent = ctx.text(Span(env.line.span.start, env.span.start))
            text = f"{end}{indent}{env.keyword.text} "
            edit = Edit(Span(before.span.end, pair.span.start), text)
            return Fix("Begin a new ENV", (edit,), Safety.UNSAFE)
    return None

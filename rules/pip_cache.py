"""pip's cache stays in the image

pip keeps what it downloads and builds in `~/.cache/pip`, for a next time that an image never has. `--no-cache-dir` keeps none;
a cache mount keeps it outside of the image, so that the next build is faster, too.

```dockerfile bad
FROM python:3.14
RUN pip install -r requirements.txt
```

```dockerfile fixed
FROM python:3.14
RUN pip install --no-cache-dir -r requirements.txt
```

```dockerfile good
FROM python:3.14
RUN --mount=type=cache,target=/root/.cache python3 -m pip install flask==3.1.2
RUN pip install flask==3.1.2 && rm -rf ~/.cache
RUN pip install flask==3.1.2 && pip cache purge
RUN pip install --no-cache flask==3.1.2
```

The variable does the same for all of them, with whatever value: pip takes `PIP_NO_CACHE_DIR=0` for a yes as well.

```dockerfile good
FROM python:3.14
ENV PIP_NO_CACHE_DIR=1
RUN pip install flask==3.1.2
```

A stage from which files are copied is thrown away, with its cache; the option `everywhere` reports it and what is removed:

```dockerfile good
FROM python:3.14 AS build
RUN pip install --prefix=/deps -r requirements.txt
FROM python:3.14
COPY --from=build /deps /usr/local
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, Safety, Severity, Value, beside, insertion, leftovers, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Call


VARIABLES = ("PIP_NO_CACHE_DIR", "PIP_CACHE_DIR")
SETTING = "global.no-cache-dir"


class Options(Value):
    """Options.

    Attributes:
        everywhere: Report stages that are thrown away, a RUN that removes the cache and other spellings of the option, too.
    """

    everywhere: bool = False
    WIDE = {"everywhere": True}


@rule("DL3042", "pip-cache", severity=Severity.INFO, options=Options, words=("pip",))
def check(ctx: Context[Options]) -> Iterator[Finding]:
    if SETTING in ctx.source.text:
        return

    def leaves(call: Call) -> bool:
        # pip takes any beginning of an option that no other one has.
        off = any(flag.name.startswith("--no-ca") for flag in call.options.flags)
        if ctx.options.everywhere:
            off = any(flag.name == "--no-cache-dir" for flag in call.options.flags)
            return call.program != "pipx" and not off
        return call.program != "pipx" and not off and not call.options.has("--cache-dir")

    for call in leftovers(
        ctx.build,
        "pip",
        "install",
        leaves=leaves,
        everywhere=ctx.options.everywhere,
        removed=ctx.options.everywhere,
    ):
        if not _switched_off(ctx, call):
            fix = insertion("Add `--no-cache-dir`", beside(call, "--no-cache-dir"), Safety.UNSAFE)
            message = f"the cache of `{call.said}` stays in the layer"
            yield Finding(call.span, message, "add `--no-cache-dir`", fix=fix)


def _switched_off(ctx: Context[Options], call: Call) -> bool:
    """Whether a variable moves the cache or turns it off: by ENV or ARG, or in the RUN."""
    scope, text = ctx.build.scope(call.run), ctx.text(call.run.span)
    return any(name in scope or name in text for name in VARIABLES)

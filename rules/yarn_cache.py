"""yarn's cache stays in the image

yarn 1 keeps a copy of each package that it installs, so the image has all of them twice. Clean in the same RUN, or keep the
cache outside of the image by a mount.

```dockerfile bad
FROM node:24
RUN yarn install --frozen-lockfile
```

```dockerfile fixed
FROM node:24
RUN yarn install --frozen-lockfile && yarn cache clean
```

```dockerfile good
FROM node:24
RUN yarn --frozen-lockfile && yarn cache clean
RUN --mount=type=cache,target=/usr/local/share/.cache/yarn yarn add left-pad@1.3.0
```

Newer versions of yarn may run programs out of their cache, so they are not judged:

```dockerfile good
FROM node:24
RUN corepack enable
RUN yarn install --immutable
```

A stage from which files are copied is thrown away, with its cache:

```dockerfile good
FROM node:24 AS build
RUN yarn install && yarn build
FROM nginx:1.29
COPY --from=build /dist /usr/share/nginx/html
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, NoOptions, Safety, Severity, behind, insertion, leftovers, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


# What tells of a newer yarn, or of a cache elsewhere.
ELSEWHERE = (
    "corepack",
    ".yarnrc",
    ".yarn/",
    ".pnp.",
    "set version",
    "YARN_CACHE_FOLDER",
    "YARN_VERSION",
    "--immutable",
    "cache-folder",
)


@rule("DL3060", "yarn-cache", severity=Severity.INFO, words=("yarn",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    if any(mark in ctx.source.text for mark in ELSEWHERE):
        return
    for call in leftovers(ctx.build, "yarn", "install", "add", "global add"):
        fix = insertion(
            "Clean the cache in this RUN", behind(ctx.build, call, call.tool.cleaner), Safety.UNSAFE
        )
        message = f"the cache of `{call.said}` stays in the layer"
        yield Finding(call.span, message, f"end this RUN with `{call.tool.cleaner}`", fix=fix)

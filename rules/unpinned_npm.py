"""npm installs a package without a version

Without a version npm takes the newest, and `@latest` says just that: the same Dockerfile builds something else next month, and
breaks one day without any change to it. Old versions stay in the registry: name one, or use `npm ci` with a lock file.

```dockerfile bad
FROM node:24
RUN npm install -g typescript eslint@latest
```

```dockerfile good
FROM node:24
RUN npm install -g typescript@5.9.3 @angular/cli@20
RUN npm ci
RUN npm install
```

Options and their values are no packages; directories and tarballs are versions of their own:

```dockerfile good
FROM node:24
RUN npm --prefix /srv/app install --registry https://npm.example.org ./lib /tmp/tool-1.0.tgz
RUN npm i git+https://github.com/expressjs/express.git#v5.1.0
```

```dockerfile bad
FROM node:24
ARG TOOLS=typescript
RUN npm i $TOOLS
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, NoOptions, Severity, calls, rule, told, unpinned

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@rule("DL3016", "unpinned-npm", severity=Severity.WARNING, words=("npm",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for call in calls(ctx.build, "npm", "install"):
        found = unpinned(ctx.build, call)
        if found:
            name = found[0][1].removesuffix("@latest")
            yield Finding(found[0][0].span, told(found), f"write the version, e.g. `{name}@1.2.3`")

"""COPY loses the names of directories

COPY of a directory copies what is in it, not the directory: its name is lost. Where one COPY takes several directories, or
a pattern finds files of one name in several, all of it lands in one place, and only the last of equal names stays.

```text context
public/index.html
src/index.js
package.json
```

```dockerfile bad
FROM node:24
WORKDIR /app
COPY package.json src public ./
```

```dockerfile good
FROM node:24
WORKDIR /app
COPY package.json ./
COPY src ./src/
COPY public ./public/
```

```text context
packages/a/package.json
packages/b/package.json
```

```dockerfile bad
FROM node:24
WORKDIR /app
COPY packages/*/package.json ./packages/
```

`--parents` keeps the names:

```text context
packages/a/package.json
packages/b/package.json
```

```dockerfile good
FROM node:24
WORKDIR /app
COPY --parents packages/*/package.json ./
```

One directory may be meant to lose its name, and a slash at the end says that the contents are meant:

```text context
app/main.py
lib/util.py
requirements.txt
rootfs/etc/motd
overlay/etc/hosts
```

```dockerfile good
FROM python:3.14
WORKDIR /srv
COPY app .
COPY requirements.txt app ./
COPY app/ lib/ ./
COPY rootfs overlay /
```

```text context
target/app.jar
target/lib.jar
```

```dockerfile good
FROM eclipse-temurin:25
COPY target/*.jar /app/
```
"""

from __future__ import annotations

from dfcheck.api import Context, Copy, Finding, Known, NoOptions, Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Argument, Surroundings


@rule("DF2009", "flattened-copy", severity=Severity.WARNING)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for item in ctx.each(Copy):
        if item.from_ is not None or item.parents or item.heredocs:
            continue
        sources = [(source, ctx.build.value(source)) for source in item.sources]
        target = ctx.build.value(item.destination)
        known = [(source, value.value) for source, value in sources if isinstance(value, Known)]
        several = len(sources) > 1 or any("*" in text or "?" in text or "[" in text for _, text in known)
        if not several or len(known) < len(sources) or not isinstance(target, Known) or ctx.around is None:
            continue
        yield from _of_copy(item, known, target.value, ctx.around)


def _of_copy(
    item: Copy, sources: list[tuple[Argument, str]], target: str, around: Surroundings
) -> Iterator[Finding]:
    # Directories that are copied to the root lie over it on purpose, as do those that end in a slash.
    over_root = target.startswith("/") and not target.strip("/.")
    folders = [source for source, text in sources if around.is_folder(text)]
    unslashed = [source for source in folders if not source.text.endswith(("/", "."))]
    if over_root:
        return
    if len(unslashed) > 1:
        more = f" and {len(unslashed) - 2} more" if unslashed[2:] else ""
        message = f"of `{unslashed[0].text}`, `{unslashed[1].text}`{more} only the contents are copied, all to one place"
        yield Finding(unslashed[0].span, message, "copy each to a directory of its name")
        return
    found = around.clashes(tuple(text for source, text in sources if source not in folders), target)
    if found and not item.exclude:
        clash = found[0]
        files = f"{len(clash.sources)} files are copied to `{target.rstrip('/')}/{clash.path}`"
        message = f"{files}, and only `{clash.sources[-1]}` stays"
        yield Finding(sources[0][0].span, message, "`COPY --parents` keeps their directories")

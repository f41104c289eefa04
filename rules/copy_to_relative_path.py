"""COPY to a relative path, and no WORKDIR before it

A relative destination continues the working directory, which here is that of the base image. The file does not show
it, and another version of the image may have another one. Set a WORKDIR, or copy to an absolute path.

```dockerfile bad
FROM node:24
COPY . app
```

```dockerfile good
FROM node:24
WORKDIR /srv
COPY . app
```

```dockerfile good
FROM node:24
COPY . /srv/app
```

The WORKDIR may stand in the stage that this one is built from. Some images are known to set one, and are built upon
for that; the option `images` names others:

```dockerfile good
FROM node:24 AS base
WORKDIR /srv
FROM base
COPY . app
FROM golang:1.25
COPY . app
FROM mirror.gcr.io/library/golang:1.25
COPY . app
```

```toml
images = ["registry.example.com/base/*"]
```

```dockerfile good
FROM registry.example.com/base/node:24
COPY . app
```

The empty image begins in `/`, and needs no WORKDIR; the option `everywhere` reports it and the images above:

```dockerfile good
FROM scratch AS source
ADD https://example.com/app.tar.gz .
```

What only the build knows is not judged:

```dockerfile good
FROM node:24
COPY . $HOME/app
```
"""

from __future__ import annotations

from dfcheck.api import (
    Add,
    Context,
    Copy,
    Finding,
    Known,
    Severity,
    Stage,
    Value,
    Workdir,
    rule,
    split_reference,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# Official images whose documentation names their working directory.
WITH_WORKDIR = frozenset(
    "adminer backdrop caddy composer couchdb drupal elasticsearch ghost golang gradle httpd influxdb jetty joomla jruby "
    "kibana logstash matomo mediawiki neo4j nextcloud odoo perl php pypy redis redmine solr sonarqube swipl tomcat tomee "
    "valkey wordpress yourls".split()
)


class Options(Value):
    """Options.

    Attributes:
        images: Patterns of images that set a working directory to build upon, e.g. `registry.example.com/base/*`;
            the tag does not belong to it.
        everywhere: Report every image, those that are known to set one, not known or empty among them.
    """

    images: tuple[str, ...] = ()
    everywhere: bool = False
    WIDE = {"everywhere": True}


@rule("DL3045", "copy-to-relative-path", severity=Severity.WARNING, options=Options)
def check(ctx: Context[Options]) -> Iterator[Finding]:
    given: list[bool] = []
    for stage in ctx.stages:
        known = given[stage.base] if stage.base is not None else False
        if not ctx.options.everywhere:
            known = known or (stage.base is None and _sets_workdir(stage, ctx.options.images))
            known = known or any(isinstance(item.trigger, Workdir) for item in stage.triggers)
        for item in stage.instructions:
            if isinstance(item, Workdir):
                known = True
            elif isinstance(item, (Copy, Add)) and not known and _is_relative(ctx, item):
                path = item.destination
                keyword = item.keyword.text.upper()
                message = f"{keyword} to the relative path `{path.text}`, but no WORKDIR stands before it"
                yield Finding(path.span, message, "set a WORKDIR, or begin with `/`")
        given.append(known)


def _is_relative(ctx: Context[Options], item: Copy | Add) -> bool:
    """Whether the destination is relative for certain."""
    value = ctx.build.value(item.destination)
    text = value.value if isinstance(value, Known) else item.destination.text.strip("\"'")
    absolute = text.startswith(("/", "\\") if ctx.document.escape == "`" else "/")
    return not absolute and not text.startswith("$") and text[1:2] != ":"


def _sets_workdir(stage: Stage, patterns: tuple[str, ...]) -> bool:
    """Whether the base image is known to set a working directory, or not known itself."""
    if not isinstance(stage.image, Known) or stage.scratch:
        return True
    image = stage.image.value
    reference = split_reference(image)
    mirrored = reference.repository.rpartition("library/")
    name = mirrored[2] if mirrored[1] else reference.repository
    if (reference.registry in {"", "docker.io"} or mirrored[1]) and name in WITH_WORKDIR:
        return True
    from fnmatch import fnmatchcase

    whole = f"{reference.registry}/{reference.repository}" if reference.registry else reference.repository
    return any(fnmatchcase(whole, pattern) or fnmatchcase(image, pattern) for pattern in patterns)

"""The base image is deprecated

Its publishers have given it up: it gets no security updates any more, and most tags of it never will. Another image has
taken its place.

```dockerfile bad
FROM openjdk:21
```

```dockerfile good
FROM eclipse-temurin:21
```

```dockerfile bad
FROM microsoft/dotnet:2.1-sdk
```

Only the images of that very name are meant, and stages are not:

```dockerfile good
FROM registry.example.com/openjdk:21 AS centos
FROM centos
FROM example/openjdk:21
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, NoOptions, Severity, rule, split_reference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# Docker Hub images whose own pages say that they are deprecated, and what they point to.
SUCCESSORS = {
    "adoptopenjdk": "eclipse-temurin",
    "celery": "python",
    "centos": "almalinux` or `rockylinux",
    "consul": "hashicorp/consul",
    "django": "python",
    "iojs": "node",
    "java": "eclipse-temurin",
    "jenkins": "jenkins/jenkins",
    "microsoft/aspnetcore": "mcr.microsoft.com/dotnet/aspnet",
    "microsoft/aspnetcore-build": "mcr.microsoft.com/dotnet/sdk",
    "microsoft/dotnet": "mcr.microsoft.com/dotnet/sdk",
    "microsoft/dotnet-framework": "mcr.microsoft.com/dotnet/framework/runtime",
    "microsoft/iis": "mcr.microsoft.com/windows/servercore/iis",
    "microsoft/nanoserver": "mcr.microsoft.com/windows/nanoserver",
    "microsoft/windowsservercore": "mcr.microsoft.com/windows/servercore",
    "openjdk": "eclipse-temurin",
    "opensuse": "opensuse/leap",
    "owncloud": "owncloud/server",
    "piwik": "matomo",
    "rails": "ruby",
    "ubuntu-debootstrap": "ubuntu",
    "ubuntu-upstart": "ubuntu",
    "vault": "hashicorp/vault",
}


@rule("DF1011", "deprecated-base-image", severity=Severity.WARNING)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for edge in ctx.build.edges:
        if edge.kind != "from" or edge.target is not None:
            continue
        reference = split_reference(edge.name)
        name = reference.repository.removeprefix("library/")
        if reference.registry in {"", "docker.io"} and name in SUCCESSORS:
            message = f"the image `{name}` is deprecated and gets no updates"
            yield Finding(edge.span, message, f"use `{SUCCESSORS[name]}`")

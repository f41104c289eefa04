"""FROM asks for one platform

With a constant platform the stage has that platform whatever the build is made for: on other machines it is emulated, or
what it makes does not run. `$BUILDPLATFORM` is for stages that run on the machine that builds; without the flag a stage
has the platform that is built for.

```dockerfile bad
FROM --platform=linux/amd64 golang:1.25 AS build
```

```dockerfile good
FROM --platform=$BUILDPLATFORM golang:1.25 AS build
FROM alpine:3.22
```

A stage that is meant for one platform says so in its name:

```dockerfile good
FROM --platform=linux/amd64 alpine:3.22 AS base-amd64
FROM --platform=linux/arm64 alpine:3.22 AS base-arm64
FROM base-$TARGETARCH
```

A platform that an ARG holds can be changed:

```dockerfile good
ARG PLATFORM=linux/amd64
FROM --platform=$PLATFORM alpine:3.22
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, Literal, NoOptions, Severity, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# Other spellings of what BuildKit calls the architecture.
SPELLINGS = {
    "aarch64": "arm64",
    "armel": "arm",
    "armhf": "arm",
    "i386": "386",
    "x86-64": "amd64",
    "x86_64": "amd64",
}
SYSTEMS = ("linux", "windows", "darwin", "freebsd")


@rule(
    "DL3029",
    "from-platform-flag-const-disallowed",
    severity=Severity.WARNING,
    aliases=("FromPlatformFlagConstDisallowed",),
    words=("platform",),
)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for stage in ctx.stages:
        platform = stage.from_.platform
        if platform is None or not all(isinstance(word, Literal) for word in platform.words):
            continue
        if platform.text and not any(part in (stage.name or "") for part in _parts(platform.text)):
            message = f"this stage has the platform `{platform.text}` whatever is built for"
            advice = "leave the flag out, or name the stage after its platform"
            yield Finding(platform.span, message, advice)


def _parts(platform: str) -> tuple[str, ...]:
    """Operating system and architecture of `linux/arm64/v8`, `arm64` or `linux`."""
    first, _, rest = platform.lower().partition("/")
    system, _, _ = first.partition("(")
    if not rest and system not in SYSTEMS:
        system, rest = "linux", first
    architecture = rest.partition("/")[0]
    return (system, SPELLINGS.get(architecture, architecture)) if architecture else (system,)

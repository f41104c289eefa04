"""Packages are installed without a check of their signatures

A signature tells that a package comes from the distribution and not from somebody on the way. With the check switched off, whatever
the mirror or the network delivers is installed, as root.

```dockerfile bad
FROM debian:13
RUN apt-get update && apt-get install -y --allow-unauthenticated tool
```

```dockerfile good
FROM debian:13
ADD https://example.org/key.asc /etc/apt/keyrings/example.asc
RUN apt-get update && apt-get install -y tool
```

```dockerfile bad
FROM alpine:3.22
RUN apk add --no-cache --allow-untrusted -X https://example.org/alpine tool
```

Files that are there already may well have no signature:

```dockerfile good
FROM alpine:3.22
COPY tool.apk /tmp/
RUN apk add --no-cache --allow-untrusted /tmp/tool.apk
```

```dockerfile bad
FROM fedora:43
RUN dnf install -y --nogpgcheck tool && rpm -i --nosignature https://example.org/tool.rpm
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, NoOptions, Severity, calls, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Call


OPTIONS = {
    "apt lists": ("--allow-unauthenticated", "--allow-insecure-repositories", "--force-yes"),
    "apk": ("--allow-untrusted",),
    "yum": ("--nogpgcheck", "--no-gpgchecks"),
    "dnf": ("--nogpgcheck", "--no-gpgchecks"),
    "zypper": ("--no-gpg-checks",),
    "rpm": ("--nosignature", "--nodigest", "--nogpg"),
}
REMOVES = frozenset({"remove", "purge", "autoremove", "clean", "del"})
SETTINGS = frozenset({"gpgcheck=0", "gpgcheck=false", "sslverify=0", "sslverify=false"})
ALIASES = (*(f"CKV2_DOCKER_{n}" for n in range(7, 12)),)


@rule(
    "DF4002",
    "unverified-package",
    severity=Severity.WARNING,
    aliases=ALIASES,
    words=("unauth", "insecure", "force-yes", "untrusted", "gpg", "nosig", "nodigest", "sslverify"),
)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for tool, names in OPTIONS.items():
        for call in calls(ctx.build, tool):
            option = call.options.get(*names)
            if option is not None and call.verb not in REMOVES and not _are_files(call):
                message = f"`{call.program} {option.name}` checks no signatures"
                yield Finding(option.word.span, message, "add the key of the repository instead")
    for tool in ("yum", "dnf"):
        for call in calls(ctx.build, tool):
            for option in call.options.flags:
                if (
                    option.name == "--setopt"
                    and option.value
                    and option.value.text.rpartition(".")[2] in SETTINGS
                ):
                    message = f"`{call.program}` is told to check no signatures"
                    yield Finding(option.word.span, message, "add the key of the repository instead")


def _are_files(call: Call) -> bool:
    """Whether all that is installed are files of the image."""
    names = [
        word.text for word in (call.operands if call.verb in {"add", "install"} else call.options.positionals)
    ]
    return bool(names) and all(
        "://" not in name and name.endswith((".apk", ".rpm", ".deb")) for name in names
    )

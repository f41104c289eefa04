"""Platforms: `os/arch/variant` and the arguments that BuildKit predefines from it."""

from __future__ import annotations

from dfcheck.syntax.words import Unknown
from dfcheck.value import Value

_SYSTEMS = frozenset({"linux", "windows", "darwin", "freebsd"})
_ALIASES = {
    ("i386", ""): ("386", ""),
    ("x86_64", ""): ("amd64", ""),
    ("x86-64", ""): ("amd64", ""),
    ("amd64", "v1"): ("amd64", ""),
    ("aarch64", ""): ("arm64", ""),
    ("aarch64", "v8"): ("arm64", ""),
    ("arm64", "8"): ("arm64", ""),
    ("arm64", "v8"): ("arm64", ""),
    ("arm64", "9"): ("arm64", "v9"),
    ("armhf", ""): ("arm", "v7"),
    ("armel", ""): ("arm", "v6"),
    ("arm", ""): ("arm", "v7"),
    ("arm", "5"): ("arm", "v5"),
    ("arm", "6"): ("arm", "v6"),
    ("arm", "7"): ("arm", "v7"),
    ("arm", "8"): ("arm", "v8"),
}


class Platform(Value):
    """A platform in BuildKit's normal form; parts that are not given are empty."""

    os: str
    arch: str = ""
    variant: str = ""
    version: str = ""

    def __str__(self) -> str:
        name = f"{self.os}({self.version})" if self.version else self.os
        return "/".join(part for part in (name, self.arch, self.variant) if part)


def parse_platform(text: str) -> Platform:
    """`text` in normal form; e.g. `linux/arm64/v8`, `windows(10.0.17763)/amd64`, `linux`, `arm64` (of Linux).

    Normal forms are containerd's: `linux/aarch64` is `linux/arm64`, `linux/arm` is `linux/arm/v7`.
    """
    parts = [part.strip() for part in text.lower().split("/")]
    name, _, version = parts[0].partition("(")
    if len(parts) == 1 and name not in _SYSTEMS:
        name, parts = "linux", ["", name]
    arch, variant = (*parts[1:], "", "")[:2]
    arch, variant = _ALIASES.get((arch, variant), (arch, variant))
    return Platform(name, arch, variant, version.rstrip(")"))


def predefined(prefix: str, platform: str | None) -> dict[str, str | Unknown]:
    """`TARGETPLATFORM` and its kin, or `BUILDPLATFORM` and its kin, by their `prefix`."""
    machine = "the platform to build for" if prefix == "TARGET" else "the machine that builds"
    unknown = Unknown(f"depends on {machine}")
    if platform is None:
        parts = ("PLATFORM", "OS", "OSVERSION", "ARCH", "VARIANT")
        return dict.fromkeys((prefix + part for part in parts), unknown)
    read = parse_platform(platform)
    sure = bool(read.arch)
    return {
        f"{prefix}PLATFORM": str(read) if sure else unknown,
        f"{prefix}OS": read.os,
        f"{prefix}OSVERSION": read.version,
        f"{prefix}ARCH": read.arch if sure else unknown,
        f"{prefix}VARIANT": read.variant if sure else unknown,
    }

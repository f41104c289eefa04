"""Shells of images: which program reads a script, as far as the names of the base image and SHELL tell."""

from __future__ import annotations

from dfcheck.resolve import Known
from dfcheck.syntax.nodes import Invalid, Run
from dfcheck.syntax.reference import split_reference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.resolve import Build, Stage
    from dfcheck.syntax.nodes import Instruction

# What `/bin/sh` is in images whose names begin so; where nothing is known it is taken for a plain POSIX shell.
BASH = (
    "almalinux",
    "amazonlinux",
    "archlinux",
    "centos",
    "fedora",
    "oraclelinux",
    "rockylinux",
    "ubi",
)
# Official images that are built on Debian or Ubuntu unless their tag says otherwise.
DASH = frozenset(
    "buildpack-deps cassandra debian eclipse-temurin elixir erlang gcc golang haskell haproxy httpd julia mariadb maven "
    "memcached mongo nginx node perl php postgres pypy python rabbitmq redis ruby rust swipl tomcat ubuntu wordpress".split()
)
OTHER_TAGS = ("al2", "amazon", "centos", "fedora", "nanoserver", "oracle", "rocky", "ubi", "windows")


def reader(shell: str, instruction: Instruction, build: Build) -> str:
    """Which shell reads a script: `bash`, `dash`, `ksh`, `busybox`, or `sh` where only that is known.

    Args:
        shell: The program that reads the script, by name or path.
        instruction: Where the script stands.
        build: The file.
    """
    name = shell[max(shell.rfind("/"), shell.rfind("\\")) + 1 :].removesuffix(".exe")
    if name in {"ash", "busybox"}:
        return "busybox"
    if name != "sh":
        return name if name in {"bash", "dash", "ksh"} else "bash"
    stage = build.stage_of(instruction)
    linked = _linked(stage, instruction, build)
    while stage is not None and stage.base is not None:
        stage = build.stages[stage.base]
    if any(
        isinstance(item, Invalid) and item.keyword.text.upper() == "SHELL"
        for item in build.document.instructions
    ):
        return "sh"  # Another shell was meant.
    if linked or stage is None or not isinstance(stage.image, Known):
        return linked or "sh"
    reference = split_reference(stage.image.value)
    name = reference.repository.removeprefix("library/")
    last = name.rsplit("/", 1)[-1]
    if last in {"alpine", "busybox"} or "alpine" in reference.tag:
        return "busybox"
    if last.startswith(BASH):
        return "bash"
    official = name in DASH and reference.registry in {"", "docker.io"}
    return "dash" if official and not any(word in reference.tag for word in OTHER_TAGS) else "sh"


def _linked(stage: Stage | None, instruction: Instruction, build: Build) -> str:
    """The shell that an earlier RUN links `/bin/sh` to; empty when none does."""
    if "/bin/sh" not in build.document.source.text:
        return ""
    found = ""
    while stage is not None:
        for item in stage.instructions:
            if item.span.start >= instruction.span.start:
                break
            text = build.document.source.cut(item.span) if isinstance(item, Run) else ""
            if "/bin/sh" in text and "ln " in text:
                found = "dash" if "dash" in text else "bash"
        stage = None if found or stage.base is None else build.stages[stage.base]
    return found

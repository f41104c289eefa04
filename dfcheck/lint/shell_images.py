"""Shells of images: which program reads a script, as far as the names of the base image and SHELL tell."""

from __future__ import annotations

from bisect import bisect_left

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


class Readers:
    """Which shell reads the scripts of a file: `bash`, `dash`, `ksh`, `busybox`, or `sh` where only that is known."""

    __slots__ = ("_build", "_images", "_links", "_unclear")

    def __init__(self, build: Build) -> None:
        self._build = build
        self._images: dict[int, str] = {}
        self._links = _links(build) if "/bin/sh" in build.document.source.text else {}
        # After a SHELL that cannot be read another shell was meant.
        self._unclear = any(
            isinstance(item, Invalid) and item.keyword.text.upper() == "SHELL"
            for item in build.document.instructions
        )

    def of(self, shell: str, instruction: Instruction) -> str:
        """The shell that reads a script.

        Args:
            shell: The program that reads it, by name or path.
            instruction: Where the script stands.
        """
        name = shell[max(shell.rfind("/"), shell.rfind("\\")) + 1 :].removesuffix(".exe")
        if name in {"ash", "busybox"}:
            return "busybox"
        if name != "sh":
            return name if name in {"bash", "dash", "ksh"} else "bash"
        stage = self._build.stage_of(instruction)
        if self._unclear or stage is None:
            return "sh"
        return self._linked(stage, instruction) or self._image(stage)

    def _linked(self, stage: Stage, instruction: Instruction) -> str:
        """The shell that the last RUN before it, of its stage and those below, links `/bin/sh` to; or nothing."""
        below: Stage | None = stage
        while below is not None and self._links:
            links = self._links.get(below.index, [])
            at = bisect_left(links, (instruction.span.start,))
            if at:
                return links[at - 1][1]
            below = None if below.base is None else self._build.stages[below.base]
        return ""

    def _image(self, stage: Stage) -> str:
        """The `/bin/sh` of the image that a chain of stages begins with."""
        while stage.base is not None and stage.index not in self._images:
            if stage.base in self._images:
                return self._images.setdefault(stage.index, self._images[stage.base])
            stage = self._build.stages[stage.base]
        if stage.index not in self._images:
            self._images[stage.index] = _shell_of(stage)
        return self._images[stage.index]


def _links(build: Build) -> dict[int, list[tuple[int, str]]]:
    """By stage, the RUNs that link `/bin/sh` to another shell: where they stand, and to which."""
    found: dict[int, list[tuple[int, str]]] = {}
    for stage in build.stages:
        for item in stage.instructions:
            text = build.document.source.cut(item.span) if isinstance(item, Run) else ""
            if "/bin/sh" in text and "ln " in text:
                name = "dash" if "dash" in text else "bash"
                found.setdefault(stage.index, []).append((item.span.start, name))
    return found


def _shell_of(stage: Stage) -> str:
    """The `/bin/sh` of the image of a stage, as far as its name tells."""
    if not isinstance(stage.image, Known):
        return "sh"
    reference = split_reference(stage.image.value)
    name = reference.repository.removeprefix("library/")
    last = name.rsplit("/", 1)[-1]
    if last in {"alpine", "busybox"} or "alpine" in reference.tag:
        return "busybox"
    if last.startswith(BASH):
        return "bash"
    official = name in DASH and reference.registry in {"", "docker.io"}
    return "dash" if official and not any(word in reference.tag for word in OTHER_TAGS) else "sh"

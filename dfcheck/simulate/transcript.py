"""Transcript: the log of a build, as the values that its writers share.

`classic` is the log of docker's builder before BuildKit, `progress` BuildKit's. IDs, times and what a RUN prints
cannot be told: IDs and times have placeholders, output is left out.
"""

from __future__ import annotations

from dfcheck.value import Value

ID = "<id>"
TIME = "<time>"


class Asked(Value):
    """What the command that builds asks for beside what decides the image.

    Attributes:
        tags: Names for the image, as given.
        dockerfile: Path of the Dockerfile, as given.
        quiet: Only the image's ID is printed.
        remove: Whether temporary containers are removed after a step that succeeds.
        force_remove: Whether they are removed after one that fails, too.
        cache: Whether a step may be taken from an earlier one of the same build.
    """

    tags: tuple[str, ...] = ()
    dockerfile: str = "Dockerfile"
    quiet: bool = False
    remove: bool = True
    force_remove: bool = False
    cache: bool = True


class Transcript(Value):
    """A log.

    Attributes:
        lines: What goes to standard output.
        error: What goes to standard error; empty when the build succeeds.
        code: The builder's exit code.
    """

    lines: tuple[str, ...]
    error: tuple[str, ...] = ()
    code: int = 0

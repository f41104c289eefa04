"""Absence: what cannot be in an image by what its Dockerfile says, since it begins with nothing."""

from __future__ import annotations

from posixpath import normpath

from dfcheck.syntax.nodes import Add, Copy, Run, Workdir
from dfcheck.syntax.words import Known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.resolve import Build, Stage
    from dfcheck.syntax.nodes import Instruction

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def absent(build: Build, stage: Stage, path: str, before: Instruction | None = None) -> bool:
    """Whether there is certainly nothing at `path`, an absolute one.

    Certain is it only of stages that begin with `scratch` and have no RUN, where every COPY and ADD names a
    destination that `path` does not lie in.

    Args:
        build: The file.
        stage: The stage.
        path: Where to look.
        before: Look no further than to this instruction of the stage; without it, to the end.
    """
    chain = _chain(build, stage)
    if chain is None:
        return False
    directory: str | None = "/"
    for item in chain:
        if item is before:
            break
        if isinstance(item, Run):
            return False
        if isinstance(item, Workdir):
            directory = _joined(build, directory, item)
        if isinstance(item, (Copy, Add)):
            value = build.value(item.destination)
            target = value.value if isinstance(value, Known) else None
            if target is not None and not target.startswith("/"):
                target = None if directory is None else f"{directory}/{target}"
            if target is None or _within(path, target):
                return False
    return True


def places(build: Build, stage: Stage, program: str) -> tuple[str, ...]:
    """The absolute paths where a program is looked for when the stage's image runs; empty when they are not known."""
    if program.startswith("/"):
        return (program,)
    if not program or "/" in program:
        return ()
    scope = build.end_scope(stage)
    value = scope.get("PATH") if "PATH" in scope else Known(PATH)
    folders = value.value.split(":") if isinstance(value, Known) else []
    return tuple(f"{folder.rstrip('/')}/{program}" for folder in folders if folder[:1] == "/")


def _chain(build: Build, stage: Stage) -> Iterator[Instruction] | None:
    """The instructions of a stage and of those below it, down to `scratch`; None when it begins with an image."""
    stages = [stage]
    while stages[-1].base is not None:
        stages.append(build.stages[stages[-1].base])
    if not stages[-1].scratch:
        return None
    return (
        item
        for each in reversed(stages)
        for group in ((onbuild.trigger for onbuild in each.triggers), each.instructions)
        for item in group
    )


def _joined(build: Build, directory: str | None, workdir: Workdir) -> str | None:
    value = build.value(workdir.path)
    if not isinstance(value, Known):
        return None
    if value.value.startswith("/"):
        return value.value
    return None if directory is None else f"{directory}/{value.value}"


def _within(path: str, folder: str) -> bool:
    """Whether something written to `folder` may be at `path`: it is that very place, or one above it."""
    folder = normpath(f"/{folder.lstrip('/')}")
    return folder == "/" or f"{path}/".startswith(f"{folder}/")

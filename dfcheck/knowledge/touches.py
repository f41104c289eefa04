"""Touches: the paths of the image that shell commands of RUN instructions name, as absolute ones."""

from __future__ import annotations

from fnmatch import fnmatchcase
from posixpath import normpath

from dfcheck.syntax.nodes import Run, Workdir
from dfcheck.syntax.shell import mentions
from dfcheck.syntax.words import Known
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from dfcheck.resolve import Build, Stage
    from dfcheck.syntax.shell import ShellCommand, ShellWord


class Touch(Value):
    """A path that a command names.

    Attributes:
        run: The RUN it stands in.
        command: The command.
        word: The word; not the path of an option.
        path: Absolute and normal; may hold wildcards.
    """

    run: Run
    command: ShellCommand
    word: ShellWord
    path: str

    def covers(self, path: str) -> bool:
        """Whether the absolute `path` is what it names, or lies in it."""
        if self.path == path or path.startswith(f"{self.path.rstrip('/')}/"):
            return True
        if not any(char in "*?[" for char in self.path):
            return False
        depth = self.path.count("/")
        return fnmatchcase("/".join(path.split("/")[: depth + 1]), self.path)


def touches(build: Build, stage: Stage, programs: Collection[str]) -> Iterator[Touch]:
    """Paths that commands of these programs name in a stage, in order, where they can be told.

    Left out are words with variables, and relative paths where the directory is not known: after a WORKDIR or `cd`
    to a variable, or before any WORKDIR in an image from elsewhere.
    """
    directory = _start(build, stage)
    for item in stage.instructions:
        if isinstance(item, Workdir):
            value = build.value(item.path)
            directory = _join(directory, value.value) if isinstance(value, Known) else ""
        if not isinstance(item, Run) or not mentions(item, programs):
            continue
        here = directory
        for command in build.script(item).commands:
            if command.program == "cd":
                words = command.options().positionals
                here = _join(here, words[0].text) if len(words) == 1 and words[0].literal else ""
            elif command.program in programs:
                for word in command.options().positionals:
                    path = _join(here, word.text) if word.literal and word.text else ""
                    if path:
                        yield Touch(item, command, word, path)


def _start(build: Build, stage: Stage) -> str:
    """The directory that a stage begins in; empty when it is not known."""
    if stage.base is None:
        return "/" if stage.scratch else ""
    base = build.stages[stage.base]
    directory = _start(build, base)
    for item in base.instructions:
        if isinstance(item, Workdir):
            value = build.value(item.path)
            directory = _join(directory, value.value) if isinstance(value, Known) else ""
    return directory


def _join(directory: str, path: str) -> str:
    if path.startswith("/"):
        return "/" + normpath(path).lstrip("/")
    return normpath(f"{directory}/{path}") if directory and not path.startswith("~") else ""

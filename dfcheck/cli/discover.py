"""Discovery: from the paths of a command line to the files to check.

A directory is searched for files with the names of Dockerfiles; a file that is named itself is taken whatever
its name. Names follow Docker's documentation and GitHub's and Visual Studio Code's language tables.
"""

from __future__ import annotations

import os

from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pathspec import GitIgnoreSpec

NAMES = ("dockerfile", "containerfile")
SKIPPED = frozenset(
    (
        ".git",
        ".hg",
        ".svn",
        "node_modules",
        ".venv",
        ".tox",
        ".nox",
        "__pycache__",
        ".mypy_cache",
        ".ruff_cache",
    )
)
# Beside a Dockerfile's name they mean another kind of file: documents, scripts, data, templates, leftovers.
OTHER_ENDINGS = frozenset(
    ("dockerignore", "md", "rst", "txt", "html", "py", "sh", "bash", "json", "yml", "yaml", "toml", "lock")
) | {"j2", "jinja", "jinja2", "tmpl", "tpl", "template", "erb", "in", "m4", "orig", "rej", "bak", "swp"}
# `Dockerfile.go` builds something with Go, `dockerfile.go` is Go.
SOURCE_ENDINGS = frozenset(
    ("go", "rs", "js", "mjs", "ts", "tsx", "java", "kt", "c", "h", "cpp", "cs", "php", "rb", "lua", "ex")
)


class Search(Value):
    """How to search.

    Attributes:
        gitignore: Leave out what `.gitignore` files leave out.
        exclude: Whether a path is excluded by options or settings.
        force: Exclude also files that are named themselves.
        note: Takes one-line notes on what was left out for a reason the user may not know.
        wanted: Whether a file is looked for, by its path; None for Dockerfiles.
    """

    gitignore: bool
    exclude: Callable[[str], bool]
    force: bool
    note: Callable[[str], None]
    wanted: Callable[[str], bool] | None = None


class Found(Value):
    """A file to check; `named` when the user gave its very path."""

    path: str
    named: bool


def discover(paths: Iterable[str], search: Search) -> Iterator[Found]:
    """The files that `paths` mean, each once, in the order given and by name within a directory.

    A path that does not exist is given as it is: reading it tells what is wrong.
    """
    seen: set[str] = set()
    for path in paths:
        if path != "-" and os.path.isdir(path):
            files: Iterable[Found] = _walk(path, search)
        elif path != "-" and search.force and search.exclude(path):
            files = ()
        else:
            files = (Found(path, True),)
        for file in files:
            key = os.path.realpath(file.path) if file.path != "-" else "-"
            if key not in seen:
                seen.add(key)
                yield file


def is_dockerfile(name: str) -> bool:
    """Whether a file of this name is taken for a Dockerfile when a directory is searched."""
    lower = name.lower()
    ending = lower.rpartition(".")[2]
    if lower in NAMES:
        return True
    if ending in OTHER_ENDINGS or lower.endswith("~") or (ending in SOURCE_ENDINGS and name[0].islower()):
        return False
    return any(
        (lower.startswith(known) and lower[len(known)] in "._-")
        or (lower.endswith(known) and lower[-len(known) - 1] in "._-")
        for known in NAMES
    )


def _walk(top: str, search: Search) -> Iterator[Found]:
    """The Dockerfiles below `top`, a directory's own files before those of its subdirectories."""
    ignored = Ignored(top, search.note) if search.gitignore else None
    pending = [top]
    while pending:
        directory = pending.pop()
        try:
            with os.scandir(directory) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            search.note(f"{directory}: {error.strerror or error}; not searched")
            continue
        if ignored and any(entry.name == ".gitignore" for entry in entries):
            ignored.add(directory)
        below = []
        for entry in entries:
            path = os.path.normpath(entry.path) if top == "." else entry.path
            inner = entry.is_dir(follow_symlinks=False)
            if not inner and not (search.wanted(path) if search.wanted else is_dockerfile(entry.name)):
                continue
            if search.exclude(path) or (ignored and ignored(entry.path, inner)):
                continue
            if inner and entry.name not in SKIPPED:
                below.append(path)
            elif not inner and entry.is_file():
                yield Found(path, False)
        pending += reversed(below)


class Ignored:
    """What the `.gitignore` files leave out, from the root of the repository down to each directory searched.

    The file nearest to a path decides, and in it the last pattern that matches, as in git. A directory that
    is ignored itself but was named by the user is searched as if the files above it did not exist.
    """

    __slots__ = ("_note", "_specs")

    def __init__(self, top: str, note: Callable[[str], None]) -> None:
        """Read the `.gitignore` files above `top`."""
        self._note = note
        self._specs: dict[str, GitIgnoreSpec] = {}
        top = os.path.abspath(top)
        above = []
        directory = top
        while not os.path.exists(os.path.join(directory, ".git")):
            parent = os.path.dirname(directory)
            if parent == directory:
                return  # no repository
            above.append(directory := parent)
        for directory in reversed(above):
            if os.path.isfile(os.path.join(directory, ".gitignore")):
                self.add(directory)
        parts = os.path.relpath(top, above[-1]).split(os.sep) if above else []
        if any(self(os.path.join(above[-1], *parts[: count + 1]), True) for count in range(len(parts))):
            self._specs.clear()

    def add(self, directory: str) -> None:
        """Read the `.gitignore` of `directory`, which is below those read before."""
        path = os.path.join(directory, ".gitignore")
        try:
            with open(path, encoding="utf-8", errors="surrogateescape") as file:
                lines = file.read().splitlines()
        except OSError as error:
            self._note(f"{path}: {error.strerror or error}; not respected")
            return
        self._specs[os.path.abspath(directory)] = patterns(lines)

    def __call__(self, path: str, is_directory: bool) -> bool:
        """Whether `path` is left out."""
        if not self._specs:
            return False
        path = os.path.abspath(path)
        for directory, spec in reversed(self._specs.items()):
            if path.startswith(os.path.join(directory, "")):
                inner = os.path.relpath(path, directory) + ("/" if is_directory else "")
                verdict = spec.check_file(inner).include
                if verdict is not None:
                    return verdict
        return False


def patterns(lines: Iterable[str]) -> GitIgnoreSpec:
    """A matcher of `.gitignore` patterns; like git it leaves out those that mean nothing."""
    from pathspec import GitIgnoreSpec

    good = []
    for line in lines:
        try:
            GitIgnoreSpec.from_lines([line])
        except ValueError:
            continue
        good.append(line)
    return GitIgnoreSpec.from_lines(good)

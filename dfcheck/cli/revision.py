"""Revision: a build's Dockerfile and context as they were in a git revision."""

from __future__ import annotations

import os

from dfcheck.cli.git import Contents, ask, commit, root_of
from dfcheck.cli.options import UsageError
from dfcheck.simulate.past import Blob, Past, Revision
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.cli.asked_build import AskedBuild
    from dfcheck.simulate.context import Context
    from dfcheck.simulate.model import BuildError
    from dfcheck.syntax.text import Source

OPTION = "--against"


class Before(Value):
    """What a build had in a revision.

    Attributes:
        source: Its Dockerfile.
        context: Its context, or why its ignore file stops the build.
        past: Where the context's files come from.
        contents: Reads the files.
        title: The revision for people: as it was asked for, and the commit.
    """

    source: Source
    context: Context | BuildError
    past: Past
    contents: Contents
    title: str


def before(request: AskedBuild, revision: str) -> Before:
    """The Dockerfile and the context of `request` in a revision.

    Raises:
        UsageError: git is missing or knows no such revision, or the Dockerfile is no part of it.
    """
    from dfcheck.simulate.context import Ignored, read
    from dfcheck.simulate.model import BuildError
    from dfcheck.syntax.text import Source, decode

    root = root_of(request.context, OPTION)
    name = commit(root, OPTION, revision)
    contents = Contents(root, OPTION)
    found = Revision(root, _folders(root, name), _ignored(root), contents.read)
    dockerfile = _inside(root, request.dockerfile)
    data = found.file(dockerfile)
    if data is None:
        raise UsageError(
            f"{request.dockerfile} is not part of {revision} ({name[:10]}); nothing was built then"
        )
    past = Past(found, _inside(root, request.context))
    context: Context | BuildError
    try:
        context = read(request.context, dockerfile, past=past)
    except Ignored as error:
        context = BuildError(str(error))
    return Before(
        Source(request.dockerfile, decode(data)), context, past, contents, f"{revision} ({name[:10]})"
    )


def _inside(root: str, path: str) -> str:
    """`path` from the root of the work tree; empty for the root itself."""
    full = os.path.join(os.path.realpath(os.path.dirname(path) or "."), os.path.basename(path))
    if os.path.isdir(full):
        full = os.path.realpath(full)
    inside = os.path.relpath(full, root).replace(os.sep, "/")
    if inside.startswith("../"):
        raise UsageError(f"{OPTION}: {path} is not in the git repository of the context, {root}")
    return "" if inside == "." else inside


def _folders(root: str, name: str) -> dict[str, dict[str, Blob | None]]:
    """The files of a commit by their directories."""
    listed = ask(root, OPTION, "ls-tree", "-r", "-z", "--full-tree", name)
    if listed is None:
        raise UsageError(f"{OPTION}: `git ls-tree` failed in {root}")
    folders: dict[str, dict[str, Blob | None]] = {"": {}}
    for row in listed.split(b"\0"):
        facts, _, path = row.partition(b"\t")
        if not path:
            continue
        mode, _, content = facts.decode().split(" ", 2)
        above, _, last = os.fsdecode(path).rpartition("/")
        folders.setdefault(above, {})[last] = Blob(mode, content)
        while above and last not in folders.get(above.rpartition("/")[0], {}):
            up, _, last = above.rpartition("/")
            if last in folders.setdefault(up, {}):
                break
            folders[up][last] = None
            above = up
    return folders


def _ignored(root: str) -> frozenset[str]:
    """What git ignores in the work tree; directories of which it ignores all end in a slash."""
    listed = ask(root, OPTION, "ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory")
    if listed is None:
        raise UsageError(f"{OPTION}: `git ls-files` failed in {root}")
    return frozenset(os.fsdecode(path) for path in listed.split(b"\0") if path)

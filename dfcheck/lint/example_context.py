r"""Example contexts: the build context of a rule's example, from a listing to files on disk.

One file a line, marked as `ls -F` marks them:

    Dockerfile                 a file with one line of text
    .env: PASSWORD=x\nA=b      a file with this content
    start.sh*: #!/bin/sh       one that may be executed
    model.bin: 12 MB           one of that many zeros
    dist/                      an empty directory
    current -> releases/3      a link
"""

from __future__ import annotations

import os
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.simulate.surroundings import Surroundings
    from dfcheck.syntax.nodes import Document

UNITS = {"kB": 1000, "MB": 1_000_000}


@contextmanager
def laid_out(listing: str, document: Document) -> Iterator[Surroundings]:
    """What lies around a document when its context holds what `listing` names; gone in the end."""
    from dfcheck.simulate.model import Inputs
    from dfcheck.simulate.surroundings import Surroundings

    with folder(listing) as directory:
        yield Surroundings(document, Inputs({}, digests=False, complete=False, lenient=True), directory)


@contextmanager
def folder(listing: str) -> Iterator[str]:
    """A directory that holds what `listing` names; gone in the end."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as directory:
        for line in listing.splitlines():
            if line.strip():
                _make(directory, line)
        yield directory


def _make(top: str, line: str) -> None:
    name, arrow, target = line.partition(" -> ")
    name, _, content = (name, "", "") if arrow else line.partition(": ")
    path = os.path.join(top, name.rstrip("*"))
    os.makedirs(path if name.endswith("/") else os.path.dirname(path), exist_ok=True)
    if arrow:
        os.symlink(target, path)
    elif not name.endswith("/"):
        number, _, unit = content.partition(" ")
        with open(path, "wb") as file:
            if number.isdecimal() and unit in UNITS:
                file.truncate(int(number) * UNITS[unit])
            else:
                file.write((content or "text").replace("\\n", "\n").replace("\\r", "\r").encode() + b"\n")
        os.chmod(path, 0o755 if name.endswith("*") else 0o644)

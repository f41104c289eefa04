"""References: the parts of an image's name, `registry/repository:tag@digest`."""

from __future__ import annotations

from dfcheck.syntax.driver import Unreadable, read
from dfcheck.value import Value


class Reference(Value):
    """Parts of an image reference; absent ones are empty.

    `registry` is the first component when it has a dot or a port or is `localhost`, as Docker reads it.
    """

    registry: str
    repository: str
    tag: str
    digest: str


def split_reference(text: str) -> Reference:
    """The parts of a reference; one that the grammar does not read is all repository."""
    try:
        parts = {name: text[start:end] for name, start, end in read("image", text)[1]}
    except Unreadable:
        parts = {"REPOSITORY": text}
    return Reference(
        parts.get("REGISTRY", ""), parts["REPOSITORY"], parts.get("TAG", ""), parts.get("DIGEST", "")
    )

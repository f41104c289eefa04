"""References: the parts of an image's name, `registry/repository:tag@digest`."""

from __future__ import annotations

from dfcheck.syntax.driver import Unreadable, read
from dfcheck.value import Value

_DIGEST = r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}"
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_HOST = rf"(?:{_NAME}(?:\.{_NAME})*|\[[0-9a-fA-F:]+\])(?::[0-9]+)?"
_PART = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"


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


def is_valid_reference(text: str) -> bool:
    """Whether Docker takes `text` for an image: small letters, a tag and a digest of the right shape.

    The rules are those of the distribution project's reference grammar, with Docker Hub's short names: a host may
    have capitals, the path may not; 64 hexadecimal digits alone are an image ID and no name.
    """
    return _is_plain(text) or _is_valid(text)


def _is_plain(text: str) -> bool:
    """Whether it is one of the usual names, for which no regular expression has to be compiled."""
    name, colon, tag = text.partition(":")
    parts = name.replace("-", "/").replace(".", "/").split("/")
    marks = tag.replace("-", "").replace(".", "") if colon else "x"
    return (
        text.isascii()
        and len(text) < 64
        and name == name.lower()
        and all(part.isalnum() for part in parts)
        and marks.isalnum()
        and (not colon or tag[0].isalnum())
    )


def _is_valid(text: str) -> bool:
    import re

    name, at, digest = text.partition("@")
    if at and not re.fullmatch(rf"(?!sha256:(?![0-9a-f]{{64}}$))(?:{_DIGEST})", digest):
        return False
    slash, colon = name.rfind("/"), name.rfind(":")
    if colon > slash:
        name, tag = name[:colon], name[colon + 1 :]
        if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", tag):
            return False
    host, slashed, path = name.partition("/")
    if slashed and (host != host.lower() or host == "localhost" or "." in host or ":" in host):
        if not re.fullmatch(_HOST, host):
            return False
        name = path
    if re.fullmatch(r"[0-9a-f]{64}", text):
        return False
    return len(name) <= 255 and re.fullmatch(rf"{_PART}(?:/{_PART})*", name) is not None

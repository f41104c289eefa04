"""Paths: how BuildKit joins the paths of WORKDIR, COPY and ADD."""

from __future__ import annotations

from posixpath import normpath


def clean(path: str) -> str:
    """`path` without `.`, `..`, doubled and last slashes, as Go's `path.Clean` gives it."""
    out = normpath(path) if path else "."
    return out[1:] if out.startswith("//") else out


def join(parent: str, path: str, *, keep_slash: bool = False) -> str:
    """`path` as seen from the directory `parent`; an absolute one stays as it is written.

    Args:
        parent: Absolute, or empty for the root.
        path: Empty for the directory itself.
        keep_slash: Whether a slash, or a slash and a dot, at the end of a relative path stays: it says directory.
    """
    parent = parent or "/"
    if not parent.startswith("/"):
        parent = clean("/" + parent)
    new = path or parent
    if not new.startswith("/"):
        new = clean(f"{parent}/{new}")
    if keep_slash and path.endswith("/") and not new.endswith("/"):
        return new + "/"
    if keep_slash and path.endswith("/."):
        return ("/" if new == "/" else new.rstrip("/") + "/") + "."
    return new


def without_drive(path: str) -> str | None:
    r"""A Windows path with slashes and without its drive; None when it is none of the system drive.

    `C:\a\b` is `/a/b`, `a\b` is `a/b`; `D:\a`, `C:` and `\\host\share` are refused by BuildKit.
    """
    path = path.replace("\\", "/")
    drive, colon, rest = path.partition(":")
    if path.startswith("//") or (colon and (drive.lower() != "c" or not rest)):
        return None
    return rest if colon else path

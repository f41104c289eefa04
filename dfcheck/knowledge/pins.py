"""Pins: whether a package word says which version is meant, for each package manager.

Each function takes the word as the manager gets it and is true, too, for words that cannot name a version there: paths,
files, URLs.
"""

from __future__ import annotations


def always(_: str) -> bool:
    """For tools whose operands are no packages."""
    return True


def apt(word: str) -> bool:
    """`name=version`; `name/suite` and files have a version of their own; `name-` is removed."""
    return "=" in word or "/" in word or word.endswith((".deb", "-"))


def apk(word: str) -> bool:
    """`name=1`, `name~1`, `name>1`, `name<1`; `!name` keeps a package out."""
    return word.startswith("!") or word.endswith(".apk") or any(mark in word for mark in "=~<>")


def rpm(word: str) -> bool:
    """`name-1.2`, `name-1.2-3.el9`, `name = 1.2`; files, groups and paths stand for themselves.

    The last part tells: `java-21-openjdk` is a name, `java-21-openjdk-21.0.8` has a version.
    """
    if any(mark in word for mark in "=<>/") or word.startswith("@") or word.endswith(".rpm"):
        return True
    name, dash, last = word.rpartition("-")
    if dash and last[:1] in {"*", ""}:
        last = name.rpartition("-")[2]
    return bool(dash) and last[:1].isdigit()


def rpm_module(word: str) -> bool:
    """`name:stream`."""
    return ":" in word


def zypper(word: str) -> bool:
    """`name=1.2`, `name>=1.2`; a file or URL stands for itself."""
    return word.endswith(".rpm") or "/" in word or any(mark in word for mark in "=<>")


def pip(word: str) -> bool:
    """A version specifier, a commit after `@`, a path, a file or a URL."""
    if word.startswith(("git+", "hg+", "svn+", "bzr+")):
        path = word.partition("://")[2].partition("/")[2]
        return "@" in path.partition("#")[0]
    if any(mark in word for mark in "=<>~!") or word.startswith("."):
        return True
    return "/" in word or "@" in word or word.endswith((".whl", ".tar.gz", ".zip"))


def npm(word: str) -> bool:
    """`name@1`, `@scope/name@1`, a commit after `#`, a path, a tarball or a URL; `@latest` is any version."""
    if word.startswith((".", "/", "~", "file:")) or word.endswith((".tgz", ".tar", ".tar.gz")):
        return True
    if word.startswith(("git:", "git+", "github:", "gitlab:", "bitbucket:")):
        return "#" in word
    if word.startswith(("http:", "https:")):
        return not word.endswith(".git")
    name = word.removeprefix("@")
    _, at, version = name.rpartition("@")
    if at:
        return version not in {"", "latest"}
    return "#" in word


def gem(word: str) -> bool:
    """`name:1.2`; a file has its version in its name."""
    return ":" in word or word.endswith(".gem")


def go(word: str) -> bool:
    """`path@v1.2.3`, `path@commit`; a directory or file of the build has no version."""
    if word.startswith((".", "/")) or word.endswith(".go"):
        return True
    _, at, version = word.partition("@")
    return bool(at) and version not in {"latest", "upgrade", "patch", "none", ""}

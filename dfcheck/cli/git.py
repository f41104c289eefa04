"""Git: runs git with fixed arguments, and without what a repository may have it run.

No external diff, no text conversion, no file system monitor, no hook, no transport: only what is stored is read.
"""

from __future__ import annotations

import os

from dfcheck.cli.options import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from subprocess import Popen

GIT = ("git", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "-c", "diff.noprefix=false")


def root_of(path: str, option: str) -> str:
    """The work tree that holds the file or directory at `path`, without symbolic links.

    Args:
        path: Need not exist.
        option: The option that asks, for the message.

    Raises:
        UsageError: There is none.
    """
    root = os.path.realpath(path)
    while not os.path.exists(os.path.join(root, ".git")):
        if os.path.dirname(root) == root:
            raise UsageError(f"{option}: {path} is in no git repository")
        root = os.path.dirname(root)
    return root


def ask(root: str, option: str, *arguments: str) -> bytes | None:
    """What git prints in the work tree `root`; None when it fails.

    Raises:
        UsageError: git is missing, or does not trust the work tree.
    """
    import subprocess

    try:
        done = subprocess.run(
            (*GIT, "-C", root, *arguments),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=_environment(),
            check=False,
        )
    except OSError as error:
        raise UsageError(f"{option}: {_missing(error)}") from None
    if done.returncode and b"dubious ownership" in done.stderr:
        raise UsageError(f"{option}: git does not trust {root}, which belongs to another user")
    return None if done.returncode else done.stdout


def commit(root: str, option: str, revision: str) -> str:
    """The name of the commit that `revision` means.

    Raises:
        UsageError: git knows none.
    """
    found = ask(
        root, option, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
    )
    if found is None:
        raise UsageError(
            f"{option}: git knows no revision `{revision}` in {root}; is it spelled right, and fetched?"
        )
    return found.decode().strip()


class Contents:
    """The bytes of a repository's objects, read by one git that stays until the process ends."""

    __slots__ = ("_git", "_option", "_root")

    def __init__(self, root: str, option: str) -> None:
        self._root = root
        self._option = option
        self._git: Popen[bytes] | None = None

    def read(self, name: str) -> bytes:
        """The bytes of the object of that name.

        Raises:
            UsageError: git cannot give it.
        """
        import subprocess

        if self._git is None:
            self._git = subprocess.Popen(
                (*GIT, "-C", self._root, "cat-file", "--batch"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**_environment(), "GIT_NO_LAZY_FETCH": "1"},
            )
        asked, told = self._git.stdin, self._git.stdout
        if asked is None or told is None:
            raise UsageError(f"{self._option}: git cannot be asked")
        asked.write(name.encode() + b"\n")
        asked.flush()
        head = told.readline().split()
        if len(head) != 3 or not head[2].isdigit():
            raise UsageError(f"{self._option}: git lacks a file of the revision; is all of it fetched?")
        data = told.read(int(head[2]))
        told.read(1)
        return data

    def close(self) -> None:
        """End git."""
        if self._git is not None:
            self._git.communicate()
            self._git = None


def _environment() -> dict[str, str]:
    return {
        **os.environ,
        "GIT_OPTIONAL_LOCKS": "0",
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
    }


def _missing(error: OSError) -> str:
    return "git is not installed" if isinstance(error, FileNotFoundError) else f"git: {error.strerror}"

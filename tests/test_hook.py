"""The pre-commit hooks, run by pre-commit itself from a clone of this checkout."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import checkout
import pytest

BAD = "FROM debian:12\nMAINTAINER me\n"


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A git repository of the checkout's present state, as pre-commit would clone it."""
    if not shutil.which("git"):
        pytest.skip("git is not installed: the pre-commit hooks are NOT tested")
    found = checkout.copy(tmp_path_factory.mktemp("hooks"))
    checkout.done(["git", "init", "-q", "."], at=found)
    checkout.done(["git", "add", "-A"], at=found)
    identity = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    checkout.done(["git", *identity, "commit", "-q", "--no-verify", "-m", "state"], at=found)
    return found


def test_both_hooks_find_and_mend_in_dockerfiles_only(repository: Path, tmp_path: Path) -> None:
    pytest.importorskip("pre_commit", reason="pre-commit is not installed: the hooks are NOT tested")
    user = tmp_path / "user"
    user.mkdir()
    for name in ("Dockerfile", "dev.dockerfile", "Dockerfile.md", "Dockerfile.dockerignore", "notes.txt"):
        (user / name).write_text(BAD)
    checkout.done(["git", "init", "-q", "."], at=user)
    checkout.done(["git", "add", "-A"], at=user)
    command = [sys.executable, "-m", "pre_commit", "try-repo", str(repository), "--all-files", "--verbose"]
    result = checkout.run(
        [*command, "dfcheck"],
        at=user,
        PRE_COMMIT_HOME=str(tmp_path / "home"),
        PATH=_path(),
        HOME=str(tmp_path),
    )
    assert result.returncode == 1, result.stdout + result.stderr
    assert "DL4000" in result.stdout
    assert "Dockerfile:2" in result.stdout
    assert "dev.dockerfile:2" in result.stdout
    assert "Dockerfile.md" not in result.stdout
    assert "dockerignore" not in result.stdout
    assert "notes.txt" not in result.stdout


def _path() -> str:
    import os

    return os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))

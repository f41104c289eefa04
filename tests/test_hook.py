"""The pre-commit hooks, run by pre-commit itself from a clone of this checkout."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import checkout
import pytest

BAD = "FROM debian\n"
MENDABLE = "# dfcheck: ignore[untagged-image] it had none\nFROM debian:12\n"
PATH = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A git repository of the checkout's present state, as pre-commit would clone it."""
    if not shutil.which("git"):
        pytest.skip("git is not installed: the pre-commit hooks are NOT tested")
    found = checkout.copy(tmp_path_factory.mktemp("hooks"))
    committed(found)
    return found


def committed(folder: Path) -> None:
    identity = ("-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
    checkout.done(["git", "init", "-q", "."], at=folder)
    checkout.done(["git", "add", "-A"], at=folder)
    checkout.done(["git", *identity, "commit", "-q", "--no-verify", "-m", "state"], at=folder)


def test_the_hooks_check_and_mend_dockerfiles_and_nothing_else(hooks: Path, tmp_path: Path) -> None:
    pytest.importorskip("pre_commit", reason="pre-commit is not installed: the hooks are NOT tested")
    user = tmp_path / "user"
    user.mkdir()
    for name in ("Dockerfile", "Dockerfile.md", "Dockerfile.dockerignore", "notes.txt"):
        (user / name).write_text(BAD)
    (user / "dev.dockerfile").write_text(MENDABLE)
    committed(user)
    command = [sys.executable, "-m", "pre_commit", "try-repo", hooks, "--all-files", "--verbose"]
    result = checkout.run(command, at=user, PRE_COMMIT_HOME=str(tmp_path / "home"), PATH=PATH, NO_COLOR="1")
    told = result.stdout + result.stderr
    assert result.returncode == 1, told
    check, _, fix = told.partition("- hook id: dfcheck-fix")
    assert "- hook id: dfcheck\n" in check, told
    assert "- exit code: 1" in check, told
    assert "Dockerfile:1:6: DL3006" in check, told
    assert "dev.dockerfile:1:" in check, told
    assert "- files were modified by this hook" in fix, told
    assert (user / "dev.dockerfile").read_text() == "FROM debian:12\n"
    assert not any(f"{name}:" in told for name in ("Dockerfile.md", "Dockerfile.dockerignore", "notes.txt"))
    assert (user / "notes.txt").read_text() == BAD

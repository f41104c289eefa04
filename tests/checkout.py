"""Copies of the checkout and environments to install them into, for tests of what users and authors get."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def run(command: list[str | Path], *, at: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `command` in the folder `at`, free of this process's git and Python settings."""
    dropped = ("GIT_", "PYTHON", "FORCE_COLOR", "GITHUB_", "GITLAB_", "CI")
    clean = {key: value for key, value in os.environ.items() if not key.startswith(dropped)}
    return subprocess.run(
        [str(word) for word in command],
        cwd=at,
        env=clean | variables,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def done(command: list[str | Path], *, at: Path, **variables: str) -> str:
    """Standard output of `command`, which must exit 0."""
    result = run(command, at=at, **variables)
    assert result.returncode == 0, f"{command} exited {result.returncode}:\n{result.stdout}\n{result.stderr}"
    return result.stdout


def tracked(*under: str) -> list[str]:
    """The checkout's files, those that git ignores left out."""
    listed = done(["git", "ls-files", "-co", "--exclude-standard", "--", *under], at=ROOT)
    return sorted({name for name in listed.splitlines() if (ROOT / name).is_file()})


def copy(to: Path) -> Path:
    """A copy of the checkout without what git ignores."""
    for name in tracked():
        target = to / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    return to


def environment(folder: Path, *projects: str | Path) -> Path:
    """The `bin` of a new virtual environment with `projects` installed, offline.

    Dependencies come from the running environment, whose own dfcheck is not seen (editable installs work
    through `.pth` files, which are read in an environment's first-class folders only).
    """
    venv.EnvBuilder(with_pip=False, symlinks=os.name != "nt").create(folder)
    binaries = folder / ("Scripts" if os.name == "nt" else "bin")
    paths = sysconfig.get_paths(vars={"base": str(folder), "platbase": str(folder)})
    here = sysconfig.get_paths()
    folders = dict.fromkeys((here["purelib"], here["platlib"]))
    Path(paths["purelib"], "dependencies.pth").write_text("\n".join(folders) + "\n")
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check", "-q")
    python = binaries / "python"
    done([sys.executable, "-m", "pip", "--python", python, "install", *options, *projects], at=folder)
    return binaries

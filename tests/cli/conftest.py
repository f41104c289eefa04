import os
import subprocess
import sys

import pytest

SET_BY_CI = (
    "GITHUB_ACTIONS",
    "GITHUB_WORKSPACE",
    "TF_BUILD",
    "CI_PROJECT_DIR",
    "BUILD_SOURCESDIRECTORY",
    "NO_COLOR",
    "FORCE_COLOR",
    "PYTHONIOENCODING",
)


class Done:
    """What came of a command: exit code, standard output, standard error."""

    def __init__(self, done: subprocess.CompletedProcess[bytes]) -> None:
        self.code = done.returncode
        self.out = done.stdout.decode("utf-8", "surrogateescape")
        self.err = done.stderr.decode("utf-8", "surrogateescape")

    def lines(self) -> list[str]:
        return self.out.splitlines()


def environment(**more: str) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in SET_BY_CI} | more


class Place:
    """An empty directory with settings of its own, and the real command run in it."""

    def __init__(self, root) -> None:
        self.root = root
        (root / "dfcheck.toml").write_text("")  # whatever lies above does not count

    def write(self, name: str, content: str | bytes) -> str:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content)
        return name

    def read(self, name: str) -> str:
        return (self.root / name).read_bytes().decode()

    def run(self, *argv: str, stdin: str | bytes | None = None, env: dict[str, str] | None = None) -> Done:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        command = [sys.executable, "-m", "dfcheck", *argv]
        done = subprocess.run(
            command,
            cwd=self.root,
            input=data or b"",
            capture_output=True,
            env=environment(**(env or {})),
            timeout=60,
            check=False,
        )
        assert b"Traceback" not in done.stderr, done.stderr.decode()
        return Done(done)


@pytest.fixture
def place(tmp_path) -> Place:
    return Place(tmp_path)

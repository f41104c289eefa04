"""Cleaning: held against what a real shell and a real `rm` do."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from dfcheck.knowledge.calls import runs
from dfcheck.knowledge.cleaning import cleaned, leftovers, mounted, shipped
from dfcheck.resolve import Build, resolve
from dfcheck.syntax.parser import parse
from dfcheck.syntax.text import Source

if TYPE_CHECKING:
    from pathlib import Path

BASH = shutil.which("bash")
LISTS = "var/lib/apt/lists"
FILE = f"{LISTS}/deb.debian.org_debian_dists_trixie_InRelease"


def build(text: str) -> Build:
    return resolve(parse(Source("Dockerfile", text)))


COMMANDS = [
    "rm -rf /var/lib/apt/lists/*",
    "rm -fr /var/lib/apt/lists",
    "rm -r -f /var/lib/apt/lists/",
    "rm --recursive /var/lib/apt",
    "rm -f /var/lib/apt/lists/*",
    "rm -rf /var/lib/apt/lists/*_*",
    "rm -rf /var/lib/apt/lists/deb*",
    "rm -rf /var/lib/apt/*",
    "rm -rf /var/lib/a*",
    "rm -rf /var/lib/{apt,dpkg}/lists",
    "rm -rf /var/{cache,lib/{apt,dpkg}}/*",
    "rm -rf '/var/lib/apt/lists'",
    "rm -rf /tmp/* /var/tmp/* /var/lib/apt/lists/*",
    "find /var/lib/apt/lists -type f -delete",
    "rm -rf /var/lib/apt/lists/partial/*",
    "rm -rf /var/lib/apt/list",
    "rm -rf /var/lib/apt/lists2/*",
    "rm -f /var/lib/apt/lists",
    "rm -rf /tmp/*",
    "rm -rf /var/cache/apt/*",
    "rm -rf /var/lib/dpkg",
    "echo rm -rf /var/lib/apt/lists",
    "find /var/lib/apt/lists -name x",
]


@pytest.mark.skipif(BASH is None, reason="needs bash")
@pytest.mark.parametrize("command", COMMANDS)
def test_as_a_real_shell_does(command: str, tmp_path: Path) -> None:
    (tmp_path / LISTS / "partial").mkdir(parents=True)
    (tmp_path / FILE).touch()
    moved = command.replace("/var", f"{tmp_path}/var").replace("/tmp/*", f"{tmp_path}/tmp/*", 1)
    subprocess.run([BASH or "", "-c", moved], capture_output=True, check=False)
    it = build(f'FROM a\nSHELL ["/bin/bash", "-c"]\nRUN apt-get update && {command}\n')
    (run,) = runs(it)
    assert cleaned(it, run, 0, "apt-get") is not (tmp_path / FILE).exists()


def test_only_bash_knows_braces() -> None:
    it = build("FROM a\nRUN apt-get update && rm -rf /var/lib/{apt,dpkg}\n")
    (run,) = runs(it)
    assert not cleaned(it, run, 0, "apt-get")


def test_what_comes_before_does_not_clean() -> None:
    it = build("FROM a\nRUN rm -rf /var/lib/apt/lists/* && apt-get update\n")
    assert [call.said for call in leftovers(it, "apt-get", "update")] == ["apt-get update"]


def test_a_function_may_be_called_later_and_a_script_may_clean() -> None:
    it = build(
        "FROM a\nRUN c() { rm -rf /var/lib/apt/lists/*; }; apt-get update; c\nRUN apt-get update && /cleanup.sh\n"
    )
    assert not list(leftovers(it, "apt-get", "update"))


@pytest.mark.parametrize(
    ("target", "is_covered"),
    [
        ("/root/.cache/pip", True),
        ("/root/.cache", True),
        ("/root", True),
        ("/home/me/.cache/pip", True),
        ("/root/.cache/pip2", False),
        ("/root/.cache/uv", False),
        ("/cache", False),
    ],
)
def test_mounts(target: str, is_covered: bool) -> None:
    it = build(f"FROM a\nARG T={target}\nRUN --mount=type=cache,target=$T pip install x\n")
    (run,) = runs(it)
    assert mounted(it, run, ("/root/.cache/pip",)) is is_covered


def test_a_secret_keeps_nothing_out() -> None:
    it = build("FROM a\nRUN --mount=type=secret,id=x,target=/root pip install x\n")
    (run,) = runs(it)
    assert not mounted(it, run, ("/root/.cache/pip",))


def test_shipped_stages() -> None:
    text = (
        "FROM a AS one\nFROM one AS two\nFROM b AS tool\nFROM c AS rest\nFROM two\nCOPY --from=tool /x /x\n"
    )
    assert shipped(build(text)) == {0, 1, 4}
    assert shipped(build(text + "COPY --from=rest / /\n")) == {0, 1, 3, 4}
    assert shipped(build("# nothing\n")) == frozenset()

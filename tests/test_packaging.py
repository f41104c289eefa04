"""What is shipped: the packages, the files of the wheel, and that an installed wheel works and starts light."""

from __future__ import annotations

import re
import sys
import tomllib
import zipfile
from typing import TYPE_CHECKING

import checkout
import pytest

if TYPE_CHECKING:
    from pathlib import Path

MOVED = {"rules": "dfcheck/rules", "grammar": "dfcheck/grammar"}
HEAVY = {
    "asyncio", "concurrent.futures", "dataclasses", "difflib", "email", "importlib.metadata", "inspect", "json", "lark", "logging",
    "multiprocessing", "pathlib", "pathspec", "pydantic", "subprocess", "tempfile", "tomllib", "typing", "unittest", "urllib",
}  # fmt: skip
MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a source distribution of a copy of the checkout."""
    project = checkout.copy(tmp_path_factory.mktemp("project"))
    checkout.done([sys.executable, "-m", "build", "--no-isolation", "--outdir", "dist"], at=project)
    found = list((project / "dist").glob("*.whl"))
    assert len(found) == 1
    return found[0]


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of an environment with the wheel."""
    return checkout.environment(tmp_path_factory.mktemp("env"), wheel)


def test_the_packages_named_are_those_of_the_tree() -> None:
    settings = tomllib.loads((checkout.ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    tree = [
        name.rpartition("/")[0]
        for name in checkout.tracked("dfcheck", "rules", "grammar")
        if name.endswith("/__init__.py")
    ]
    assert sorted(settings["packages"]) == sorted(
        MOVED.get(folder, folder).replace("/", ".") for folder in tree
    )


def test_the_wheel_holds_the_tree_and_nothing_else(wheel: Path) -> None:
    expected = set()
    for name in checkout.tracked("dfcheck", "rules", "grammar"):
        top, _, rest = name.partition("/")
        expected.add(f"{MOVED.get(top, top)}/{rest}")
    shipped = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert shipped == expected


def test_the_wheel_is_small_and_carries_its_licence(wheel: Path) -> None:
    assert wheel.stat().st_size < MEGABYTE
    names = zipfile.ZipFile(wheel).namelist()
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_an_installed_wheel_imports_finds_its_rules_and_checks(installed: Path, tmp_path: Path) -> None:
    where = checkout.done(
        [installed / "python", "-c", "import dfcheck.api; print(dfcheck.api.__file__)"], at=tmp_path
    )
    assert where.startswith(str(installed.parent))
    (tmp_path / "Dockerfile").write_text("FROM alpine\n")
    result = checkout.run([installed / "dfcheck", "Dockerfile"], at=tmp_path)
    assert result.returncode == 1, result.stderr
    assert "DL3006" in result.stdout


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('FROM alpine:3.22\nCMD ["echo", "Hello"]\n', id="clean"),
        pytest.param("FROM alpine\nRUN cd /x && apt-get install curl | sh\n", id="findings"),
    ],
)  # fmt: skip
def test_checking_a_file_imports_nothing_heavy(installed: Path, tmp_path: Path, text: str) -> None:
    (tmp_path / "Dockerfile").write_text(text)
    result = checkout.run(
        [installed / "python", "-X", "importtime", installed / "dfcheck", "Dockerfile"], at=tmp_path
    )
    assert result.returncode in (0, 1), result.stderr
    loaded = set(re.findall(r"^import time:[^|]*\|[^|]*\|\s+(\S+)", result.stderr, re.MULTILINE))
    assert "dfcheck.syntax.parser" in loaded
    assert loaded & HEAVY == set()


def test_nothing_is_left_when_it_is_removed(wheel: Path, tmp_path: Path) -> None:
    """A directory that stays behind is a package to Python, and hides the rules of a checkout installed later."""
    bin_ = checkout.environment(tmp_path / "env", wheel)
    (tmp_path / "Dockerfile").write_text("FROM alpine\n")
    checkout.run([bin_ / "dfcheck", "Dockerfile"], at=tmp_path)
    packages = next(bin_.parent.glob("lib/python*/site-packages"))
    assert next((packages / "dfcheck/rules/__pycache__").glob("_packed.*")).stat().st_size > 100_000
    checkout.done([bin_ / "python", "-m", "pip", "uninstall", "-qy", "dfcheck"], at=tmp_path)
    assert not (packages / "dfcheck").exists()

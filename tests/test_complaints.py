"""The page on what hadolint's users ask for: each answer on it is the one that the tool gives.

`pytest --accept` writes the answers; hadolint's only where it is installed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PAGE = Path(__file__).parent.parent / "docs" / "hadolint-complaints.md"
PLUGIN = Path(__file__).parent / "plugin"
TABLE = "| complaint | hadolint | dfcheck |\n| --- | --- | --- |\n"
FENCE = re.compile(r"^```(\w+) ?([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def sections() -> dict[str, str]:
    """Heading and text of each complaint."""
    parts = re.split(r"^## (\d+\. .*)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def answer(body: str, tool: str) -> str:
    return next(text for name, _, text in FENCE.findall(body) if name == tool)


def lay_out(body: str, root: Path) -> dict[str, list[str]]:
    """Write the files of a complaint; the arguments of each tool."""
    arguments = {}
    for name, rest, text in FENCE.findall(body):
        if name in {"dockerfile", "toml"}:
            path = root / ({"toml": "dfcheck.toml"}.get(name) or rest or "Dockerfile")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        else:
            arguments[name] = rest.split()
    return arguments


def plugin(site: Path) -> Path:
    """What an installer would leave of the rule package of the tests, so that it need not be installed."""
    points = tomllib.loads((PLUGIN / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]
    about = site / "dfcheck_example-1.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: dfcheck-example\nVersion: 1\n", encoding="utf-8"
    )
    lines = [
        f"[{group}]\n" + "".join(f"{k} = {v}\n" for k, v in named.items()) for group, named in points.items()
    ]
    (about / "entry_points.txt").write_text("".join(lines), encoding="utf-8")
    return site


def hadolint() -> str | None:
    beside = Path(sys.executable).parent / "hadolint"
    return str(beside) if beside.exists() else shutil.which("hadolint")


def told(lines: list[str]) -> str:
    return "".join(line + "\n" for line in lines) or "none\n"


def accept(title: str, tool: str, text: str) -> None:
    """Write an answer to the page, and the table of all."""
    page = PAGE.read_text(encoding="utf-8")
    start = page.index(f"## {title}\n")
    fence = next(item for item in FENCE.finditer(page, start) if item[1] == tool)
    page = page[: fence.start(3)] + text + page[fence.end(3) :]
    PAGE.write_text(page, encoding="utf-8")
    head, _, rest = page.partition("\n## 1. ")
    head = head.partition(TABLE)[0].rstrip() + "\n\n" + table()
    PAGE.write_text(head + "\n## 1. " + rest, encoding="utf-8")


def table() -> str:
    def short(text: str) -> str:
        return ", ".join(text.split("\n")[:-1])

    return TABLE + "".join(
        f"| {title} | {short(answer(body, 'hadolint'))} | {short(answer(body, 'dfcheck'))} |\n"
        for title, body in sections().items()
    )


@pytest.mark.parametrize("title", sections())
def test_dfcheck_says_what_the_page_says(title: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    arguments = lay_out(sections()[title], tmp_path)["dfcheck"]
    if "." not in arguments:
        arguments = [*arguments, "Dockerfile"]
    command = [sys.executable, "-m", "dfcheck", "check", "--no-cache", "--output-format", "json", *arguments]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(plugin(tmp_path / "site-packages")), str(PLUGIN)]),
    }
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode in {0, 1}, done.stderr
    found = json.loads(done.stdout)
    text = told([f"{item['line']}:{item['column']} {item['code']}" for item in found])
    if request.config.getoption("--accept"):
        accept(title, "dfcheck", text)
    else:
        assert text == answer(sections()[title], "dfcheck")


@pytest.mark.skipif(hadolint() is None, reason="hadolint is not installed")
@pytest.mark.parametrize("title", sections())
def test_hadolint_says_what_the_page_says(title: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    arguments = lay_out(sections()[title], tmp_path)["hadolint"] or ["Dockerfile"]
    command = [str(hadolint()), "--no-color", "--format", "json", *arguments]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env=environment)
    try:
        text = told([f"{item['line']} {item['code']}" for item in json.loads(done.stdout)])
    except ValueError:
        text = "refuses\n"
    if request.config.getoption("--accept"):
        accept(title, "hadolint", text)
    else:
        assert text == answer(sections()[title], "hadolint")


def test_the_table_is_that_of_the_answers() -> None:
    assert table() in PAGE.read_text(encoding="utf-8")

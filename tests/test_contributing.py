"""CONTRIBUTING's "a rule in five minutes", followed to the letter in a copy of the checkout."""

from __future__ import annotations

import re
import shlex
import textwrap
from typing import TYPE_CHECKING

import checkout
import pytest

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (checkout.ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
STEPS = PAGE.partition("## A rule in five minutes")[2].partition("\n## ")[0]
FENCE = re.compile(
    r"^ {3}(?P<mark>```+)(?P<kind>\w+)\n(?P<body>.*?)^ {3}(?P=mark)\n", re.MULTILINE | re.DOTALL
)


def fences(kind: str) -> list[str]:
    return [textwrap.dedent(found["body"]) for found in FENCE.finditer(STEPS) if found["kind"] == kind]


@pytest.fixture(scope="module")
def author(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A checkout and the `bin` of an environment in which it is installed as CONTRIBUTING says."""
    project = checkout.copy(tmp_path_factory.mktemp("author"))
    return project, checkout.environment(tmp_path_factory.mktemp("env"), "-e", project)


def test_the_steps_make_a_working_rule(author: tuple[Path, Path]) -> None:
    project, binaries = author
    begin, examples, look, docs = [shlex.split(block) for block in fences("sh")]
    (rule,) = fences("python")
    path = project / "rules" / "tilde_workdir.py"

    def step(words: list[str], *, code: int = 0) -> str:
        module = words[0] if words[0] in ("nox", "pytest") else None
        command = (
            [binaries / "python", "-m", module, *words[1:]] if module else [binaries / words[0], *words[1:]]
        )
        result = checkout.run(command, at=project)
        assert result.returncode == code, (
            f"{words} exited {result.returncode}:\n{result.stdout}\n{result.stderr}"
        )
        return result.stdout

    step(begin)
    assert "tilde-workdir" in path.read_text(encoding="utf-8")
    step(examples, code=1)
    path.write_text(rule, encoding="utf-8")
    assert " passed" in step(examples)
    assert "a directory" in step(look)
    step(docs)
    assert "DF2950" in (project / "docs" / "rules" / "DF2950.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["X1", "good-name"], "`X1` is no code"),
        (["DF1234", "Bad_Name"], "`Bad_Name` is no name"),
        (["DL3006", "another"], "DL3006 is taken by rules/untagged_image.py"),
        (["DF1234", "untagged-image"], "rules/untagged_image.py exists"),
        ([], "usage:"),
    ],
)
def test_a_code_or_name_that_will_not_do_is_one_line(
    author: tuple[Path, Path], arguments: list[str], reason: str
) -> None:
    project, binaries = author
    result = checkout.run([binaries / "python", "tools/new_rule.py", *arguments], at=project)
    assert result.returncode == 2
    assert result.stderr.startswith(reason)
    assert result.stderr.count("\n") == 1

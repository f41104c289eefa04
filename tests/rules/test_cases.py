"""Suites of cases, `<rule name>.md`: each heading is a case of that rule.

A case has a `dockerfile` fence, perhaps a `toml` fence with the rule's options before it, perhaps a `text context`
fence with the files of its build context, a `dockerfile fixed` fence when there is a fix, and a `findings` fence with
one line `line:column-line:column CODE message` a finding.
`pytest --accept` writes the findings (and the fixed text) as they are; read the diff before you commit it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dfcheck.api import Safety
from dfcheck.lint.examples import checker, fences, options_of
from dfcheck.lint.fix import fix_report
from dfcheck.lint.registry import load_named
from dfcheck.syntax.text import Source

HERE = Path(__file__).parent
REGISTRY = load_named()


def sections(path: Path) -> list[tuple[str, str]]:
    """The cases of a suite: heading and all text up to the next one."""
    parts = re.split(r"^#+ +(.*)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [
        (title, body) for title, body in zip(parts[1::2], parts[2::2], strict=True) if "```dockerfile" in body
    ]


CASES = {
    f"{path.stem}-{title.strip()}": (path, title)
    for path in sorted(HERE.glob("*.md"))
    for title, _ in sections(path)
}


@pytest.mark.parametrize("name", CASES)
def test_case(name: str, request: pytest.FixtureRequest) -> None:
    path, title = CASES[name]
    body = dict(sections(path))[title]
    found = {fence.info: fence.text for fence in fences(body)}
    (rule,) = REGISTRY.find(path.stem)
    again = checker(rule, options_of(rule, found.get("toml", "")), REGISTRY, found.get("text context"))
    report = again(Source("Dockerfile", found["dockerfile"]))
    assert not report.crashes, report.crashes[0].traceback
    expected = {"findings": "".join(map(line, shown(report)))}
    if any(item.finding.fix for item in report.diagnostics):
        expected["dockerfile fixed"] = fix_report(report, again, safety=Safety.MANUAL).source.text
    if request.config.getoption("--accept"):
        accept(path, title, body, expected)
        return
    assert {key: found.get(key, "") for key in ("findings", "dockerfile fixed")} == {
        "dockerfile fixed": ""
    } | expected


def shown(report) -> list[tuple[str, str, str]]:
    source = report.source
    rows = []
    for item in report.diagnostics:
        start, end = (source.position(at) for at in item.finding.span)
        rows.append((f"{start.line}:{start.column}-{end.line}:{end.column}", item.code, item.finding.message))
    return rows


def line(row: tuple[str, str, str]) -> str:
    return " ".join(row) + "\n"


def accept(path: Path, title: str, body: str, expected: dict[str, str]) -> None:
    changed = body
    for info in ("dockerfile fixed", "findings"):
        changed = re.sub(rf"\n*^```{info}\n.*?^```\n", "\n", changed, flags=re.MULTILINE | re.DOTALL)
        if info in expected:
            changed = changed.rstrip("\n") + f"\n\n```{info}\n{expected[info]}```\n"
    text = path.read_text(encoding="utf-8")
    ending = "\n" if body.endswith("\n\n") else ""
    path.write_text(text.replace(f" {title}{body}", f" {title}{changed}{ending}"), encoding="utf-8")


def test_no_two_cases_share_a_name() -> None:
    for path in HERE.glob("*.md"):
        titles = [title for title, _ in sections(path)]
        assert len(titles) == len(set(titles)), path.name

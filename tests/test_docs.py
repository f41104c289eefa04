"""Generated pages are fresh, links of hand-written pages lead somewhere, and pasted output is real."""

from __future__ import annotations

import re
import sys

import checkout
import pytest

PAGES = [name for name in checkout.tracked() if name.endswith(".md") and not name.startswith("tests/")]
LINK = re.compile(r"\]\(([^)#\s]+)(#[^)\s]*)?\)")


def test_generated_pages_and_pasted_outputs_are_fresh() -> None:
    checkout.done([sys.executable, "tools/docs.py", "--check"], at=checkout.ROOT)


def test_a_stale_page_is_told(tmp_path) -> None:
    project = checkout.copy(tmp_path)
    page = project / "docs" / "codes.md"
    page.write_text(page.read_text(encoding="utf-8") + "more\n", encoding="utf-8")
    (project / "docs" / "rules" / "DF1999.md").write_text("of a rule that is gone\n", encoding="utf-8")
    result = checkout.run([sys.executable, "tools/docs.py", "--check"], at=project)
    assert result.returncode == 1
    assert "docs/codes.md is not fresh" in result.stderr
    assert "docs/rules/DF1999.md is not fresh" in result.stderr


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_to_files(name: str) -> None:
    page = checkout.ROOT / name
    targets = [found[1] for found in LINK.finditer(page.read_text(encoding="utf-8"))]
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (page.parent / target).exists()] == []


def test_every_page_is_reached_from_the_readme() -> None:
    seen, todo = set(), [checkout.ROOT / "README.md"]
    while todo:
        page = todo.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        text = page.read_text(encoding="utf-8")
        todo += [(page.parent / found[1]).resolve() for found in LINK.finditer(text) if "://" not in found[1]]
    assert {name for name in PAGES if checkout.ROOT / name not in seen} == set()

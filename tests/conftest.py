"""Options of the test run, and what all tests share: a cache that is not the user's."""

from __future__ import annotations

import pytest
from hypothesis import settings

# The same code gets the same answer. To look further: `pytest --hypothesis-profile=default`, `bench/fuzz.py`.
settings.register_profile("same", derandomize=True)
settings.load_profile("same")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite the findings fences of tests/rules/*.md")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what could not be tested here, also when pytest is quiet: it is more than a missing option."""
    skipped = {report.longrepr[2] for report in terminalreporter.stats.get("skipped", ())}
    for reason in sorted(text.removeprefix("Skipped: ") for text in skipped if "NOT TESTED" in text):
        terminalreporter.write_line(reason)


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory):
    """Runs of dfcheck keep their reports where no other test run finds them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield

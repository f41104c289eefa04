"""A rule package of another distribution, installed next to dfcheck and named in the settings."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import checkout
import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def binaries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of an environment with dfcheck and the plugin."""
    plugin = tmp_path_factory.mktemp("plugin") / "plugin"
    shutil.copytree(checkout.ROOT / "tests" / "plugin", plugin)
    project = checkout.copy(tmp_path_factory.mktemp("project"))
    return checkout.environment(tmp_path_factory.mktemp("env"), project, plugin)


def findings(binaries: Path, folder: Path, *options: str) -> list[str]:
    result = checkout.run(
        [binaries / "dfcheck", "check", "--output-format", "json", *options, "Dockerfile"], at=folder
    )
    assert result.returncode in (0, 1), result.stderr
    return [row["code"] for row in json.loads(result.stdout)]


def test_a_plugin_runs_only_when_settings_name_it(binaries: Path, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM docker.io/library/alpine:3.22\n")
    assert "EX1001" not in findings(binaries, tmp_path)
    (tmp_path / "dfcheck.toml").write_text('plugins = ["example"]\n')
    assert "EX1001" in findings(binaries, tmp_path)
    assert "EX1001" not in findings(binaries, tmp_path, "--isolated")


def test_a_plugin_rule_has_options_suppression_and_a_page(binaries: Path, tmp_path: Path) -> None:
    settings = tmp_path / "dfcheck.toml"
    (tmp_path / "Dockerfile").write_text(
        "# dfcheck: ignore[foreign-registry] mirrored next week\nFROM quay.io/a/b:1\n"
    )
    settings.write_text('plugins = ["example"]\n')
    assert "EX1001" not in findings(binaries, tmp_path)
    (tmp_path / "Dockerfile").write_text("FROM quay.io/a/b:1\n")
    assert "EX1001" in findings(binaries, tmp_path)
    settings.write_text('plugins = ["example"]\n[rules.foreign-registry]\nregistry = "quay.io"\n')
    assert "EX1001" not in findings(binaries, tmp_path)
    page = checkout.done([binaries / "dfcheck", "rule", "--plugin", "example", "EX1001"], at=tmp_path)
    assert "Ours mirrors what is needed" in page


def test_a_plugin_that_is_not_installed_is_one_clear_line(binaries: Path, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM alpine:3.22\n")
    (tmp_path / "dfcheck.toml").write_text('plugins = ["exmaple"]\n')
    result = checkout.run([binaries / "dfcheck", "Dockerfile"], at=tmp_path)
    assert result.returncode == 2
    assert "exmaple" in result.stderr
    assert "example" in result.stderr
    assert "Traceback" not in result.stderr

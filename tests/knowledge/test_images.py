"""The table of what the commonest images usually start with, and the tool that writes it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from simulate.registries import Real, needs_tools
from simulate.support import image_config, layer_tar, layout

from dfcheck.knowledge.image_table import TYPICAL
from dfcheck.knowledge.images import Typical, typical, usually
from dfcheck.simulate.references import full_name

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("name", "cmd"),
    [
        ("alpine", ("/bin/sh",)),
        ("golang:1.24", ("bash",)),
        ("golang:1.24-alpine", ("/bin/sh",)),
        ("golang:1.24-alpine3.22", ("/bin/sh",)),
        ("php:8.3-fpm-alpine", ("php-fpm",)),
        ("php:8.3-apache@sha256:" + "0" * 64, ("apache2-foreground",)),
        ("php:8.3-cli", ("php", "-a")),
    ],
)
def test_an_image_by_its_name_and_the_flavour_in_its_tag(name: str, cmd: tuple[str, ...]) -> None:
    found = typical(full_name(name))
    assert found is not None
    assert found.cmd == cmd


@pytest.mark.parametrize(
    "name", ["nobody/alpine", "ghcr.io/library/alpine", "python:3.13-windowsservercore-ltsc2022"]
)
def test_other_images_are_not_in_it(name: str) -> None:
    assert typical(full_name(name)) is None


def test_names_are_full_and_nothing_is_said_to_run_without_a_command() -> None:
    for name, entry in TYPICAL.items():
        assert full_name(name).removesuffix(":latest") == name
        assert entry.cmd
        assert entry.workdir.startswith("/")


def test_a_habit_in_words() -> None:
    assert usually(full_name("nginx")) == (
        "usually `/docker-entrypoint.sh nginx -g 'daemon off;'` as root in `/`"
    )
    assert usually(full_name("hello-world")) == "usually `/hello` as root in `/`, no shell"
    assert usually(full_name("nobody/nginx")) == ""


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Real]:
    layer = layer_tar({"etc": None})
    config = {
        "Cmd": ["other"],
        "User": "web",
        "WorkingDir": "/w",
        "ExposedPorts": {"9/tcp": {}},
        "StopSignal": "SIGINT",
    }
    (tmp_path / "registry").mkdir()
    real = Real(tmp_path / "registry")
    real.push(layout(tmp_path / "one", [(image_config([layer], config), [layer])]), "library/alpine:latest")
    yield real
    real.stop()


@needs_tools()
def test_the_tool_takes_what_a_registry_has_and_keeps_the_rest(registry: Real, tmp_path: Path) -> None:
    command = [sys.executable, "tools/images.py", "--print", "--mirror", f"http://{registry.host}"]
    environment = {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "XDG_CACHE_HOME": str(tmp_path / "xdg"),
    }
    environment |= {"HTTPS_PROXY": "http://localhost:1", "DOCKER_CONFIG": str(tmp_path)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.count("kept: ") == len(TYPICAL) - 1
    made: dict[str, dict[str, Typical]] = {}
    exec(compile(done.stdout, "table", "exec"), made)  # type: ignore[arg-type]  # noqa: S102 -- our own
    alpine = Typical("web", "/w", (), ("other",), "/bin/sh", ("9/tcp",), "SIGINT")
    assert made["TYPICAL"] == TYPICAL | {"docker.io/library/alpine": alpine}
    assert (
        done.stdout.partition("TYPICAL")[0] in (ROOT / "dfcheck" / "knowledge" / "image_table.py").read_text()
    )

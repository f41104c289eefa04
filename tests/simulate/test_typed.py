"""Commands as people type them behind `dfcheck simulate --`, and the limits that make a CI step fail."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from simulate.support import image_config, put

if TYPE_CHECKING:
    from pathlib import Path


def dfcheck(cwd: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "dfcheck", "simulate", *words]
    return subprocess.run(
        command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, check=False
    )


def predicted(cwd: Path, *words: str, **environment: str) -> dict[str, Any]:
    done = dfcheck(cwd, "--output-format", "json", *words, **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    put(tmp_path / "Dockerfile", 'FROM scratch AS a\nARG V\nLABEL v=$V\nFROM a\nCMD ["main"]\n', 1)
    put(tmp_path / "sub" / "Containerfile", "FROM scratch\nLABEL v=containerfile\n", 1)
    put(tmp_path / "sub" / "other", "FROM scratch\nARG V=none\nLABEL v=other-$V\n", 1)
    put(tmp_path / "sub" / "f", "12345", 1)
    return tmp_path


@pytest.mark.parametrize(
    ("command", "labels"),
    [
        ("docker build --build-arg V=1 .", {"v": "1"}),
        ("docker build --build-arg=V=1 -t x:1 -q --no-cache --label l=2 .", {"v": "1", "l": "2"}),
        ("docker build --build-arg V .", {"v": "from outside"}),
        ("sudo docker image build --target a --build-arg V=3 .", {"v": "3"}),
        (
            "docker buildx build --load -f sub/other --platform linux/arm64 --build-arg V=4 sub",
            {"v": "other-4"},
        ),
        ("docker build -fsub/other sub", {"v": "other-none"}),
        ("podman build sub", {"v": "containerfile"}),
        ("buildah bud --layers sub/", {"v": "containerfile"}),
        ("/usr/bin/docker --context x build --build-arg V=5 ./", {"v": "5"}),
    ],
)
def test_builds(project: Path, command: str, labels: dict[str, str]) -> None:
    found = predicted(project, "--", *command.split(), V="from outside")
    assert found["image"]["config"]["config"]["Labels"] == labels
    assert ("arm64" in command) == (
        found["image"]["platform"] == "linux/arm64" and os.uname().machine != "aarch64"
    )


def test_a_typed_command_takes_the_time_from_the_environment_as_buildx_does(project: Path) -> None:
    typed = predicted(project, "--", "docker", "build", ".", SOURCE_DATE_EPOCH="86400")
    assert typed["history"][-1]["created"] == "1970-01-02T00:00:00Z"
    assert "created" not in predicted(project, ".", SOURCE_DATE_EPOCH="86400")["history"][-1]


def test_named_contexts_that_are_layouts_are_bases(project: Path) -> None:
    put(project / "b.json", json.dumps(image_config([], {"User": "u"})), 1)
    put(project / "Dockerfile", "FROM b\n", 1)
    found = predicted(project, "--", "docker", "build", "--build-context", "b=oci-layout://b.json", ".")
    assert found["image"]["config"]["config"]["User"] == "u"


@pytest.mark.parametrize(
    ("command", "argv"),
    [
        ("docker run -it --rm -e A=b --entrypoint sh IMAGE args", ["sh", "args"]),
        ("docker run me/x", ["main"]),
        ("docker create --name n me/x:2 -v", ["-v"]),
        ("podman run --rm me/x echo -it", ["echo", "-it"]),
    ],
)
def test_runs(project: Path, command: str, argv: list[str]) -> None:
    start = predicted(project, "--", *command.split())["start"]
    assert start["argv"] == argv
    variables = {item["name"]: item["origin"] for item in start["environment"]}
    assert ("A" in variables) == ("-e" in command)
    assert ("TERM" in variables) == ("-it --rm" in command)


def test_a_run_of_a_base_needs_no_dockerfile(tmp_path: Path) -> None:
    put(tmp_path / "b.json", json.dumps(image_config([], {"Cmd": ["serve"], "Env": ["A=1"]})), 1)
    put(tmp_path / "env", "# c\nB=2\n\nC\n", 1)
    words = ("--base", "b:1=b.json", "--", "docker", "run", "--env-file", "env", "b:1")
    start = predicted(tmp_path, *words, C="outside")["start"]
    assert start["argv"] == ["serve"]
    variables = {item["name"]: (item["value"], item["origin"]) for item in start["environment"]}
    assert variables["A"] == ("1", "base image")
    assert (variables["B"], variables["C"]) == (("2", "--env"), ("outside", "--env"))


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("docker pull x", "neither builds nor runs"),
        ("docker build", "needs a context"),
        ("docker build . sub", "one context"),
        ("docker build --no-such .", "no option `--no-such`"),
        ("docker build -f", "needs a value"),
        ("docker build -t A .", "no name of an image"),
        ("docker build https://example.com/x.git", "is not fetched"),
        ("docker build nowhere", "nowhere"),
        ("docker run", "needs an image"),
        ("docker run -e =b x", "--env takes NAME=VALUE"),
        ("docker run --env-file nowhere x", "nowhere"),
        ("docker run --health-interval 5 x", "takes a duration"),
        ("docker run X", "no name of an image"),
    ],
)
def test_what_docker_refuses_is_one_line_and_exits_2(project: Path, command: str, said: str) -> None:
    done = dfcheck(project, "--", *command.split())
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert said in done.stderr
    assert done.stdout == ""


def test_limits_make_the_exit_code_1_and_leave_the_output_alone(project: Path) -> None:
    put(project / "sub" / "Dockerfile", "FROM scratch\nCOPY f /\nRUN x\n", 1)
    plain = dfcheck(project, "--output-format", "json", "sub")
    done = dfcheck(
        project, "--output-format", "json", "--max-size", "4B", "--forbid", "f", "--max-layers", "2", "sub"
    )
    assert (plain.returncode, done.returncode) == (0, 1)
    assert done.stdout == plain.stdout
    assert [line.partition("dfcheck: ")[2][:40] for line in done.stderr.splitlines()] == [
        "error: sub/Dockerfile: the image holds a",
        "error: sub/Dockerfile:2: this layer hold",
        "the layer of line 3 is not looked into: ",
    ]
    assert dfcheck(project, "--max-size", "5B", "sub").returncode == 0
    for words, said in [
        (("--max-size", "big"), "--max-size takes a size"),
        (("--forbid", "[a"), "--forbid: "),
    ]:
        bad = dfcheck(project, *words, "sub")
        assert bad.returncode == 2
        assert said in bad.stderr

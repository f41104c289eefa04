"""`dfcheck simulate` as a person runs it: exit codes, streams, and JSON that its schema accepts."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import jsonschema
import pytest
from simulate.support import image_config, put

from dfcheck.report.image_schema import Prediction

if TYPE_CHECKING:
    from pathlib import Path


def dfcheck(*words: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dfcheck", "simulate", *words],
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    put(tmp_path / "a b", "1", 1_400_000_000)
    put(tmp_path / "Dockerfile", 'FROM scratch AS x\nCOPY ["a b", "/"]\nARG V\nLABEL v=$V\nCMD ["x"]\n', 1)
    return tmp_path


def test_json_is_what_the_published_schema_says(project: Path) -> None:
    schema = json.loads(dfcheck("--schema", cwd=project).stdout)
    for words in (("--entries", "--build-arg", "SOURCE_DATE_EPOCH=1"), (), ("--target", "nope")):
        done = dfcheck("--output-format", "json", *words, ".", cwd=project)
        jsonschema.validate(json.loads(done.stdout), schema)
        Prediction.model_validate_json(done.stdout)


def test_unknown_parts_are_valid_json_too(tmp_path: Path) -> None:
    put(
        tmp_path / "Dockerfile",
        "FROM nobody/nothing\nRUN x\nENV A=$B\nHEALTHCHECK CMD y\nCOPY z /\nWORKDIR q\n",
        1,
    )
    put(tmp_path / "z", "1", 1)
    done = dfcheck("--output-format", "json", "--entries", cwd=tmp_path)
    prediction = Prediction.model_validate_json(done.stdout)
    assert done.returncode == 0
    assert [gap.what for gap in prediction.unknown] == ["base image"]
    assert [entry.path for entry in prediction.layers[1].written or ()] == ["z"]


def test_config_and_options(project: Path) -> None:
    words = ("--build-arg", "V", "--label", "l=2", "--output-format", "config", ".")
    shown = json.loads(dfcheck(*words, cwd=project, V="from outside").stdout)
    assert shown["Labels"] == {"l": "2", "v": "from outside"}
    assert shown["Cmd"] == ["x"]


def test_history_is_newest_first_in_the_columns_of_docker(project: Path) -> None:
    words = ("--output-format", "history", "--build-arg", "SOURCE_DATE_EPOCH=86400", ".")
    lines = dfcheck(*words, cwd=project).stdout.splitlines()
    cells = [re.split(r"\s{3,}", line) for line in lines]
    assert cells[0] == ["IMAGE", "CREATED", "CREATED BY", "SIZE", "COMMENT"]
    assert [row[2] for row in cells[1:]] == ['CMD ["x"]', "LABEL v=", "ARG V", "COPY a b / # buildkit"]
    assert [row[3] for row in cells[1:]] == ["0B", "0B", "0B", "1B"]
    image_id = json.loads(dfcheck("--output-format", "json", *words[2:], cwd=project).stdout)["image"][
        "image_id"
    ]
    assert [row[0] for row in cells[1:]] == [image_id, "<missing>", "<missing>", "<missing>"]
    assert {row[1] for row in cells[1:]} == {"1970-01-02T00:00:00Z"}


def test_a_build_that_stops_is_told_and_exits_1(project: Path) -> None:
    put(project / "Dockerfile", "FROM scratch\n\nCOPY nope /\n", 1)
    done = dfcheck("--output-format", "config", ".", cwd=project)
    assert done.returncode == 1
    assert "Dockerfile:3: the build stops here: " in done.stderr
    assert '"/nope": not found' in done.stderr


def test_a_base_is_named_by_any_of_its_names(tmp_path: Path) -> None:
    put(tmp_path / "c.json", json.dumps(image_config([], {"User": "u"})), 1)
    put(tmp_path / "Dockerfile", "FROM docker.io/library/foo\n", 1)
    done = dfcheck("--base", "foo:latest=c.json", "--output-format", "config", cwd=tmp_path)
    assert json.loads(done.stdout)["User"] == "u"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--base", "x"), "--base takes NAME=PATH"),
        (("--base", "scratch=nope"), ""),
        (("--base", "X Y=nope"), "no name of an image"),
        (("nowhere",), "nowhere"),
        (("-f", "nowhere", "."), "nowhere"),
        ((".", "."), "one context"),
        (("--label", "=x"), "--label takes KEY=VALUE"),
    ],
)
def test_what_cannot_be_followed_is_one_line_and_exits_2(
    project: Path, words: tuple[str, ...], said: str
) -> None:
    done = dfcheck(*words, cwd=project)
    assert "Traceback" not in done.stderr
    if said:
        assert done.returncode == 2
        assert said in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_a_broken_base_exits_2_only_where_it_is_used(project: Path) -> None:
    put(project / "b.tar", b"nonsense" * 100, 1)
    assert dfcheck("--base", "unused=b.tar", ".", cwd=project).returncode == 0
    put(project / "Dockerfile", "FROM used\n", 1)
    done = dfcheck("--base", "used=b.tar", ".", cwd=project)
    assert done.returncode == 2
    assert "b.tar: neither an OCI layout" in done.stderr


def test_checks_that_the_file_turns_into_errors_stop_the_build(tmp_path: Path) -> None:
    put(tmp_path / "Dockerfile", "# check=error=true\nFROM scratch\nMAINTAINER x\nCMD a b\n", 1)
    done = dfcheck("--output-format", "json", ".", cwd=tmp_path)
    assert done.returncode == 1
    message = json.loads(done.stdout)["error"]["message"]
    assert message == "lint violation found for rules: MaintainerDeprecated, JSONArgsRecommended"
    put(tmp_path / "Dockerfile", "# check=skip=all;error=true\nFROM scratch\nMAINTAINER x\n", 1)
    assert dfcheck(".", cwd=tmp_path).returncode == 0
    described = "FROM scratch AS a\n# This is no description\nFROM scratch AS b\n"
    for options, code in (("error=true", 0), ("error=true;experimental=all", 1)):
        put(tmp_path / "Dockerfile", f"# check={options}\n{described}", 1)
        assert dfcheck(".", cwd=tmp_path).returncode == code

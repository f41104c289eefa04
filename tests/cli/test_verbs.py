import json
import re
import tomllib

import jsonschema
import pytest

from dfcheck.lint.registry import load

FILE = """\
# syntax=docker/dockerfile:1
FROM alpine:3 AS base
RUN --mount=type=cache,target=/x <<EOF
echo $HOME
EOF
ONBUILD ENV a=1 b="two words"
HEALTHCHECK --interval=5s CMD ["true"]
"""


def test_version(place):
    for argv in (("version",), ("--version",), ("-V",)):
        assert re.fullmatch(r"dfcheck \d+\.\d+\S*\n", place.run(*argv).out)
    assert place.run("version", "x").code == 2


def test_help_lists_commands_and_options(place):
    screen = place.run("--help").out
    for verb in ("check", "rule", "config", "parse", "completion", "version"):
        assert f"\n  {verb} " in screen
        own = place.run(verb, "--help")
        assert own.code == 0
        assert own.out.startswith(f"dfcheck {verb}")
    assert "    --select RULES " in place.run("-h").out or "--select RULES" in place.run("check", "-h").out
    assert max(map(len, place.run("check", "-h").lines())) <= 120


def test_a_verb_and_a_file_of_its_name(place):
    place.write("version", "FROM alpine\n")
    assert place.run("version").out.startswith("dfcheck ")
    assert place.run("--select", "DL3006", "./version").code == 1
    assert place.run("check", "--select", "DL3006", "version").out.startswith("version:1:6: DL3006")


def test_rule_page(place):
    page = place.run("rule", "DL3006").out
    assert page.startswith("DL3006 [untagged-image] The base image has no tag\n")
    assert "Bad:\n    FROM alpine\n" in page
    assert "Severity: warning\nAlso known as: CKV_DOCKER_7" in page
    assert "```" not in page
    for label in ("untagged-image", "dl3006", "Untagged_Image"):
        assert place.run("rule", label).out == page


def test_rule_in_markdown_and_json(place):
    text = place.run("rule", "DL3006", "--output-format", "markdown").out
    assert text.startswith("# DL3006 untagged-image\n")
    assert "```dockerfile bad\nFROM alpine\n" in text
    (entry,) = json.loads(place.run("rule", "DL3006", "--output-format", "json").out)
    assert (entry["code"], entry["name"], entry["title"]) == (
        "DL3006",
        "untagged-image",
        "The base image has no tag",
    )
    assert "CKV_DOCKER_7" in entry["aliases"]
    assert (entry["severity"], entry["default"], entry["category"]) == ("warning", True, "hadolint")


def test_all_rules(place):
    codes = [rule.code for rule in load().rules]
    assert [line.split()[0] for line in place.run("rule", "--all").lines()] == codes
    assert [
        entry["code"] for entry in json.loads(place.run("rule", "--all", "--output-format", "json").out)
    ] == codes


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_a_code_of_shellcheck_is_explained_with_its_manual(place, form):
    done = place.run("rule", "sc2086", "DL3006", "--output-format", form)
    assert done.code == 0
    assert "https://www.shellcheck.net/wiki/SC2086" in done.out
    assert "# dfcheck: ignore[SC2086] reason" in done.out
    assert "DL3006" in done.out


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["untaged-image"], "unknown rule `untaged-image`; did you mean `untagged-image`?"),
        (["SC20x6"], "unknown rule `SC20x6`; `dfcheck rule --all` lists them"),
        (["zzzzzzzzz"], "unknown rule `zzzzzzzzz`; `dfcheck rule --all` lists them"),
        ([], "which rule? Give a code or a name, e.g. `dfcheck rule DL3006`, or --all"),
        (["--all", "DL3006"], "--all or a rule (`DL3006`), not both"),
    ],
)
def test_rule_that_is_not_there(place, argv, message):
    done = place.run("rule", *argv)
    assert (done.code, done.out, done.err) == (2, "", f"dfcheck: error: {message}\n")


def test_parse_as_json(place):
    place.write("Dockerfile", FILE)
    done = place.run("parse", "--output-format", "json", "Dockerfile", "-", stdin="FOO\n")
    good, bad = json.loads(done.out)
    assert done.code == 1
    assert (good["file"], good["ok"], good["errors"]) == ("Dockerfile", True, [])
    assert [entry["keyword"] for entry in good["instructions"]] == ["FROM", "RUN", "ONBUILD", "HEALTHCHECK"]
    run = good["instructions"][1]
    assert (run["start_line"], run["end_line"], run["flags"]) == (3, 5, ["--mount=type=cache,target=/x"])
    assert [heredoc["content"] for heredoc in run["heredocs"]] == ["echo $HOME\n"]
    assert good["instructions"][2]["trigger"]["arguments"] == ["a", "1", "=", "b", '"two words"', "="]
    assert (bad["file"], bad["ok"]) == ("-", False)
    assert bad["errors"][0]["line"] == 1


def test_parse_as_tree(place):
    place.write("Dockerfile", FILE)
    done = place.run("parse", "Dockerfile")
    assert done.code == 0
    lines = done.lines()
    assert lines[:4] == [
        "Dockerfile",
        "  Directive name='syntax' value='docker/dockerfile:1' 1:1-2:1",
        "    value_span: Span 1:10-1:29",
        "  From 2:1-2:22",
    ]
    assert "  Onbuild 6:1-6:30" in lines
    assert "    trigger: Env 6:9-6:30" in lines
    assert "    heredocs: Heredoc name='EOF' content='echo $HOME\\n' expand=True 4:1-5:4" in lines


def test_parse_takes_any_bytes(place):
    place.write("Dockerfile", b"\xffFROM \x1b[31m\x00\nRUN \xc3\n")
    for form in ("tree", "json"):
        done = place.run("parse", "--output-format", form, "Dockerfile")
        assert done.code == 1
        assert "\x1b" not in done.out


def test_parse_names_what_it_cannot_open(place):
    place.write("Dockerfile", "FROM a\n")
    done = place.run("parse", "gone", "Dockerfile")
    assert (done.code, done.err) == (2, "dfcheck: error: gone: No such file or directory\n")
    assert "  From 1:1-1:7" in done.lines()
    assert place.run("parse").code == 2


def test_config_shows_what_is_in_force_and_who_decided(place):
    place.write("sub/dfcheck.toml", 'extend = "../base.toml"\nignore = ["untagged-image"]\n')
    place.write("base.toml", 'fail-level = "error"\n')
    place.write("sub/Dockerfile", "FROM a\n")
    done = place.run("config", "sub/Dockerfile")
    assert done.lines()[0] == "# sub/Dockerfile: base.toml, sub/dfcheck.toml"
    shown = tomllib.loads(done.out)
    assert (shown["fail-level"], shown["ignore"]) == ("error", ["DL3006"])
    assert 'fail-level = "error"  # base.toml' in done.lines()
    assert place.run("check", "--show-settings", "sub/Dockerfile").out == done.out
    assert place.run("config", "--isolated").lines()[0] == "# .: no settings file"
    assert place.run("config", "gone").err == "dfcheck: error: gone: No such file or directory\n"


def test_settings_shown_count_the_command_line(place):
    shown = place.run("check", "--show-settings", "--select", "DL3006", "--fail-level", "none").out
    values = tomllib.loads(shown)
    assert (values["select"], values["fail-level"]) == (["DL3006"], "none")
    assert "# command line" in shown


def test_schema_of_settings_takes_settings_and_refuses_others(place):
    schema = json.loads(place.run("config", "--schema").out)
    validator = jsonschema.validators.validator_for(schema)
    validator.check_schema(schema)
    validator(schema).validate(tomllib.loads(place.run("config").out))
    assert not validator(schema).is_valid({"selct": []})

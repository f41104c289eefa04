"""Baselines, changed lines, ignores and watching, through the command."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

ONLY = ("--select", "DL3006,DL3004", "--output-format", "concise")
OLD = "FROM alpine\nRUN sudo a\n"


def told(done) -> list[str]:
    """Places and codes of what was told."""
    return [" ".join(line.split(" ")[:2]) for line in done.lines() if ": D" in line]


def git(place, *argv: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *argv], cwd=place.root, check=True, capture_output=True)


@pytest.fixture
def repository(place):
    place.write("Dockerfile", OLD)
    place.write("sub/Dockerfile", OLD)
    git(place, "init", "-q", "-b", "main")
    git(place, "add", ".")
    git(place, "commit", "-q", "-m", "one")
    return place


# --- baseline ----------------------------------------------------------------------------------------------


def test_an_old_repository_is_green_and_new_findings_fail(place):
    place.write("Dockerfile", OLD)
    done = place.run(*ONLY, "--write-baseline")
    assert (done.code, done.out) == (0, "Wrote 2 findings of 1 file to dfcheck-baseline.json.\n")
    done = place.run(*ONLY, "--baseline", "dfcheck-baseline.json")
    assert (done.code, done.out) == (0, "All good: 1 file.\n2 known findings not shown.\n")
    place.write("Dockerfile", "\n# moved\nFROM   alpine\nRUN sudo a\nRUN sudo b\n")
    done = place.run(*ONLY, "--baseline", "dfcheck-baseline.json")
    assert done.code == 1
    assert told(done) == ["Dockerfile:5:5: DL3004"]


def test_programs_get_new_findings_only(place):
    place.write("Dockerfile", OLD)
    place.run(*ONLY, "--write-baseline", "--baseline", "known.json")
    place.write("Dockerfile", OLD + "RUN sudo b\n")
    done = place.run("--select", "DL3006,DL3004", "--output-format", "json", "--baseline", "known.json")
    assert [item["code"] for item in json.loads(done.out)] == ["DL3004"]


def test_entries_that_match_nothing_are_told_and_taken_out(place):
    place.write("Dockerfile", OLD)
    place.write("b/Dockerfile", OLD)
    place.run(*ONLY, "--write-baseline")
    place.write("Dockerfile", "FROM alpine\n")
    (place.root / "b/Dockerfile").unlink()
    done = place.run(*ONLY, "--baseline", "dfcheck-baseline.json")
    assert done.lines()[-1] == (
        "1 known finding not shown. 3 entries of dfcheck-baseline.json match nothing any more;"
        " --write-baseline takes them out."
    )
    assert done.code == 0
    place.run(*ONLY, "--write-baseline")
    assert list(json.loads(place.read("dfcheck-baseline.json"))["findings"]) == ["Dockerfile"]
    assert place.run(*ONLY, "--baseline", "dfcheck-baseline.json").lines()[-1] == "1 known finding not shown."


def test_files_that_are_not_checked_keep_their_entries(place):
    for name in ("a", "b"):
        place.write(f"{name}/Dockerfile", OLD)
    place.run(*ONLY, "--write-baseline")
    before = place.read("dfcheck-baseline.json")
    place.run(*ONLY, "--write-baseline", "a")
    assert place.read("dfcheck-baseline.json") == before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "there is no such baseline; --write-baseline makes it"),
        ("{}", "no baseline of dfcheck"),
        ("x", "not JSON"),
        ('{"dfcheck-baseline": 9, "findings": {}}', "a baseline of version 9"),
    ],
)
def test_a_baseline_that_cannot_be_used(place, content, said):
    place.write("Dockerfile", OLD)
    if content is not None:
        place.write("b.json", content)
    done = place.run(*ONLY, "--baseline", "b.json")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("dfcheck: error: b.json")
    assert said in done.err
    assert done.err.count("\n") == 1


def test_only_baselines_are_overwritten(place):
    place.write("Dockerfile", OLD)
    done = place.run(*ONLY, "--write-baseline", "--baseline", "Dockerfile")
    assert done.code == 2
    assert "it is not overwritten" in done.err
    assert place.read("Dockerfile") == OLD
    place.write("b.json", '{"dfcheck-baseline": 0}')
    assert place.run(*ONLY, "--write-baseline", "--baseline", "b.json").code == 0


def test_nothing_is_written_when_a_file_could_not_be_checked(place):
    place.write("Dockerfile", OLD)
    done = place.run(*ONLY, "--write-baseline", "Dockerfile", "missing")
    assert done.code == 2
    assert not (place.root / "dfcheck-baseline.json").exists()


# --- changed lines -----------------------------------------------------------------------------------------


def test_only_changed_lines_are_told(repository):
    assert told(repository.run(*ONLY, "--diff-base", "HEAD")) == []
    repository.write("Dockerfile", OLD + "RUN sudo b\n")
    done = repository.run(*ONLY, "--diff-base", "HEAD")
    assert told(done) == ["Dockerfile:3:5: DL3004"]
    assert done.code == 1
    git(repository, "commit", "-q", "-a", "-m", "two")
    assert told(repository.run(*ONLY, "--diff-base", "HEAD~1")) == ["Dockerfile:3:5: DL3004"]
    done = repository.run(*ONLY, "--diff-base", "HEAD")
    assert (done.code, done.out) == (0, "All good: 2 files.\n")


def test_the_common_ancestor_counts(repository):
    git(repository, "checkout", "-q", "-b", "work")
    repository.write("sub/Dockerfile", OLD + "RUN sudo w\n")
    git(repository, "commit", "-q", "-a", "-m", "work")
    git(repository, "checkout", "-q", "main")
    repository.write("Dockerfile", "FROM alpine:3.22\nRUN sudo m\n")
    git(repository, "commit", "-q", "-a", "-m", "main")
    git(repository, "checkout", "-q", "work")
    assert told(repository.run(*ONLY, "--diff-base", "main")) == ["sub/Dockerfile:3:5: DL3004"]


def test_renamed_and_new_files(repository):
    git(repository, "mv", "Dockerfile", "with blank é.Dockerfile")
    repository.write("with blank é.Dockerfile", OLD + "RUN sudo b\n")
    repository.write("new/Dockerfile", "FROM alpine\n")
    done = repository.run(*ONLY, "--diff-base", "HEAD")
    assert "new/Dockerfile:1:6: DL3006" in done.out
    assert "with blank é.Dockerfile:3:5: DL3004" in done.out
    assert "with blank é.Dockerfile:1" not in done.out


@pytest.mark.parametrize("name", ['q"uote', "tab\there", "back\\slash", "new\nline", "+++ b"])
def test_unusual_names(repository, name):
    path = f"{name}/Dockerfile"
    repository.write(path, OLD)
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "odd")
    repository.write(path, OLD + "RUN sudo b\n")
    done = repository.run("--select", "DL3006,DL3004", "--output-format", "json", "--diff-base", "HEAD")
    assert [item["code"] for item in json.loads(done.out)] == ["DL3004"]


def test_lines_that_look_like_a_patch(repository):
    repository.write("Dockerfile", "FROM a:1\nRUN <<EOF\n++ b/x\n-- a/x\n@@ -1 +1 @@\nsudo c\nEOF\n")
    git(repository, "commit", "-q", "-a", "-m", "two")
    repository.write(
        "Dockerfile", "FROM a:1\nRUN <<EOF\n++ b/y\n-- a/y\n@@ -1 +2 @@\nsudo c\nEOF\nRUN sudo d\n"
    )
    assert told(repository.run(*ONLY, "--diff-base", "HEAD")) == ["Dockerfile:8:5: DL3004"]


def test_the_second_place_of_a_finding_counts(repository):
    repository.write("Dockerfile", 'FROM a:1\nCMD ["x"]\n')
    git(repository, "commit", "-q", "-a", "-m", "two")
    repository.write("Dockerfile", 'FROM a:1\nCMD ["x"]\nCMD ["y"]\n')
    assert "DL4003" in repository.run("--select", "DL4003", "--diff-base", "HEAD").out


def test_from_another_directory(repository, tmp_path_factory):
    repository.write("Dockerfile", OLD + "RUN sudo b\n")
    there = os.path.relpath(repository.root, repository.root / "sub")
    done = subprocess.run(
        [sys.executable, "-m", "dfcheck", *ONLY, "--isolated", "--diff-base", "HEAD", there],
        cwd=repository.root / "sub",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("../Dockerfile:3:5: DL3004")


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("--diff-base", "nowhere"), "git knows no revision `nowhere`"),
        (("--diff-base", "--output=x"), "git knows no revision `--output=x`"),
        (("--diff-base", "HEAD", "-"), "git does not know standard input"),
        (("--diff-base", "HEAD", "--fix"), "--fix works on all findings; leave --diff-base out"),
        (("--baseline", "x", "--add-ignore"), "--add-ignore works on all findings; leave --baseline out"),
    ],
)
def test_what_cannot_be_compared(repository, argv, said):
    done = repository.run(*ONLY, *argv)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert done.err.count("\n") == 1
    assert not (repository.root / "x").exists()


def test_no_repository_and_no_git(place, repository):
    done = repository.run(*ONLY, "--diff-base", "HEAD", env={"PATH": "/nonexistent"})
    assert (done.code, done.err) == (2, "dfcheck: error: --diff-base: git is not installed\n")


def test_outside_of_a_repository(place):
    place.write("Dockerfile", OLD)
    done = place.run(*ONLY, "--diff-base", "HEAD")
    assert done.code == 2
    assert "Dockerfile is in no git repository" in done.err


# --- ignores -----------------------------------------------------------------------------------------------


def test_ignores_are_written_and_hold(place):
    place.write("Dockerfile", OLD)
    done = place.run(*ONLY, "--add-ignore=we know")
    assert (done.code, done.out) == (0, "Ignored 2 problems in 1 file.\n")
    assert place.read("Dockerfile") == (
        "# dfcheck: ignore[DL3006] we know\nFROM alpine\n# dfcheck: ignore[DL3004] we know\nRUN sudo a\n"
    )
    assert place.run(*ONLY).code == 0
    assert place.run(*ONLY, "--add-ignore").out == "Nothing to ignore.\n"


def test_ignores_into_standard_output(place):
    assert place.run(*ONLY, "--add-ignore", "-", stdin="FROM alpine\n").out == (
        "# dfcheck: ignore[DL3006]\nFROM alpine\n"
    )
    assert place.run(*ONLY, "--add-ignore", "-", stdin="FROM a:1\n").out == "FROM a:1\n"


def test_the_reason_is_one_line(place):
    place.write("Dockerfile", OLD)
    assert place.run(*ONLY, "--add-ignore=a\nb").code == 2
    assert place.read("Dockerfile") == OLD


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file that cannot be written")
def test_a_file_that_cannot_be_written(place):
    done = place.run("--select", "ALL", "--add-ignore", "/proc/version")
    assert done.code == 2
    assert done.err.startswith("dfcheck: error: /proc/version")


# --- settings on the command line --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (("--severity", "sudo=off"), ["Dockerfile:1:6: DL3006"]),
        (("--per-file-ignores", "Dockerfile:DL3006,sudo"), []),
        (("--per-file-ignores", "sub/*:DL3006"), ["Dockerfile:1:6: DL3006", "Dockerfile:2:5: DL3004"]),
        (("--config", 'ignore = ["DL3004"]'), ["Dockerfile:1:6: DL3006"]),
        (("--config", 'severity.DL3004 = "off"', "--severity", "DL3006=off"), []),
    ],
)
def test_settings_may_stand_on_the_command_line(place, argv, expected):
    place.write("Dockerfile", OLD)
    assert told(place.run(*ONLY, *argv)) == expected


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("--severity", "DL3006"), "--severity takes RULE=LEVEL, not `DL3006`"),
        (("--severity", "DL3006=eror"), "did you mean `error`?"),
        (("--severity", "DL3666=error"), "--severity: unknown rule `DL3666`"),
        (("--per-file-ignores", "x"), "--per-file-ignores takes GLOB:RULE,RULE, not `x`"),
        (("--config", "a = "), "not TOML"),
        (("--config", "slect = []"), "--config: unknown key `slect`; did you mean `select`?"),
        (("--config", "extend = 'x'"), "--config: `extend` has its place in a settings file"),
        (("--fix", "--fixable", "nope"), "--fixable: unknown rule `nope`"),
    ],
)
def test_settings_that_cannot_be_followed(place, argv, said):
    place.write("Dockerfile", "# dfcheck: ignore[DL3007]\nFROM alpine\n")
    done = place.run(*argv)
    assert done.code == 2
    assert said in done.err
    assert done.err.count("\n") == 1


def test_fixes_of_some_rules_only(place):
    text = "# dfcheck: ignore[DL3004]\nFROM a:1 as b\n"
    select = ("--select", "DF0002,DL3004,from-as-casing", "--fix", "-q")
    place.write("Dockerfile", text)
    place.run(*select, "--unfixable", "DF0002,from-as-casing")
    assert place.read("Dockerfile") == text
    place.run(*select, "--fixable", "from-as-casing")
    assert place.read("Dockerfile") == text.replace(" as ", " AS ")
    place.run(*select, "--fixable", "ALL", "--unfixable", "from-as-casing")
    assert place.read("Dockerfile") == "FROM a:1 AS b\n"


# --- watching ----------------------------------------------------------------------------------------------


def test_watching_checks_again_and_outlives_broken_settings(place):
    place.write("Dockerfile", "FROM a:1\n")
    log = place.root / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "dfcheck", *ONLY, "--watch"], cwd=place.root, stdout=out, stderr=out
        )

    def until(text: str) -> None:
        end = time.monotonic() + 30
        while text not in log.read_text():
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.05)

    try:
        until("watching 1 file")
        place.write("Dockerfile", "FROM alpine\n")
        until("Dockerfile:1:6: DL3006")
        place.write("dfcheck.toml", "nonsense = 1\n")
        until("unknown key `nonsense`")
        place.write("dfcheck.toml", "")
        place.write("b/Dockerfile", "FROM debian\n")
        until("b/Dockerfile:1:6: DL3006")
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 130
    finally:
        process.kill()
        process.wait()
    assert "Traceback" not in log.read_text()


def test_standard_input_cannot_be_watched(place):
    assert place.run("--watch", "-").code == 2

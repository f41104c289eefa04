import json

import pytest

UNTAGGED = "FROM alpine\n"
TAGGED = "FROM alpine:3.22\n"
USELESS = "# dfcheck: ignore[DL3006]\nFROM alpine:3.22\n"
ONLY = ("--select", "DL3006")
FIXABLE = ("--select", "DL3006,DF0002")


def test_a_problem_has_a_block_and_a_summary(place):
    place.write("Dockerfile", UNTAGGED)
    done = place.run(*ONLY, "Dockerfile")
    assert done.lines() == [
        "Dockerfile:1:6: DL3006 [untagged-image] image `alpine` has no tag, so it means `alpine:latest`",
        "  1 | FROM alpine",
        "    |      ^^^^^^ name a version, e.g. `alpine:3.22`",
        "Found 1 problem (1 warning). `dfcheck rule DL3006` says more.",
    ]
    assert (done.code, done.err) == (1, "")


def test_a_clean_file_is_said_in_one_line(place):
    place.write("Dockerfile", TAGGED)
    done = place.run(*ONLY, "Dockerfile")
    assert (done.code, done.out, done.err) == (0, "All good: 1 file.\n", "")


def test_the_current_directory_is_the_default(place):
    place.write("sub/Dockerfile", UNTAGGED)
    place.write("Dockerfile", TAGGED)
    for argv in ((), ("check",), (".",)):
        done = place.run(*argv, *ONLY)
        assert done.lines()[0].startswith("sub/Dockerfile:1:6: DL3006")
        assert done.code == 1


def test_a_broken_line_does_not_hide_the_rest(place):
    place.write("Dockerfile", "FROM alpine\nCOPPY a b\n")
    done = place.run("--select", "DL3006", "--output-format", "concise", "Dockerfile")
    assert [line.split(" ")[:2] for line in done.lines()[:2]] == [
        ["Dockerfile:1:6:", "DL3006"],
        ["Dockerfile:2:1:", "DF0001"],
    ]
    assert "did you mean `COPY`?" in place.run("Dockerfile").out
    assert done.code == 1


def test_standard_input_has_the_name_it_is_given(place):
    assert place.run(*ONLY, "-", stdin=UNTAGGED).out.startswith("-:1:6: DL3006")
    named = place.run(*ONLY, "--stdin-filename", "a/Dockerfile", "-", stdin=UNTAGGED)
    assert named.out.startswith("a/Dockerfile:1:6: DL3006")


def test_settings_of_standard_input_are_those_of_its_name(place):
    place.write("dfcheck.toml", 'select = ["DL3006"]\n')
    place.write("a/dfcheck.toml", 'select = ["DF0001"]\n')
    assert place.run("-", stdin=UNTAGGED).code == 1
    assert place.run("--stdin-filename", "a/Dockerfile", "-", stdin=UNTAGGED).code == 0


def test_selection(place):
    place.write("Dockerfile", UNTAGGED)
    assert place.run("--ignore", "untagged-image", "--select", "DL3006,DF0", "Dockerfile").code == 0
    assert place.run("--select", "DF0", "--extend-select", "CKV_DOCKER_7", "Dockerfile").code == 1


def test_exit_codes_follow_the_fail_level(place):
    place.write("Dockerfile", UNTAGGED)
    codes = {
        level: place.run(*ONLY, "--fail-level", level).code for level in ("error", "warning", "style", "none")
    }
    assert codes == {"error": 0, "warning": 1, "style": 1, "none": 0}
    assert place.run(*ONLY, "--exit-zero").code == 0


def test_settings_of_each_directory_count_for_its_files(place):
    place.write("Dockerfile", UNTAGGED)
    place.write("quiet/Dockerfile", UNTAGGED)
    place.write("dfcheck.toml", 'select = ["untagged-image"]\n')
    place.write("quiet/dfcheck.toml", 'extend = "../dfcheck.toml"\nignore = ["untagged-image"]\n')
    done = place.run("--output-format", "concise")
    assert [line.partition(":")[0] for line in done.lines()[:-1]] == ["Dockerfile"]
    both = place.run("--isolated", "--output-format", "concise", *ONLY)
    assert [line.partition(":")[0] for line in both.lines()[:-1]] == ["Dockerfile", "quiet/Dockerfile"]
    place.write("loud.toml", 'select = ["DL3006"]\n')
    assert place.run("--config", "loud.toml", "quiet").code == 1


def test_build_arguments_are_known(place):
    place.write("Dockerfile", "ARG BASE=alpine:3\nFROM $BASE\n")
    assert place.run(*ONLY).code == 0
    assert "`debian` has no tag" in place.run(*ONLY, "--build-arg", "BASE=debian").out
    assert "`busybox` has no tag" in place.run(*ONLY, "--build-arg", "BASE", env={"BASE": "busybox"}).out


def test_show_files(place):
    place.write("b.Dockerfile", UNTAGGED)
    place.write("a/Dockerfile", UNTAGGED)
    place.write("old/Dockerfile", UNTAGGED)
    done = place.run("--show-files", "--exclude", "old")
    assert (done.code, done.lines()) == (0, ["b.Dockerfile", "a/Dockerfile"])
    assert place.run("--show-files", "--exclude", "old", "old/Dockerfile").lines() == ["old/Dockerfile"]
    assert place.run("--show-files", "--exclude", "old", "--force-exclude", "old/Dockerfile").lines() == []


def test_exclude_of_settings(place):
    place.write("dfcheck.toml", 'exclude = ["/old"]\n')
    place.write("old/Dockerfile", UNTAGGED)
    place.write("new/old/Dockerfile", UNTAGGED)
    assert place.run("--show-files").lines() == ["new/old/Dockerfile"]


def test_statistics(place):
    place.write("Dockerfile", "FROM alpine\nFROM debian\n# dfcheck: ignore[DL3006]\nFROM c:1\n")
    assert place.run("--statistics", "--isolated", "--select", "DL3006,DF0002").lines()[:2] == [
        "2  DL3006  untagged-image",
        "1  DF0002  unused-ignore (fixable)",
    ]
    rows = json.loads(place.run("--statistics", "--output-format", "json", *ONLY).out)
    assert rows == [{"code": "DL3006", "name": "untagged-image", "count": 2, "fixable": 0}]


def test_quiet_and_verbose(place):
    place.write("Dockerfile", UNTAGGED)
    assert len(place.run("-q", *ONLY).lines()) == 3
    assert place.run("-q", "--isolated", "--select", "DF0").out == ""
    assert place.run("-v", *ONLY).err == "dfcheck: Dockerfile: dfcheck.toml\n"
    assert place.run("-v", "--isolated", *ONLY).err == "dfcheck: Dockerfile: no settings file\n"


def test_json_alone_is_on_standard_output(place):
    place.write("Dockerfile", UNTAGGED)
    assert [item["code"] for item in json.loads(place.run(*ONLY, "--output-format", "json").out)] == [
        "DL3006"
    ]
    assert json.loads(place.run("--select", "DF0", "--output-format", "json").out) == []
    assert json.loads(place.run("--output-format", "sarif").out)["version"] == "2.1.0"


def test_output_file(place):
    place.write("Dockerfile", UNTAGGED)
    place.write("report.json", "old")
    done = place.run(*ONLY, "--output-format", "json", "-o", "report.json")
    assert json.loads(place.read("report.json"))[0]["code"] == "DL3006"
    assert done.lines() == ["Found 1 problem (1 warning). `dfcheck rule DL3006` says more."]
    assert sorted(path.name for path in place.root.iterdir()) == ["Dockerfile", "dfcheck.toml", "report.json"]


def test_github_workflows_get_annotations_by_themselves(place):
    place.write("sub/Dockerfile", UNTAGGED)
    env = {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(place.root)}
    lines = place.run(*ONLY, env=env).lines()
    assert lines[0].startswith("::warning title=dfcheck (DL3006),file=sub/Dockerfile,line=1,col=6,")
    assert lines[1].startswith("Found 1 problem")
    assert place.run(*ONLY, "--output-format", "full", env=env).lines()[1] == "  1 | FROM alpine"
    place.write("dfcheck.toml", 'output-format = "concise"\n')
    assert place.run(*ONLY, env=env).lines()[0].startswith("sub/Dockerfile:1:6:")


def test_azure_pipelines_get_annotations_by_themselves(place):
    place.write("sub/Dockerfile", UNTAGGED)
    env = {"TF_BUILD": "True", "BUILD_SOURCESDIRECTORY": str(place.root / "sub")}
    assert (
        place.run(*ONLY, env=env)
        .lines()[0]
        .startswith(
            "##vso[task.logissue type=warning;sourcepath=Dockerfile;linenumber=1;columnnumber=6;code=DL3006;]"
        )
    )


def test_gitlab_gets_the_report_for_people_and_a_file_when_asked(place):
    place.write("sub/Dockerfile", UNTAGGED)
    env = {"GITLAB_CI": "true", "CI_PROJECT_DIR": str(place.root / "sub")}
    assert place.run(*ONLY, env=env).lines()[1] == "  1 | FROM alpine"
    place.run(*ONLY, "--output-format", "gitlab", "-o", "quality.json", env=env)
    assert json.loads(place.read("quality.json"))[0]["location"]["path"] == "Dockerfile"


def test_the_summary_names_the_most_frequent_code(place):
    place.write("Dockerfile", "FROM a:1\nRUN cd /x && sudo y && sudo z\nWORKDIR /\n")
    done = place.run("--select", "DL3003,DL3004")
    assert done.lines()[0].startswith("Dockerfile:2:5: DL3003")
    assert done.lines()[-1].endswith("`dfcheck rule DL3004` says more.")


@pytest.mark.parametrize(
    ("argv", "env", "coloured"),
    [
        ((), {}, False),
        ((), {"FORCE_COLOR": "1"}, True),
        ((), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (("--color", "always"), {"NO_COLOR": "1"}, True),
        (("--color=never",), {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colours(place, argv, env, coloured):
    place.write("Dockerfile", UNTAGGED)
    assert ("\x1b[" in place.run(*ONLY, *argv, env=env).out) is coloured


def test_many_files_give_the_same_in_any_number_of_processes(place):
    for number in range(60):
        place.write(f"d{number % 7}/x{number}.Dockerfile", UNTAGGED if number % 3 else TAGGED)
    one, two = (place.run(*ONLY, "-j", jobs) for jobs in ("1", "2"))
    assert one.out == two.out == place.run(*ONLY).out
    assert one.out.count("DL3006 [") == 40


def test_fix_mends_the_file_and_says_so(place):
    place.write("Dockerfile", USELESS)
    assert "1 fixable with --fix." in place.run(*FIXABLE, "Dockerfile").out
    done = place.run(*FIXABLE, "--fix", "--show-fixes", "Dockerfile")
    assert place.read("Dockerfile") == TAGGED
    assert done.lines() == [
        "Dockerfile: DF0002 [unused-ignore] Remove the comment",
        "Fixed 1 problem.",
        "All good: 1 file.",
    ]
    assert done.code == 0
    place.write("Dockerfile", USELESS)
    assert place.run(*FIXABLE, "--fix", "--exit-non-zero-on-fix", "Dockerfile").code == 1


def test_diff_shows_and_changes_nothing(place):
    place.write("Dockerfile", USELESS)
    done = place.run(*FIXABLE, "--diff", "Dockerfile")
    assert done.lines() == [
        "--- Dockerfile",
        "+++ Dockerfile",
        "@@ -1,2 +1 @@",
        "-# dfcheck: ignore[DL3006]",
        " FROM alpine:3.22",
    ]
    assert (done.code, place.read("Dockerfile")) == (1, USELESS)
    place.write("Dockerfile", TAGGED)
    assert (place.run(*FIXABLE, "--diff").code, place.run(*FIXABLE, "--diff").out) == (0, "")


def test_fix_only_reports_nothing_left(place):
    place.write("Dockerfile", "# dfcheck: ignore[DF0001]\nFROM alpine\n")
    done = place.run("--fix-only", "--isolated", "--select", "DL3006,DF0", "Dockerfile")
    assert (done.code, done.out) == (0, "Fixed 1 problem.\n")
    assert place.read("Dockerfile") == UNTAGGED


def test_fixed_standard_input_goes_to_standard_output(place):
    done = place.run(*FIXABLE, "--fix", "-", stdin=b"# dfcheck: ignore[DL3006]\r\nFROM a:1 # \xff\r\n")
    assert done.out == "FROM a:1 # \udcff\r\n"
    clean = place.run(*FIXABLE, "--fix", "-", stdin=TAGGED)
    assert clean.out == TAGGED
    assert clean.err == "All good: 1 file.\n"


def test_fix_keeps_mode_bytes_and_links(place):
    place.write("real/Dockerfile", b"# dfcheck: ignore[DL3006]\nFROM a:1\nRUN echo \xff\n")
    (place.root / "real/Dockerfile").chmod(0o754)
    (place.root / "Dockerfile").symlink_to("real/Dockerfile")
    place.run(*FIXABLE, "--fix", "Dockerfile")
    assert (place.root / "real/Dockerfile").read_bytes() == b"FROM a:1\nRUN echo \xff\n"
    assert (place.root / "real/Dockerfile").stat().st_mode & 0o777 == 0o754
    assert (place.root / "Dockerfile").is_symlink()


def test_several_formats(place):
    place.write("Dockerfile", UNTAGGED)
    done = place.run(*ONLY, "--output-format", "sarif", "-o", "a.sarif", "--output-format", "concise")
    assert done.out == place.run(*ONLY, "--output-format", "concise").out
    assert json.loads((place.root / "a.sarif").read_text())["version"] == "2.1.0"
    both = place.run(*ONLY, "--output-format", "jsonl", "--output-format", "jsonl")
    assert both.out == 2 * place.run(*ONLY, "--output-format", "jsonl").out
    place.write("dfcheck.toml", 'output-format = "jsonl,nonsense"\n')
    assert "unknown output format `nonsense`" in place.run("Dockerfile").err

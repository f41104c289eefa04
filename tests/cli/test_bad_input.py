"""Whatever is wrong with what dfcheck is given: one clear line, exit code 2, no traceback."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import environment

UNTAGGED = "FROM alpine\n"


def said(done):
    """The one line on standard error of a run that failed."""
    assert done.code == 2
    (line,) = done.err.splitlines()
    return line


def test_missing_path(place):
    place.write("Dockerfile", "FROM alpine:3.22\n")
    assert place.run("--select", "DL3006", "nowhere", "Dockerfile").out == ""  # not all is good
    assert said(place.run("nowhere")) == "dfcheck: error: nowhere: No such file or directory"
    assert said(place.run("a/b/Dockerfile")) == "dfcheck: error: a/b/Dockerfile: No such file or directory"


def test_missing_path_that_looks_like_a_command(place):
    assert said(place.run("chekc")) == (
        "dfcheck: error: chekc: No such file or directory; did you mean the command `check`?"
    )


def test_missing_path_does_not_hide_the_others(place):
    place.write("Dockerfile", UNTAGGED)
    done = place.run("--select", "DL3006", "nowhere", "Dockerfile")
    assert (done.code, done.err) == (2, "dfcheck: error: nowhere: No such file or directory\n")
    assert done.out.startswith("Dockerfile:1:6: DL3006")


def test_directory_without_dockerfiles_is_a_warning(place):
    place.write("sub/README", "")
    done = place.run("sub")
    assert (done.code, done.out, done.err) == (0, "", "dfcheck: warning: no Dockerfile found in sub\n")
    assert place.run("-q", "sub").err == ""
    assert place.run("--output-format", "json", "sub").out == "[]\n"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="this user may read everything")
def test_unreadable_file(place):
    place.write("Dockerfile", UNTAGGED)
    (place.root / "Dockerfile").chmod(0)
    assert said(place.run("Dockerfile")) == "dfcheck: error: Dockerfile: Permission denied"


def test_file_that_cannot_be_read_as_one(place):
    place.write("Dockerfile/x", "")
    assert place.run("Dockerfile").code == 0  # a directory of that name is searched
    (place.root / "loop").symlink_to("loop")
    assert said(place.run("loop")).startswith("dfcheck: error: loop: Too many levels of symbolic links")


def test_binary_file_is_left_out_of_a_search_and_checked_when_named(place):
    place.write("Dockerfile", b"\x7fELF\x00\x01\x02")
    searched = place.run(".")
    assert (searched.code, searched.out) == (0, "")
    assert searched.err == "dfcheck: Dockerfile: left out, it is a binary file; name it to check it\n"
    named = place.run("Dockerfile")
    assert named.code == 1
    assert "\x7f" not in named.out
    assert "\0" not in named.out


@pytest.mark.parametrize(
    "content", [b"", b"\xef\xbb\xbf", b"\n\n", b"\xff\xfe\x00", b"FROM", b"FROM \\", b"RUN <<EOF"]
)
def test_hopeless_files_are_findings(place, content):
    place.write("Dockerfile", content)
    done = place.run("Dockerfile")
    assert (done.code, done.err) == (1, "")
    assert "Dockerfile:1:" in done.out


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--selct", "X"], "unknown option --selct; did you mean `--select`?"),
        (["--output-format", "jsno"], "did you mean `json`?"),
        (
            ["--select", "untagd-image"],
            "--select: unknown rule `untagd-image`; did you mean `untagged-image`?",
        ),
        (
            ["--ignore", "untaged-image"],
            "--ignore: unknown rule `untaged-image`; did you mean `untagged-image`?",
        ),
        (["--plugin", "nowhere-to-be-found"], "plugin `nowhere-to-be-found` is not installed"),
        (["--config", "none.toml"], "none.toml: No such file or directory"),
        (["--config", "x", "--isolated"], "--isolated or --config, not both"),
        (["-j", "many"], "--jobs is a whole number from 1, not `many`"),
    ],
)
def test_options_that_cannot_be_followed(place, argv, message):
    place.write("Dockerfile", UNTAGGED)
    done = place.run(*argv, "Dockerfile")
    assert message in said(done)
    assert done.out == ""


def test_plugin_that_fails_to_import(place):
    place.write("Dockerfile", UNTAGGED)
    place.write("site-packages/brittle.py", "raise OSError('no\\nluck')\n")
    place.write(
        "site-packages/brittle-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: brittle\nVersion: 1\n"
    )
    place.write("site-packages/brittle-1.dist-info/entry_points.txt", "[dfcheck.rules]\nbrittle = brittle\n")
    env = {"PYTHONPATH": str(place.root / "site-packages")}
    line = said(place.run("--plugin", "brittle", "Dockerfile", env=env))
    assert line == "dfcheck: error: plugin `brittle` (brittle) fails to load: OSError: no luck"
    assert said(place.run("rule", "--plugin", "brittle", "--all", env=env)) == line


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("select = [\n", "dfcheck.toml:"),
        ('selct = ["DL3006"]\n', "dfcheck.toml:1:1: unknown key `selct`; did you mean `select`?"),
        (
            '\nignore = ["untagd-image"]\n',
            "dfcheck.toml:2:11: unknown rule `untagd-image`; did you mean `untagged-image`?",
        ),
        ('fail-level = "eror"\n', "dfcheck.toml:1:1: fail-level: "),
        ('output-format = "jsn"\n', "unknown output format `jsn`; did you mean `json`?"),
        ("\xff", "dfcheck.toml:"),
    ],
)
def test_settings_that_cannot_be_followed(place, text, message):
    place.write("Dockerfile", UNTAGGED)
    place.write("dfcheck.toml", text)
    assert message in said(place.run("Dockerfile"))
    assert place.run("--isolated", "--select", "DF0", "Dockerfile").code == 0


def test_broken_settings_below_are_said_once_and_hide_nothing_else(place):
    place.write("Dockerfile", UNTAGGED)
    place.write("a/Dockerfile", UNTAGGED)
    place.write("a/b.Dockerfile", UNTAGGED)
    place.write("a/dfcheck.toml", "nonsense")
    done = place.run("--select", "DL3006", ".")
    assert said(done).startswith(f"dfcheck: error: a{os.sep}dfcheck.toml:1:")
    assert done.out.startswith("Dockerfile:1:6: DL3006")


@pytest.mark.parametrize("target", ["missing/report.json", "taken"])
def test_output_file_that_cannot_be_written(place, target):
    place.write("Dockerfile", UNTAGGED)
    (place.root / "taken").mkdir()
    done = place.run("--select", "DL3006", "-o", target, "Dockerfile")
    assert said(done).startswith(f"dfcheck: error: {target}: ")
    assert not list(place.root.rglob("*.tmp"))


def run_in(place, shell_line, **env):
    command = ["bash", "-c", shell_line.replace("dfcheck ", f"{sys.executable} -m dfcheck ")]
    return subprocess.run(
        command, cwd=place.root, capture_output=True, env=environment(**env), timeout=60, check=False
    )


@pytest.mark.skipif(os.name != "posix", reason="needs a POSIX shell")
def test_closed_pipe_ends_the_run_quietly(place):
    place.write("Dockerfile", UNTAGGED * 20_000)
    done = run_in(place, "dfcheck --select DL3006 Dockerfile | head -n 1; exit ${PIPESTATUS[0]}")
    assert done.stdout.startswith(b"Dockerfile:1:6: DL3006")
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_full_disk_is_said(place):
    place.write("Dockerfile", UNTAGGED)
    done = run_in(place, "dfcheck --select DL3006 Dockerfile > /dev/full")
    assert done.returncode == 2
    assert done.stderr == b"dfcheck: error: cannot write the output: No space left on device\n"


@pytest.mark.skipif(os.name != "posix", reason="needs a POSIX shell")
def test_closed_streams_do_not_matter(place):
    place.write("Dockerfile", UNTAGGED)
    assert run_in(place, "dfcheck --select DL3006 Dockerfile >&- 2>&-").returncode == 1
    closed = run_in(place, "dfcheck - <&-")
    assert (closed.returncode, closed.stderr) == (2, b"dfcheck: error: -: standard input is closed\n")


def test_output_in_a_poor_encoding_is_escaped(place):
    place.write("Dockerfile", "FROM alpine # 日本\nRUN echo 日本\nFOO é\n")
    done = place.run("Dockerfile", env={"PYTHONIOENCODING": "ascii"})
    assert done.code == 1
    assert done.out.isascii()


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_interrupt_ends_the_run_quietly(place, jobs):
    for number in range(64):
        place.write(f"{number}.Dockerfile", "FROM alpine\nRUN a\n" * 20_000)
    command = [sys.executable, "-m", "dfcheck", "-j", jobs]
    process = subprocess.Popen(
        command, cwd=place.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    )
    time.sleep(2)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, b"", b"")


CRASHING = """
import sys
import dfcheck.cli.work as work
def broken(*_, **__):
    raise RuntimeError("no\\nluck")
work.parse = broken
from dfcheck.cli.main import main
sys.exit(main())
"""


def test_internal_error_is_one_line_asking_for_a_report(place):
    place.write("Dockerfile", UNTAGGED)
    command = [sys.executable, "-c", CRASHING, "Dockerfile"]
    done = subprocess.run(
        command, cwd=place.root, capture_output=True, env=environment(), text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "dfcheck: error: Dockerfile: internal error: RuntimeError: no luck; "
        "please report it with the file (-v shows more)\n"
    )
    more = subprocess.run([*command, "-v"], cwd=place.root, capture_output=True, text=True, check=False)
    assert "Traceback" in more.stderr


def test_internal_error_outside_of_files_is_one_line(place):
    script = CRASHING.replace("work.parse", "work.Finder")
    command = [sys.executable, "-c", script, "."]
    done = subprocess.run(
        command, cwd=place.root, capture_output=True, env=environment(), text=True, check=False
    )
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("dfcheck: error: internal error: RuntimeError: no luck (<string>:")

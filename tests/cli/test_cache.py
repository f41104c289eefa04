"""The cache seen from outside: the same answers, quickly, and trusted only where it can be."""

from __future__ import annotations

import os
import shutil
import stat
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

# Enough shell that the check is worth keeping.
SHELLY = "FROM alpine\nRUN cd $x && cat a | grep b\n"
OTHER = "FROM debian\nRUN cd /y\n"
CACHE = ("--cache-dir", "cache")

needs_shellcheck = pytest.mark.skipif(
    shutil.which("shellcheck") is None, reason="ShellCheck is not installed"
)


def shards(place) -> list[Path]:
    return sorted((place.root / "cache").glob("*.shard"))


@pytest.fixture
def two(place):
    place.write("Dockerfile", SHELLY)
    place.write("b/Dockerfile", OTHER)
    return place


def marked(place, mark: str = "KNOWN") -> None:
    """Change the messages in the cache, so that an answer from it can be told from a fresh one."""
    for path in shards(place):
        path.write_bytes(path.read_bytes().replace(b"has no tag", mark.encode()))


def test_a_second_run_says_the_same_and_takes_it_from_the_cache(two):
    first = two.run(*CACHE, ".")
    assert len(shards(two)) in (1, 2)
    again = two.run(*CACHE, ".")
    assert (again.code, again.out, again.err) == (first.code, first.out, first.err)
    marked(two)
    assert two.run(*CACHE, ".").out.count("KNOWN") == 2
    assert two.run("--no-cache", *CACHE, ".").out == first.out


def test_every_format_is_the_same_from_the_cache(two):
    for name in ("json", "sarif", "concise", "html", "hadolint-json"):
        fresh = two.run("--no-cache", "--output-format", name, ".")
        two.run(*CACHE, "--output-format", name, ".")
        assert two.run(*CACHE, "--output-format", name, ".").out == fresh.out


def test_another_text_is_another_report(two):
    two.run(*CACHE, ".")
    marked(two)
    two.write("Dockerfile", SHELLY + "USER a\n")
    assert two.run(*CACHE, "Dockerfile").out.count("KNOWN") == 0
    two.write("c/Dockerfile", SHELLY)  # the same text under another name
    assert two.run(*CACHE, "c/Dockerfile").out.count("KNOWN") == 1


@pytest.mark.parametrize(
    ("settings", "argv"),
    [
        ('ignore = ["DF1001"]\n', ()),
        ('[severity]\nDL3006 = "error"\n', ()),
        ('[per-file-ignores]\n"Dockerfile" = ["DL3007"]\n', ()),
        ("", ("--select", "DL3006")),
        ("", ("--build-arg", "A=b")),
        ("", ("--target", "x")),
    ],
)
def test_other_settings_are_another_report(two, settings, argv):
    two.run(*CACHE, ".")
    marked(two)
    two.write("dfcheck.toml", settings)
    assert "KNOWN" not in two.run(*CACHE, *argv, "Dockerfile").out


def test_settings_that_find_nothing_else_change_nothing(two):
    two.run(*CACHE, ".")
    marked(two)
    two.write("dfcheck.toml", 'fail-level = "none"\nexclude = ["nothing"]\n')
    done = two.run(*CACHE, ".")
    assert done.out.count("KNOWN") == 2
    assert done.code == 0


def test_globs_decide_by_the_file_at_hand(place):
    place.write("dfcheck.toml", '[per-file-ignores]\n"a/*" = ["DL3006"]\n')
    for name in ("a", "b"):
        place.write(f"{name}/Dockerfile", "FROM alpine\n")
    for _ in range(2):
        done = place.run(*CACHE, "--select", "DL3006", ".")
        assert [line.split(":")[0] for line in done.lines() if "DL3006 [" in line] == ["b/Dockerfile"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b"[[", b"[", 1),
        lambda data: data.replace(b",", b",9999999999,", 1),
        lambda data: data.replace(b"DL3006", b"DL\xff006"),
        lambda data: b"\x80\x04\x95\x00pickle",
        lambda data: b"",
        lambda data: data.replace(b"dfcheck-cache 1", b"dfcheck-cache 2"),
    ],
)
def test_damage_is_as_if_nothing_were_kept(two, damage):
    fresh = two.run(*CACHE, ".")
    for path in shards(two):
        path.write_bytes(damage(path.read_bytes()))
    done = two.run(*CACHE, ".")
    assert (done.code, done.out, done.err) == (fresh.code, fresh.out, "")
    marked(two)
    assert two.run(*CACHE, ".").out.count("KNOWN") == 2  # mended


def test_places_outside_of_the_file_are_not_believed(two):
    fresh = two.run(*CACHE, ".")
    for path in shards(two):
        path.write_bytes(path.read_bytes().replace(b",5,11,", b",5,11111,"))
    assert two.run(*CACHE, ".").out == fresh.out


def test_the_directory_is_the_users_alone(two):
    two.run(*CACHE, ".")
    assert stat.S_IMODE((two.root / "cache").stat().st_mode) == 0o700
    marked(two)
    (two.root / "cache").chmod(0o777)
    done = two.run(*CACHE, ".")
    assert "KNOWN" not in done.out
    assert done.err == (
        "dfcheck: warning: the cache is not used: cache: others may write to it (`chmod go-w` mends that)\n"
    )
    done = two.run("clean", *CACHE)
    assert done.code == 2
    assert shards(two)


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root can give files away")
def test_a_directory_of_somebody_else_is_refused(two):
    two.run(*CACHE, ".")
    marked(two)
    os.chown(two.root / "cache", 12345, -1)
    done = two.run(*CACHE, ".")
    assert "KNOWN" not in done.out
    assert "it belongs to another user" in done.err
    assert two.run("clean", *CACHE).code == 2


def test_a_file_in_the_place_of_the_directory(two):
    two.write("cache", "mine\n")
    done = two.run(*CACHE, ".")
    assert done.err == "dfcheck: warning: the cache is not used: cache: not a directory\n"
    assert done.code == 1
    assert two.read("cache") == "mine\n"


def test_a_full_or_locked_disk_costs_a_warning_only(two):
    done = two.run("--cache-dir", "/proc/nowhere", ".")
    assert done.code == 1
    assert done.err.startswith("dfcheck: warning: the cache cannot be written: /proc/nowhere")


def test_where_it_lies_by_default(two, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    two.run(".", env={"XDG_CACHE_HOME": str(home)})
    assert {path.suffix for path in (home / "dfcheck").iterdir()} == {".shard", ".TAG"}
    two.run(".", env={"XDG_CACHE_HOME": "relative", "HOME": str(home)})
    assert list((home / ".cache" / "dfcheck").glob("*.shard"))
    assert not (two.root / "relative").exists()
    assert two.run(".", env={"XDG_CACHE_HOME": "", "HOME": ""}).code == 1


def test_clean_removes_what_is_ours_and_nothing_else(two):
    two.run(*CACHE, ".")
    two.write("cache/notes.txt", "mine\n")
    two.write("cache/zz.shard", "mine\n")
    count = len(shards(two)) - 1
    assert two.run("clean", *CACHE).out == f"Removed {count} file{'s' * (count > 1)} of the cache.\n"
    assert sorted(path.name for path in (two.root / "cache").iterdir()) == ["notes.txt", "zz.shard"]
    two.write("cache/zz.shard", "")
    assert two.run("clean", "--cache-dir", "other").out == "The cache is empty.\n"
    assert two.run("clean", "x").code == 2


def test_an_emptied_cache_is_gone(two):
    two.run(*CACHE, ".")
    two.run("clean", *CACHE, "-q")
    assert not (two.root / "cache").exists()


def test_fixes_are_made_as_without_a_cache(place):
    text = "FROM alpine:3.22\n# dfcheck: ignore[DL3006]\nRUN true\n"
    place.write("Dockerfile", text)
    place.write("b/Dockerfile", OTHER)
    place.run(*CACHE, ".")
    assert "Fixed 1 problem." in place.run(*CACHE, "--fix", "Dockerfile").out
    assert "ignore" not in place.read("Dockerfile")


def test_a_symlinked_cache_of_ones_own_is_fine(two):
    (two.root / "real").mkdir(mode=0o700)
    (two.root / "cache").symlink_to("real")
    two.run(*CACHE, ".")
    marked(two)
    assert "KNOWN" in two.run(*CACHE, ".").out


@needs_shellcheck
def test_shellcheck_does_not_run_on_a_hit(two, tmp_path_factory):
    two.run(*CACHE, ".")
    # Nothing can be written there, so that ShellCheck could not be started.
    done = two.run(*CACHE, ".", env={"TMPDIR": "/nonexistent"})
    assert done.err == ""
    assert "warning" in two.run("--no-cache", ".", env={"TMPDIR": "/nonexistent"}).err


def test_all_of_a_request_is_in_the_key_or_finds_nothing_else():
    from dfcheck.cli.work import Request

    in_key = {
        "build_args",
        "target",
        "context",
        "told",
        "bases",
        "config",
        "isolated",
        "flags",
        "inline",
        "platform",
        "contexts",
    }
    of_others = {"stdin_name", "mend", "fixable", "unfixable"}
    assert set(Request._fields) == in_key | of_others  # a new field that findings depend on goes into the key

"""Rules that look at the build context: when `dfcheck check` takes a directory for it, and what that costs."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

COPY = "FROM alpine:3.22\nCOPY dist /srv/\n"
WHOLE = "FROM alpine:3.22\nWORKDIR /srv\nCOPY src ./\nCOPY . .\n"
SETTINGS = "API_TOKEN=0123456789\n"


def codes(place, *argv: str, **more) -> list[str]:
    done = place.run("check", "--no-cache", "--output-format", "concise", *argv, **more)
    return [line.split()[1] for line in done.lines() if line.count(":") > 2]


def test_an_ignore_file_makes_a_context(place):
    place.write("Dockerfile", COPY)
    place.write("dist/index.html", "x")
    assert codes(place, "Dockerfile") == []
    place.write(".dockerignore", "\n# c\ndist\n")
    done = place.run("check", "--no-cache", "Dockerfile")
    assert done.code == 1
    assert (
        "Dockerfile:2:6: DF2007 [copy-ignored-file] COPY source `dist` is not in the context "
        "(.dockerignore line 3 `dist` leaves it out)"
    ) in done.out


def test_the_dockerfiles_own_ignore_file_counts(place):
    place.write("prod.Dockerfile", COPY)
    place.write("dist/index.html", "x")
    place.write(".dockerignore", "dist\n")
    place.write("prod.Dockerfile.dockerignore", "src\n")
    assert codes(place, "prod.Dockerfile") == []


@pytest.mark.parametrize(
    ("files", "found"),
    [
        pytest.param({".git": "gitdir: x", "src/a": "", ".env": SETTINGS}, True, id="top of a repository"),
        pytest.param({"src/a": "", ".env": SETTINGS}, True, id="a source lies beside"),
        pytest.param({"src.txt": "", ".env": SETTINGS}, False, id="no source lies beside"),
        pytest.param({".git": "gitdir: x", ".env": SETTINGS}, False, id="a repository without the sources"),
    ],
)
def test_sources_beside_the_dockerfile_make_a_context(place, files, found):
    place.write("Dockerfile", WHOLE)
    for name, text in files.items():
        place.write(name, text)
    assert codes(place, "Dockerfile") == (["DF4006"] if found else [])


def test_a_file_of_another_name_needs_a_sign(place):
    place.write("one.Dockerfile", WHOLE)
    place.write("src/a", "")
    place.write(".env", SETTINGS)
    assert codes(place, "one.Dockerfile") == []
    place.write(".git", "gitdir: elsewhere")
    assert codes(place, "one.Dockerfile") == ["DF4006"]


def test_a_directory_above_that_fits_better_is_not_ignored(place):
    place.write(".git", "gitdir: elsewhere")
    place.write("shared/lib", "")
    place.write("api/src/a", "")
    place.write("api/.env", SETTINGS)
    place.write("api/.dockerignore", "src\n")
    place.write("api/Dockerfile", WHOLE + "COPY shared /shared\n")
    assert codes(place, "api/Dockerfile") == []


def test_standard_input_has_no_context_unless_one_is_named(place):
    place.write(".dockerignore", "dist\n")
    assert codes(place, "-", stdin=COPY) == []
    assert codes(place, "-", "--context", ".", stdin=COPY) == ["DF2007"]


def test_a_named_context_is_taken_at_its_word(place):
    place.write("docker/Dockerfile", COPY)
    place.write("app/src/a", "")
    assert codes(place, "docker/Dockerfile") == []
    assert codes(place, "--context", "app", "docker/Dockerfile") == ["DF2007"]
    place.write("app/dist/index.html", "")
    assert codes(place, "--context", "app", "docker/Dockerfile") == []


def test_a_context_that_is_none_is_an_error(place):
    place.write("Dockerfile", COPY)
    done = place.run("check", "--context", "nowhere", "Dockerfile")
    assert done.code == 2
    assert done.err.strip().endswith("--context: nowhere is no directory")


def test_what_is_made_before_the_build_is_not_missed(place):
    place.write("Dockerfile", "FROM alpine:3.22\nCOPY src /src\nCOPY server /server\nCOPY packge.json /\n")
    place.write("src/a", "")
    place.write("package.json", "{}")
    assert codes(place, "Dockerfile") == ["DF2007"]  # only what is misspelt
    place.write(".gitignore", "/packge.json\n")
    place.write(".git", "gitdir: elsewhere")
    assert codes(place, "Dockerfile") == []


def test_a_missing_source_hides_nothing_else(place):
    place.write("Dockerfile", COPY + "COPY src /src\nCOPY . /app\nRUN rm /app/.env\n")
    place.write("src/a", "")
    place.write(".env", SETTINGS)
    done = place.run("check", "--no-cache", "--select", "DF2007,DF4006", "Dockerfile")
    assert "`.env` gets into the image: variables that hold secrets" in done.out
    assert "this does not remove it from the layer of line 4" in done.out


def test_an_ignore_file_that_stops_the_build(place):
    place.write("Dockerfile", COPY)
    place.write("dist/index.html", "x")
    place.write(".dockerignore", "[a\n")
    assert codes(place, "Dockerfile") == ["DF2008"]


def test_answers_come_fresh_where_other_files_decide(place):
    cached = ("check", "--cache-dir", "cache", "--output-format", "concise", ".")
    place.write("Dockerfile", COPY)
    place.write("b/Dockerfile", COPY)
    assert "DF2007" not in place.run(*cached).out
    assert "DF2007" not in place.run(*cached).out
    place.write("b/.dockerignore", "dist\n")
    assert place.run(*cached).out.count("DF2007 [") == 1
    place.write("b/.dockerignore", "src\n")
    assert "DF2007" not in place.run(*cached).out
    place.write("dist/index.html", "x")
    place.write(".dockerignore", "dist\n")
    assert place.run(*cached).out.count("DF2007 [") == 1


@pytest.mark.parametrize("name", ["Dockerfile", "one.Dockerfile"])
def test_without_a_context_the_simulator_is_not_loaded(place, name):
    place.write(name, COPY + "HEALTHCHECK CMD curl localhost\nENTRYPOINT x\n")
    script = (
        "import sys\nfrom dfcheck.cli.main import main\n"
        f"main(['check', '--no-cache', '{name}'])\n"
        "print(*(name for name in sys.modules if name.startswith('dfcheck.simulate')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=place.root, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == ""


def test_rules_that_are_not_selected_load_nothing(place):
    place.write("Dockerfile", COPY)
    place.write(".dockerignore", "dist\n")
    script = (
        "import sys\nfrom dfcheck.cli.main import main\n"
        "main(['check', '--no-cache', '--select', 'DL3', 'Dockerfile'])\n"
        "print(*(name for name in sys.modules if name.startswith('dfcheck.simulate')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=place.root, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == ""


def image(place, name: str, **config) -> str:
    content = {"os": "linux", "architecture": "amd64", "config": config, "rootfs": {"diff_ids": []}}
    return place.write(name, json.dumps(content))


def test_a_base_that_is_named_says_who_runs(place):
    place.write("Dockerfile", 'FROM alpine:3.22\nCMD ["x"]\n')
    root, other = image(place, "root.json"), image(place, "other.json", User="1000")
    asked = ("--select", "DF4007", "Dockerfile")
    assert codes(place, *asked) == []
    assert codes(place, "--base", f"alpine:3.22={root}", *asked) == ["DF4007"]
    assert codes(place, "--base", f"alpine:3.22={other}", *asked) == []
    assert codes(place, "--base", f"alpine:3.21={root}", *asked) == []


def test_a_base_without_the_platform_stops_the_build(place):
    place.write("base/oci-layout", "{}")
    entry = {"digest": "sha256:ab", "platform": {"os": "linux", "architecture": "s390x"}}
    place.write("base/index.json", json.dumps({"manifests": [entry]}))
    place.write("Dockerfile", 'FROM --platform=linux/arm64 alpine:3.22\nCMD ["x"]\n')
    done = place.run("check", "--no-cache", "--base", "alpine:3.22=base", "--select", "DF2008", "Dockerfile")
    assert "Dockerfile:1:29: DF2008" in done.out
    assert "it has no image for linux/arm64; it has: linux/s390x" in done.out


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("alpine", "--base takes NAME=PATH, not `alpine`"),
        ("UPPER=x.json", "--base: `UPPER` is no name of an image"),
        ("alpine=nowhere", "nowhere: No such file or directory"),
        ("alpine=Dockerfile", "neither an OCI layout, nor an archive, nor an image config"),
    ],
)
def test_a_base_that_cannot_be_used_is_an_error(place, given, said):
    place.write("Dockerfile", "FROM alpine\n")
    done = place.run("check", "--base", given, "Dockerfile")
    assert done.code == 2
    assert said in done.err
    assert done.err.count("\n") == 1

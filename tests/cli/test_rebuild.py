"""`dfcheck rebuild`, run as a command, against directories and against revisions of real git repositories."""

from __future__ import annotations

import json
import subprocess

import pytest

from dfcheck.report.rebuild_schema import Comparison

DOCKERFILE = """\
FROM one
ARG VERSION=1
COPY package.json ./
RUN echo install
COPY . .
RUN echo build
"""
CACHED = "cached cached cached cached cached"


def git(place, *argv: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *argv], cwd=place.root, check=True, capture_output=True)


@pytest.fixture
def repository(place):
    place.write("app/Dockerfile", DOCKERFILE)
    place.write("app/package.json", "{}\n")
    place.write("app/src/main.js", "main()\n")
    place.write("app/src/run.sh", "run\n")
    place.write(".gitignore", "out\n*.log\n")
    git(place, "init", "-q", "-b", "main")
    git(place, "add", ".")
    git(place, "commit", "-q", "-m", "one")
    return place


def rebuild(place, *argv: str) -> dict:
    done = place.run("rebuild", "--output-format", "json", *argv, "app")
    assert (done.code, done.err) == (0, ""), done.err
    Comparison.model_validate_json(done.out)
    return json.loads(done.out)


def test_schema(place):
    schema = json.loads(place.run("rebuild", "--schema").out)
    assert schema["title"] == "Comparison"
    assert schema["required"] == ["steps", "same_image", "same_image_certain", "hints"]


def told(found: dict) -> str:
    return " ".join(
        "cached" if step["cached"] else "again" if step["certain"] else "unknown" for step in found["steps"]
    )


def why(found: dict) -> str:
    return next(step["why"] for step in found["steps"] if step["why"])


def test_nothing_changed(repository):
    found = rebuild(repository)
    assert told(found) == CACHED
    assert (found["same_image"], found["same_image_certain"]) == (True, True)


def test_screen(repository):
    repository.write("app/src/main.js", "other()\n")
    lines = repository.run("rebuild", "app").lines()
    assert lines[0].startswith("app/Dockerfile    against HEAD (")
    assert lines[2:] == [
        "  cached      1  [1/5] FROM docker.io/library/one:latest",
        "  cached      3  [2/5] COPY package.json ./",
        "  cached      4  [3/5] RUN echo install",
        "  runs again  5  [4/5] COPY . .",
        "                   `src/main.js` changed",
        "  runs again  6  [5/5] RUN echo build",
        "                   the step before it runs again",
        "",
        "2 of 5 steps run again",
        "the image changes",
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda root: (root / "src/new.js").write_text("n"), "new file `src/new.js` is not in .dockerignore"),
        (lambda root: (root / "src/main.js").unlink(), "`src/main.js` is gone"),
        (lambda root: (root / "src/run.sh").chmod(0o755), "the mode of `src/run.sh` is 0755, was 0644"),
        (lambda root: (root / "src/link").symlink_to("x"), "new file `src/link` is not in .dockerignore"),
        (lambda root: (root / ".dockerignore").write_text("src/run.sh\n"), "new file `.dockerignore`"),
    ],
)
def test_changes_of_files(repository, change, reason):
    (repository.root / "app/src/run.sh").chmod(0o644)
    change(repository.root / "app")
    found = rebuild(repository)
    assert told(found) == "cached cached cached again again"
    assert why(found).startswith(reason)


def test_other_modes_are_those_of_now(repository):
    (repository.root / "app/src/run.sh").chmod(0o600)
    assert told(rebuild(repository)) == CACHED


def test_what_git_ignores_is_taken_as_unchanged_and_said(repository):
    repository.write("app/out/a", "a")
    repository.write("app/src/x.log", "l")
    (repository.root / "app/empty").mkdir()
    done = repository.run("rebuild", "app")
    assert "the image stays the same" in done.lines()
    assert done.lines()[-1].startswith("taken as unchanged: app/")
    assert done.lines()[-1].endswith("(ignored by git)")


def test_the_ignore_file_of_the_revision_counts(repository):
    repository.write("app/.dockerignore", "src/main.js\n.dockerignore\n")
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "two")
    repository.write("app/src/main.js", "other()\n")
    assert told(rebuild(repository)) == CACHED
    repository.write("app/.dockerignore", ".dockerignore\n")
    assert why(rebuild(repository)) == "new file `src/main.js` is not in .dockerignore"
    assert told(rebuild(repository, "--against", "HEAD~1")) == "cached cached cached again again"


def test_a_file_is_read_as_it_was(repository):
    repository.write("app/src/main.js", "two()\n")
    git(repository, "commit", "-q", "-a", "-m", "two")
    repository.write("app/src/main.js", "main()\n")
    assert told(rebuild(repository)) == "cached cached cached again again"
    assert told(rebuild(repository, "--against", "HEAD~1")) == CACHED


def test_line_ends_and_pointers_that_git_turns_are_no_change(repository):
    repository.write("app/src/main.js", "main()\r\n")
    assert told(rebuild(repository)) == CACHED
    pointer = (
        "version https://git-lfs.github.com/spec/v1\n"
        "oid sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\nsize 3\n"
    )
    repository.write("app/src/main.js", "main()\n")
    repository.write("app/big", pointer)
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "two")
    repository.write("app/big", "abc")
    assert told(rebuild(repository)) == CACHED
    repository.write("app/big", "abcd")
    assert why(rebuild(repository)) == "`big` changed"


def test_the_dockerfile_of_the_revision_counts(repository):
    repository.write("app/Dockerfile", DOCKERFILE.replace("VERSION=1", "VERSION=2"))
    found = rebuild(repository)
    assert told(found) == "cached cached again again again"
    assert why(found).startswith("ARG VERSION is 2, was 1 (declared on line 2; used or not")


def test_options_are_the_same_unless_others_are_given(repository):
    assert told(rebuild(repository, "--build-arg", "VERSION=2")) == CACHED
    found = rebuild(repository, "--build-arg", "VERSION=2", "--against-build-arg", "VERSION=3")
    assert told(found) == "cached cached again again again"
    assert why(found).startswith("ARG VERSION is 2, was 3")


def test_history_in_the_context_is_not_known(place):
    place.write("Dockerfile", "FROM one\nCOPY . .\n")
    git(place, "init", "-q", "-b", "main")
    git(place, "add", ".")
    git(place, "commit", "-q", "-m", "one")
    done = place.run("rebuild")
    assert "`.git` is sent too" in done.out
    assert "0 of 2 steps run again, 1 may" in done.lines()


def test_a_repository_runs_nothing(repository):
    proof = repository.root / "proof"
    git(repository, "config", "core.fsmonitor", f"touch {proof}")
    git(repository, "config", "filter.x.smudge", f"touch {proof}; cat")
    git(repository, "config", "filter.x.clean", f"touch {proof}; cat")
    git(repository, "config", "diff.external", f"touch {proof}")
    repository.write(".gitattributes", "* filter=x diff=x\n")
    repository.write("app/src/main.js", "other()\n")
    proof.unlink(missing_ok=True)
    assert told(rebuild(repository)) == "cached cached cached again again"
    assert not proof.exists()


def test_directories(place):
    for side in ("old", "new"):
        place.write(f"{side}/Dockerfile", DOCKERFILE)
        place.write(f"{side}/package.json", "{}\n")
    place.write("new/package.json", "{1}\n")
    done = place.run("rebuild", "--against-context", "old", "new")
    assert (done.code, done.lines()[-2]) == (0, "4 of 5 steps run again")
    done = place.run("rebuild", "--against-context", "old", "--build-arg", "VERSION=1", "new")
    assert done.code == 0
    place.write("other.Dockerfile", DOCKERFILE.replace("echo build", "echo other"))
    done = place.run("rebuild", "--against-file", "other.Dockerfile", "old")
    assert done.lines()[-2] == "1 of 5 steps run again"
    assert "another command; it was `echo other`" in done.out


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("--against", "nowhere", "app"), "--against: git knows no revision `nowhere`"),
        (("--against", "--output=x", "app"), "--against: git knows no revision `--output=x`"),
        (("-f", "app/package.json", "--against", "HEAD", "app"), "app/package.json:1: the build stops here"),
        (("-f", "new.Dockerfile", "app"), "new.Dockerfile is not part of HEAD"),
        (("-f", "gone", "app"), "gone"),
        (("gone",), "gone"),
        (("--against", "HEAD", "--against-context", "app", "app"), "--against names a revision"),
        (("--", "docker", "run", "x"), "a build is compared, not a run"),
        (("-",), "two states of files are compared; standard input has one"),
        (("-f", "-", "app"), "two states of files are compared; standard input has one"),
    ],
)
def test_what_cannot_be_compared(repository, argv, said):
    repository.write("new.Dockerfile", DOCKERFILE)
    done = repository.run("rebuild", *argv)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert done.err.count("\n") == 1


def test_outside_of_a_repository(place):
    place.write("Dockerfile", DOCKERFILE)
    place.write("package.json", "{}")
    done = place.run("rebuild")
    assert done.code == 2
    assert "is in no git repository" in done.err


def test_a_build_that_stops(place):
    place.write("old/Dockerfile", "FROM one\nCOPY gone /\n")
    place.write("new/Dockerfile", "FROM one\n")
    done = place.run("rebuild", "--against-context", "old", "new")
    assert done.code == 0
    assert done.lines()[-1].startswith("the old build stops on line 2: ")
    done = place.run("rebuild", "--against-context", "new", "old")
    assert done.code == 2
    assert done.err.startswith("dfcheck: error: old/Dockerfile:2: the build stops here: ")

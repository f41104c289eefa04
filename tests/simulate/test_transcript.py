"""Logs of both builders. The classic ones are what docker 20.10's builder printed for these files, IDs replaced."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tarfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulate.support import put

from dfcheck.simulate.classic_context import sent
from dfcheck.simulate.classic_steps import exit_code
from dfcheck.simulate.context import read

if TYPE_CHECKING:
    from pathlib import Path


def log(cwd: Path, builder: str, *command: str, own: tuple[str, ...] = ()) -> tuple[list[str], str, int]:
    done = subprocess.run(
        [sys.executable, "-m", "dfcheck", "simulate", "--transcript", builder, *own, "--", *command],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.splitlines(), done.stderr, done.returncode


def classic(cwd: Path, text: str, *options: str, own: tuple[str, ...] = ()) -> tuple[list[str], str, int]:
    put(cwd / "Dockerfile", text, 1)
    return log(cwd, "classic", "docker", "build", *options, ".", own=own)


TEMPORARY = [" ---> Running in <id>", "Removing intermediate container <id>", " ---> <id>"]


def test_the_tutorial(tmp_path: Path) -> None:
    lines, error, code = classic(
        tmp_path, 'FROM alpine\n\nCMD [ "echo", "Hello" ]\n', "-t", "lee20h/hello:latest"
    )
    assert (error, code) == ("", 0)
    assert lines == [
        "Sending build context to Docker daemon  2.048kB",
        "",
        "Step 1/2 : FROM alpine",
        " ---> <id>",
        'Step 2/2 : CMD [ "echo", "Hello" ]',
        *TEMPORARY,
        "Successfully built <id>",
        "Successfully tagged lee20h/hello:latest",
    ]


def test_arguments_copies_and_scratch(tmp_path: Path) -> None:
    put(tmp_path / "a", "1", 1)
    text = "ARG V=1\nfrom scratch\nARG W\ncopy a \\\n  /a\n# c\nONBUILD RUN x\n"
    lines, _, _ = classic(
        tmp_path, text, "--build-arg", "W=1", "--build-arg", "NO=1", "--rm=false", "--label", "l=1"
    )
    assert lines[2:] == [
        "Step 1/6 : ARG V=1",
        "Step 2/6 : from scratch",
        " ---> ",
        "Step 3/6 : ARG W",
        " ---> Running in <id>",
        " ---> <id>",
        "Step 4/6 : copy a   /a",
        " ---> <id>",
        "Step 5/6 : ONBUILD RUN x",
        " ---> Running in <id>",
        " ---> <id>",
        "Step 6/6 : LABEL l=1",
        " ---> Running in <id>",
        " ---> <id>",
        "[Warning] One or more build-args [NO] were not consumed",
        "Successfully built <id>",
    ]


def test_triggers_of_a_base_image_run_without_a_step(tmp_path: Path) -> None:
    put(tmp_path / "base.json", '{"config": {"OnBuild": ["RUN one", "COPY . /app"]}}', 1)
    lines, _, _ = classic(tmp_path, 'FROM t:1\nCMD ["ls"]\n', own=("--base", "t:1=base.json"))
    assert lines[2:5] == ["Step 1/2 : FROM t:1", "# Executing 2 build triggers", " ---> Running in <id>"]
    assert lines[5:8] == ["Removing intermediate container <id>", " ---> <id>", 'Step 2/2 : CMD ["ls"]']


def test_stages_up_to_the_target_and_equal_steps_from_the_cache(tmp_path: Path) -> None:
    text = "FROM a AS one\nRUN x\nFROM a AS two\nRUN x\nFROM nope AS three\nRUN y\n"
    lines, _, _ = classic(tmp_path, text, "--target", "TWO")
    assert lines[-4:] == ["Step 4/4 : RUN x", " ---> Using cache", " ---> <id>", "Successfully built <id>"]
    lines, _, _ = classic(tmp_path, text, "--target", "two", "--no-cache")
    assert lines[-5:] == ["Step 4/4 : RUN x", *TEMPORARY, "Successfully built <id>"]


@pytest.mark.parametrize(
    ("text", "steps", "error"),
    [
        ("FROM a\nRUNN x\n", 0, "dockerfile parse error line 2: unknown instruction: RUNN"),
        ("RUN x\n", 0, "no build stage in current context"),
        ("FROM a\nRUN <<EOF\necho a\nEOF\n", 0, "dockerfile parse error line 3: unknown instruction: ECHO"),
        ("FROM a\nCOPY --link a /\n", 0, "Unknown flag: link"),
        ("", 0, "cannot be empty"),
        ("FROM a\nRUN x\nCOPY no.txt /x\n", 3, "excluded by .dockerignore: stat no.txt: file does not exist"),
        ("FROM a\nCOPY Dockerfile d /x\n", 2, "the destination must be a directory and end with a /"),
        ("FROM a\nCOPY no* /x/\n", 2, "no source files were specified"),
        ("FROM a\nRUN --mount=type=tmpfs,target=/x y\nRUN z\n", 2, "the --mount option requires BuildKit"),
        ("FROM a\nRUN false\nRUN z\n", 2, "The command '/bin/sh -c false' returned a non-zero code: 1"),
        ("FROM scratch\nENV A=${B:?gone}\nRUN z\n", 2, "gone"),
    ],
)
def test_what_stops_it(tmp_path: Path, text: str, steps: int, error: str) -> None:
    put(tmp_path / "d", "1", 1)
    lines, said, code = classic(tmp_path, text)
    assert code == 1
    assert error in said
    assert sum(line.startswith("Step ") for line in lines) == steps
    assert not any(line.startswith("Successfully") for line in lines)


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("true", 0),
        ("false", 1),
        ("exit 3", 3),
        ("echo a && exit 4", 4),
        ("false; true", 0),
        ("false && exit 3", 1),
    ]
    + [
        (text, 0)
        for text in ("false || true", "! false", "if false", "false & true", "make; exit 1", "exit $?")
    ],
)
def test_scripts_whose_end_is_certain(script: str, code: int) -> None:
    assert exit_code(script) == code
    if code:
        assert subprocess.run(["/bin/sh", "-c", script], check=False, capture_output=True).returncode == code


NAMES = st.text(st.sampled_from("aé/ "), min_size=1, max_size=120).map(
    lambda text: "/".join(p.strip() or "x" for p in text.split("/"))
)


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(NAMES, st.integers(0, 3000), max_size=6))
def test_the_context_has_the_size_of_its_tar(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, int]
) -> None:
    top = tmp_path_factory.mktemp("c")
    put(top / "Dockerfile", "FROM a\n", 1)
    for name, size in files.items():
        try:
            put(top / "d" / name, "x" * size, 1)
        except OSError:
            continue  # the name of a file and of a directory at once, or too long
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for entry in sorted(top.rglob("*")):
            info = tar.gettarinfo(str(entry), str(entry.relative_to(top)))
            info.mtime, info.uname, info.gname, info.uid, info.gid = 1, "", "", 0, 0
            tar.addfile(info, io.BytesIO(entry.read_bytes()) if entry.is_file() else None)
        whole = tar.offset
    # Python leaves the slash behind a directory's name to the header, docker counts it among the 100 bytes.
    long = sum(len(os.fsencode(str(e.relative_to(top)))) == 100 for e in top.rglob("*") if e.is_dir())
    assert abs(sent(read(str(top)), str(top / "Dockerfile")) - whole - 1024) <= 1024 * long


def test_ignored_files_stay_behind_but_never_the_dockerfile(tmp_path: Path) -> None:
    put(tmp_path / "Dockerfile", "FROM a\n", 1)
    for name in ("big", "d/one", "d/two"):
        put(tmp_path / name, "x" * 5000, 1)
    put(tmp_path / ".dockerignore", "*\n!d/one\n", 1)
    # One file, its header, both files that always travel, two blocks at the end; no directory.
    assert sent(read(str(tmp_path)), str(tmp_path / "Dockerfile")) == 512 + 5120 + 2 * 1024 + 1024


# --- BuildKit ----------------------------------------------------------------------------------------------


def test_buildkit_numbers_its_operations(tmp_path: Path) -> None:
    put(tmp_path / "a", "1", 1)
    put(
        tmp_path / "Dockerfile", "FROM alpine AS x\nRUN make\nFROM scratch\nCOPY --from=x /y /\nCOPY a /\n", 1
    )
    lines, error, code = log(tmp_path, "buildkit", "docker", "buildx", "build", "-t", "n", ".")
    assert (error, code) == ("", 0)
    named = [
        re.sub(r"@sha256:<id>$", "", line) for line in lines if re.match(r"#\d+ (\[|exporting to)", line)
    ]
    assert named == [
        "#1 [internal] load build definition from Dockerfile",
        "#2 [internal] load metadata for docker.io/library/alpine:latest",
        "#3 [internal] load .dockerignore",
        "#4 [x 1/2] FROM docker.io/library/alpine:latest",
        "#5 [x 2/2] RUN make",
        "#6 [stage-1 1/2] COPY --from=x /y /",
        "#7 [internal] load build context",
        "#8 [stage-1 2/2] COPY a /",
        "#9 exporting to image",
    ]
    assert "#9 naming to docker.io/library/n:latest done" in lines


def test_buildkit_shows_the_lines_around_a_fault(tmp_path: Path) -> None:
    put(tmp_path / "Dockerfile", "FROM scratch\nCOPY no /\nENV A=1\n", 1)
    lines, _, code = log(tmp_path, "buildkit", "docker", "build", ".")
    assert code == 1
    at = lines.index("Dockerfile:2")
    assert lines[at + 1 : at + 5] == [
        "-" * 20,
        "   1 |     FROM scratch",
        "   2 | >>> COPY no /",
        "   3 |     ENV A=1",
    ]
    assert lines[-1].startswith("ERROR: failed to build: failed to solve: ")
    assert '"/no": not found' in lines[-1]

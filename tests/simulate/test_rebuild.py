"""Which steps a second build takes from the cache. Each pair was seen in real builds, one after the other on one daemon."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from simulate.support import image_config, put

from dfcheck.simulate.bases import load
from dfcheck.simulate.context import read
from dfcheck.simulate.model import Inputs
from dfcheck.simulate.rebuild import rebuild
from dfcheck.simulate.references import full_name
from dfcheck.simulate.simulate import simulate
from dfcheck.syntax.parser import parse
from dfcheck.syntax.text import Source
from dfcheck.syntax.words import Unknown

if TYPE_CHECKING:
    from pathlib import Path

    from dfcheck.simulate.model import Image
    from dfcheck.simulate.rebuild import Rebuild

OLD = 1_400_000_000
BENCH = """\
FROM bb
RUN echo start
ARG VERSION=1
ARG UNUSED=u
ENV E1=a
LABEL x=1
WORKDIR /app
COPY a.txt ./
COPY --link b.txt ./b/
RUN echo one $VERSION
COPY src/ ./src/
RUN echo two
CMD ["sh"]
"""
ALL = "......."


class Project:
    """Two states of a project: the second begins as a copy of the first."""

    def __init__(self, root: Path) -> None:
        self.root = root
        config = image_config([b"layer"], {"Env": ["PATH=/bin"]})
        self.bases = {"bb": put(root / "bb.json", json.dumps(config), OLD)}
        for side in ("old", "new"):
            put(root / side / "a.txt", "a", OLD)
            put(root / side / "b.txt", "b", OLD)
            put(root / side / "src/x", "x", OLD)
            put(root / side / "src/sub/z", "z", OLD)
            put(root / side / "src/skip.log", "l", OLD)
            put(root / side / ".dockerignore", "**/*.log\n", OLD)

    @property
    def new(self) -> Path:
        """The present state's directory."""
        return self.root / "new"

    def image(self, side: str, text: str, **options: object) -> Image:
        """What a state makes."""
        given = {"build_args": {}, **options}
        paths = {full_name(name): path for name, path in self.bases.items()}
        return simulate(
            parse(Source("Dockerfile", text)),
            Inputs(**given, digests=False),  # type: ignore[arg-type]
            read(str(self.root / side)),
            lambda name, platform: load(str(paths[name]), platform) if name in paths else None,
        )

    def compare(self, old: str, new: str | None = None, **options: object) -> Rebuild:
        """The rebuild of `new`, which has `options`, after `old`, which has none."""
        return rebuild(self.image("old", old), self.image("new", old if new is None else new, **options))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def marks(found: Rebuild) -> str:
    """`.` for a cached step, `X` for one that runs again, `?` for one that is not known; FROM left out."""
    shown = {"cached": ".", "again": "X", "unknown": "?"}
    return "".join(shown[item.status] for item in found.steps if "] FROM " not in item.name)


def why(found: Rebuild) -> str:
    """The first reason."""
    return next(item.why for item in found.steps if item.why)


def test_nothing_changed(project: Project):
    found = project.compare(BENCH)
    assert marks(found) == ALL
    assert found.same_image is True
    assert all(item.why == "" for item in found.steps)


def test_times_do_not_count(project: Project):
    os.utime(project.new / "a.txt", (1, 1))
    assert marks(project.compare(BENCH)) == ALL


@pytest.mark.parametrize(
    ("path", "data", "told", "reason"),
    [
        ("a.txt", "A", "..X.XXX", "`a.txt` changed"),
        ("b.txt", "B", "...XXXX", "`b.txt` changed"),
        ("src/x", "longer", ".....XX", "`src/x` changed"),
        ("src/n", "n", ".....XX", "new file `src/n` is not in .dockerignore"),
        ("src/skip.log", "other", ALL, ""),
        ("unrelated", "u", ALL, ""),
        (".dockerignore", "**/*.log\n# more\n", ALL, ""),
        (".dockerignore", "", ".....XX", "new file `src/skip.log` is not in .dockerignore"),
        (".dockerignore", "**/*.log\nsrc/sub\n", ".....XX", "`src/sub` is gone"),
    ],
)
def test_files(project: Project, path: str, data: str, told: str, reason: str):
    put(project.new / path, data, OLD + 1)
    found = project.compare(BENCH)
    assert marks(found) == told
    assert not reason or why(found) == reason
    assert found.same_image is (told == ALL)


def test_modes_and_types(project: Project):
    (project.new / "a.txt").chmod(0o755)
    found = project.compare(BENCH)
    assert (marks(found), why(found)) == ("..X.XXX", "the mode of `a.txt` is 0755, was 0644")
    (project.new / "a.txt").chmod(0o644)
    (project.new / "src/x").unlink()
    (project.new / "src/x").symlink_to("sub/z")
    assert why(project.compare(BENCH)) == "`src/x` is a link, was a file"


def test_a_daemon_does_not_notice_the_mode_of_a_directory(project: Project):
    (project.new / "src/sub").chmod(0o700)
    assert marks(project.compare(BENCH)) == ALL


def test_a_daemon_gets_all_again_when_a_run_could_write_into_the_context(project: Project):
    (project.new / "src/sub").chmod(0o700)
    text = "FROM bb\nCOPY src /s\nRUN --mount=type=bind,source=a.txt,target=/a{} cat /a\n"
    assert marks(project.compare(text.format(""))) == ".."
    assert marks(project.compare(text.format(",rw"))) == "XX"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("RUN echo start", "RUN echo  start", "XXX.XXX"),
        ("ARG VERSION=1", "ARG VERSION=2", "....XXX"),
        ("ARG UNUSED=u", "ARG UNUSED=v", "....XXX"),
        ("ENV E1=a", "ENV E1=b", "....XXX"),
        ("LABEL x=1", "LABEL x=2", ALL),
        ("LABEL x=1\n", "", ALL),
        ('CMD ["sh"]', 'CMD ["ls"]', ALL),
        ("RUN echo two", "run \\\n echo two", ALL),
        ("RUN echo two", 'RUN ["/bin/sh", "-c", "echo two"]', ALL),
        ("RUN echo two", "RUN --network=none echo two", "......X"),
        ("RUN echo two", "RUN --mount=type=cache,target=/c echo two", "......X"),
        ("RUN echo two", "USER 5\nRUN echo two", "......X"),
        ("COPY src/", "USER 5\nCOPY src/", "......X"),
        ("WORKDIR /app\n", "WORKDIR /app2\n", ".XXXXXX"),
        ("WORKDIR /app\n", "WORKDIR /app/\n", "....XXX"),
        ("COPY a.txt ./", "COPY a.txt /app/", ALL),
        ("COPY src/ ./src/", "COPY src ./src/", ALL),
        ("COPY a.txt ./", "COPY a.tx* ./", "..X.XXX"),
        ("COPY a.txt ./", "COPY --chown=0:0 a.txt ./", "..X.XXX"),
        ("COPY a.txt ./", "COPY --link a.txt ./", "..X.XXX"),
        ("COPY a.txt ./", "ADD a.txt ./", "..X.XXX"),
    ],
)
def test_the_file_itself(project: Project, before: str, after: str, told: str):
    assert before in BENCH
    found = project.compare(BENCH, BENCH.replace(before, after))
    assert marks(found) == told


def test_reasons_of_variables(project: Project):
    found = project.compare(BENCH, build_args={"VERSION": "2"})
    assert marks(found) == "....XXX"
    assert why(found) == (
        "ARG VERSION is 2, was 1 (declared on line 3; used or not, it is part of every later RUN)"
    )
    assert [item.why for item in found.steps if item.status == "again"][1] == "the step before it runs again"
    assert marks(project.compare(BENCH, build_args={"VERSION": "1", "NOBODY": "x", "HTTP_PROXY": "p"})) == ALL


def test_values_of_secrets_are_not_shown(project: Project):
    text = "FROM bb\nARG API_TOKEN=abc\nRUN echo\n"
    assert "API_TOKEN changed" in why(project.compare(text, text.replace("abc", "xyz")))


def test_hints(project: Project):
    text = "FROM bb\nARG VERSION=1\nRUN echo\nCOPY a.txt /x/\nCOPY b.txt /y/\n"
    assert project.compare(text, build_args={"VERSION": "2"}).hints == (
        "line 3 does not name VERSION: above `ARG VERSION` (line 2), it would stay cached",
    )
    named = text.replace("RUN echo", "RUN echo $VERSION")
    assert project.compare(named, build_args={"VERSION": "2"}).hints == ()
    put(project.new / "a.txt", "other", OLD)
    assert project.compare(text).hints == (
        "line 5 takes nothing from line 4: above it, it would stay cached",
    )
    assert project.compare(text.replace("/y/", "/x/y/")).hints == ()


def test_only_the_metadata(project: Project):
    found = project.compare(BENCH, BENCH.replace("x=1", "x=2"))
    assert found.same_image is False
    assert found.metadata


def test_sources_count_by_their_last_name_and_what_is_in_them(project: Project):
    put(project.root / "old/other/a.txt", "a", OLD)
    put(project.new / "other/a.txt", "a", OLD + 5)
    found = project.compare("FROM bb\nCOPY a.txt /\n", "FROM bb\nCOPY other/a.txt /\n")
    assert marks(found) == "."
    put(project.new / "other/b", "a", OLD + 5)
    assert marks(project.compare("FROM bb\nCOPY a.txt /x\n", "FROM bb\nCOPY other/b /x\n")) == "X"


def test_bind_mounts(project: Project):
    text = "FROM bb\nRUN --mount=type=bind,source=src,target=/s ls /s\n"
    assert marks(project.compare(text)) == "."
    put(project.new / "a.txt", "other", OLD)
    assert marks(project.compare(text)) == "."
    put(project.new / "src/x", "other", OLD)
    found = project.compare(text)
    assert (marks(found), why(found)) == ("X", "`src/x` changed")


def test_the_name_of_a_cache_counts_only_where_it_is_the_default(project: Project):
    text = "FROM bb\nRUN --mount=type=cache,target=/c,id={} ls\n"
    assert marks(project.compare(text.format("k"), text.format("j"))) == "."
    assert marks(project.compare(text.format("k"), text.replace(",id={}", ""))) == "X"


def test_secrets_count_by_name_and_place_not_by_how_they_are_written(project: Project):
    text = "FROM bb\nRUN --mount=type=secret,{} ls\n"
    assert marks(project.compare(text.format("id=a"), text.format("source=a,target=/run/secrets/a"))) == "."
    assert marks(project.compare(text.format("id=a"), text.format("id=b"))) == "X"
    assert marks(project.compare(text.format("id=a"), text.format("id=a,env=A"))) == "X"
    assert marks(project.compare(text.format("id=a"), text.format("id=a,required"))) == "X"


STAGES = """\
FROM scratch AS build
COPY a.txt /in/
{run}COPY b.txt /out/
FROM bb
COPY --from=build /out /out
RUN echo end
"""


def test_what_a_stage_gives_may_stay_the_same(project: Project):
    put(project.new / "a.txt", "A", OLD)
    assert marks(project.compare(STAGES.format(run=""))) == "XX.."
    found = project.compare(STAGES.format(run="RUN make\n"))
    assert marks(found) == "XXX??"
    assert isinstance(found.same_image, Unknown)
    assert "whether `/out` comes out the same is not known" in [item.why for item in found.steps][-2]


def test_a_base_counts_by_its_layers(project: Project):
    for name in ("one", "env", "other"):
        config = {"Env": ["PATH=/bin", *(["X=1"] if name == "env" else [])], "Labels": {"n": name}}
        layer = b"other" if name == "other" else b"same"
        put(project.root / f"{name}.json", json.dumps(image_config([layer], config)), OLD)
        project.bases[name] = project.root / f"{name}.json"
    text = "FROM one\nCOPY a.txt /\nRUN echo\n"
    assert marks(project.compare(text)) == ".."
    assert marks(project.compare(text, text.replace("one", "other"))) == "XX"
    found = project.compare(text, text.replace("one", "env"))
    assert marks(found) == "?X"
    assert "another one with the same layers" in why(found)


def test_other_names_of_bases_that_are_not_at_hand_are_not_known(project: Project):
    text = "FROM one:1\nCOPY a.txt /\nRUN echo\n"
    found = project.compare(text, text.replace(":1", ":2"))
    assert marks(found) == "??"
    assert "the image is docker.io/library/one:2" in why(found)


def test_values_that_come_from_the_base_are_not_taken_for_equal(project: Project):
    text = "FROM one\nENV PATH=/a:$PATH\nRUN echo\n"
    assert marks(project.compare(text)) == "."
    assert marks(project.compare(text, text.replace("/a:", "/b:"))) == "?"
    assert marks(project.compare(text, text.replace("RUN echo", "RUN echo x"))) == "X"


def test_a_linked_copy_does_not_wait_for_what_is_below(project: Project):
    text = "FROM bb\nRUN echo 1\nCOPY --link a.txt /\n"
    assert marks(project.compare(text, text.replace("echo 1", "echo 2"))) == "X."


def test_unused_stages_and_names_do_not_count(project: Project):
    text = "FROM bb AS a\nCOPY a.txt /\nFROM a\nRUN echo\n"
    new = "FROM bb AS x\nCOPY a.txt /\nFROM bb AS unused\nRUN false\nFROM x\nRUN echo\n"
    assert marks(project.compare(text, new)) == ".."


def test_an_old_build_that_stops_makes_nothing_certain(project: Project):
    text = "FROM bb\nCOPY a.txt /\nCOPY gone /\n"
    found = rebuild(project.image("old", text), project.image("new", text.replace("COPY gone /\n", "")))
    assert marks(found) == "?"


def test_nothing_is_known_of_what_is_fetched(project: Project):
    text = "FROM bb\nADD {}https://example.org/f /f\n"
    assert marks(project.compare(text.format(""))) == "?"
    pinned = text.format(f"--checksum=sha256:{'a' * 64} ")
    assert marks(project.compare(pinned)) == "."

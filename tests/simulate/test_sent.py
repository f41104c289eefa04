"""What of a context is sent at all: the names in the instructions decide. Each case was seen in a real build."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from simulate.support import build, put

from dfcheck.syntax.words import Unknown

if TYPE_CHECKING:
    from pathlib import Path

    from dfcheck.simulate.model import Image

OLD = 1_400_000_000


def files(image: Image) -> list[str]:
    assert image.error is None, image.error
    return [entry.path for layer in image.layers for entry in layer.entries if entry.type != "dir"]


def failure(image: Image) -> tuple[str, int | None]:
    assert image.error is not None
    start = "failed to compute cache key: failed to calculate checksum of ref: "
    return image.error.message.removeprefix(start), image.error.line


@pytest.fixture
def project(tmp_path: Path) -> Path:
    put(tmp_path / "a.txt", "a", OLD)
    put(tmp_path / "src/main.py", "m", OLD)
    put(tmp_path / "!not/x", "x", OLD)
    (tmp_path / "empty").mkdir()
    (tmp_path / "ld").symlink_to("src")
    return tmp_path


def test_a_directory_is_there_only_with_something_named_in_it(project: Path):
    assert failure(build("FROM scratch\nCOPY empty/* /x/\n", project)) == (
        "lstat /empty: no such file or directory",
        2,
    )
    assert failure(build("FROM scratch\nCOPY a.txt/* /x/\n", project)) == (
        "lstat /a.txt: no such file or directory",
        2,
    )
    both = build("FROM scratch\nCOPY empty/* /x/\nCOPY empty /y\n", project)
    assert both.error is None
    assert files(build("FROM scratch\nCOPY src/*.md /x/\nCOPY src/*.py /x/\n", project)) == ["x/main.py"]


def test_all_is_sent_when_the_root_is_named(project: Path):
    assert build("FROM scratch\nCOPY empty/* /x/\nCOPY . /y\n", project).error is None


def test_names_count_only_in_stages_that_take_part(project: Path):
    other = "FROM scratch AS other\nCOPY . /\nFROM scratch\nCOPY empty/* /x/\n"
    assert build(other, project).error is not None
    assert build(f"{other}COPY --from=other /a.txt /\n", project).error is None


def test_a_name_that_begins_with_an_exclamation_mark_takes_back(project: Path):
    assert failure(build("FROM scratch\nCOPY !not /x\n", project)) == ('"/!not": not found', 2)
    assert files(build("FROM scratch\nCOPY !not /x\nCOPY . /y\n", project))[0] == "x/x"


def test_links_are_followed(project: Path):
    assert files(build("FROM scratch\nCOPY ld/main.py /x/\n", project)) == ["x/main.py"]
    assert files(build("FROM scratch\nCOPY l*/main.py /x/\n", project)) == []
    (project / "circle").symlink_to("circle")
    assert failure(build("FROM scratch\nCOPY circle /x\n", project)) == ("too many links", 2)


def test_a_name_that_is_no_pattern_stops_the_build_as_a_whole(project: Path):
    assert failure(build("FROM scratch\nCOPY [a /x\n", project)) == (
        "invalid includepatterns: [[a]: syntax error in pattern",
        None,
    )


def test_control_characters_are_not_carried(project: Path):
    put(project / "tab\tname", "t", OLD)
    told = "contains value with non-printable ASCII characters"
    image = build('FROM scratch\nCOPY ["tab\\tname", "/x"]\n', project)
    assert image.error is not None
    assert image.error.message.endswith(f'header key "followpaths" {told}')
    assert files(build('FROM scratch\nCOPY ["tab\\tname", "/x"]\nCOPY !not/ /y\nCOPY . /z\n', project))
    put(project / "é", "e", OLD)
    assert files(build('FROM scratch\nCOPY ["tab\\tname", "é", "/x/"]\n', project)) == ["x/tab\tname", "x/é"]
    put(project / ".dockerignore", "x\ty\n", OLD)
    image = build("FROM scratch\nCOPY a.txt /x\n", project)
    assert image.error is not None
    assert image.error.message.endswith(f'header key "exclude-patterns" {told}')
    assert build("FROM scratch\nWORKDIR /x\n", project).error is None


def test_a_file_may_be_named_without_what_is_in_it(project: Path):
    put(project / ".dockerignore", "src\n!src/main.py\n.*\nsrc\n", OLD)
    found = build("FROM scratch\nCOPY src /x/\n", project).layers[0].entries
    assert [(entry.path, entry.size) for entry in found] == [("x", 0), ("x/main.py", 0)]
    put(project / ".dockerignore", "src\n!src/main.py\n.*\n", OLD)
    found = build("FROM scratch\nCOPY src /x/\n", project).layers[0].entries
    assert [(entry.path, entry.size) for entry in found] == [("x", 0), ("x/main.py", 1)]


def test_an_empty_from_is_the_context(project: Path):
    image = build("FROM scratch\nCOPY src /y/\nCOPY --from= / /x/\n", project)
    assert "x/a.txt" in files(image)


def test_a_pattern_that_is_a_link_too_is_not_followed(project: Path):
    (project / "[x]").symlink_to("[x]")
    put(project / "y/x", "x", OLD)
    image = build("FROM scratch\nCOPY */x /q/\n", project)
    assert image.error is None
    assert isinstance(image.layers[0].entries, Unknown)

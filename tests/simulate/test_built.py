"""Small facts of files that come together, each seen in a real build; and which of several errors is told."""

from __future__ import annotations

import io
import os
import tarfile
from typing import TYPE_CHECKING

import pytest
from simulate.support import build, image_config, layout, put

from dfcheck.syntax.words import Unknown

if TYPE_CHECKING:
    from pathlib import Path

    from dfcheck.simulate.model import Entry, Image

OLD = 1_400_000_000
BASE = "base.test/x:1"


def member(name: str, kind: bytes = tarfile.REGTYPE, **facts: object) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.mtime = kind, OLD
    for key, value in facts.items():
        setattr(info, key, value)
    return info


def tar(*members: tarfile.TarInfo, **data: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as file:
        for info in members:
            body = data.get(info.name, b"")
            info.size = len(body)
            file.addfile(info, io.BytesIO(body))
    return out.getvalue()


def base(root: Path, *members: tarfile.TarInfo, **data: bytes) -> dict[str, Path]:
    layer = tar(*members, **data)
    return {BASE: layout(root, [(image_config([layer], {"Env": ["PATH=/"]}), [layer])])}


def last(image: Image) -> dict[str, Entry]:
    assert image.error is None, image.error
    entries = image.layers[-1].entries
    assert not isinstance(entries, Unknown), entries
    return {entry.path: entry for entry in entries}


def failure(image: Image) -> tuple[str, int | None]:
    assert image.error is not None
    start = "failed to compute cache key: failed to calculate checksum of ref: "
    return image.error.message.removeprefix(start), image.error.line


# --- owners and modes --------------------------------------------------------------------------------------


def test_directories_made_in_a_set_gid_directory(tmp_path: Path):
    given = base(tmp_path / "base", member("srv/", tarfile.DIRTYPE, mode=0o2775, gid=7))
    put(tmp_path / "c/a", "a", OLD)
    made = last(build(f"FROM {BASE}\nWORKDIR /srv/x/y\n", bases=given))
    assert [(entry.mode, entry.gid) for entry in made.values()] == [(0o2775, 7), (0o2755, 7), (0o2755, 7)]
    made = last(build(f"FROM {BASE}\nCOPY --chown=3:4 a /srv/x/\n", tmp_path / "c", bases=given))
    assert [(entry.mode, entry.gid) for entry in made.values()] == [(0o2775, 7), (0o2755, 4), (0o644, 4)]


def test_an_unknown_group_is_the_users_own(tmp_path: Path):
    passwd = {"etc/passwd": b"app:x:5:6::/:\n"}
    given = base(tmp_path / "base", member("etc/passwd", mode=0o644), **passwd)
    put(tmp_path / "c/a", "a", OLD)
    for text, owner in (
        ("app:nobody", (5, 6)),
        ("7:nobody", (7, 7)),
        ("nobody:nobody", (0, 0)),
        ("app:", (5, 0)),
    ):
        entry = last(build(f"FROM {BASE}\nCOPY --chown={text} a /a\n", tmp_path / "c", bases=given))["a"]
        assert (entry.uid, entry.gid) == owner


def test_minus_one_is_no_owner(tmp_path: Path):
    put(tmp_path / "a", "a", OLD)
    image = build("FROM scratch\nCOPY --chown=-1 a /a\n", tmp_path)
    assert isinstance(image.layers[0].entries, Unknown)
    assert isinstance(image.image_id, Unknown)


def test_symbolic_links_with_several_names_become_several(tmp_path: Path):
    (tmp_path / "d").mkdir()
    put(tmp_path / "d/f", "f", OLD)
    (tmp_path / "d/g").hardlink_to(tmp_path / "d/f")
    given = base(
        tmp_path / "base",
        member("d/l", tarfile.SYMTYPE, linkname="x"),
        member("d/m", tarfile.LNKTYPE, linkname="d/l"),
    )
    made = last(build(f"FROM {BASE}\nCOPY --from={BASE} /d /e\n", bases=given))
    assert made["e/l"].type == made["e/m"].type == "symlink"
    made = last(build("FROM scratch\nCOPY d /e\n", tmp_path))
    assert (made["e/f"].type, made["e/g"].type) == ("file", "hardlink")


# --- archives ----------------------------------------------------------------------------------------------


def added(root: Path, *members: tarfile.TarInfo, cut: int = 0, **data: bytes) -> Image:
    whole = tar(*members, **data)
    root.mkdir(exist_ok=True)
    (root / "t.tar").write_bytes(whole[:cut] if cut else whole)
    return build("FROM scratch\nADD t.tar /d/\n", root)


def test_another_name_of_a_link_keeps_the_links_time(tmp_path: Path):
    made = last(
        added(
            tmp_path,
            member("l", tarfile.SYMTYPE, linkname="x", mtime=5, uid=1),
            member("m", tarfile.LNKTYPE, linkname="l", mtime=9, uid=2),
        )
    )
    assert (made["d/l"].mtime, made["d/l"].uid, made["d/m"].link) == (5, 2, "d/l")


def test_another_name_by_way_of_a_directory_that_is_not_there(tmp_path: Path):
    first = member("a", mtime=5, mode=0o644)
    made = last(added(tmp_path, first, member("m", tarfile.LNKTYPE, linkname="no/../a", mtime=9, mode=0o600)))
    assert (made["d/a"].mtime, made["d/a"].mode) == (5, 0o644)
    first.mode = 0o6755
    made = last(added(tmp_path, first, member("m", tarfile.LNKTYPE, linkname="no/../a", mtime=9, mode=0o600)))
    assert made["d/a"].mode == 0o755
    made = last(added(tmp_path, first, member("m", tarfile.LNKTYPE, linkname="./a", mtime=9, mode=0o600)))
    assert (made["d/a"].mtime, made["d/a"].mode) == (9, 0o600)


def test_unpacking_changes_the_time_of_the_destination(tmp_path: Path):
    (tmp_path / "s").mkdir()
    os.utime(tmp_path / "s", (OLD, OLD))
    (tmp_path / "t.tar").write_bytes(tar(member("z/y")))
    image = build("FROM scratch\nADD t.tar s /d/\n", tmp_path, epoch=OLD + 9)
    assert last(image)["d"].mtime == OLD
    image = build("FROM scratch\nADD t.tar s t.tar /d/\n", tmp_path, epoch=OLD + 9)
    assert last(image)["d"].mtime == OLD + 9


def test_a_member_of_the_name_dot_is_passed_over(tmp_path: Path):
    assert "d/a" in last(added(tmp_path, member(".", tarfile.SYMTYPE, linkname="/x"), member("a")))


def test_an_archive_may_end_in_the_blanks_behind_data(tmp_path: Path):
    assert "d/a" in last(added(tmp_path, member("a"), cut=515, a=b"abc"))
    assert failure(added(tmp_path, member("a"), cut=514, a=b"abc")) == ("unexpected EOF", 2)


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ((member("a"), member("a/x/y")), "open /a/x/y: not a directory"),
        ((member("a"), member("a/x/y", tarfile.DIRTYPE)), "mkdir /a/x/y: not a directory"),
        ((member("a"), member("a/x", tarfile.LNKTYPE, linkname="a")), "link /a /a/x: not a directory"),
        ((member("a"), member("a/x", tarfile.SYMTYPE, linkname="q")), "symlink q /a/x: not a directory"),
        ((member("a"), member("a/x", tarfile.FIFOTYPE)), "not a directory"),
        ((member("a", tarfile.SYMTYPE, linkname="/no"), member("a/b/c")), "mkdir /a: file exists"),
        ((member("a/b", tarfile.DIRTYPE), member("a")), "chtimes /a/b: not a directory"),
        (
            (member("a", tarfile.DIRTYPE), member("a", tarfile.SYMTYPE, linkname="no")),
            "chtimes /a: no such file or directory",
        ),
    ],
)
def test_members_in_the_way_of_each_other(tmp_path: Path, members: tuple[tarfile.TarInfo, ...], message: str):
    assert failure(added(tmp_path, *members)) == (message, 2)


def test_a_long_link_is_cut_like_a_name(tmp_path: Path):
    from dfcheck.simulate.model import Entry
    from dfcheck.simulate.tar import header

    name = header(Entry("l", "symlink", 0o777, 0, 0, 0, OLD, "b/" * 60 + "x"))[-512:][157:257]
    assert name == b"b/" * 49 + b"b\0"


# --- stages ------------------------------------------------------------------------------------------------


def test_a_stage_that_only_heredocs_name_is_not_built(tmp_path: Path):
    put(tmp_path / "a", "a", OLD)
    text = "FROM scratch AS x\nCOPY a /d\nCOPY a /d/e\nFROM scratch\nCOPY --from=x <<f /f\nbody\nf\n"
    image = build(text, tmp_path)
    assert image.error is None
    assert [step.name for step in image.steps] == ["[stage-1 1/1] COPY --from=x <<f /f"]


def test_a_stage_that_only_a_trigger_names_counts_its_image_twice(tmp_path: Path):
    put(tmp_path / "a", "a", OLD)
    given = base(tmp_path / "base", member("etc/x"))
    text = "COPY a /q\nFROM scratch AS dup\nONBUILD COPY --from=x /q /z\nCOPY a /w\nFROM dup AS s2\n"
    for image, numbers in ((BASE, ["[x 2/2]", "[x 3/2]"]), ("scratch", ["[x 1/1]"])):
        steps = [step.name for step in build(f"FROM {image} AS x\n{text}", tmp_path, bases=given).steps]
        assert [name.partition("]")[0] + "]" for name in steps if name.startswith("[x ")] == numbers


def test_a_linked_copy_is_the_same_step_as_one_onto_nothing(tmp_path: Path):
    put(tmp_path / "a", "a", OLD)
    image = build("FROM scratch\nCOPY a /x/\nCOPY --link a /x/\nWORKDIR /d\n", tmp_path)
    assert [step.name for step in image.steps] == ["[2/3] COPY --link a /x/", "[3/3] WORKDIR /d"]


def test_an_image_without_layers_has_nothing_that_is_looked_for(tmp_path: Path):
    given = {BASE: layout(tmp_path / "base", [(image_config([]), [])])}
    assert build(f"FROM scratch\nCOPY --from={BASE} --parents /x /y\n", bases=given).error is None


def test_the_root_gets_a_new_time_where_a_linked_layer_is_joined(tmp_path: Path):
    put(tmp_path / "d/f", "f", OLD)
    put(tmp_path / "d/g", "g", OLD)
    os.utime(tmp_path / "d", (OLD, OLD))
    alone = "FROM scratch AS x\nCOPY --link d /\nFROM scratch\nCOPY --from=x / /q\n"
    assert last(build(alone, tmp_path, epoch=OLD + 9))["q"].mtime == OLD
    joined = "FROM scratch AS x\nCOPY d/f /z\nCOPY --link d /\nFROM scratch\nCOPY --from=x / /q\n"
    assert last(build(joined, tmp_path, epoch=OLD + 9))["q"].mtime == OLD + 9


# --- which error -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        # All sources of a stage are looked for before its first step runs.
        ("FROM scratch\nCOPY a /d\nCOPY a /d/e\nCOPY no /\n", '"/no": not found', 4),
        ("FROM scratch AS x\nCOPY a /d\nCOPY a /d/e\nFROM scratch\nCOPY --from=x /d /\nCOPY no /\n", '"/no": not found', 6),
        ("FROM scratch AS x\nCOPY a /d\nFROM scratch\nCOPY a /b\nCOPY a /b/c\nCOPY --from=x /no /\n", '"/no": not found', 6),
        ("FROM scratch AS x\nCOPY a /d\nCOPY a /d/e\nFROM scratch\nCOPY --from=x /no /\n", "mkdir /d: not a directory", 3),
        # A source below another one of the same instruction is not looked for by itself.
        ("FROM scratch\nCOPY s s/no /x/\n", "lstat /s/no: no such file or directory", 2),
        ("FROM scratch\nCOPY --parents s s/no /x/\n", '"/s/no": not found', 2),
        # Nor what is taken from the very files that the step changes.
        ("FROM scratch AS x\nCOPY a /\nFROM x\nCOPY --from=x /no /\n", "lstat /no: no such file or directory", 4),
        ("FROM scratch AS x\nFROM scratch\nCOPY --from=x /no /\n", "lstat /no: no such file or directory", 3),
        # Names are shown as the instruction has them, not as links lead.
        ("FROM scratch\nCOPY ls/* /x/\n", '"/ls/broken": not found', 2),
    ],
)  # fmt: skip
def test_first_error(tmp_path: Path, text: str, message: str, line: int):
    put(tmp_path / "a", "a", OLD)
    put(tmp_path / "s/b", "b", OLD)
    (tmp_path / "s/broken").symlink_to("nowhere")
    (tmp_path / "ls").symlink_to("s")
    assert failure(build(text, tmp_path)) == (message, line)

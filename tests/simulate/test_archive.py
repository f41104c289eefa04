"""ADD of archives: real tars of Python's tarfile and of GNU tar, broken ones, hostile ones."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfcheck.simulate import unpacked
from dfcheck.simulate.content import Inline, OnDisk, read_all
from dfcheck.simulate.copy import Copied, CopyRequest, copy
from dfcheck.simulate.diff import layer
from dfcheck.simulate.model import BuildError
from dfcheck.simulate.tar import digest
from dfcheck.simulate.tree import EMPTY, Node, directory
from dfcheck.syntax.words import Unknown


def member(name: str, kind: bytes = tarfile.REGTYPE, **facts) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.mtime = kind, 1_300_000_000
    for key, value in facts.items():
        setattr(info, key, value)
    return info


def archive(*items: tuple[tarfile.TarInfo, bytes] | tarfile.TarInfo, form: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as tar:
        for item in items:
            info, data = item if isinstance(item, tuple) else (item, b"")
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def add(data: bytes, destination: str = "/d/", tree=EMPTY, **options):
    content = Inline("x", data) if data else None
    root = directory()._replace(children={"x.tar": Node("file", 0o644, size=len(data), content=content)})
    return copy(tree, CopyRequest(root, ("x.tar",), destination, 1, unpack=True, **options))


def entries(data: bytes, destination: str = "/d/", **options) -> dict[str, object]:
    made = add(data, destination, **options)
    assert isinstance(made, Copied), made
    return {entry.path: entry for entry in layer(made.before, made.after, 1_500_000_000)}


def message(made) -> str:
    assert isinstance(made, BuildError), made
    return made.message


PLAIN = archive(
    (member("p/f", mode=0o4755, uid=3, gid=4), b"data"), member("l", tarfile.SYMTYPE, linkname="p/f")
)
PACKED = {
    "plain": PLAIN,
    "gzip": gzip.compress(PLAIN),
    "bzip2": bz2.compress(PLAIN),
    "xz": lzma.compress(PLAIN),
}


@pytest.mark.parametrize("packed", PACKED)
def test_unpacks(packed):
    found = entries(PACKED[packed])
    assert list(found) == ["d", "d/l", "d/p", "d/p/f"]
    file = found["d/p/f"]
    assert (file.mode, file.uid, file.gid, file.mtime, file.size) == (0o4755, 3, 4, 1_300_000_000, 4)
    assert read_all(file.content, 4) == b"data"
    assert found["d/l"].link == "p/f"
    assert (found["d/p"].mode, found["d/p"].mtime) == (0o755, 1_500_000_000)  # no member of its own


def test_owner_of_all_but_directories_without_member():
    found = entries(PLAIN, chown="8:9")
    assert [(entry.uid, entry.gid) for entry in found.values()] == [(8, 9), (8, 9), (0, 0), (8, 9)]


@pytest.mark.parametrize(
    "data", [b"", b"no tar", bytes(1024), PLAIN[:400], gzip.compress(b"text"), gzip.compress(PLAIN)[:20]]
)
def test_what_is_no_archive_is_copied(data):
    assert list(entries(data)) == ["d", "d/x.tar"]


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_names(form):
    name = "/".join(["n" * 40] * 4)
    assert f"d/{name}" in entries(archive(member(name), form=form))


def test_names_never_lead_out():
    found = entries(archive((member("../../up"), b"1"), (member("/abs"), b"2"), (member("a/../../b"), b"3")))
    assert sorted(found) == ["d", "d/abs", "d/b", "d/up"]


def test_links_are_followed_inside_the_destination_only():
    data = archive(
        member("etc", tarfile.DIRTYPE, mode=0o755),
        member("l", tarfile.SYMTYPE, linkname="/etc"),
        (member("l/passwd"), b"x"),
    )
    assert "d/etc/passwd" in entries(data)
    outside = archive(member("l", tarfile.SYMTYPE, linkname="/nowhere"), (member("l/passwd"), b"x"))
    assert message(add(outside)) == "open /l/passwd: no such file or directory"
    circle = archive(
        member("a", tarfile.SYMTYPE, linkname="b"), member("b", tarfile.SYMTYPE, linkname="a"), member("a/x")
    )
    assert message(add(circle)) == "open /a/x: too many levels of symbolic links"


def test_hard_links():
    found = entries(archive((member("b"), b"x"), member("a", tarfile.LNKTYPE, linkname="b", mode=0o600)))
    assert (found["d/a"].type, found["d/a"].size, found["d/a"].mode) == ("file", 1, 0o600)
    assert (found["d/b"].type, found["d/b"].link, found["d/b"].mode) == ("hardlink", "d/a", 0o600)
    assert "no such file" in message(add(archive(member("a", tarfile.LNKTYPE, linkname="../../etc/passwd"))))


def test_a_later_member_replaces_an_earlier_one():
    found = entries(archive(member("a", tarfile.DIRTYPE), member("a/b"), (member("a"), b"x")))
    assert {path: entry.type for path, entry in found.items()} == {"d": "dir", "d/a": "file"}


def test_a_type_that_nobody_unpacks():
    assert message(add(archive(member("a", b"7")))) == "unhandled tar header type 55"


@pytest.mark.parametrize("cut", [600, 1200])
def test_truncated(cut):
    data = archive((member("a"), b"x" * 3000))
    assert message(add(data[:cut])) == "unexpected EOF"
    assert message(add(gzip.compress(data, 0)[:cut])) == "unexpected EOF"


def test_damaged():
    data = archive(member("a"), member("b"))
    broken = data[:600] + b"?" + data[601:]
    assert message(add(broken)) == "archive/tar: invalid tar header"


def test_damage_behind_the_last_member_is_not_noticed():
    """As in BuildKit, which does not read on to the checksum at the end."""
    data = bytearray(gzip.compress(archive((member("a"), b"data"))))
    data[-8] ^= 1
    found = entries(bytes(data))
    assert read_all(found["d/a"].content, 4) == b"data"


def test_a_bomb_ends(monkeypatch):
    monkeypatch.setattr(unpacked, "LARGEST", 1 << 20)
    made = add(gzip.compress(archive((member("a"), bytes(3 << 20)))))
    assert isinstance(made, Unknown)
    assert "more than" in made.why


@pytest.mark.skipif(shutil.which("tar") is None, reason="needs GNU tar")
@pytest.mark.parametrize("version", ["0.0", "0.1", "1.0"])
def test_sparse(tmp_path, version):
    hole = tmp_path / "hole"
    with hole.open("wb") as file:
        file.seek(1 << 20)
        file.write(b"end")
        file.truncate(3 << 20)
    command = [
        "tar",
        "--format=pax",
        f"--sparse-version={version}",
        "-cSf",
        tmp_path / "x.tar",
        "-C",
        tmp_path,
        "hole",
    ]
    subprocess.run(command, check=True)
    data = (tmp_path / "x.tar").read_bytes()
    assert len(data) < 1 << 20
    file = entries(data)["d/hole"]
    assert file.size == 3 << 20
    with file.content() as stream:
        whole = b"".join(iter(lambda: stream.read(70_000), b""))
    assert whole == hole.read_bytes()


@pytest.mark.skipif(shutil.which("tar") is None, reason="needs GNU tar")
def test_old_sparse_files_stop_the_build(tmp_path):
    with (tmp_path / "hole").open("wb") as file:
        file.truncate(3 << 20)
    subprocess.run(["tar", "--format=gnu", "-cSf", tmp_path / "x.tar", "-C", tmp_path, "hole"], check=True)
    assert message(add((tmp_path / "x.tar").read_bytes())) == f"unhandled tar header type {ord('S')}"


def test_nothing_is_written_beside(tmp_path, monkeypatch):
    """Reading members of a compressed archive leaves no file behind."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    found = entries(PACKED["gzip"])
    assert read_all(found["d/p/f"].content, 9)[:4] == b"data"
    assert list(Path(tmp_path).iterdir()) == []


def test_a_file_that_became_a_pipe_is_not_opened(tmp_path):
    import os

    os.mkfifo(tmp_path / "f")
    with pytest.raises(OSError, match="no regular file"):
        OnDisk(str(tmp_path / "f"))()


@given(st.binary(max_size=300), st.integers(0, 4000), st.integers(0, 255), st.sampled_from(sorted(PACKED)))
def test_damage_ends_in_an_answer(noise, at, byte, packed):
    """Whatever happens to an archive, it is unpacked, copied as it is, or stops the build with a reason."""
    data = bytearray(PACKED[packed])
    data[at % len(data)] = byte
    data[at % len(data) : at % len(data)] = noise
    made = add(bytes(data))
    assert isinstance(made, (Copied, BuildError, Unknown))
    if isinstance(made, Copied):
        found = layer(made.before, made.after, 0)
        assert all(".." not in entry.path.split("/") for entry in found)
        digest(found)  # reads every content

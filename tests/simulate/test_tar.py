"""A layer's bytes: read back by Python's tarfile, and by our own reader of archives."""

from __future__ import annotations

import hashlib
import io
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfcheck.simulate.content import Inline
from dfcheck.simulate.model import Entry
from dfcheck.simulate.tar import Undetermined, digest, header, write
from dfcheck.simulate.untar import members

TYPES = {
    tarfile.REGTYPE: "file",
    tarfile.DIRTYPE: "dir",
    tarfile.SYMTYPE: "symlink",
    tarfile.LNKTYPE: "hardlink",
    tarfile.FIFOTYPE: "fifo",
    tarfile.CHRTYPE: "char",
}


def packed(*entries: Entry) -> bytes:
    out = io.BytesIO()
    size, _ = write(entries, out.write)
    assert size == len(out.getvalue())
    return out.getvalue()


def file(path: str, data: bytes = b"", **facts) -> Entry:
    facts = {"mode": 0o644, "uid": 0, "gid": 0, "mtime": 1} | facts
    return Entry(path, "file", size=len(data), content=Inline("", data) if data else None, **facts)


class Plain(io.BytesIO):
    def skip(self, size: int) -> None:
        self.seek(size, io.SEEK_CUR)


NAME = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=("Cs",)), min_size=1, max_size=90
).filter(lambda name: name not in {".", ".."})
SHORT = st.text("abcdefgh-_. ", min_size=1, max_size=70).map(lambda text: text.strip(" .") or "x")
PATH = st.lists(NAME | SHORT, min_size=1, max_size=5).map("/".join)
ID = st.integers(0, 1000) | st.integers(0, (1 << 32) - 1)


@st.composite
def entries(draw):
    kind = draw(st.sampled_from(["file", "dir", "symlink", "hardlink", "fifo", "char"]))
    data = draw(st.binary(max_size=1200)) if kind == "file" else b""
    return Entry(
        draw(PATH),
        kind,
        draw(st.integers(0, 0o7777)),
        draw(ID),
        draw(ID),
        len(data),
        draw(st.integers(-5, 1 << 35)),
        draw(PATH) if kind in ("symlink", "hardlink") else "",
        None,
        Inline("", data) if data else None,
        (1, 3) if kind == "char" else (0, 0),
    )


@given(st.lists(entries(), max_size=4))
def test_tarfile_reads_what_was_written(made):
    data = packed(*made)
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
        found = archive.getmembers()
        assert len(found) == len(made)
        for member, entry in zip(found, made, strict=True):
            assert member.name == entry.path.rstrip("/")
            assert (TYPES[member.type], member.mode, member.uid, member.gid) == (
                entry.type,
                entry.mode,
                entry.uid,
                entry.gid,
            )
            assert (member.mtime, member.linkname) == (entry.mtime, entry.link)
            if entry.type == "file":
                assert member.size == entry.size
                assert archive.extractfile(member).read() == (entry.content.data if entry.content else b"")
            if entry.type == "char":
                assert (member.devmajor, member.devminor) == entry.device
    assert len(data) % 512 == 0
    assert digest(made).diff_id == f"sha256:{hashlib.sha256(data).hexdigest()}"


@given(st.lists(entries(), max_size=4))
def test_our_reader_reads_what_was_written(made):
    found = list(members(Plain(packed(*made))))
    assert [member.name.rstrip("/") for member in found] == [entry.path for entry in made]
    assert [(member.mode, member.uid, member.gid, member.mtime) for member in found] == [
        (entry.mode, entry.uid, entry.gid, entry.mtime * 10**9) for entry in made
    ]


def test_an_empty_layer():
    assert packed() == bytes(1024)
    assert digest(()).diff_id == "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"


def test_header_of_a_plain_file():
    head = header(file("a.txt", b"hi"))
    assert len(head) == 512
    assert head[:6] == b"a.txt\0"
    assert head[100:124].split(b"\0") == [b"0000644", b"0000000", b"0000000", b""]
    assert head[124:136] == b"00000000002\0"
    assert head[156:157] == b"0"
    assert head[257:265] == b"ustar\x0000"
    assert head[329:345] == b"0000000\0" * 2  # Go fills these, Python does not


def test_a_long_name_is_parted_where_it_can_be():
    path = "d" * 90 + "/" + "f" * 90
    head = header(file(path))
    assert len(head) == 512
    assert head[345:435] == b"d" * 90
    assert head[:91] == b"f" * 90 + b"\0"


def test_pax_only_for_what_does_not_fit():
    head = header(file("é.txt", uid=3_000_000))
    assert len(head) == 3 * 512
    assert head[:24] == b"PaxHeaders.0/.txt\0" + bytes(6)
    assert head[512:1024].rstrip(b"\0") == b"15 path=\xc3\xa9.txt\n15 uid=3000000\n"
    assert head[1024:1029] == b".txt\0"
    assert head[1024 + 108 : 1024 + 116] == b"0000000\0"


def test_bytes_that_are_no_text_stay():
    with tarfile.open(fileobj=io.BytesIO(packed(file("a\udcff"))), mode="r:") as archive:
        assert archive.getnames() == ["a\udcff"]


def test_the_time_of_the_build_has_no_digest():
    with pytest.raises(Undetermined, match="/a` has the time of the build"):
        digest([file("a", mtime=None)])


def test_a_file_that_shrinks_has_no_digest():
    entry = file("a", b"four")._replace(size=9)
    with pytest.raises(Undetermined, match="shorter"):
        digest([entry])


def test_a_file_that_grows_counts_as_it_was():
    entry = file("a", b"four and more")._replace(size=4)
    with tarfile.open(fileobj=io.BytesIO(packed(entry, file("b"))), mode="r:") as archive:
        assert archive.extractfile("a").read() == b"four"
        assert archive.getnames() == ["a", "b"]

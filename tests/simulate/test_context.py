"""Contexts on disk: what BuildKit's client would offer, also where somebody means harm."""

from __future__ import annotations

import os
import socket
import sys
import tracemalloc
from pathlib import Path

import pytest
from simulate.support import build

from dfcheck.simulate.content import read_all
from dfcheck.simulate.context import Ignored, read, walk
from dfcheck.simulate.copy import Copied, CopyRequest, copy
from dfcheck.simulate.diff import layer
from dfcheck.simulate.model import BuildError
from dfcheck.simulate.tar import Undetermined, digest
from dfcheck.simulate.tree import EMPTY, FileError


def fill(root, *names: str, ignore: str | None = None):
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith("/"):
            path.mkdir(exist_ok=True)
        else:
            path.write_text(name)
    if ignore is not None:
        (root / ".dockerignore").write_text(ignore)
    return root


def offered(root, dockerfile=None) -> list[str]:
    return [
        path + ("/" if node.type == "dir" else "")
        for path, node in walk(read(str(root), dockerfile))
        if path != ".dockerignore"
    ]


def test_directories_come_along_for_what_is_in_them(tmp_path):
    fill(tmp_path, "a", "d/keep/x", "d/y", "e/z", ignore="d\n!d/keep\ne/*\n")
    assert offered(tmp_path) == ["a", "d/", "d/keep/", "d/keep/x", "e/"]


def test_which_ignore_file(tmp_path):
    fill(tmp_path, "a", "b", ignore="a\n")
    dockerfile = tmp_path / "x.Dockerfile"
    assert "a" not in offered(tmp_path, str(dockerfile))
    own = tmp_path / "x.Dockerfile.dockerignore"
    own.write_text("b\n")
    assert offered(tmp_path, str(dockerfile)) == ["a", own.name]
    own.write_text("")
    assert offered(tmp_path, str(dockerfile)) == ["a", "b", own.name]


@pytest.mark.parametrize(
    ("ignore", "why"),
    [
        ("!\n", 'illegal exclusion pattern: "!"'),
        ("[a\n", "syntax error in pattern"),
        ("a" * 70_000, "bufio.Scanner: token too long"),
    ],
)
def test_ignore_files_that_stop_the_build(tmp_path, ignore, why):
    fill(tmp_path, "a", ignore=ignore)
    with pytest.raises(Ignored) as error:
        read(str(tmp_path))
    assert str(error.value) == why


def test_patterns_that_fail_only_when_used(tmp_path):
    fill(tmp_path, "a", ignore="[z-a]\n")
    context = read(str(tmp_path))
    result = copy(EMPTY, CopyRequest(context.root, (".",), "/", 1))
    assert result == BuildError(
        "error from sender: failed to match excludepatterns: syntax error in pattern", 1
    )


def test_directories_that_are_kept_back_are_not_opened(tmp_path, monkeypatch):
    fill(tmp_path, "a", "node_modules/x/y", "d/e/f", ignore="node_modules\nd\n!d/g\n")
    opened = []
    real = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: opened.append(Path(path).name) or real(path))
    assert offered(tmp_path) == ["a"]
    assert opened == [tmp_path.name, "d"]


def test_only_what_is_named_is_looked_at(tmp_path, monkeypatch):
    fill(tmp_path, "a", "big/x", "src/m")
    opened = []
    real = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: opened.append(Path(path).name) or real(path))
    copy(EMPTY, CopyRequest(read(str(tmp_path)).root, ("src", "a*"), "/x/", 1))
    assert opened == [tmp_path.name, "src"]


def test_owned_by_root_with_mode_and_time(tmp_path):
    fill(tmp_path, "a")
    (tmp_path / "a").chmod(0o4711)
    os.utime(tmp_path / "a", ns=(5, 7_000_000_009))
    ((_, node),) = walk(read(str(tmp_path)))
    assert (node.mode, node.uid, node.gid, node.mtime, node.size) == (0o4711, 0, 0, 7_000_000_009, 1)


def test_a_hostile_context(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    fill(tmp_path, "d/f", "new\nline")
    (tmp_path / os.fsdecode(b"\xff")).write_text("x")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "d" / "up").symlink_to("..")
    (tmp_path / "out").symlink_to("/etc/passwd")
    (tmp_path / "gone").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("sock")
        context = read(str(tmp_path))
        kinds = {path: node.type for path, node in walk(context)}
        result = copy(EMPTY, CopyRequest(context.root, (".",), "/x", 1))
    assert kinds == {
        "d": "dir", "d/f": "file", "d/up": "symlink", "gone": "symlink", "loop": "symlink", "new\nline": "file", "out": "symlink",
        "pipe": "fifo", "sock": "file", "\udcff": "file",
    }  # fmt: skip
    assert isinstance(result, Copied)
    entries = layer(EMPTY, result.tree, 0)
    assert [entry.path for entry in entries][-1] == "x/\udcff"
    assert digest(entries).size == len("d/f") + len("new\nline") + 1
    for name in ("loop", "out", "gone"):
        assert isinstance(copy(EMPTY, CopyRequest(context.root, (name,), "/x", 1)), BuildError)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_we_may_not_read(tmp_path):
    fill(tmp_path, "a", "d/x")
    (tmp_path / "a").chmod(0)
    assert [node.size for path, node in walk(read(str(tmp_path))) if path == "a"] == [0]
    (tmp_path / "d").chmod(0)
    try:
        with pytest.raises(FileError, match=r"error from sender: open .*/d: permission denied"):
            walk(read(str(tmp_path)))
    finally:
        (tmp_path / "d").chmod(0o755)


def test_a_file_that_shrinks_while_it_is_read(tmp_path):
    fill(tmp_path, "a")
    (tmp_path / "a").write_bytes(bytes(1000))
    result = copy(EMPTY, CopyRequest(read(str(tmp_path)).root, ("a",), "/a", 1))
    (tmp_path / "a").write_bytes(b"x")
    with pytest.raises(Undetermined, match="shorter"):
        digest(layer(EMPTY, result.tree))
    (tmp_path / "a").unlink()
    with pytest.raises(FileNotFoundError):
        digest(layer(EMPTY, result.tree))


def test_contents_are_read_when_asked_for(tmp_path):
    fill(tmp_path, "d/a")
    context = read(str(tmp_path))
    (tmp_path / "d" / "a").write_text("d/b")
    ((_, _), (_, node)) = walk(context)
    assert read_all(node.content, 9) == b"d/b"


def test_memory_is_small_per_file(tmp_path):
    for number in range(20):
        folder = tmp_path / f"d{number}"
        folder.mkdir()
        for inner in range(100):
            (folder / f"file-{inner}.txt").write_bytes(b"x")
    tracemalloc.start()
    context = read(str(tmp_path))
    count = sum(1 for _ in walk(context))
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 2020
    assert used / count < 1000


def test_the_context_must_be_a_directory(tmp_path):
    (tmp_path / "f").write_text("")
    with pytest.raises(OSError, match="Not a directory"):
        read(str(tmp_path / "f"))
    with pytest.raises(FileNotFoundError):
        read(str(tmp_path / "nope"))


assert sys.getfilesystemencoding() == "utf-8"


def test_a_dot_is_the_working_directory_also_where_there_is_none_yet(tmp_path):
    fill(tmp_path, "f")
    image = build("FROM scratch\nWORKDIR /a\nCOPY --link f .\nCOPY f .\n", tmp_path)
    assert image.error is None
    assert [[entry.path for entry in made.entries] for made in image.layers] == [["a"], ["a", "a/f"], []]

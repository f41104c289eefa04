"""Predicted images as screens, histories and OCI layouts: the last read back by other programs and byte by byte."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
from typing import TYPE_CHECKING

import pytest
from simulate.support import EPOCH, build, image_config, layer_tar, layout, put

from dfcheck.report.image_history import as_history
from dfcheck.report.image_oci import Unwritable
from dfcheck.report.image_oci import layout as oci
from dfcheck.report.image_tree import Heading, as_tree
from dfcheck.simulate.runs import start

if TYPE_CHECKING:
    from pathlib import Path

    from dfcheck.simulate.model import Image


def screen(image: Image, *tags: str, **options: object) -> list[str]:
    return as_tree(image, start(image), Heading(tags, "Dockerfile", **options)).splitlines()


def dfcheck(cwd: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "dfcheck", "simulate", *words]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


# --- the screen --------------------------------------------------------------------------------------------


def test_each_step_is_marked_as_files_or_as_metadata(tmp_path: Path) -> None:
    put(tmp_path / "a", "12345", EPOCH)
    text = 'FROM scratch\nARG V\nCOPY a /\nWORKDIR /w\nCMD ["x"]\nCMD ["/a"]\n'
    lines = screen(build(text, tmp_path, build_args={}), "me/x:1")
    table = [line.split("  ") for line in lines if line.startswith("  ") and "/6 " in line]
    marks = {line[-1] for line in table}
    assert marks == {
        "file system",
        "start-up/metadata",
        "build only",
        "start-up/metadata; no effect: line 6 replaces it",
    }
    assert next(line for line in lines if "COPY" in line).split()[-3:] == ["5B", "file", "system"]
    assert any(line.split() == ["0644", "0:0", "5B", "/a"] for line in lines)
    assert lines[0] == "me/x:1    predicted, linux/amd64"
    assert any(line.startswith("layers added: 2 (5B)    image ID sha256:") for line in lines)
    assert any(line.split() == ["process", "/a", "(CMD", "of", "line", "6)"] for line in lines)


def test_an_unknown_base_is_said_once_with_what_would_make_it_known() -> None:
    lines = screen(build("FROM nobody/nothing:1\nRUN apt-get install -y curl\nCMD x\n"))
    (told,) = [line for line in lines if "--base" in line]
    assert told.startswith("  base   nobody/nothing:1 (line 1): unknown: ")
    assert told.endswith("`--pull` or `--base nobody/nothing:1=PATH` makes them known")
    run = next(line for line in lines if "RUN apt" in line)
    assert "unknown" in run
    assert run.endswith("file system: apt-get install: curl")


def test_stages_that_are_left_behind_say_so_and_what_stops_ends_the_table(tmp_path: Path) -> None:
    text = "FROM a AS one\nRUN x\nFROM a AS never\nRUN y\nFROM scratch\nCOPY --from=one /x /\n"
    lines = screen(build(text, tmp_path))
    assert "  one: left behind, only what is copied from it counts" in lines
    assert "  stage 2: part of the image" in lines
    assert not any("never" in line for line in lines)
    lines = screen(build("FROM scratch\nCOPY no /\nCMD x\n", tmp_path))
    assert lines[-1].endswith("the build stops here")


def test_a_hostile_file_cannot_paint_the_screen(tmp_path: Path) -> None:
    put(tmp_path / "a\x1b[2Jb\n", "1", EPOCH)
    image = build('FROM scratch\nCOPY . /\nENV A="\x1b[31m"\nCMD ["\x1b]0;x\x07"]\n', tmp_path)
    for text in (as_tree(image, start(image), Heading(("t",), "\x1b[1mD")), as_history(image)):
        assert "\x1b" not in text
        assert "\x07" not in text


def test_the_history_of_an_unknown_base_is_one_unknown_row() -> None:
    lines = as_history(build("FROM x\nRUN <<EOF\na\nb\nEOF\nENV A=1\n", epoch=None)).splitlines()
    assert lines[1].split()[:5] == ["<id>", "<time>", "ENV", "A=1", "0B"]
    assert "RUN /bin/sh -c a b " in lines[2]
    assert lines[3].split() == ["<missing>", "unknown", *"all that the base image brings".split(), "unknown"]
    assert len(lines) == 4


# --- OCI ---------------------------------------------------------------------------------------------------


def project(path: Path) -> Path:
    """A build over a base with a plain and a compressed layer."""
    first, second = layer_tar({"etc": None, "etc/passwd": b"app:x:7:8::/:\n"}), layer_tar({"b": b"2"})
    base = layout(path / "base", [(image_config([first, second], {"User": "app"}), [first, second])])
    packed = gzip.compress(second)
    blobs = base / "blobs" / "sha256"
    for blob in blobs.iterdir():
        data = blob.read_bytes()
        if data[:1] == b"{" and b"layers" in data and b"schemaVersion" in data:
            manifest = json.loads(data)
            manifest["layers"][1] = {
                "digest": f"sha256:{hashlib.sha256(packed).hexdigest()}",
                "size": len(packed),
            }
            body = json.dumps(manifest).encode()
            (blobs / hashlib.sha256(packed).hexdigest()).write_bytes(packed)
            (blobs / hashlib.sha256(body).hexdigest()).write_bytes(body)
            index = json.loads((base / "index.json").read_text())
            index["manifests"][0] |= {
                "digest": f"sha256:{hashlib.sha256(body).hexdigest()}",
                "size": len(body),
            }
            (base / "index.json").write_text(json.dumps(index))
            break
    put(path / "c" / "f", "hello", EPOCH)
    put(path / "c" / "Dockerfile", 'FROM base\nCOPY --chown=app f /etc/f\nWORKDIR /w\nCMD ["x"]\n', 1)
    return path


WORDS = (
    "--output-format",
    "oci",
    "--base",
    "base=../base",
    "-t",
    "me/x:1",
    "--build-arg",
    f"SOURCE_DATE_EPOCH={EPOCH}",
)


def test_a_layout_is_whole_and_every_blob_is_what_its_name_says(tmp_path: Path) -> None:
    cwd = project(tmp_path) / "c"
    done = dfcheck(cwd, *WORDS, "-o", "../out")
    assert done.returncode == 0, done.stderr
    out = tmp_path / "out"
    blobs = {blob.name: blob.read_bytes() for blob in (out / "blobs" / "sha256").iterdir()}
    assert all(hashlib.sha256(data).hexdigest() == name for name, data in blobs.items())

    def blob(descriptor: dict[str, object]) -> bytes:
        data = blobs[str(descriptor["digest"]).removeprefix("sha256:")]
        assert descriptor["size"] == len(data)
        return data

    top = json.loads((out / "index.json").read_text())["manifests"][0]
    manifest = json.loads(blob(top))
    config = json.loads(blob(manifest["config"]))
    assert done.stdout == f"../out: {manifest['config']['digest']}\n"
    plain = [
        gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data for data in map(blob, manifest["layers"])
    ]
    assert [f"sha256:{hashlib.sha256(data).hexdigest()}" for data in plain] == config["rootfs"]["diff_ids"]
    assert [layer["mediaType"].rpartition("layer.v1.")[2] for layer in manifest["layers"]] == [
        "tar",
        "tar+gzip",
        "tar",
        "tar",
    ]
    assert [layer.get("annotations") for layer in manifest["layers"][2:]] == [
        {"buildkit/rewritten-timestamp": str(EPOCH)}
    ] * 2
    assert len(blobs) == 6


def test_the_same_image_as_a_tar_and_as_the_base_of_another(tmp_path: Path) -> None:
    cwd = project(tmp_path) / "c"
    dfcheck(cwd, *WORDS, "-o", "../out")
    assert dfcheck(cwd, *WORDS, "-o", "../out.tar").returncode == 0
    with tarfile.open(tmp_path / "out.tar") as tar:
        members = {item.name: tar.extractfile(item).read() for item in tar if item.isfile()}
    files = {
        str(p.relative_to(tmp_path / "out")): p.read_bytes()
        for p in (tmp_path / "out").rglob("*")
        if p.is_file()
    }
    assert members == files
    for base in ("../out", "../out.tar"):
        put(cwd / "D", "FROM me/x:1\nCOPY --chown=app f g\n", 1)
        done = dfcheck(
            cwd, "-f", "D", "--output-format", "json", "--entries", "--base", f"me/x:1={base}", "."
        )
        entries = json.loads(done.stdout)["layers"][-1]["entries"]
        assert [(item["path"], item["uid"]) for item in entries] == [("w", 7), ("w/g", 7)]


@pytest.mark.skipif(shutil.which("skopeo") is None, reason="needs skopeo")
@pytest.mark.parametrize(
    ("out", "kind"), [("../out", "oci:../out:1"), ("../out.tar", "oci-archive:../out.tar:1")]
)
def test_skopeo_loads_it(tmp_path: Path, out: str, kind: str) -> None:
    cwd = project(tmp_path) / "c"
    done = dfcheck(cwd, *WORDS, "-o", out)
    subprocess.run(["skopeo", "copy", "-q", "--insecure-policy", kind, "dir:../copied"], cwd=cwd, check=True)
    manifest = json.loads((tmp_path / "copied" / "manifest.json").read_text())
    assert done.stdout == f"{out}: {manifest['config']['digest']}\n"


def test_what_is_not_known_is_not_written(tmp_path: Path) -> None:
    put(tmp_path / "f", "1", EPOCH)
    put(tmp_path / "config.json", json.dumps(image_config([b"x"])), 1)
    bases = {"c": tmp_path / "config.json"}
    for text, why in [
        ("FROM nobody/nothing\n", "base image"),
        ("FROM scratch\nRUN x\n", "RUN on line 2"),
        ("FROM c\n", "only the config"),
    ]:
        with pytest.raises(Unwritable, match=why):
            oci(build(text, tmp_path, bases=bases), (), EPOCH)
    put(tmp_path / "Dockerfile", "FROM nobody/nothing\n", 1)
    done = dfcheck(tmp_path, "--output-format", "oci", "-o", "out")
    assert done.returncode == 1
    assert "--base" in done.stderr
    assert not list(tmp_path.glob("out*"))


def test_nothing_is_left_behind_and_nothing_overwritten(tmp_path: Path) -> None:
    put(tmp_path / "Dockerfile", "FROM scratch\nCOPY f /\n", 1)
    put(tmp_path / "f", "1", EPOCH)
    put(tmp_path / "full" / "x", "1", 1)
    for words, said in [
        (("-o", "full"), "full is there already"),
        ((), "needs `--output`"),
        (("-o", "no/such/out.tar"), "no/such"),
    ]:
        done = dfcheck(tmp_path, "--output-format", "oci", *words)
        assert done.returncode == 2
        assert said in done.stderr.splitlines()[-1]
    assert (tmp_path / "full" / "x").read_text() == "1"
    assert not list(tmp_path.rglob("*.tmp"))


def test_a_base_layer_that_is_not_what_its_config_names_is_refused(tmp_path: Path) -> None:
    good, bad = layer_tar({"a": b"1"}), layer_tar({"a": b"2"})
    base = layout(tmp_path / "base", [(image_config([good]), [bad])])
    with pytest.raises(Unwritable, match="not the one that its config names"):
        oci(build("FROM b\n", bases={"b": base}), (), EPOCH)

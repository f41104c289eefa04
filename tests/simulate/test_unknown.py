"""What cannot be known is said, once and with its reason, and everything else is told all the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from simulate.support import build, image_config, layout

from dfcheck.resolve.platforms import parse_platform
from dfcheck.simulate.bases import BaseError, load
from dfcheck.simulate.config import read_config
from dfcheck.simulate.context import read
from dfcheck.simulate.model import Inputs
from dfcheck.simulate.simulate import simulate
from dfcheck.simulate.tree import lookup
from dfcheck.syntax.parser import parse
from dfcheck.syntax.text import Source
from dfcheck.syntax.words import Unknown

if TYPE_CHECKING:
    from pathlib import Path

AMD64 = parse_platform("linux/amd64")


def test_an_unknown_base_is_one_gap() -> None:
    image = build("FROM debian:12 AS a\nENV A=1\nFROM a\nENV B=2$A\nLABEL l=$X\nCMD x\nUSER me\n")
    assert [(gap.what, gap.line) for gap in image.gaps] == [("base image", 1)]
    assert image.gaps[0].cure == "--base docker.io/library/debian:12=PATH"
    assert image.config.env == (("A", "1"), ("B", "21"))
    assert image.config.user == "me"
    assert isinstance(image.config.workdir, Unknown)
    assert isinstance(dict(image.config.labels)["l"], Unknown)
    assert image.base_layers is None


def test_a_run_hides_files_but_not_what_it_starts() -> None:
    text = 'FROM scratch\nENV A=1\nARG B=2\nUSER 7\nWORKDIR /w\nRUN --mount=type=tmpfs,target=/t a "$A"\nLABEL x=y\n'
    image = build(text)
    (run,) = image.runs
    assert run.argv == ("/bin/sh", "-c", 'a "$A"')
    assert dict(run.environment) | {"PATH": ""} == {"PATH": "", "A": "1", "B": "2"}
    assert (run.user, run.directory, run.mounts) == ("7", "/w", ("type=tmpfs,target=/t",))
    assert isinstance(image.layers[1].entries, Unknown)
    assert "line 6" in str(image.image_id)


def test_the_config_alone_makes_a_base_known_but_for_its_files(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text(json.dumps(image_config([b"1", b"2"], {"Shell": ["/bin/x", "-e"], "WorkingDir": "/srv"})))
    image = build("FROM base\nWORKDIR sub\nRUN y\n", bases={"base": path})
    assert image.base_layers == 2
    assert len(image.layers) == 4
    assert image.runs[0].argv == ("/bin/x", "-e", "y")
    assert image.config.workdir == "/srv/sub"


def test_a_layout_of_several_platforms_gives_the_one_wanted(tmp_path: Path) -> None:
    images = [(image_config([], {"User": arch}, architecture=arch), []) for arch in ("amd64", "arm64")]
    base = layout(tmp_path / "b", images, [{"os": "linux", "architecture": a} for a in ("amd64", "arm64")])
    assert build("FROM b\n", bases={"b": base}).config.user == "amd64"
    assert build("FROM b\n", bases={"b": base}, platform="linux/arm64").config.user == "arm64"
    with pytest.raises(BaseError, match="no image for linux/s390x; it has: linux/amd64, linux/arm64"):
        load(str(base), parse_platform("linux/s390x"))


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[1]", b'{"config": 3}', b'{"config": {"Env": [1]}}', b"\0" * 2048, b'{"history": [3]}'],
)
def test_a_broken_base_is_told_in_one_line(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "b"
    path.write_bytes(data)
    with pytest.raises(BaseError) as caught:
        load(str(path), AMD64)
    assert "\n" not in str(caught.value)


def test_a_blob_cannot_be_outside_its_layout(tmp_path: Path) -> None:
    (tmp_path / "index.json").write_text('{"manifests": [{"digest": "sha256:../../secret"}]}')
    with pytest.raises(BaseError, match="is no digest"):
        load(str(tmp_path), AMD64)


def test_keys_that_buildkit_does_not_know_are_dropped() -> None:
    assert read_config({"Hostname": "h", "cmd": ["a"], "Labels": None}) == read_config({"Cmd": ["a"]})


def test_a_long_file_is_folded_without_deep_recursion() -> None:
    image = build("FROM scratch\n" + "RUN x\nENV A=1\n" * 1500)
    assert len(image.steps) == 1500


def test_a_damaged_layer_hides_files_and_nothing_else(tmp_path: Path) -> None:
    layers = [b"no tar at all" * 100]
    base = layout(tmp_path / "b", [(image_config(layers), layers)])
    text = "FROM b\nLABEL a=1\nWORKDIR /x\nCOPY --from=b /f /g\n"
    image = build(text, bases={"b": base})
    assert image.error is None
    assert dict(image.config.labels) == {"a": "1"}
    assert "a layer of the base image cannot be read" in str(image.layers[1].entries)


def test_what_docker_image_inspect_prints_is_a_base_without_history(tmp_path: Path) -> None:
    layers = ["sha256:" + "0" * 64]
    facts = {
        "Os": "linux",
        "Architecture": "amd64",
        "Config": {"Cmd": ["a"], "User": "u"},
        "RootFS": {"Layers": layers},
    }
    (tmp_path / "i.json").write_text(json.dumps([facts | {"Id": "x", "RepoTags": []}]))
    image = build("FROM b\nLABEL l=1\n", bases={"b": tmp_path / "i.json"})
    assert (image.config.user, image.config.cmd, image.base_layers) == ("u", ("a",), 1)
    assert [gap.what for gap in image.gaps] == ["history"]
    assert not image.exact


def test_windows_paths_lose_their_drive_and_keep_their_backslashes() -> None:
    text = "# escape=`\nFROM --platform=windows/amd64 b\nWORKDIR C:\\app\nWORKDIR sub\nWORKDIR D:\\x\n"
    image = build(text.rsplit("WORKDIR", 1)[0])
    assert image.config.workdir == "\\app\\sub"
    assert image.history[-1].created_by == "WORKDIR /app/sub"
    stopped = build(text).error
    assert stopped is not None
    assert stopped.line == 5


def test_a_missing_time_is_said_with_its_cure() -> None:
    image = build("FROM scratch\nCOPY <<f /new/\nx\nf\n", epoch=None)
    (gap,) = image.gaps
    assert (gap.what, gap.why) == ("image ID", "`/new` has the time of the build")
    assert "SOURCE_DATE_EPOCH" in gap.cure


def test_a_file_that_shrinks_while_it_is_read(tmp_path: Path) -> None:
    """Its size was asked for when the directory was listed; then something cuts it."""
    (tmp_path / "big").write_bytes(bytes(1000))
    context = read(str(tmp_path))
    assert lookup(context.root, "/big") is not None
    (tmp_path / "big").write_bytes(b"")
    image = simulate(
        parse(Source("Dockerfile", "FROM scratch\nCOPY big /\n")), Inputs({"SOURCE_DATE_EPOCH": "1"}), context
    )
    assert [(gap.why, gap.cure) for gap in image.gaps] == [("`/big` became shorter while it was read", "")]
    assert isinstance(image.image_id, Unknown)

"""Whole images, byte for byte: against digests of real BuildKit builds, and against tars and JSON made by hand."""

from __future__ import annotations

import json
import tarfile
from typing import TYPE_CHECKING

from simulate.support import EPOCH, build, digest, go_tar, image_config, layer_tar, layout, member, put

if TYPE_CHECKING:
    from pathlib import Path

PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
CREATED = "2017-07-14T02:40:00Z"


def test_a_copied_file_gives_the_digest_that_buildkit_gave(tmp_path: Path) -> None:
    put(tmp_path / "a.txt", "a.txt 1600000001\n", 1_600_000_001)
    image = build("FROM scratch\nCOPY a.txt /\n", tmp_path)
    assert (
        image.layers[0].diff_id == "sha256:53d861157fc8f162e1502cb91bebaa89d3ce7efd73a6fbb99b3ad7afaa75ef20"
    )
    assert image.image_id == "sha256:ea6eca94060a4c9e41fa1254a9814678e0ce4494deedfad24b867aed2a7570e2"
    assert image.exact


def test_config_bytes_are_those_of_a_hand_made_config(tmp_path: Path) -> None:
    put(tmp_path / "f", "x", EPOCH - 5)
    text = 'FROM scratch\nCOPY f /d/f\nENV A="<&>" B=é\nCMD ["a", "b"]\n'
    tar = go_tar([member("d/", mode=0o755, kind=b"5"), member("d/f", b"x", mtime=EPOCH - 5)])
    expected = (
        '{"architecture":"amd64","config":{"Env":["' + PATH + '","A=\\u003c\\u0026\\u003e","B=é"],'
        '"Cmd":["a","b"],"WorkingDir":"/","ArgsEscaped":true},"created":"' + CREATED + '","history":['
        '{"created":"'
        + CREATED
        + '","created_by":"COPY f /d/f # buildkit","comment":"buildkit.dockerfile.v0"},'
        '{"created":"'
        + CREATED
        + '","created_by":"ENV A=\\u003c\\u0026\\u003e B=é","comment":"buildkit.dockerfile.v0",'
        '"empty_layer":true},{"created":"' + CREATED + '","created_by":"CMD [\\"a\\" \\"b\\"]",'
        '"comment":"buildkit.dockerfile.v0","empty_layer":true}],"os":"linux","rootfs":{"type":"layers",'
        '"diff_ids":["' + digest(tar) + '"]}}'
    )
    image = build(text, tmp_path)
    assert image.config_json == expected
    assert image.image_id == digest(expected.encode())


def test_an_empty_image_has_null_layers_and_history() -> None:
    image = build("FROM scratch\n")
    assert '"created":null,"history":null,' in str(image.config_json)
    assert '"rootfs":{"type":"layers","diff_ids":null}' in str(image.config_json)


def test_workdir_on_a_directory_that_is_there_is_an_empty_layer() -> None:
    image = build("FROM scratch\nWORKDIR /a\nWORKDIR /a\nWORKDIR /\n")
    first, second = image.layers
    assert first.diff_id == digest(go_tar([member("a/", mode=0o755, kind=b"5")]))
    assert second.diff_id == digest(bytes(1024))
    assert [item.empty_layer for item in image.history] == [False, False, True]


def test_a_base_keeps_its_history_and_its_files_are_found(tmp_path: Path) -> None:
    files = {"etc": None, "etc/passwd": b"web:x:33:44::/:/bin/sh\n", "srv": None, "srv/old": b"1"}
    layers = [layer_tar(files), layer_tar({"srv": None, "srv/.wh.old": b""})]
    config = image_config(layers, {"WorkingDir": "/srv", "User": "web", "Env": ["PATH=/x", "A=1"]})
    base = layout(tmp_path / "base", [(config, layers)])
    put(tmp_path / "c" / "f", "x", EPOCH - 5)
    text = "FROM base\nCOPY --chown=web f new/\nCOPY --from=base /srv /was\nENV B=$A\n"
    image = build(text, tmp_path / "c", bases={"base": base})
    assert image.error is None
    assert [item.created for item in image.history] == ["2020-01-02T03:04:05Z"] * 2 + [CREATED] * 3
    assert [layer.diff_id for layer in image.layers[:2]] == [digest(layer) for layer in layers]
    assert [(e.path, e.uid, e.gid) for e in image.layers[2].entries] == [
        ("srv", 0, 0),
        ("srv/new", 33, 44),
        ("srv/new/f", 33, 44),
    ]
    assert [e.path for e in image.layers[3].entries] == ["was"]
    assert json.loads(str(image.config_json))["config"]["Env"] == ["PATH=/x", "A=1", "B=1"]


def test_a_replaced_file_is_in_both_layers_and_a_deleted_one_never_is_missing(tmp_path: Path) -> None:
    put(tmp_path / "a", "1", EPOCH - 5)
    put(tmp_path / "b", "22", EPOCH - 4)
    image = build("FROM scratch\nCOPY a /x\nCOPY b /x\n", tmp_path)
    assert [[(e.path, e.size, e.line) for e in layer.entries] for layer in image.layers] == [
        [("x", 1, 2)],
        [("x", 2, 3)],
    ]
    assert image.layers[1].diff_id == digest(go_tar([member("x", b"22", mtime=EPOCH - 4)]))


def test_a_stage_gives_its_files_but_not_its_config(tmp_path: Path) -> None:
    put(tmp_path / "a", "1", EPOCH - 5)
    text = "FROM scratch AS one\nENV X=1\nCOPY a /in\nFROM scratch\nCOPY --from=one /in /out\n"
    image = build(text, tmp_path)
    assert image.layers[0].diff_id == digest(go_tar([member("out", b"1", mtime=EPOCH - 5)]))
    assert image.config.env == (tuple(PATH.split("=", 1)),)


def test_without_an_epoch_the_layers_are_exact_where_no_time_is_new(tmp_path: Path) -> None:
    put(tmp_path / "a", "1", EPOCH)
    image = build("FROM scratch\nCOPY a /a\n", tmp_path, epoch=None)
    assert image.layers[0].diff_id == digest(go_tar([member("a", b"1")]))
    assert not image.exact
    assert image.gaps[-1].cure.startswith("--build-arg SOURCE_DATE_EPOCH=")


def test_link_is_exact_on_an_unknown_base(tmp_path: Path) -> None:
    put(tmp_path / "a", "1", EPOCH)
    image = build("FROM debian\nCOPY --link a /a\nCOPY a /b\n", tmp_path)
    assert image.layers[0].diff_id == digest(go_tar([member("a", b"1")]))
    assert not isinstance(image.layers[1].diff_id, str)
    assert [e.path for e in image.layers[1].written] == ["b"]


def test_an_archive_of_docker_save_is_a_base(tmp_path: Path) -> None:
    layer = layer_tar({"f": b"1"})
    config = json.dumps(image_config([layer], {"Cmd": ["x"]})).encode()
    manifest = json.dumps([{"Config": "c.json", "RepoTags": ["b:1"], "Layers": ["l/layer.tar"]}]).encode()
    (tmp_path / "saved.tar").write_bytes(
        layer_tar({"manifest.json": manifest, "c.json": config, "l/layer.tar": layer})
    )
    image = build("FROM b:1\nCOPY --from=b:1 /f /g\n", bases={"b:1": tmp_path / "saved.tar"})
    assert image.exact
    assert [e.path for e in image.layers[1].entries] == ["g"]
    assert image.config.cmd == ("x",)


def test_python_reads_the_tar_that_is_digested(tmp_path: Path) -> None:
    from dfcheck.simulate.tar import write

    put(tmp_path / "long" / ("n" * 120) / "ü", "1", EPOCH)
    image = build("FROM scratch\nCOPY . /\n", tmp_path)
    out = bytearray()
    write(image.layers[0].entries, out.extend)
    assert digest(bytes(out)) == image.layers[0].diff_id
    (tmp_path / "t.tar").write_bytes(bytes(out))
    with tarfile.open(tmp_path / "t.tar") as tar:
        assert tar.getnames() == ["long", f"long/{'n' * 120}", f"long/{'n' * 120}/ü"]


def test_a_base_without_history_is_not_claimed_to_be_exact(tmp_path: Path) -> None:
    layer = layer_tar({"f": b"1"})
    base = layout(tmp_path / "b", [(image_config([layer], history=[]), [layer])])
    image = build("FROM b\nLABEL a=1\n", bases={"b": base})
    assert [item.empty_layer for item in image.history] == [True, False]
    assert not image.exact

"""`--pull` against Debian's docker-registry: by tag, by digest, by index and platform, with a login; caches; mirrors."""

from __future__ import annotations

import base64
import gzip
import json
import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from simulate.registries import Real, needs_tools
from simulate.support import digest, image_config, layer_tar, layout

from dfcheck.resolve.platforms import parse_platform
from dfcheck.simulate.bases import load
from dfcheck.simulate.cache import Cache
from dfcheck.simulate.docker_config import Credentials
from dfcheck.simulate.pull import Puller, PullOptions
from dfcheck.simulate.transport import Limits, PullError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = needs_tools()

AMD64 = parse_platform("linux/amd64")
# `tester` and `s3cr3t-Pa55`, as `htpasswd -nbB` writes them.
LOGIN = "tester:$2b$05$abcdefghijklmnopqrstuutJK.dpbVPaOMB0u0yrWaG0EKIY5Jepi\n"
PASSWORD = "s3cr3t-Pa55"  # noqa: S105 -- of this test's own registry
QUICK = Limits(tries=2, backoff=0.01, connect=5, silence=5, total=20)


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("layouts")
    layer = layer_tar({"etc": None, "etc/passwd": b"root:x:0:0::/root:/bin/sh\nweb:x:101:102::/:/bin/sh\n"})
    amd = image_config(
        [layer], {"Env": ["PATH=/bin", "A=1"], "User": "web", "WorkingDir": "/srv", "Cmd": ["sh"]}
    )
    arm = image_config([layer], {"Env": ["PATH=/bin", "A=arm"]}, architecture="arm64", variant="v8")
    old = image_config([layer], {"Env": ["PATH=/bin", "A=old"]}, architecture="arm", variant="v6")
    found = {"one": amd, "arm": arm, "old": old}
    return {name: layout(root / name, [(config, [layer])]) for name, config in found.items()}


@pytest.fixture(scope="module")
def registry(images: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    real = Real(tmp_path_factory.mktemp("registry"))
    real.push(images["one"], "team/one:1")
    real.push(images["one"], "team/docker:1", "--format", "v2s2")
    parts = {"old": "linux/arm/v6", "arm": "linux/arm64/v8", "one": "linux/amd64"}
    for kind, copied in (("oci", ()), ("docker", ("--format", "v2s2"))):
        for name in parts:
            real.push(images[name], f"team/many-{kind}:{name}", *copied)
        real.join(f"team/many-{kind}", parts, kind)
    yield real
    real.stop()


@pytest.fixture(scope="module")
def closed(images: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    real = Real(tmp_path_factory.mktemp("closed"), htpasswd=LOGIN)
    real.push(images["one"], "team/one:1", f"--dest-creds=tester:{PASSWORD}")
    yield real
    real.stop()


def puller(tmp_path: Path, login: Credentials | None = None, **options: object) -> Puller:
    chosen = PullOptions(limits=QUICK, cache=str(tmp_path / "cache"), **options)  # type: ignore[arg-type]
    return Puller(chosen, lambda _text: None, lambda _host: login)


def kept(tmp_path: Path) -> dict[str, bytes]:
    """What the cache holds, by name; each is what its name says."""
    found = {path.name: path.read_bytes() for path in (tmp_path / "cache").rglob("*") if path.is_file()}
    assert all(digest(data) == f"sha256:{name}" for name, data in found.items())
    return found


def dfcheck(directory: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    variables = {
        **clean,
        "XDG_CACHE_HOME": str(directory / "xdg"),
        "DOCKER_CONFIG": str(directory / "docker"),
    }
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "dfcheck",
            "simulate",
            "--output-format",
            "json",
            *arguments,
            str(directory / "project"),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**variables, **environment},
    )


def project(tmp_path: Path, text: str) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "Dockerfile").write_text(text)
    (tmp_path / "project" / "file").write_text("x")


# --- what comes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["team/one:1", "team/docker:1"])
def test_a_pulled_image_is_what_was_pushed(
    registry: Real, images: dict[str, Path], tmp_path: Path, name: str
) -> None:
    found = puller(tmp_path)(f"{registry.host}/{name}", AMD64)
    pushed = load(str(images["one"]), AMD64)
    assert found == pushed._replace(layers=None)
    assert len(kept(tmp_path)) == 2  # manifest and config, no layer


def test_a_digest_is_pulled_and_needs_no_network_the_next_time(registry: Real, tmp_path: Path) -> None:
    pinned = f"{registry.host}/team/one@{registry.digest('team/one', '1')}"
    first = puller(tmp_path)(pinned, AMD64)
    assert first.config.user == "web"
    elsewhere = pinned.replace(registry.host, "localhost:1")
    assert puller(tmp_path)(elsewhere, AMD64) == first


def test_a_digest_that_is_not_there(registry: Real, tmp_path: Path) -> None:
    with pytest.raises(PullError, match="has no `team/one` with `sha256:000000000000`"):
        puller(tmp_path)(f"{registry.host}/team/one@sha256:{'0' * 64}", AMD64)
    assert not kept(tmp_path)


@pytest.mark.parametrize("kind", ["oci", "docker"])
@pytest.mark.parametrize(
    ("platform", "value"),
    [("linux/amd64", "1"), ("linux/arm64", "arm"), ("linux/arm/v7", "old"), ("linux/amd64/v3", "1")],
)
def test_an_index_is_chosen_from_by_platform(
    registry: Real, tmp_path: Path, kind: str, platform: str, value: str
) -> None:
    wanted = parse_platform(platform)
    found = puller(tmp_path)(f"{registry.host}/team/many-{kind}:all", wanted)
    assert ("A", value) in found.config.env
    pinned = f"{registry.host}/team/many-{kind}@{registry.digest(f'team/many-{kind}', 'all')}"
    assert puller(tmp_path)(pinned, wanted) == found


def test_an_index_without_the_platform_says_what_there_is(registry: Real, tmp_path: Path) -> None:
    with pytest.raises(
        PullError, match=r"no image for linux/s390x; it has: linux/amd64, linux/arm/v6, linux/arm64$"
    ):
        puller(tmp_path)(f"{registry.host}/team/many-oci:all", parse_platform("linux/s390x"))


def test_layers_come_only_when_files_are_looked_at(
    registry: Real, images: dict[str, Path], tmp_path: Path
) -> None:
    found = puller(tmp_path, layers=True)(f"{registry.host}/team/one:1", AMD64)
    assert len(kept(tmp_path)) == 2
    assert found.layers is not None
    with found.layers[0]() as file:
        data = file.read()
    assert digest(gzip.decompress(data)) == found.diff_ids[0]  # skopeo compresses what it pushes
    assert len(kept(tmp_path)) == 3


# --- logins ----------------------------------------------------------------------------------------------------


def test_a_login_lets_us_in(closed: Real, tmp_path: Path) -> None:
    found = puller(tmp_path, Credentials("tester", PASSWORD, origin="here"))(
        f"{closed.host}/team/one:1", AMD64
    )
    assert found.config.user == "web"
    assert all(PASSWORD.encode() not in data for data in kept(tmp_path).values())


def test_without_a_login_the_message_says_what_to_do(closed: Real, tmp_path: Path) -> None:
    with pytest.raises(PullError, match=f"shows it only after `docker login {closed.host}`"):
        puller(tmp_path)(f"{closed.host}/team/one:1", AMD64)


@pytest.mark.parametrize("way", ["auths", "helper", "store"])
def test_the_command_takes_dockers_login(closed: Real, tmp_path: Path, way: str) -> None:
    project(tmp_path, f"FROM {closed.host}/team/one:1\n")
    (tmp_path / "docker").mkdir()
    auth = base64.b64encode(f"tester:{PASSWORD}".encode()).decode()
    config = {
        "auths": {"auths": {closed.host: {"auth": auth}}},
        "helper": {"credHelpers": {closed.host: "test"}},
        "store": {"auths": {closed.host: {}}, "credsStore": "test"},
    }[way]
    (tmp_path / "docker" / "config.json").write_text(json.dumps(config))
    helper = tmp_path / "bin" / "docker-credential-test"
    helper.parent.mkdir()
    answer = json.dumps({"ServerURL": closed.host, "Username": "tester", "Secret": PASSWORD})
    helper.write_text(f"#!/bin/sh\nread host; [ \"$1 $host\" = 'get {closed.host}' ] && echo '{answer}'\n")
    helper.chmod(0o755)
    done = dfcheck(
        tmp_path, "--pull", "--output-format", "config", PATH=f"{helper.parent}:{os.environ['PATH']}"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["User"] == "web"


def test_a_wrong_password_is_told_and_not_shown(closed: Real, tmp_path: Path) -> None:
    project(tmp_path, f"FROM {closed.host}/team/one:1\n")
    (tmp_path / "docker").mkdir()
    auth = base64.b64encode(b"tester:wr0ng-Pa55").decode()
    config = tmp_path / "docker" / "config.json"
    config.write_text(json.dumps({"auths": {closed.host: {"auth": auth}}}))
    done = dfcheck(tmp_path, "--pull", "-v")
    assert done.returncode == 2
    told = f"{closed.host} has no `team/one`, or does not take the credentials from {config}"
    assert done.stderr == f"dfcheck: error: {closed.host}/team/one:1: {told}\n"
    assert "wr0ng" not in done.stdout + done.stderr
    assert auth not in done.stdout + done.stderr


# --- the command -----------------------------------------------------------------------------------------------


def test_nothing_is_asked_without_pull(registry: Real, tmp_path: Path) -> None:
    project(tmp_path, f"FROM {registry.host}/team/one:1\n")
    done = dfcheck(tmp_path, "--output-format", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["image"]["config_json"] is None
    assert not (tmp_path / "xdg").exists()


def test_the_same_image_as_from_the_layout(registry: Real, images: dict[str, Path], tmp_path: Path) -> None:
    name = f"{registry.host}/team/one:1"
    project(tmp_path, f"FROM {name}\nENV B=$A\nCOPY --chown=web file /x/\n")
    epoch = ("--build-arg", "SOURCE_DATE_EPOCH=1500000000", "--output-format", "json")
    pulled = dfcheck(tmp_path, "--pull-layers", *epoch)
    local = dfcheck(tmp_path, "--base", f"{name}={images['one']}", *epoch)
    assert (pulled.returncode, pulled.stderr) == (0, "")
    assert json.loads(pulled.stdout) == json.loads(local.stdout)
    assert json.loads(pulled.stdout)["image"]["image_id"].startswith("sha256:")


def test_the_cache_is_for_its_user_alone(registry: Real, tmp_path: Path) -> None:
    project(tmp_path, f"FROM {registry.host}/team/one:1\n")
    assert dfcheck(tmp_path, "--pull").returncode == 0
    for path in (tmp_path / "xdg").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_a_stage_that_is_not_built_is_not_pulled(registry: Real, tmp_path: Path) -> None:
    project(tmp_path, f"FROM localhost:1/nowhere AS unused\nFROM {registry.host}/team/one:1\n")
    done = dfcheck(tmp_path, "--pull")
    assert (done.returncode, done.stderr) == (0, "")


# --- mirrors and the cache -------------------------------------------------------------------------------------


def test_a_mirror_is_asked_first_and_the_registry_next(registry: Real, tmp_path: Path) -> None:
    notes: list[str] = []
    options = PullOptions(
        mirrors=(("registry.invalid", "localhost:1"), ("registry.invalid", registry.host)),
        limits=QUICK,
        cache=str(tmp_path / "cache"),
    )
    found = Puller(options, notes.append, lambda _host: None)("registry.invalid/team/one:1", AMD64)
    assert found.config.user == "web"
    assert [note.partition(": ")[2] for note in notes] == [
        "the mirror http://localhost:1: localhost:1: Connection refused; asking the next"
    ]


def test_what_was_damaged_in_the_cache_is_fetched_again(registry: Real, tmp_path: Path) -> None:
    name = f"{registry.host}/team/one:1"
    first = puller(tmp_path, layers=True)(name, AMD64)
    assert first.layers is not None
    first.layers[0]().close()
    for path in (tmp_path / "cache").rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes()[:-1] + b"!")
    again = puller(tmp_path, layers=True)(name, AMD64)
    assert again.config == first.config
    assert again.layers is not None
    with again.layers[0]() as file:
        assert digest(gzip.decompress(file.read())) == again.diff_ids[0]
    kept(tmp_path)


def test_a_cache_that_cannot_be_written_is_named(registry: Real, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(PullError, match=f"{tmp_path}/cache.*XDG_CACHE_HOME says where"):
        puller(tmp_path)(f"{registry.host}/team/one:1", AMD64)


def test_the_cache_gives_nothing_that_it_has_not_verified(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path / "cache"))
    name = digest(b"right")
    with pytest.raises(PullError, match="another digest"):
        cache.keep(name, 5, iter([b"wrong"]))
    assert not kept(tmp_path)
    path = cache.keep(name, 5, iter([b"ri", b"ght"]))
    assert cache.read(name, 100) == b"right"
    assert cache.read(name, 4) is None
    assert Cache(str(tmp_path / "cache")).file(name) == path

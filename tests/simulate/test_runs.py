"""What `docker run` starts, for images and command lines whose outcome docker's documentation states."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulate.support import build, image_config, put

from dfcheck.simulate.runs import RunOptions, start
from dfcheck.simulate.signals import process
from dfcheck.syntax.words import Unknown

if TYPE_CHECKING:
    from dfcheck.simulate.runs import Start

SH = ("/bin/sh", "-c")


def started(text: str, **options: object) -> Start:
    return start(build("FROM scratch\n" + text), RunOptions(**options))


# The table "Understand how CMD and ENTRYPOINT interact" of the Dockerfile reference.
@pytest.mark.parametrize(
    ("entrypoint", "cmd", "argv"),
    [
        ("", "", None),
        ("", 'CMD ["exec_cmd", "p1_cmd"]', ("exec_cmd", "p1_cmd")),
        ("", "CMD exec_cmd p1_cmd", (*SH, "exec_cmd p1_cmd")),
        ("ENTRYPOINT exec_entry p1_entry", "", (*SH, "exec_entry p1_entry")),
        ("ENTRYPOINT exec_entry", 'CMD ["exec_cmd"]', (*SH, "exec_entry", "exec_cmd")),
        ('ENTRYPOINT ["exec_entry", "p1_entry"]', "", ("exec_entry", "p1_entry")),
        ('ENTRYPOINT ["exec_entry"]', 'CMD ["exec_cmd", "p1"]', ("exec_entry", "exec_cmd", "p1")),
        ('ENTRYPOINT ["exec_entry"]', "CMD exec_cmd p1", ("exec_entry", *SH, "exec_cmd p1")),
    ],
)
def test_entrypoint_and_cmd_together(entrypoint: str, cmd: str, argv: tuple[str, ...] | None) -> None:
    found = started(f"{entrypoint}\n{cmd}\n")
    if argv is None:
        assert found.error == "no command specified"
    else:
        assert (found.argv, found.error) == (argv, "")


@pytest.mark.parametrize(
    ("options", "argv"),
    [
        ({"arguments": ("c", "d")}, ("e", "c", "d")),
        ({"entrypoint": "sh"}, ("sh",)),
        ({"entrypoint": "sh", "arguments": ("x",)}, ("sh", "x")),
        ({"entrypoint": "", "arguments": ("x",)}, ("x",)),
        ({"entrypoint": ""}, ()),
    ],
)
def test_the_command_line_goes_over_the_image(options: dict[str, object], argv: tuple[str, ...]) -> None:
    assert started('ENTRYPOINT ["e"]\nCMD ["a", "b"]\n', **options).argv == argv


def test_each_value_names_the_line_that_gave_it() -> None:
    found = started(
        'ENV A=1\nENV A=2 B=3\nWORKDIR /a\nUSER u\nEXPOSE 80\nVOLUME /v\nSTOPSIGNAL 9\nCMD ["x"]\n'
    )
    assert {
        item.name: (item.value, item.origin) for item in found.environment if item.origin != "docker"
    } == {
        "A": ("2", "line 3"),
        "B": ("3", "line 3"),
        "PATH": ("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "default"),
    }
    parts = (found.directory, found.user, *found.ports, *found.volumes, found.stop_signal)
    assert [tuple(part) for part in parts] == [
        ("/a", "line 4"),
        ("u", "line 5"),
        ("80/tcp", "line 6"),
        ("/v", "line 7"),
        ("9", "line 8"),
    ]
    assert found.origin == "CMD of line 9"


def test_a_value_of_the_base_says_so_and_an_unknown_base_is_unknown(tmp_path: Path) -> None:
    config = image_config([], {"User": "u", "Env": ["PATH=/p", "X=1"], "Entrypoint": ["tini", "--"]})
    base = put(tmp_path / "b.json", json.dumps(config), 1)
    known = start(build('FROM b\nCMD ["x"]\n', bases={"b": base}))
    assert known.argv == ("tini", "--", "x")
    assert known.origin == "ENTRYPOINT of the base image, CMD of line 2"
    assert (known.user.value, known.user.origin) == ("u", "base image")
    assert known.rest is known.wrapped is None
    lost = start(build('FROM b\nCMD ["x"]\n'))
    assert lost.argv == ("x",)
    assert isinstance(lost.wrapped, Unknown)
    assert isinstance(lost.user.value, Unknown)
    assert lost.rest is not None
    assert isinstance(start(build("FROM b\n")).argv, Unknown)
    guess = start(build("FROM b AS c\nCMD one\nFROM c\nCMD two\n"))
    assert (guess.argv, guess.origin) == ((*SH, "two"), "CMD of line 4")
    assert isinstance(guess.assumed, Unknown)
    assert start(build('FROM b\nSHELL ["bash", "-c"]\nCMD one\n')).assumed is None


def test_options_win_and_say_so() -> None:
    found = started(
        'ENV A=1 B=2\nEXPOSE 80 443\nHEALTHCHECK --interval=5s CMD a\nCMD ["x"]\n',
        environment=(("A", "9"), ("B", None), ("C", "")),
        user="7:8",
        directory="/w",
        published=("8080:80", "127.0.0.1::53/udp"),
        mounts=(("volume", "/h:/c:ro"), ("mount", "type=bind,src=/a,dst=/b"), ("tmpfs", "/t:size=1m")),
        stop_signal="SIGINT",
        health=(("cmd", "b"), ("retries", "5")),
        terminal=True,
    )
    environment = {item.name: item.value for item in found.environment if item.name not in {"PATH", "HOME"}}
    assert environment == {"A": "9", "C": "", "HOSTNAME": "<of the container>", "TERM": "xterm"}
    assert (found.user.value, found.directory.value, found.stop_signal.value) == ("7:8", "/w", "SIGINT")
    assert [part.value for part in found.ports] == ["127.0.0.1:->53/udp", "8080->80/tcp", "443/tcp"]
    assert [part.value for part in found.volumes] == ["/c", "/b", "/t"]
    assert found.health is not None
    assert (found.health.test, found.health.interval, found.health.retries) == (
        ("CMD-SHELL", "b"),
        5 * 10**9,
        5,
    )
    assert started("HEALTHCHECK CMD a\nCMD a\n", no_healthcheck=True).health is None
    assert started("HEALTHCHECK NONE\nCMD a\n").health is None


def test_what_docker_refuses_and_what_surprises() -> None:
    assert "absolute path" in started('CMD ["x"]\n', directory="w").error
    assert started('CMD ["x"]\nENTRYPOINT ["y"]\n', entrypoint="z").notes == (
        "--entrypoint drops the image's CMD",
    )
    assert "takes away" not in "".join(started('CMD ["x"]\nENTRYPOINT ["y"]\n').notes)
    image = build('FROM scratch AS a\nCMD ["x"]\nFROM a\nENTRYPOINT ["y"]\n')
    assert start(image).notes == ("the ENTRYPOINT on line 4 takes away the CMD that came before it",)


@pytest.mark.parametrize(
    ("argv", "name", "kind"),
    [
        (("/app/server", "-v"), "server", "program"),
        ((*SH, "sleep 9"), "sh", "single"),
        ((*SH, "exec sleep 9"), "sleep", "replaced"),
        ((*SH, "cd /x && exec /bin/sleep 9"), "sleep", "replaced"),
        ((*SH, "sleep 1; sleep 9"), "sh", "shell"),
        ((*SH, "sleep 9 | cat"), "sh", "shell"),
        ((*SH, "sleep 9 &"), "sh", "shell"),
        (("bash", "-ec", "a\nb"), "bash", "shell"),
        (("sh", "run.sh"), "sh", "program"),
        (("/usr/bin/tini", "--", "x"), "tini", "init"),
    ],
)
def test_who_is_the_first_process(argv: tuple[str, ...], name: str, kind: str) -> None:
    assert (process(argv).name, process(argv).kind) == (name, kind)
    assert process(argv, init=True).kind == "init"


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="needs /proc")
@pytest.mark.parametrize(
    "script", ["exec sleep 9", "cd / && exec sleep 9", "sleep 9 | cat", "sleep 9; :", "(sleep 9); :"]
)
def test_a_real_shell_stays_or_goes_as_told(script: str) -> None:
    wanted = process((*SH, script)).name
    shell = subprocess.Popen(["/bin/sh", "-c", script], stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        for _ in range(100):
            name = Path(f"/proc/{shell.pid}/comm").read_text().strip()
            children = Path(f"/proc/{shell.pid}/task/{shell.pid}/children").read_text()
            if name == "sleep" or children:
                break
            time.sleep(0.02)
        assert name == wanted
    finally:
        os.killpg(shell.pid, signal.SIGKILL)
        shell.wait()


def test_words_behind_a_script_are_unused_unless_it_asks_for_them() -> None:
    assert process((*SH, "run", "a", "b")).unused == ("a", "b")
    assert process((*SH, 'run "$@"', "a", "b")).unused == ()
    assert started('ENTRYPOINT run\nCMD ["a"]\n').notes == (
        "CMD `a` cannot reach the program: a shell-form ENTRYPOINT passes nothing on",
    )


@given(st.lists(st.text(), min_size=1).map(tuple))
def test_any_argv_has_a_first_process(argv: tuple[str, ...]) -> None:
    assert process(argv).kind in {"program", "init", "replaced", "single", "shell"}

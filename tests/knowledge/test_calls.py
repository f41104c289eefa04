"""Calls: sub-commands and operands, however the command line is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfcheck.knowledge.calls import Call, calls
from dfcheck.knowledge.packages import packages, told, unpinned
from dfcheck.knowledge.tools import TOOLS
from dfcheck.resolve import Build, resolve
from dfcheck.syntax.parser import parse
from dfcheck.syntax.text import Source


def build(text: str) -> Build:
    return resolve(parse(Source("Dockerfile", text)))


def one(command: str, tool: str) -> Call:
    (call,) = calls(build(f"FROM a\nRUN {command}\n"), tool)
    return call


CALLS = [
    ("apt-get -y -o Dpkg::Use-Pty=0 install curl", "apt-get", "install", "apt-get install", ["curl"]),
    ("apt-get install -t trixie-backports -c conf curl", "apt-get", "install", "apt-get install", ["curl"]),
    ("sudo -E env A=b /usr/bin/apt-get install -- curl", "apt-get", "install", "apt-get install", ["curl"]),
    ("apk add --no-cache -t .deps -X url curl", "apk", "add", "apk add", ["curl"]),
    ("apk --root /x add --virtual=.deps curl", "apk", "add", "apk add", ["curl"]),
    ("dnf5 --setopt=a=b in -x bad httpd", "dnf", "install", "dnf5 in", ["httpd"]),
    ("dnf groups install -y tools", "dnf", "group install", "dnf groups install", ["tools"]),
    ("microdnf module install nodejs:22", "dnf", "module install", "microdnf module install", ["nodejs:22"]),
    ("yum --disablerepo '*' -c conf localinstall a.rpm", "yum", "install", "yum localinstall", ["a.rpm"]),
    ("zypper -n --root /x in -t pattern a", "zypper", "install", "zypper in", ["a"]),
    ("pip3.12 --timeout 9 install --cert x -r r.txt a", "pip", "install", "pip3.12 install", ["a"]),
    ("python3 -u -m pip install -e . a", "pip", "install", "python3 -m pip install", ["a"]),
    ("python -mpip install a", "pip", "install", "python -m pip install", ["a"]),
    ("npm --prefix x i -g a", "npm", "install", "npm i", ["a"]),
    ("yarn --frozen-lockfile", "yarn", "install", "yarn", []),
    ("yarn global add a", "yarn", "global add", "yarn global add", ["a"]),
    ("gem i -N -n /bin a -- --with-x", "gem", "install", "gem i", ["a"]),
    ("go -C d install -tags a,b -ldflags '-s -w' p@v1", "go", "install", "go install", ["p@v1"]),
    ("go tool", "go", "tool", "go tool", []),
]


@pytest.mark.parametrize(("command", "tool", "verb", "said", "operands"), CALLS)
def test_read(command: str, tool: str, verb: str, said: str, operands: list[str]) -> None:
    call = one(command, tool)
    assert (call.verb, call.said, [word.text for word in call.operands]) == (verb, said, operands)


@pytest.mark.parametrize(
    "command", ["echo apt-get install x", "apt-get-x install y", "$APT install x", "python -m x pip"]
)
def test_others_are_not_read(command: str) -> None:
    assert not list(calls(build(f"FROM a\nRUN {command}\n"), "apt-get"))
    assert not list(calls(build(f"FROM a\nRUN {command}\n"), "pip"))


@given(st.permutations(["-y", "install", "--no-install-recommends", "-o A=b", "-t x", "curl", "git=1"]))
def test_the_order_of_options_means_nothing(words: list[str]) -> None:
    words.remove("install")
    at = min(words.index("curl"), words.index("git=1"))
    words.insert(at, "install")
    call = one("apt-get " + " ".join(words), "apt-get")
    assert (call.verb, {word.text for word in call.operands}) == ("install", {"curl", "git=1"})


@pytest.mark.parametrize("name", TOOLS)
def test_tables_agree(name: str) -> None:
    tool = TOOLS[name]
    assert all(option.startswith("-") for option in tool.values | tool.yes | tool.files | tool.quiet)
    assert not tool.values & tool.yes
    assert not set(tool.verbs) & set(tool.verbs.values())
    assert not tool.asks & set(tool.verbs)
    assert all(path.startswith("/") and not path.endswith("/") for path in tool.caches)


def packed(text: str) -> list[str]:
    it = build(text)
    return [word for call in calls(it, "apt-get", "install") for _, word in packages(it, call)]


def test_variables() -> None:
    assert packed('FROM a\nARG P="x=1 y"\nRUN apt-get install $P\n') == ["x=1", "y"]
    assert packed("FROM a\nARG P\nRUN apt-get install $P z\n") == ["z"]
    assert packed("FROM a\nENV P=x\nRUN P=y; apt-get install $P\n") == ["y"]
    assert packed("FROM a\nENV P=x\nRUN for P in y z; do P=$P; done; apt-get install $P\n") == []
    assert packed("FROM a\nRUN P=' x \\\n y ' && apt-get install $P\n") == ["x", "y"]
    assert packed("FROM a\nRUN export P=x && apt-get install $P\n") == ["x"]
    assert packed("FROM a\nRUN read P; apt-get install $P $(cat list) `cat list` ${P:-x}\n") == []
    assert packed("FROM scratch\nRUN apt-get install $P x\n") == ["x"]
    assert packed('FROM a\nARG P="x -t y -y z"\nRUN apt-get install $P\n') == ["x", "z"]


def test_unpinned_by_what_is_written() -> None:
    it = build("FROM a\nARG V\nRUN apt-get install a=$V b$V c\n")
    (call,) = calls(it, "apt-get")
    assert [text for _, text in unpinned(it, call)] == ["c"]


def test_told() -> None:
    it = build("FROM a\nRUN apt-get install a a\nRUN apt-get install a b c\nRUN apt-get install a b c d e\n")
    assert [told(unpinned(it, call)) for call in calls(it, "apt-get")] == [
        "package `a` has no version",
        "packages `a`, `b` and `c` have no version",
        "packages `a`, `b`, `c` and 2 more have no version",
    ]


def test_onbuild_and_heredocs_are_read_and_other_languages_are_not() -> None:
    text = (
        "FROM a\nONBUILD RUN apt-get install one\nRUN <<EOF\napt-get install two\nEOF\n"
        "RUN <<EOF\n#!/usr/bin/env python3\napt-get install no\nEOF\n"
        'SHELL ["pwsh", "-c"]\nRUN apt-get install no\n'
    )
    assert packed(text) == ["one", "two"]

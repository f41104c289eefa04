"""Scripts that ShellCheck need not read, because it has nothing to say of such.

Nearly every second RUN in the world is plain words behind well-known programs: `apk add --no-cache git && npm ci`. Nothing
in it expands, quotes, redirects or branches, and ShellCheck has no check of those programs. The tests compare
what is called plain here with the real ShellCheck.
"""

from __future__ import annotations

PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 \t-_./:@,%+=*&|")

# Programs that are to ShellCheck like any other, by the last part of their path.
HARMLESS = frozenset(
    """
    a2enmod add-apt-repository addgroup adduser apk apk-install apt apt-add-repository apt-get apt-install
    apt-key apt-mark aptitude autoreconf bash bower bundle bunzip2 bzip2 cabal cargo chgrp chmod chown chsh
    cmake composer conda configure corepack cpan cpanm curl dnf docker-php-ext-configure
    docker-php-ext-enable docker-php-ext-install dotnet dpkg dpkg-reconfigure gcc gcloud gem git go gpasswd
    gpg gradle gradlew groupadd groupmod gunzip hugo install java javac ldconfig locale-gen localedef ls
    make mamba meson microdnf micromamba mvn nginx ninja node npm npx nuget opam pacman pear pecl perl php
    pip pip3 pipenv pnpm poetry pyenv python python2 python3 rpm rustc rustup service sh sleep svn sync
    systemctl tail tar tdnf touch unzip update-alternatives update-ca-certificates useradd usermod uv
    virtualenv wget xx-apk xx-apt xx-apt-get xx-cargo xx-go xx-verify yarn yum zypper
    """.split()
)
# Those of them that may stand in a pipeline: first, and behind the bar.
GIVES, TAKES = (
    frozenset({"curl", "wget"}),
    frozenset({"apt-key", "bash", "gpg", "gunzip", "python3", "sh", "tar"}),
)
RESERVED = frozenset("case do done elif else esac fi for function if in select then time until while".split())


def plain(script: str) -> bool:
    """Whether ShellCheck certainly says nothing of `script`, a text without its `#!` line."""
    text = script.replace("\\\n", " ")
    if not PLAIN.issuperset(text):
        return False
    commands = text.split("&&")
    return all(
        _harmless(command.split(), at == len(commands)) if "|" not in command else _pipes(command)
        for at, command in enumerate(commands, 1)
    )


def _pipes(command: str) -> bool:
    """Whether a pipeline is a download and what unpacks or runs it."""
    first, *rest = (part.split() for part in command.split("|"))
    parts = ((first, GIVES), *((part, TAKES) for part in rest))
    return all(part and part[0] in allowed and _harmless(part, True) for part, allowed in parts)


def _harmless(words: list[str], last: bool) -> bool:
    """Whether a command of these words is; `last` of its list or not."""
    while words and _assigns(words[0]):
        words = words[1:]
    if not words or any(_odd(word) for word in words):
        return False
    name = words[0].rpartition("/")[2]
    operands = [word for word in words[1:] if word[0] != "-"]
    options = [word for word in words[1:] if word[0] == "-"]
    if name in {"cp", "ln", "mv"}:
        return len(operands) > 1
    if name == "mkdir":
        return options in ([], ["-p"]) and bool(operands)
    if name == "rm":
        return all(_removable(path) for path in operands)
    if name == "cd":
        return not last and len(words) == 2 and operands not in ([], [".."])
    if name == "set":
        return words[1:] in (["-e"], ["-x"], ["-ex"], ["-eux"])
    return name in HARMLESS


def _assigns(word: str) -> bool:
    """Whether `word` before a command sets a variable for it: `DEBIAN_FRONTEND=noninteractive`."""
    name, _, value = word.partition("=")
    return name.isidentifier() and value[:1].isalnum() and "*" not in value and "&" not in value


def _odd(word: str) -> bool:
    """Whether ShellCheck may ask what `word` is for: `=`, `a&b`, `*.c`, `in`."""
    return word[0] in "=+*" or "&" in word or "*" in word.removesuffix("/*") or word in RESERVED


def _removable(path: str) -> bool:
    """Whether `path` is none of the system's directories, of whose removal ShellCheck warns: `/usr/local`, `/var/*`."""
    return path[0] != "/" or path.removesuffix("/*").rstrip("/").count("/") > 2

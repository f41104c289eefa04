"""Hypothesis strategies for valid Dockerfiles: every instruction, form and flag, in every layout that keeps them valid.

A file is made of logical lines; an instruction is a list of pieces, joined by gaps that may hold a
continuation, with comments inside it. All text is made of `\\n` lines; `crlf` converts.
"""

from __future__ import annotations

import json

from hypothesis import strategies as st

LETTERS = "abcxyzABZ019_é漢"
NAMES = ("app", "VERSION", "x1", "BASE_DIR", "_u")
STAGES = ("base", "build", "final-1", "web.2")
DIGEST = "sha256:" + "0123456789abcdef" * 4

plain = st.text(LETTERS + "./-:,@+", min_size=1, max_size=8).map(lambda text: "w" + text)
short = st.text(LETTERS, min_size=1, max_size=6)
names = st.sampled_from(NAMES)


def crlf(text: str) -> str:
    """The same file with Windows line ends."""
    return text.replace("\n", "\r\n")


def _either(*choices: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(choices)


def _many(strategy: st.SearchStrategy[str], most: int = 3) -> st.SearchStrategy[list[str]]:
    return st.lists(strategy, min_size=1, max_size=most)


# --- words -------------------------------------------------------------------------------------------------

variable = _either(
    names.map("${}".format),
    names.map("${{{}}}".format),
    st.tuples(names, st.sampled_from([":-", "-", ":+", "+"]), short).map(
        lambda t: f"${{{t[0]}{t[1]}{t[2]}}}"
    ),
)
quoted = _either(
    st.text(LETTERS + " =#", max_size=8).map('"{}"'.format),
    st.text(LETTERS + " =#$", max_size=8).map("'{}'".format),
    variable.map('"a {} b"'.format),
)
word = st.lists(_either(plain, variable, quoted), min_size=1, max_size=3).map("".join)
path = _either(
    plain, variable.map("/opt/{}/x".format), st.sampled_from([".", "/", "src/", "/usr/local/bin/"])
)


@st.composite
def images(draw: st.DrawFn) -> str:
    """An image reference, a stage's name or a variable."""
    base = draw(
        st.sampled_from(["alpine", "lib/node", "ghcr.io/o/app", "localhost:5000/x", "scratch", "${BASE}"])
    )
    if base in ("scratch", "${BASE}"):
        return base
    tag = draw(st.sampled_from(["", ":latest", ":3.22", ":$VERSION", ":22-slim"]))
    return base + tag + draw(st.sampled_from(["", "", "@" + DIGEST]))


@st.composite
def exec_forms(draw: st.DrawFn) -> list[str]:
    """A JSON array as pieces: what stands between them may be any white space."""
    strings = draw(st.lists(st.text(LETTERS + ' -"\\/', max_size=6), min_size=1, max_size=3))
    pieces = ["["]
    for index, string in enumerate(strings):
        comma = "," if index < len(strings) - 1 else ""
        pieces.append(json.dumps(string, ensure_ascii=draw(st.booleans())) + comma)
    return [*pieces, "]"]


# --- instructions: lists of pieces, and the heredocs that follow ----------------------------------------------


def _flags(*choices: str) -> st.SearchStrategy[list[str]]:
    """Some of `choices`, each with a value where it ends in `=`."""

    def fill(chosen: list[str]) -> st.SearchStrategy[list[str]]:
        return st.tuples(
            *(short.map(flag.__add__) if flag.endswith("=") else st.just(flag) for flag in chosen)
        ).map(list)

    return st.lists(st.sampled_from(choices), max_size=2, unique=True).flatmap(fill)


def _line(keyword: str, *parts: st.SearchStrategy[list[str]]) -> st.SearchStrategy[list[str]]:
    return st.tuples(*parts).map(lambda found: [keyword, *(piece for part in found for piece in part)])


def _one(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    return strategy.map(lambda piece: [piece])


froms = _line(
    "FROM",
    st.sampled_from([[], ["--platform=linux/amd64"], ["--platform=$BUILDPLATFORM"]]),
    _one(images()),
    st.one_of(st.just([]), st.sampled_from(STAGES).map(lambda name: ["AS", name])),
)
pairs = _many(st.tuples(_either(names, short.map("k.{}".format)), word).map("=".join))
args = _line("ARG", _many(_either(names, st.tuples(names, word).map("=".join))))
commands = _either(
    st.just("apt-get update && apt-get install -y curl"),
    st.just("cd /x; make | tee log"),
    st.just('if [ -f a ]; then echo "$(cat a)"; fi'),
    word.map("echo {}".format),
    plain.map("curl -fsSL https://example.org/{} | sh".format),
).map(lambda text: text.split(" "))
mounts = st.sampled_from(
    [
        [],
        ["--mount=type=cache,target=/root/.cache"],
        ["--mount=type=bind,from=base,source=/a,target=/b,rw"],
        ["--mount=type=secret,id=token,env=TOKEN", "--mount=type=ssh"],
        ["--mount=target=/t,type=tmpfs,size=64"],
        ["--network=none"],
        ["--security=sandbox"],
    ]
)
durations = st.sampled_from(["30s", "1m30s", "500ms"])
healths = st.sampled_from([[], ["--interval=30s"], ["--timeout=3s", "--retries=2"], ["--start-period=1m"]])
ports = _many(st.sampled_from(["80", "443/tcp", "53/udp", "8000-8010", "$PORT", "${PORT:-80}/tcp"]))
files = st.lists(path, min_size=2, max_size=4)

simple = st.one_of(
    args,
    _line("ENV", pairs),
    _line("ENV", _one(names), _many(plain)),
    _line("LABEL", pairs),
    _line("RUN", mounts, commands),
    _line("RUN", mounts, exec_forms()),
    _line("CMD", commands),
    _line("CMD", exec_forms()),
    _line("ENTRYPOINT", commands),
    _line("ENTRYPOINT", exec_forms()),
    _line("COPY", _flags("--from=", "--chown=", "--chmod=", "--link"), files),
    _line("COPY", _flags("--from=", "--chown=", "--chmod=", "--link=false"), files),
    _line("ADD", _flags("--chown=", "--keep-git-dir=true", "--unpack=true", "--exclude="), files),
    _line("WORKDIR", _one(path)),
    _line("USER", _one(_either(short, variable, st.just("1000:1000")))),
    _line("STOPSIGNAL", _one(st.sampled_from(["SIGTERM", "9", "$SIGNAL"]))),
    _line("MAINTAINER", _many(plain)),
    _line("EXPOSE", ports),
    _line("VOLUME", files),
    _line("VOLUME", st.sampled_from([["[", '"/data",', '"/logs/é"]'], ['["/a b",', '"$VAR"', "]"]])),
)
shells = st.sampled_from(
    [["SHELL", '["/bin/bash",', '"-o",', '"pipefail",', '"-c"]'], ["SHELL", '["sh","-c"]']]
)
checks = st.one_of(
    _line("HEALTHCHECK", st.just(["NONE"])),
    _line("HEALTHCHECK", healths, st.just(["CMD"]), commands),
    _line("HEALTHCHECK", healths, st.just(["CMD"]), exec_forms()),
)
triggers = simple.filter(lambda pieces: pieces[0] != "MAINTAINER").map(lambda pieces: ["ONBUILD", *pieces])
body = _either(
    plain, variable, st.sampled_from(["", "\tif true; then", "# not a comment", "\\", "EOF2", "a \\"])
)


@st.composite
def heredocs(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """RUN or COPY with one or two here-documents: pieces, and the physical lines that follow."""
    markers = draw(
        st.lists(st.sampled_from(["EOF", "'EOT'", '"END"', "file.txt"]), min_size=1, max_size=2, unique=True)
    )
    dash = draw(st.sampled_from(["", "-"]))
    lines: list[str] = []
    for marker in markers:
        name = marker.strip("'\"")
        content = draw(st.lists(body, max_size=3))
        lines += [*content, ("\t" if dash else "") + name]
    words = [f"<<{dash}{marker}" for marker in markers]
    if draw(st.booleans()):
        return ["COPY", *words, "/dir/"], lines
    return ["RUN", *draw(mounts), *(["cat"] if len(words) > 1 else []), *words], lines


# --- layout ---------------------------------------------------------------------------------------------------

comments = st.text(LETTERS + " =:'\"[]$`", max_size=12).map(lambda text: "#" + text)
indents = st.sampled_from(["", "  ", "\t"])


@st.composite
def gaps(draw: st.DrawFn, escape: str) -> str:
    """White space between two pieces; sometimes a continuation with comments inside it."""
    kind = draw(st.integers(0, 9))
    if kind < 6:
        return " "
    if kind < 8:
        return draw(st.sampled_from(["  ", "\t", " \t "]))
    inside = "".join(draw(indents) + comment + "\n" for comment in draw(st.lists(comments, max_size=2)))
    return f" {escape}{draw(st.sampled_from(['', ' ', '  ']))}\n{inside}{draw(st.sampled_from(['    ', '', chr(9)]))}"


@st.composite
def laid_out(draw: st.DrawFn, pieces: list[str], escape: str, *, flat: bool = False) -> str:
    """The logical line of `pieces`, with a line end."""
    keyword, *rest = pieces
    keyword = draw(st.sampled_from([keyword, keyword, keyword, keyword.lower(), keyword.capitalize()]))
    text = draw(indents) + keyword
    for piece in rest:
        text += (" " if flat else draw(gaps(escape))) + piece
    return text + draw(st.sampled_from(["", "", " "])) + "\n"


@st.composite
def stages(draw: st.DrawFn, escape: str) -> str:
    """FROM and what follows it."""
    text = draw(laid_out(draw(froms), escape))
    for _ in range(draw(st.integers(0, 5))):
        kind = draw(st.integers(0, 9))
        if kind == 0:
            text += draw(st.sampled_from(["\n", "  \n", "\t\n"]))
        elif kind == 1:
            text += draw(indents) + draw(comments) + "\n"
        elif kind == 2:
            pieces, lines = draw(heredocs())
            text += draw(laid_out(pieces, escape, flat=True)) + "".join(line + "\n" for line in lines)
        else:
            instruction = draw(st.one_of(simple, simple, simple, shells, checks, triggers))
            text += draw(laid_out(instruction, escape))
    return text


@st.composite
def dockerfiles(draw: st.DrawFn) -> str:
    """A Dockerfile that BuildKit reads without complaint; lines end in `\\n`."""
    escape = draw(st.sampled_from(["\\", "\\", "\\", "`"]))
    text = draw(st.sampled_from(["", "", "\ufeff"]))
    text += draw(st.sampled_from(["", "", "# syntax=docker/dockerfile:1\n"]))
    text += "# escape=`\n" if escape == "`" else draw(st.sampled_from(["", "# escape=\\\n"]))
    if draw(st.booleans()):
        text += "\n" + draw(comments) + "\n"
    for _ in range(draw(st.integers(0, 2))):
        text += draw(laid_out(draw(args), escape, flat=True))
    for _ in range(draw(st.integers(1, 3))):
        text += draw(stages(escape))
    return text if draw(st.booleans()) else text.removesuffix("\n")

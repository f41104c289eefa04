"""Variables of Makefiles and scripts: looked up where one plain assignment says what they are, and only there."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfcheck.commands.find import find
from dfcheck.commands.make_variables import make_variables
from dfcheck.syntax.text import Source


def one(name: str, text: str):
    source = Source(name, text)
    (site,) = find(source)
    return site, lambda word: source.text[word.span.start : word.span.end]


# --- Makefiles ---------------------------------------------------------------------------------------------

BUILD = "\nx:\n\tdocker build -t $(A) .\n"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("A = app", "app"),
        ("A := app # why", None),  # make keeps the blank before the comment
        ("A := app# why", "app"),
        ("export A ?= app", "app"),
        ("override A ::= app", "app"),
        ("A = $(B):$(C)\nB = b\nC := ${D}\nD := d", None),  # C is set above D
        ("D := d\nA = $(B):$(C)\nB = b\nC := ${D}", "b:d"),
        ("A = a \\\n   b", "a  b"),
        ("A =", None),
        ("A ?= --pull", None),
        ("A := --pull", "--pull"),
        ("A = a\nA = b", None),
        ("A = a\nA += b", None),
        ("A != date", None),
        ("A = $(shell date)", None),
        ("A = $$B", None),
        ("ifdef X\nA = a\nendif", None),
        ("ifdef X\nelse\nA = a\nendif", None),
        ("ifdef X\nendif\nA = a", "a"),
        ("A = a\nrelease: A = b", None),
        ("A = a\nrelease test: export A := b", None),
        ("A = a\n%.o: override A += b", None),
        ("define A\nx\nendef", None),
        ("define B\nA = x\nendef", None),
        ("A = a\n$(foreach A,1 2,$(info $(A)))", None),
        ("A = a\nx:\n\t$(eval A := b)", None),
        ("A = $(A)", None),
        ("\tA = a", None),
        ("#A = a", None),
    ],
)
def test_make(text, value):
    assert make_variables(text + "\n").get("A") == value


def test_words_of_make_variables_have_the_place_of_the_reference():
    text = (
        "REPO := ghcr.io/me/app\nTAG = 1\nDOCKERFILE ?= docker/Dockerfile\nDOCKER_BUILD = docker build --pull -t\n"
        "x:\n\t@$(DOCKER_BUILD) $(REPO):$(TAG) -f '$(DOCKERFILE)' --build-arg V=$(V) \"$(REPO)$$X\"\n"
    )
    site, at = one("Makefile", text)
    command = site.command
    assert [(word.text, at(word), word.literal, word.assumed) for word in command.every("tag")] == [
        ("ghcr.io/me/app:1", "$(REPO):$(TAG)", True, True)
    ]
    file = command.last("file")
    assert (file.text, at(file), file.literal) == ("docker/Dockerfile", "'$(DOCKERFILE)'", True)
    assert command.has("pull")
    assert not command.context.literal
    assert command.certain
    assert text[command.span.start : command.span.end].startswith("$(DOCKER_BUILD)")


# --- scripts -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("A=app", "app"),
        ("A='app'", "app"),
        ('A="app:1"; B=$A; A2=x', "app:1"),
        ("B=b\nA=$B/a", "b/a"),
        ("readonly A=app", "app"),
        ("export A=app B", "app"),
        ("declare -r A=app", "app"),
        ("A=app\nexport A", "app"),
        ("A=$(date)", None),
        ("A=${1:-app}", None),
        ("A=${A:-app}", None),
        ("A=", None),
        ("A='a b'", None),
        ("A=*", None),
        ("A=-x", None),
        ("A=(a b)", None),
        ("declare -a A=a", None),
        ("A=a\nA=b", None),
        ("A=a; A+=b", None),
        ("A=a; A[1]=b", None),
        ("A=a; read A", None),
        ("A=a; read -r B A < x", None),
        ("A=a; unset A", None),
        ("A=a; printf -v A x", None),
        ("A=1; ((A = 2))", None),
        ("A=a; : ${A:=b}", None),
        ("[ -n x ] && A=a", None),
        ("true || A=a", None),
        ("if x; then A=a; fi", None),
        ("f() { A=a; }", None),
        ("A=a; f() { A=b; }", None),
        ("f() { local A=a; }; A=b", None),
        ("for A in a b; do :; done", None),
        ("while read -r A; do :; done < x", None),
        ("A=a; . ./config", None),
        ("A=a; source config", None),
        ("A=a; eval $X", None),
        (". ./config; A=a", "a"),
        ("(A=a)", None),
        ("A=a true", None),
        ("A=a | true", None),
        ("A=a &\n", None),
    ],
)
def test_scripts(text, value):
    (site,) = (site for site in find(Source("b.sh", f'{text}\ndocker build -t "$A" .\n')))
    word = site.command.last("tag")
    assert (word.text if word.literal else None) == value
    assert word.assumed is (value is not None)


def test_what_is_left_of_words():
    text = (
        "A=a\nB=b\ndocker build -t $A:$C -t ${A}/${B} -t ${A%x} -t '$A' -t \"$A\"'$B' -t $B-$(date) .\nC=1\n"
    )
    site, at = one("b.sh", text)
    assert [(word.text, word.literal) for word in site.command.every("tag")] == [
        ("a:${C}", False),
        ("a/b", True),
        ("${A%x}", False),
        ("$A", True),
        ("a$B", False),
        ("b-$(date)", False),
    ]
    assert [at(word) for word in site.command.every("tag")][:2] == ["$A:$C", "${A}/${B}"]


def test_directories_in_variables_are_followed():
    site, _ = one("s/b.sh", 'DIR=sub/dir\ncd "$DIR" && docker build .\n')
    assert site.where.bases[0] == "s/sub/dir"


# --- bad input ---------------------------------------------------------------------------------------------


def test_bombs_end():
    levels = range(40)
    make = (
        "A0 = x\n"
        + "".join(f"A{i + 1} = $(A{i})$(A{i})\n" for i in levels)
        + "x:\n\tdocker build -t $(A40) .\n"
    )
    bake = (
        'variable "A0" { default = "x" }\n'
        + "".join(f'variable "A{i + 1}" {{ default = "${{A{i}}}${{A{i}}}" }}\n' for i in levels)
        + 'target "t0" {}\n'
        + "".join(f'target "t{i + 1}" {{\n inherits = ["t{i}", "t{i}"]\n tags = [A{i}]\n}}\n' for i in levels)
        + 'variable "L0" { default = ["x"] }\n'
        + "".join(f'variable "L{i + 1}" {{ default = [L{i}, L{i}] }}\n' for i in levels)
        + 'target "last" { tags = L40 }\n'
    )
    shell = "A0=x\n" + "".join(f"A{i + 1}=$A{i}$A{i}\n" for i in range(16)) + "docker build -t $A16 .\n"
    start = time.perf_counter()
    for name, text in (("Makefile", make), ("docker-bake.hcl", bake), ("b.sh", shell)):
        find(Source(name, text))
    find(Source("Makefile", "A = " + "$(B" * 3000 + "\nx:\n\tdocker build" + " \\\n" * 3000))
    find(Source("b.sh", "docker build $A" + "A[" * 20000 + "((" * 3000 + "A=" + " " * 20000))
    assert time.perf_counter() - start < 10


@given(st.text(st.sampled_from("AB=:?+$(){}\n\t \\#ifdefendefine"), max_size=60))
def test_any_makefile_is_read(text):
    for value in make_variables(text).values():
        assert value
        assert "$" not in value


@given(st.text(st.sampled_from("AB=:$(){}\n \\'\"`+;|&*"), max_size=40))
def test_any_script_is_read(text):
    find(Source("b.sh", f"{text}\ndocker build -t $A ${{B}} .\n"))

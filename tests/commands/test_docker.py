"""Command lines of docker and its like, read as the programs read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfcheck.commands.docker import parse_build, parse_run
from dfcheck.commands.model import CommandError
from dfcheck.commands.tables import BUILD, BUILDAH, GLOBAL, RUN


def values(command, name):
    return [word.text for word in command.every(name)]


def test_options_and_operands_mix():
    build = parse_build("docker build -t a:1 . --tag=b -tc -f=x -q --build-arg A=1 --build-arg B".split())
    assert build.tool == "docker build"
    assert build.context.text == "."
    assert values(build, "tag") == ["a:1", "b", "c"]
    assert values(build, "file") == ["x"]
    assert build.has("quiet")
    assert [(name.text, value and value.text) for name, value in build.build_args()] == [
        ("A", "1"),
        ("B", None),
    ]
    assert (build.rest, build.faults, build.certain) == ((), (), True)


def test_places_are_those_of_the_words_joined_by_blanks():
    argv = "sudo docker buildx --builder x build --build-arg=KEY=value -qtname ./dir".split()
    line, build = " ".join(argv), parse_build(argv)
    assert line[build.head.start : build.head.end] == "docker buildx --builder x build"
    name, value = next(build.build_args())
    assert line[name.span.start : name.span.end] == "KEY"
    assert line[value.span.start : value.span.end] == "value"
    tag = build.last("tag")
    assert line[tag.span.start : tag.span.end] == "name"
    assert build.tool == "docker buildx build"
    assert values(build, "builder") == ["x"]


def test_blanks_in_a_reference_are_operands():
    build = parse_build("docker build -t ID / repo : tag .".split())
    assert build.context.text == "/"
    assert [word.text for word in build.rest] == ["repo", ":", "tag", "."]


@pytest.mark.parametrize(
    "line",
    [
        "docker build .",
        "docker image build .",
        "docker builder build .",
        "docker buildx b .",
        "docker -H tcp://h --context c build .",
        "podman --remote build .",
        "buildah bud .",
        "/usr/bin/nerdctl -n k8s.io build .",
    ],
)
def test_builds(line):
    assert parse_build(line.split()).context.text == "."


@pytest.mark.parametrize(
    "line", ["docker", "docker ps", "docker buildx bake", "make build", "docker run a", ""]
)
def test_no_builds(line):
    with pytest.raises(CommandError):
        parse_build(line.split())


def test_what_is_refused():
    build = parse_build("docker build --no-chache . -t".split())
    assert [fault.message for fault in build.faults] == [
        "`docker build` has no option `--no-chache`",
        "`-t` needs a value",
    ]
    assert not build.certain


def test_switches_take_joined_values_only():
    build = parse_build("docker build --pull=false --rm . --push".split())
    assert not build.has("pull")
    assert build.has("rm")
    assert build.context.text == "."
    assert parse_build("podman build --layers=false .".split()).context.text == "."


def test_run_ends_at_the_image():
    run = parse_run("docker run -it --rm -p 80:80 -eA=b --entrypoint sh img:1 -c x --rm".split())
    assert run.image.text == "img:1"
    assert [word.text for word in run.arguments] == ["-c", "x", "--rm"]
    assert values(run, "env") == ["A=b"]
    assert run.has("interactive")
    assert run.has("tty")
    assert run.last("entrypoint").text == "sh"
    assert parse_run("podman container create img".split()).tool == "podman container create"


@pytest.mark.parametrize("table", [GLOBAL, BUILD, BUILDAH, RUN])
def test_tables_agree_with_themselves(table):
    assert not table.values & table.switches
    assert set(table.shorts.values()) <= table.values | table.switches


WORDS = st.sampled_from(
    ["-t", "--tag", "-q", "--pull", ".", "a:1", "-f", "--file=x", "--", "-", "-qt", "--x", "$A"]
)


@given(st.lists(WORDS))
def test_no_word_is_lost(argv):
    build = parse_build(["docker", "build", *argv])
    placed = {given.word.span for given in build.options} | {fault.span for fault in build.faults}
    placed |= {given.value.span for given in build.options if given.value is not None}
    placed |= {word.span for word in build.rest} | ({build.context.span} if build.context else set())
    at = len("docker build ")
    for text in argv:
        span = (at, at + len(text))
        # A joined value is a part of its word, whose option holds it whole.
        assert text == "--" or any(tuple(span) == tuple(each) for each in placed)
        at += len(text) + 1

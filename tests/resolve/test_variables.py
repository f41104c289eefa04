"""Scopes of ARG and ENV: each case is what BuildKit puts into the label `x` of the last stage."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfcheck.resolve import Known, Unknown, resolve
from dfcheck.syntax.nodes import Copy, Env, Expose, From, Label, Run
from dfcheck.syntax.parser import parse
from dfcheck.syntax.text import Source


def build(text, **given_):
    return resolve(parse(Source("Dockerfile", text)), **given_)


def label(text, **given_):
    """Value of the last LABEL's pair."""
    made = build(text, **given_)
    last = [item for item in made.document.instructions if isinstance(item, Label)][-1]
    return made.value(last.pairs[0].value)


@pytest.mark.parametrize(
    ("text", "build_args", "expected"),
    [
        # ENV
        ("FROM scratch\nENV a=1\nLABEL x=$a", {}, "1"),
        ("FROM scratch\nENV a=hello\nENV a=bye b=$a\nLABEL x=$a-$b", {}, "bye-hello"),
        ("FROM scratch\nENV k=name\nENV $k=v\nLABEL x=$name", {}, "v"),
        ("FROM scratch\nENV a 1 2\nLABEL x=$a", {}, "1 2"),
        ("FROM scratch\nLABEL x=$a\nENV a=1", {}, ""),
        ("FROM scratch\nLABEL x=$PATH", {}, "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
        ("FROM scratch\nENV PATH=/x:$PATH\nLABEL x=${PATH%%:*}", {}, "/x"),
        # ARG in a stage
        ("FROM scratch\nARG a=1 b=${a}2\nLABEL x=$b", {}, "12"),
        ("FROM scratch\nARG a=1\nARG a\nLABEL x=$a", {}, "1"),
        ("FROM scratch\nARG a=1\nARG a=${a}2\nLABEL x=$a", {}, "12"),
        ("FROM scratch\nARG a\nLABEL x=[$a]", {}, "[]"),
        ("FROM scratch\nARG a=1\nLABEL x=$a", {"a": "2"}, "2"),
        ("FROM scratch\nARG a=1\nLABEL x=[$a]", {"a": ""}, "[]"),
        ("FROM scratch\nARG a=1\nLABEL x=${a:-empty}", {"a": ""}, "empty"),
        ("FROM scratch\nLABEL x=[$a]", {"a": "2"}, "[]"),
        # the last writer wins
        ("FROM scratch\nENV a=env\nARG a=arg\nLABEL x=$a", {}, "arg"),
        ("FROM scratch\nARG a=arg\nENV a=env\nLABEL x=$a", {}, "env"),
        ("FROM scratch\nENV a=env\nARG a\nLABEL x=$a", {}, "env"),
        ("FROM scratch\nENV a=env\nARG a\nLABEL x=$a", {"a": "given"}, "given"),
        # before the first FROM
        ("ARG a=1\nFROM scratch\nLABEL x=[$a]", {}, "[]"),
        ("ARG a=1\nFROM scratch\nARG a\nLABEL x=$a", {}, "1"),
        ("ARG a=1\nARG b=${a}2\nFROM scratch\nARG b\nLABEL x=$b", {}, "12"),
        ("ARG a=1\nFROM scratch\nARG a=2\nLABEL x=$a", {}, "2"),
        ("ARG a=1\nFROM scratch\nARG a=2\nLABEL x=$a", {"a": "3"}, "3"),
        ("ARG a=1\nFROM scratch\nENV a=env\nARG a\nLABEL x=$a", {}, "1"),
        # stages
        ("FROM scratch AS b\nARG a=1\nENV e=2\nFROM b\nLABEL x=$a$e", {}, "12"),
        ("FROM scratch AS b\nENV e=1\nFROM scratch\nLABEL x=[$e]", {}, "[]"),
        ("FROM scratch AS b\nENV e=1\nFROM b AS c\nENV e=2\nFROM b\nLABEL x=$e", {}, "1"),
        ("FROM scratch AS b\nONBUILD ENV e=1\nLABEL y=[$e]\nFROM b\nLABEL x=$e", {}, "1"),
        ("FROM scratch AS b\nONBUILD ENV e=1\nFROM b AS c\nENV e=2\nFROM c\nLABEL x=$e", {}, "2"),
        # predefined
        ("FROM scratch\nLABEL x=[$TARGETARCH]", {}, "[]"),
        ("FROM scratch\nARG TARGETARCH\nARG TARGETOS\nLABEL x=$TARGETOS/$TARGETARCH", {}, "linux/arm64"),
        ("FROM scratch\nARG TARGETPLATFORM\nLABEL x=$TARGETPLATFORM", {}, "linux/arm64"),
        ("FROM scratch\nARG BUILDARCH\nLABEL x=$BUILDARCH", {}, "amd64"),
        ("FROM scratch\nARG TARGETARCH=mine\nLABEL x=$TARGETARCH", {}, "mine"),
        ("FROM scratch\nARG TARGETARCH\nLABEL x=$TARGETARCH", {"TARGETARCH": "given"}, "given"),
        ("FROM scratch AS Fin\nARG TARGETSTAGE\nLABEL x=$TARGETSTAGE", {}, "fin"),
        ("FROM scratch\nARG TARGETSTAGE\nLABEL x=$TARGETSTAGE", {}, "default"),
        ("FROM scratch\nARG HTTP_PROXY\nLABEL x=[$HTTP_PROXY]", {}, "[]"),
        ("FROM scratch\nARG BUILDKIT_SBOM_SCAN_STAGE=true\nLABEL x=[$BUILDKIT_SBOM_SCAN_STAGE]", {}, "[]"),
    ],
)
def test_value(text, build_args, expected):
    got = label(text, build_args=build_args, platform="linux/arm64/v8", build_platform="linux/amd64")
    assert got == Known(expected)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("FROM scratch\nARG a\nLABEL x=$a", "--build-arg a="),
        ("FROM scratch\nARG a\nENV e=<$a>\nLABEL x=$e", "--build-arg a="),
        ("ARG a\nFROM scratch\nARG a\nLABEL x=$a", "--build-arg a="),
        ("FROM alpine:3\nLABEL x=$a", "base image `alpine:3`"),
        ("FROM alpine:3\nLABEL x=$PATH", "base image `alpine:3`"),
        ("FROM alpine:3 AS b\nFROM b\nLABEL x=$a", "base image `alpine:3`"),
        ("ARG img\nFROM $img\nLABEL x=$a", "base image `$img`"),
        ("FROM scratch\nARG TARGETARCH\nLABEL x=$TARGETARCH", "platform to build for"),
        ("FROM scratch\nARG BUILDOS\nLABEL x=$BUILDOS", "machine that builds"),
        ("FROM scratch\nARG TARGETSTAGE\nLABEL x=$TARGETSTAGE", "--target"),
        ("FROM scratch\nENV a=${b?}\nLABEL x=$a", "cannot be expanded"),
    ],
)
def test_unknown_when_nothing_is_given(text, why):
    got = label(text)
    assert isinstance(got, Unknown)
    assert why in got.why


def test_a_default_counts_when_nothing_is_given():
    assert label("FROM alpine\nARG a=1\nENV b=$a\nLABEL x=$a$b") == Known("11")
    assert label("FROM scratch\nLABEL x=[$a]") == Known("[]")


def test_known_environment_of_a_base_image():
    text = "FROM base:1\nENV b=${a}2\nLABEL x=$b$PATH$nope"
    assert label(text, environments={"base:1": {"a": "1", "PATH": "/p"}}) == Known("12/p")
    assert isinstance(label(text, environments={"other": {}}), Unknown)


@pytest.mark.parametrize(
    ("platform", "arch", "variant"),
    [
        ("linux/arm64/v8", "arm64", ""),
        ("linux/aarch64", "arm64", ""),
        ("linux/arm", "arm", "v7"),
        ("linux/arm/6", "arm", "v6"),
        ("linux/armel", "arm", "v6"),
        ("linux/amd64/v1", "amd64", ""),
        ("linux/amd64/v3", "amd64", "v3"),
        ("LINUX/x86_64", "amd64", ""),
        ("arm64", "arm64", ""),
    ],
)
def test_platform_arguments(platform, arch, variant):
    text = "FROM scratch\nARG TARGETARCH TARGETVARIANT TARGETOS TARGETPLATFORM\nLABEL x="
    names = "$TARGETOS,$TARGETARCH,$TARGETVARIANT,$TARGETPLATFORM"
    whole = "/".join(part for part in ("linux", arch, variant) if part)
    assert label(text + names, platform=platform) == Known(f"linux,{arch},{variant},{whole}")


def undefined(text):
    """Names of undefined variables in all arguments of the last instruction."""
    made = build(text)
    last = made.document.instructions[-1]
    if isinstance(last, From):
        arguments = [last.image, *([last.platform] if last.platform else [])]
    elif isinstance(last, Copy):
        arguments = [*last.sources, last.destination, *([last.chown] if last.chown else [])]
    elif isinstance(last, Expose):
        arguments = last.ports
    else:
        arguments = [argument for pair in last.pairs for argument in (pair.key, pair.value) if argument]
    return [variable.name.text for argument in arguments for variable in made.undefined(argument)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM alpine\nLABEL x=$a$PATH", ["a"]),
        ("FROM alpine\nLABEL $k=${a:-$b}", ["k", "a", "b"]),
        ("FROM alpine\nLABEL x='$a'\\$b", []),
        ("FROM alpine\nARG a\nLABEL x=$a", []),
        ("ARG a=1\nFROM alpine\nLABEL x=$a", ["a"]),
        ("FROM alpine AS b\nARG a\nFROM b\nLABEL x=$a", []),
        ("FROM alpine\nARG a=1 b=$a$c", ["c"]),
        ("FROM alpine\nENV a=1 b=$a", ["a"]),
        ("FROM alpine\nCOPY --chown=$u $s $d/", ["s", "d", "u"]),
        ("FROM alpine\nEXPOSE $p", []),
        ("ARG a=$b", []),
        ("FROM --platform=$BUILDPLATFORM $TARGETOS", []),
        ("ARG v\nFROM --platform=$p alpine:$v", ["p"]),
        ("FROM alpine\nLABEL x=$HTTP_PROXY", ["HTTP_PROXY"]),
        ("FROM alpine AS b\nONBUILD ARG a\nFROM b\nLABEL x=$a", []),
    ],
)
def test_undefined(text, expected):
    assert undefined(text) == expected


def test_maybe_base():
    made = build("FROM scratch AS a\nFROM alpine AS b\nFROM a\nFROM b")
    assert [made.maybe_base(stage) for stage in made.stages] == [False, True, False, True]
    made = build("ARG i\nFROM $i")
    assert made.maybe_base(made.stages[0])


def test_only_what_buildkit_expands_is_expanded():
    text = (
        "FROM alpine\nENV a=1\nCOPY --from=b --exclude=$a --chown=$a $a /$a/\n"
        "RUN --mount=type=cache,target=/$a,id=$a true\nHEALTHCHECK --interval=1s CMD true\n"
    )
    made = build(text)
    _, _, copy, run, health = made.document.instructions
    assert made.value(copy.exclude[0]) == Known("$a")
    assert made.value(copy.chown) == made.value(copy.sources[0]) == Known("1")
    assert made.value(copy.destination) == Known("/1/")
    assert made.value(copy.from_) == Known("b")
    assert isinstance(run, Run)
    assert made.value(run.mounts[0].target) == Known("/1")
    assert made.value(run.mounts[0].id) == Known("1")
    assert made.value(health.interval) == Known("1s")


def test_heredoc_of_copy():
    text = "FROM scratch\nENV a=1\nCOPY <<E <<-'F' $a/\nit's \"$a\" \\$a\nE\n\t$a\n\t\tb\nF\n"
    made = build(text)
    copy = made.document.instructions[-1]
    assert [made.content(heredoc) for heredoc in copy.heredocs] == [
        Known('it\'s "1" $a\n'),
        Known("$a\nb\n"),
    ]
    assert made.value(copy.sources[0]) == Known("<<E")


def test_ports():
    made = build('FROM scratch\nARG p="80 81" none=\nEXPOSE $p $none 90/udp\nFROM alpine\nEXPOSE $p')
    first, second = (item for item in made.document.instructions if isinstance(item, Expose))
    assert made.ports(first) == ("80", "81", "90/udp")
    assert isinstance(made.ports(second), Unknown)


def test_scope_tells_where_names_come_from():
    made = build("FROM scratch\nENV a=1\nARG b c=3\nLABEL x=$a")
    last = made.document.instructions[-1]
    scope = made.scope(last)
    assert scope.names() == ("PATH", "a", "b", "c")
    assert scope.get("a") == Known("1")
    assert isinstance(scope.get("b"), Unknown)
    assert scope.get("nope") is None
    assert scope.origin("PATH") is None
    env = made.document.instructions[1]
    assert isinstance(env, Env)
    assert scope.origin("a") == env.pairs[0]
    assert made.scope(env).names() == ("PATH",)


def test_default_image():
    made = build("ARG tag\nARG repo=a\nFROM $repo:$tag\nFROM x:${tag:-1}")
    assert [made.default_image(stage) for stage in made.stages] == [Known("a:"), Known("x:1")]
    assert isinstance(made.stages[0].image, Unknown)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["ENV", "ARG"]), st.integers(0, 40), st.text("xyz", min_size=1, max_size=3)
        ),
        max_size=60,
    )
)
def test_snapshots_are_what_a_plain_mapping_was(writes):
    text = "FROM scratch\n" + "".join(f"{kind} V{name}={value}$V{name + 1}\n" for kind, name, value in writes)
    made = build(text)
    variables = {}
    for instruction, (_, name, value) in zip(made.document.instructions[1:], writes, strict=True):
        scope = made.scope(instruction)
        assert {key: scope.get(key).value for key in scope.names() if key != "PATH"} == variables
        variables[f"V{name}"] = value + variables.get(f"V{name + 1}", "")

"""Stages, edges, shells and what BuildKit refuses about them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfcheck.resolve import Known, Unknown, resolve
from dfcheck.syntax.nodes import Cmd, Run
from dfcheck.syntax.parser import parse
from dfcheck.syntax.text import Source


def build(text, **given_):
    return resolve(parse(Source("Dockerfile", text)), **given_)


def edges(text, **given_):
    return [(edge.kind, edge.stage, edge.name, edge.target) for edge in build(text, **given_).edges]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM alpine", [("from", 0, "alpine", None)]),
        ("FROM a AS X\nFROM x", [("from", 0, "a", None), ("from", 1, "x", 0)]),
        ("FROM a AS x\nFROM X", [("from", 0, "a", None), ("from", 1, "X", None)]),
        ("FROM x AS x", [("from", 0, "x", None)]),
        ("FROM b\nFROM a AS b", [("from", 0, "b", None), ("from", 1, "a", None)]),
        (
            "FROM a AS x\nFROM b AS x\nFROM x",
            [("from", 0, "a", None), ("from", 1, "b", None), ("from", 2, "x", 1)],
        ),
        ("ARG b=x\nFROM a AS x\nFROM $b", [("from", 0, "a", None), ("from", 1, "x", 0)]),
        ("ARG b\nFROM a AS x\nFROM $b", [("from", 0, "a", None), ("from", 1, "$b", None)]),
        (
            "FROM a AS x\nFROM b\nCOPY --from=X . .",
            [("from", 0, "a", None), ("from", 1, "b", None), ("copy", 1, "X", 0)],
        ),
        (
            "FROM a\nFROM b\nCOPY --from=0 . .",
            [("from", 0, "a", None), ("from", 1, "b", None), ("copy", 1, "0", 0)],
        ),
        ("FROM a\nCOPY --from=img:1 . .", [("from", 0, "a", None), ("copy", 0, "img:1", None)]),
        # an image that is used gets the next number
        (
            "FROM a\nCOPY --from=img . .\nCOPY --from=1 . .",
            [("from", 0, "a", None), ("copy", 0, "img", None), ("copy", 0, "img", None)],
        ),
        (
            "FROM a AS x\nFROM b\nRUN --mount=from=x,target=/m true",
            [("from", 0, "a", None), ("from", 1, "b", None), ("mount", 1, "x", 0)],
        ),
        ("FROM a\nRUN --mount=from=0,target=/m true", [("from", 0, "a", None), ("mount", 0, "0", None)]),
        ("FROM a\nRUN --mount=target=/m true", [("from", 0, "a", None)]),
    ],
)
def test_edges(text, expected):
    assert edges(text) == expected


def test_edges_point_at_the_reference():
    text = "FROM a AS x\nFROM b\nCOPY --from=x . .\nRUN --mount=type=bind,from=img,target=/m true"
    made = build(text)
    assert [made.document.source.cut(edge.span) for edge in made.edges] == ["a", "b", "x", "img"]


def test_stages():
    text = "# c\nARG v=1\nFROM --platform=$BUILDPLATFORM a:$v AS One\nRUN x\n\nFROM scratch\nCMD y\n"
    made = build(text)
    one, two = made.stages
    assert (one.name, one.image, one.base, one.index) == ("one", Known("a:1"), None, 0)
    assert isinstance(one.platform, Unknown)
    assert (two.name, two.scratch, two.platform) == (None, True, None)
    assert [type(item) for item in one.instructions + two.instructions] == [Run, Cmd]
    arg, from_, run, *_ = made.document.instructions
    assert made.global_instructions == (arg,)
    assert [made.stage_of(item) for item in (arg, from_, run)] == [None, one, one]


def test_after_a_bad_from_nothing_is_sure():
    made = build("FROM a\nFROM b c\nENV e=1\nLABEL x=$y$e\nFROM d\nLABEL x=$y")
    label = made.document.instructions[3]
    assert made.stage_of(label) is None
    assert isinstance(made.value(label.pairs[0].value), Unknown)
    assert made.undefined(label.pairs[0].value) == ()
    assert [stage.from_.image.text for stage in made.stages] == ["a", "d"]
    assert made.stages[0].instructions == ()


@pytest.mark.parametrize("text", ["", "# only a comment\n", "ARG a=1\n", "FROM\n", "RUN x\nFROM a b c d\n"])
def test_files_without_a_stage(text):
    made = build(text)
    assert made.stages == made.edges == made.problems == ()
    assert made.reachable() == frozenset()
    assert made.global_instructions == made.document.instructions[: len(made.global_instructions)]


@pytest.mark.parametrize(
    ("text", "message", "covered"),
    [
        ("FROM a\nLABEL x=${y?needed}", "fails: y: needed", "${y?needed}"),
        ("FROM scratch\nLABEL x=${y?needed}", "fails: y: needed", "${y?needed}"),
        ("FROM a\nWORKDIR '/x", "has a `'` that is not closed", "'/x"),
        ("FROM $nope", "expands to nothing", "$nope"),
        ("FROM --platform=$nope a", "expands to nothing", "$nope"),
        ("FROM a\nCOPY --from=$x . .", "not expanded", "$x"),
        ("FROM a\nCOPY --from=1 . .", "no stage 1", "1"),
        ("FROM a\nCOPY --from=-1 . .", "no stage -1", "-1"),
        ("FROM a AS x\nCOPY --from=x . .", "uses itself", "x"),
        ("FROM a\nCOPY --from=0 . .", "uses itself", "0"),
        ("FROM a AS x\nCOPY --from=y . .\nFROM b AS y\nFROM x", "is defined later", "y"),
        ("FROM a AS x\nRUN --mount=from=y,target=/m z\nFROM b AS y\nFROM x", "is defined later", "y"),
    ],
)
def test_problem(text, message, covered):
    known = {} if "FROM a\nLABEL" not in text else None
    made = build(text, build_args=known, environments={"a": {}})
    assert len(made.problems) == 1
    assert message in made.problems[0].message
    assert made.document.source.cut(made.problems[0].span) == covered


@pytest.mark.parametrize(
    ("text", "given_"),
    [
        ("FROM a\nLABEL x=${y?needed}", {}),  # the base image may define it
        ("FROM scratch\nARG y\nLABEL x=${y?needed}", {}),  # a build argument may
        ("FROM scratch\nARG y=${z?}\nLABEL x=$y", {"build_args": {"y": "1"}}),  # the default is not looked at
        ("ARG i\nFROM $i", {}),
        ("FROM a AS x\nCOPY --from=y . .\nFROM b AS y", {}),  # `x` is not needed
        ("FROM a AS x\nFROM b\nCOPY --from=x . .", {}),
        ("FROM a\nRUN echo '$x ${y^^}\nCMD echo ${z?}", {}),  # the shell's business
    ],
)
def test_no_problem(text, given_):
    assert build(text, **given_).problems == ()


def test_a_circle_is_refused_even_where_it_is_not_needed():
    text = "FROM a AS x\nCOPY --from=y . .\nFROM a AS y\nCOPY --from=x . .\nFROM a"
    (problem,) = build(text).problems
    assert "in turn" in problem.message


def test_reachable():
    text = (
        "FROM a AS base\nFROM base AS unused\nFROM b AS tools\nFROM base AS app\nCOPY --from=tools . .\n"
        "FROM c AS m\nFROM d\nRUN --mount=from=m,target=/m x\nCOPY --from=APP . ."
    )
    made = build(text)
    assert made.reachable() == {0, 2, 3, 4, 5}
    assert made.reachable("APP") == {0, 2, 3}
    assert made.reachable("nope") == frozenset()
    assert build(text, target="tools").reachable() == {2}


def test_triggers_of_a_base_stage():
    text = 'FROM a AS t\nFROM b AS base\nONBUILD COPY --from=t . .\nONBUILD SHELL ["/bin/bash", "-c"]\nFROM base\nRUN x'
    made = build(text)
    assert [len(stage.triggers) for stage in made.stages] == [0, 0, 2]
    assert made.reachable() == {0, 1, 2}
    assert made.reachable("base") == {1}
    assert made.shell(made.document.instructions[-1]) == ("/bin/bash", "-c")


def test_shell():
    text = 'FROM a AS x\nRUN 1\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN 2\nFROM x\nRUN 3\nFROM a\nRUN 4\n'
    made = build(text)
    shells = [made.shell(item) for item in made.document.instructions if isinstance(item, Run)]
    bash = ("/bin/bash", "-o", "pipefail", "-c")
    assert shells == [("/bin/sh", "-c"), bash, bash, ("/bin/sh", "-c")]


def test_shell_of_windows():
    made = build("# escape=`\nFROM a\nRUN dir")
    assert made.shell(made.document.instructions[-1])[0] == "cmd"
    made = build("FROM a\nRUN dir", platform="windows/amd64")
    assert made.shell(made.document.instructions[-1])[0] == "cmd"


def test_script_is_read_once_and_with_the_shell_in_force():
    made = build('FROM a\nSHELL ["/bin/bash", "-c"]\nRUN apt-get update && ls')
    run = made.document.instructions[-1]
    script = made.script(run)
    assert [command.name for command in script.commands] == ["apt-get", "ls"]
    assert script.dialect == "bash"
    assert made.script(run) is script


def test_cost_is_linear():
    count = 8_000
    variables = "FROM scratch\n" + "".join(f"ENV V{i}=x$V{i - 1}\n" for i in range(count // 2))
    doubling = "FROM scratch\nENV A=a\n" + "ENV A=$A$A\n" * (count // 2)
    chain = "FROM scratch AS s0\n" + "".join(
        f"FROM s{i} AS s{i + 1}\nENV V{i}=$V{i - 1}\n" for i in range(count // 4)
    )
    triggers = "FROM a AS b\n" + "ONBUILD ENV X=$X.\n" * (count // 4) + "FROM b\n" * (count // 4)
    for text in (variables, doubling, chain, triggers):
        document = parse(Source("Dockerfile", text))
        start = time.process_time()
        made = resolve(document)
        assert made.problems == ()
        assert time.process_time() - start < 10


@given(st.data())
def test_reachable_is_the_closure_of_edges(data):
    count = data.draw(st.integers(1, 8))
    lines = []
    for index in range(count):
        base = data.draw(st.sampled_from(["alpine", *(f"s{i}" for i in range(index))]))
        lines.append(f"FROM {base} AS s{index}")
        lines += [f"COPY --from=s{i} a b" for i in data.draw(st.sets(st.integers(0, count - 1), max_size=3))]
    made = build("\n".join(lines))
    reached = made.reachable()
    assert count - 1 in reached
    for edge in made.edges:
        if edge.stage in reached and edge.target is not None:
            assert edge.target in reached
    wrong_way = [edge for edge in made.edges if edge.target is not None and edge.target >= edge.stage]
    assert len(made.problems) <= len(wrong_way)
    if any(edge.stage in reached for edge in wrong_way):
        assert made.problems


def test_a_shell_of_windows_tells_of_the_stage_before_it() -> None:
    text = 'ARG base\nFROM $base\nRUN setx A 1\nSHELL ["powershell", "-Command"]\nFROM $base\nRUN ls\nSHELL ["pwsh", "-c"]\n'
    made = resolve(parse(Source("Dockerfile", text)))
    shells = [made.shell(item)[0] for item in made.document.instructions if item.keyword.text == "RUN"]
    assert shells == ["cmd", "/bin/sh"]

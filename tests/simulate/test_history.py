"""History, steps and config of instructions; every expected text was seen in a build by BuildKit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulate.support import build, image_config

from dfcheck.simulate.history import duration, duration_text
from dfcheck.simulate.state import go_quote

if TYPE_CHECKING:
    from pathlib import Path


def texts(body: str, **options: object) -> list[str]:
    return [item.created_by for item in build(f"FROM scratch\n{body}\n", **options).history]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("instruction", "expected"),
    [
        ("RUN echo $x", "RUN /bin/sh -c echo $x # buildkit"),
        ('RUN ["/bin/echo", "a", "b c"]', "RUN /bin/echo a b c # buildkit"),
        ("RUN a  \\\n    b", "RUN /bin/sh -c a      b # buildkit"),
        ("RUN <<EOF\na\nb\nEOF", "RUN /bin/sh -c a\nb\n # buildkit"),
        ("RUN <<EOF\n#!/bin/x\nEOF", "RUN /bin/sh -c /dev/pipes/EOF # buildkit"),
        ("RUN cat <<A <<B\n1\nA\n2\nB", "RUN /bin/sh -c cat <<A <<B\n1\nA\n2\nB # buildkit"),
        ("ENV E f  g", "ENV E=f  g"),
        ('ENV A="b c" D=e', "ENV A=b c D=e"),
        ("ARG a=1 b", "ARG a=1 b"),
        ("CMD echo $v", 'CMD ["/bin/sh" "-c" "echo $v"]'),
        ("ENTRYPOINT []", "ENTRYPOINT []"),
        ('SHELL ["/bin/bash", "-c"]', "SHELL [/bin/bash -c]"),
        ("VOLUME /a /b", "VOLUME [/a /b]"),
        ("EXPOSE 80 70-72/udp", "EXPOSE [70/udp 71/udp 72/udp 80/tcp]"),
        ("USER 1:2", "USER 1:2"),
        ("STOPSIGNAL 9", "STOPSIGNAL 9"),
        ("MAINTAINER me <a@b>", "MAINTAINER me <a@b>"),
        (
            "HEALTHCHECK --interval=5s --timeout=1m --start-period=1h30m --start-interval=100ms --retries=3 CMD a b",
            "HEALTHCHECK {Test:[CMD-SHELL a b] Interval:5s Timeout:1m0s StartPeriod:1h30m0s StartInterval:100ms Retries:3}",
        ),
        (
            "COPY --chmod=644 --chown=1 <<A <<B /d/\n1\nA\n2\nB",
            "COPY --chown=1 --chmod=644 <<A <<B /d/ # buildkit",
        ),
    ],
)
def test_created_by(instruction: str, expected: str) -> None:
    assert texts(instruction) == [expected]


def test_a_run_names_its_arguments_with_the_values_that_hold() -> None:
    body = "ARG A B=2\nARG A=3\nENV B=env\nRUN x\n"
    assert texts(body)[-1] == "RUN |2 A=3 B=env /bin/sh -c x # buildkit"


def test_environment_and_arguments_override_each_other_in_order() -> None:
    image = build("FROM scratch\nENV A=env\nARG A=arg\nLABEL a=$A\nENV A=new\nLABEL b=$A\n")
    assert image.config.labels == (("a", "arg"), ("b", "new"))
    assert image.config.env[-1] == ("A", "new")


def test_a_child_stage_sees_the_config_of_its_base_again() -> None:
    image = build("FROM scratch AS p\nENV A=env\nARG A=arg\nFROM p\nLABEL a=$A\n")
    assert image.config.labels == (("a", "env"),)


def test_entrypoint_clears_an_inherited_cmd_only() -> None:
    inherited = "FROM scratch AS p\nCMD a\nFROM p\nENTRYPOINT b\n"
    assert build(inherited).config.cmd == ()
    assert build("FROM scratch\nCMD a\nENTRYPOINT b\n").config.cmd == ("/bin/sh", "-c", "a")


def test_steps_are_numbered_as_buildkit_numbers_them() -> None:
    text = (
        "FROM base AS b\nARG V=1\nENV W=2\nRUN echo $V '$W' ${U:-x}\nWORKDIR /\nWORKDIR /w\n"
        'FROM scratch AS out\nCOPY --from=b ["/a", "/b$V"]\nCOPY --link --from=b x y\n'
    )
    assert [step.name for step in build(text).steps] == [
        "[b 1/4] FROM docker.io/library/base:latest",
        "[b 2/4] RUN echo 1 '$W' ${U:-x}",
        "[b 3/4] WORKDIR /w",
        "[out 1/2] COPY --from=b [/a, /b]",
        "[out 2/2] COPY --link --from=b x y",
    ]


def test_a_heredoc_is_named_by_its_first_line() -> None:
    (step,) = build("FROM scratch\nRUN <<EOF\n\n  first\nsecond\nEOF\n").steps
    assert step.name == "[1/1] RUN <<EOF (first...)"


def test_stages_with_one_base_share_a_step_named_by_the_last() -> None:
    text = "FROM bb AS a\nRUN echo a\nFROM bb AS b\nRUN echo b\nFROM a\nCOPY --from=b /b /b\n"
    assert [step.name for step in build(text).steps] == [
        "[a 2/2] RUN echo a",
        "[b 1/2] FROM docker.io/library/bb:latest",
        "[b 2/2] RUN echo b",
        "[stage-2 1/1] COPY --from=b /b /b",
    ]


def test_triggers_of_a_stage_run_first_and_are_not_inherited() -> None:
    text = "FROM bb AS p\nONBUILD RUN echo ob > /ob\nONBUILD WORKDIR /obw\nFROM p\nRUN touch here\n"
    image = build(text)
    assert [step.name for step in image.steps] == [
        "[p 1/1] FROM docker.io/library/bb:latest",
        "[stage-1 1/3] ONBUILD RUN echo ob > /ob",
        "[stage-1 2/3] ONBUILD WORKDIR /obw",
        "[stage-1 3/3] RUN touch here",
    ]
    assert image.config.onbuild == ()
    assert build(text.split("FROM p", maxsplit=1)[0]).config.onbuild == ("RUN echo ob > /ob", "WORKDIR /obw")


def test_triggers_of_an_image_run_first(tmp_path: Path) -> None:
    config = tmp_path / "base.json"
    config.write_text(json.dumps(image_config([b"x"], {"OnBuild": ["ARG V=2", "LABEL q=$V", "USER 9"]})))
    image = build("FROM base\nLABEL v=$V\n", bases={"base": config}, build_args={"V": "8"})
    assert image.config.labels == (("q", "8"), ("v", "8"))
    assert image.config.user == "9"
    assert [item.created_by for item in image.history[1:]] == ["ARG V=8", "LABEL q=8", "USER 9", "LABEL v=8"]


def test_labels_of_the_command_line_come_last_and_leave_no_history() -> None:
    image = build("FROM scratch\nLABEL a=1 b=2\n", labels=(("b", "9"), ("c", "3")))
    assert dict(image.config.labels) == {"a": "1", "b": "9", "c": "3"}
    assert len(image.history) == 1


@pytest.mark.parametrize(
    ("platform", "expected"),
    [
        ("linux/arm/v7", ("linux/arm/v7", "arm", "v7", "linux/arm/v7")),
        ("linux/arm64/v8", ("linux/arm64", "arm64", "", "linux/arm64")),
        ("linux/riscv64", ("linux/riscv64", "riscv64", "", "linux/riscv64")),
    ],
)
def test_platform(platform: str, expected: tuple[str, ...]) -> None:
    text = "FROM scratch\nARG TARGETPLATFORM TARGETARCH TARGETVARIANT\nLABEL p=$TARGETPLATFORM a=$TARGETARCH v=$TARGETVARIANT\n"
    image = build(text, platform=platform)
    labels = dict(image.config.labels)
    assert (labels["p"], labels["a"], labels["v"], image.platform) == expected


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (0, "0s"),
        (1, "1ns"),
        (1_500, "1.5µs"),
        (100_000_000, "100ms"),
        (1_500_000_000, "1.5s"),
        (90 * 10**9, "1m30s"),
    ],
)
def test_durations_are_printed_as_go_prints_them(nanoseconds: int, text: str) -> None:
    assert duration_text(nanoseconds) == text


@given(st.integers(0, 1 << 62))
def test_a_duration_survives_being_printed(nanoseconds: int) -> None:
    assert duration(duration_text(nanoseconds)) == nanoseconds


@given(st.text(st.characters(codec="ascii")))
def test_quoted_ascii_reads_back_as_json_but_for_short_escapes(text: str) -> None:
    quoted = go_quote(text)
    assert quoted.isprintable()
    assert quoted.encode().decode("unicode_escape")[1:-1] == text

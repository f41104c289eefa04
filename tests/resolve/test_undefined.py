"""Why a variable counts as undefined."""

from __future__ import annotations

import pytest

from dfcheck.resolve import resolve
from dfcheck.resolve.undefined import undefined
from dfcheck.syntax.parser import parse
from dfcheck.syntax.text import Source


def reasons(text: str, **inputs) -> list[tuple[str, str]]:
    build = resolve(parse(Source("Dockerfile", text)), **inputs)
    return [(use.variable.name.text, use.reason) for stage in build.stages for use in undefined(build, stage)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ARG V=1\nFROM app:1\nUSER $V\n", [("V", "global")]),
        ("ARG V=1\nFROM app:1\nUSER ${V:-x}\n", [("V", "global")]),
        ("ARG V=1\nFROM app:1\nARG V\nUSER $V\n", []),
        ("ARG V=1\nFROM app:1\nARG V=${V:-x}\n", [("V", "base")]),
        ("ARG V=1\nFROM app:1\nARG V=$V W=${V:-x}\n", [("V", "global")]),
        ("FROM app:1\nUSER $TARGETOS\n", [("TARGETOS", "platform")]),
        ("FROM app:1\nENV A=1 B=$A C=$B\n", [("A", "together"), ("B", "together")]),
        ("FROM app:1\nENV B=$A A=1\n", [("A", "base")]),
        (
            "FROM app:1\nENV A=/a B=${A:-/a}/b C=${A:-/c} D=${A-/a}\n",
            [("A", "base"), ("A", "together"), ("A", "base")],
        ),
        ('FROM app:1\nENV A="${A:-/a}" B="${A:-/a}"/b\n', [("A", "base"), ("A", "base")]),
        ("FROM app:1\nENV A=1 A=2$A\n", [("A", "base")]),
        ("FROM app:1\nENV A=x:$A\n", [("A", "base")]),
        ("FROM app:1\nUSER $A\nENV A=1\n", [("A", "later")]),
        ("FROM app:1\nUSER $A\nENV A=$A:x\n", [("A", "base"), ("A", "base")]),
        ("FROM app:1\nUSER ${A:-x}\nENV A=1\n", [("A", "base")]),
        ("FROM one:1\nENV OUT_DIR=/x\nFROM two:1\nCOPY a $OUT_DIR\n", [("OUT_DIR", "elsewhere")]),
        ("FROM one:1 AS one\nENV OUT_DIR=/x\nFROM one\nCOPY a $OUT_DIR\n", []),
        ("ARG N\nFROM one:1 AS one\nENV OUT_DIR=/x\nFROM $N\nCOPY a $OUT_DIR\n", [("OUT_DIR", "base")]),
        ("FROM one:1\nENV JAVA_HOME=/x\nFROM two:1\nCOPY a $JAVA_HOME\n", [("JAVA_HOME", "base")]),
        (
            "ARG TOMCAT_VERSION=11\nFROM tomcat:$TOMCAT_VERSION\nLABEL v=$TOMCAT_VERSION\n",
            [("TOMCAT_VERSION", "base")],
        ),
        ("FROM app:1\nARG APP_NAME=x\nUSER $APP_NAEM\n", [("APP_NAEM", "misspelt")]),
        ("FROM app:1\nARG APP_GID=x\nUSER $APP_UID\n", [("APP_UID", "base")]),
        ("FROM app:1\nARG ZIP_GID=x\nUSER $ZIP_UID\n", [("ZIP_UID", "base")]),
        ("FROM scratch\nUSER $WHO\n", [("WHO", "unset")]),
        ("FROM scratch\nENV P=$PATH\n", []),
        ("FROM debian:13\nUSER $WHO\n", [("WHO", "unset")]),
        ("FROM docker.io/library/debian:13 AS a\nFROM a\nUSER $WHO\n", [("WHO", "unset")]),
        ("FROM debian:13\nUSER ${WHO:-root}\n", [("WHO", "base")]),
        ("FROM debian:13\nENV L=$LANG\n", [("LANG", "base")]),
        ("FROM example/debian:13\nUSER $WHO\n", [("WHO", "base")]),
        ("ARG I=debian\nFROM $I\nUSER $WHO\n", [("WHO", "base")]),
        ("ARG T=13\nFROM debian:$T\nUSER $WHO\n", [("WHO", "unset")]),
        (
            "FROM app:1\nCOPY <<E /a\n$host ${1:-x} $HOST\nE\n",
            [("host", "heredoc"), ("1", "heredoc"), ("HOST", "base")],
        ),
        ("FROM app:1\nCOPY <<'E' /a\n$host\nE\n", []),
        (
            "FROM app:1\nCOPY <<E /a\n\\$host '$x' $http_proxy\nE\n",
            [("x", "heredoc"), ("http_proxy", "base")],
        ),
        ("FROM scratch\nADD <<E /a\n$HOST $PATH\nE\n", [("HOST", "heredoc")]),
        ("FROM app:1\nRUN <<E\necho $host\nE\n", []),
        ("FROM app:1\nONBUILD USER $WHO\nRUN echo $WHO\nCMD echo $WHO\n", []),
    ],
)
def test_reasons(text: str, expected: list[tuple[str, str]]) -> None:
    assert reasons(text) == expected


def test_a_base_image_that_is_known_leaves_no_doubt() -> None:
    text = "FROM app:1\nUSER $WHO\nWORKDIR $APP\n"
    assert reasons(text, environments={"app:1": {"APP": "/srv"}}) == [("WHO", "unset")]

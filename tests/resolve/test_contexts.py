"""Further build contexts stand in for images of their names, and for nothing else."""

from __future__ import annotations

import pytest

from dfcheck.resolve import Known, Unknown, resolve
from dfcheck.resolve.contexts import ANY, names_context
from dfcheck.syntax.parser import parse
from dfcheck.syntax.text import Source

TEXT = (
    "FROM alpine AS one\nFROM one\nCOPY --from=src /a /b\nCOPY --from=one /a /b\nCOPY --from=debian:13 /a /b\n"
    "RUN --mount=type=bind,from=src,target=/x true\n"
)


def build(*contexts):
    return resolve(parse(Source("Dockerfile", TEXT)), contexts=contexts)


def test_contexts_are_no_images():
    plain = build()
    assert [edge.name for edge in plain.edges] == ["alpine", "one", "src", "one", "debian:13", "src"]
    found = build("docker.io/library/alpine", "src", "one")
    assert [edge.name for edge in found.edges] == ["one", "one", "debian:13"]
    assert found.stages[0].image == Unknown("is the build context `alpine`")
    assert found.stages[1].image == Known("one")
    assert found.reachable() == plain.reachable()
    assert [edge.name for edge in build(ANY).edges] == ["one", "one"]


@pytest.mark.parametrize(
    ("image", "context", "is_it"),
    [
        ("alpine", "alpine", True),
        ("alpine:latest", "alpine", True),
        ("alpine", "docker.io/library/alpine:latest", True),
        ("Alpine", "alpine", True),
        ("alpine:3", "alpine", False),
        ("alpine", "alpine:3", False),
        ("ghcr.io/alpine", "alpine", False),
    ],
)
def test_names_are_compared_in_full(image, context, is_it):
    assert names_context(image, (context,)) is is_it

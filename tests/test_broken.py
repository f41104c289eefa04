"""A fault on one line hides nothing on the others: real-looking files, each broken in five ways."""

from __future__ import annotations

import pytest

from dfcheck.api import Severity
from dfcheck.lint.engine import check
from dfcheck.lint.registry import load_named
from dfcheck.lint.settings import Settings
from dfcheck.syntax.text import Source

NODE = """\
FROM node AS build
WORKDIR app
COPY package.json .
RUN cd /app && npm install
COPY . .
RUN npm run build

FROM nginx:latest
MAINTAINER web@example.org
COPY --from=build /app/dist /usr/share/nginx/html
EXPOSE 80000
CMD nginx -g "daemon off;"
CMD ["nginx"]
"""
PYTHON = """\
FROM python
ENV PYTHONUNBUFFERED 1
WORKDIR /srv
ADD requirements.txt ./
RUN pip install -r requirements.txt
RUN apt-get update \\
    && apt-get install curl git \\
    && curl http://example.org/setup.sh | sh
USER root
COPY src ./src
LABEL maintainer="ops"
HEALTHCHECK CMD curl -f http://localhost/
HEALTHCHECK CMD wget -q http://localhost/
ENTRYPOINT python -m srv
"""
GO = """\
ARG GO=1.25
FROM golang:${GO} as compile
WORKDIR /go/src/app
COPY . .
RUN --mount=type=cache,target=/root/.cache go build -o /app
RUN sudo chown app /app
ENV TOKEN=abc

FROM alpine AS Final
RUN apk add ca-certificates
RUN apk upgrade
COPY --from=compile /app /app
COPY --from=missing /x /x
STOPSIGNAL SIGTERM
ENTRYPOINT ["/app"]
ENTRYPOINT ["/app", "-v"]
"""
JAVA = """\
# syntax=docker/dockerfile:1
FROM maven:3 AS maven
WORKDIR /src
COPY pom.xml pom.xml
RUN mvn -q package
RUN <<EOF
cd /tmp
wget http://example.org/a.jar
EOF
FROM openjdk
ADD app.jar /app/
VOLUME /data
EXPOSE 8080
WORKDIR relative/path
RUN yum install -y unzip
CMD java -jar /app/app.jar
"""
SHELL = """\
FROM debian
SHELL ["/bin/bash", "-c"]
RUN apt-get update
RUN apt-get install -y wget=1.0 \\
    # a comment inside
    curl
RUN ln -s /bin/bash /bin/sh
RUN wget -O - http://example.org | tar -x
ARG PASSWORD
ENV PASSWORD=$PASSWORD
COPY a b c
RUN useradd -u 99999999 app
ONBUILD COPY . /app
CMD ["bash"
"""
# For each file: the line to break (from 1) and what to put there instead. No other line depends on it.
BREAKS = {
    "node": (
        NODE,
        [
            (3, "COPPY package.json ."),
            (5, "COPY ."),
            (9, "MAINTAINER"),
            (10, "COPY --form=build /a /b"),
            (11, "EXPOSE"),
        ],
    ),
    "python": (
        PYTHON,
        [
            (2, "ENV PYTHONUNBUFFERED"),
            (4, "ADD --chwon=1 a b"),
            (9, "USER"),
            (11, 'LABEL maintainer="ops'),
            (12, "HEALTHCHECK --interval=x CMD true"),
        ],
    ),
    "go": (
        GO,
        [
            (4, "COPY --from . ."),
            (5, "RUN --moutn=type=cache true"),
            (7, "ENV TOKEN"),
            (12, "COPI --from=compile /app /app"),
            (14, "STOPSIGNAL"),
        ],
    ),
    "java": (
        JAVA,
        [
            (4, "COPY pom.xml"),
            (5, "mvn -q package"),
            (11, "ADD --checksum=1 --link=maybe app.jar /app/"),
            (12, "VOLUME"),
            (15, "RUN --network"),
        ],
    ),
    "shell": (
        SHELL,
        [(7, "RUN --nonsense ln"), (9, "ARG"), (10, "ENV =x"), (12, "ONBUILD FROM x"), (13, "ONBUILD")],
    ),
}
REGISTRY = load_named()
EVERYTHING = Settings(select=("ALL",))


def found(text: str) -> set[tuple[int, str, str]]:
    report = check(Source("Dockerfile", text), EVERYTHING, REGISTRY)
    assert report.crashes == ()
    return {
        (report.source.position(item.finding.span.start).line, item.code, item.finding.message)
        for item in report.diagnostics
    }


@pytest.mark.parametrize("name", BREAKS)
def test_every_file_has_something_to_hide(name: str) -> None:
    assert len({line for line, _, _ in found(BREAKS[name][0])}) >= 3


@pytest.mark.parametrize(
    ("text", "number", "broken"),
    [
        pytest.param(text, *change, id=f"{name}-{change[0]}")
        for name, (text, changes) in BREAKS.items()
        for change in changes
    ],
)
def test_findings_of_untouched_lines_stay(text: str, number: int, broken: str) -> None:
    lines = text.splitlines()
    lines[number - 1] = broken
    after = found("\n".join(lines) + "\n")
    assert number in {line for line, code, _ in after if code == "DF0001"}, after
    assert {row for row in found(text) if row[0] != number} <= after


def test_a_syntax_error_is_an_error() -> None:
    assert REGISTRY.find("syntax")[0].severity is Severity.ERROR

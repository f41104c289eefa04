"""The verbs, run in the current environment: `nox -s check`, `test`, `docs`, `new-rule -- CODE NAME`.

Each line also works by itself, as `python -m …` or `python tools/…`; CI calls the same sessions.
"""

import sys

import nox

nox.options.default_venv_backend = "none"
nox.options.sessions = ["check", "test"]

SOURCES = ("bench", "dfcheck", "noxfile.py", "rules", "tests", "tools", ".ci")
IMPORT_LINTER = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def _python(session: nox.Session, *arguments: str) -> None:
    session.run(sys.executable, *arguments, external=True)


@nox.session
def check(session: nox.Session) -> None:
    """Style, types, import contracts, and whether generated files are fresh."""
    _python(session, "-m", "ruff", "check", *SOURCES)
    _python(session, "-m", "ruff", "format", "--check", *SOURCES)
    _python(session, "-m", "mypy")
    _python(session, "-c", IMPORT_LINTER)
    _python(session, "tools/tables.py", "--check")
    _python(session, "tools/docs.py", "--check")


@nox.session
def test(session: nox.Session) -> None:
    """All tests; what stands after `--` goes to pytest."""
    _python(session, "-m", "pytest", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Write the generated pages of `docs/`."""
    _python(session, "tools/docs.py")


@nox.session(name="new-rule")
def new_rule(session: nox.Session) -> None:
    """Begin a rule: `nox -s new-rule -- DF1234 moving-tag`."""
    _python(session, "tools/new_rule.py", *session.posargs)

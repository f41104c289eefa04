"""Engine: one source, the settings and the rules in; the findings out. Pure: it reads and writes nothing."""

from __future__ import annotations

from dfcheck.api import Context
from dfcheck.findings import DOCKERFILE, Finding, Rule, Safety, Severity
from dfcheck.lint.comments import read_comments
from dfcheck.lint.registry import foreign
from dfcheck.lint.select import CRASH, Active, active, shell_severity
from dfcheck.lint.shells import shell_notes
from dfcheck.lint.suppress import suppress
from dfcheck.resolve import Build, resolve
from dfcheck.syntax.parser import parse
from dfcheck.syntax.text import Source, Span
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable

    from dfcheck.lint.comments import Comments
    from dfcheck.lint.registry import Registry
    from dfcheck.lint.settings import Settings
    from dfcheck.lint.shellcheck import Remark
    from dfcheck.simulate.surroundings import Surroundings
    from dfcheck.syntax.nodes import Document

UNUSED = "DF0002"
MISUSED = "DF0003"


class Diagnostic(Value):
    """A finding with the rule it comes from and the severity that the settings give it."""

    code: str
    name: str
    severity: Severity
    finding: Finding

    @property
    def fixable(self) -> bool:
        """Whether there is a fix that may be applied, not only shown."""
        fix = self.finding.fix
        return fix is not None and fix.safety < Safety.MANUAL


class Crash(Value):
    """A rule that raised an exception: a fault of the rule. `error` is one line, `traceback` many."""

    code: str
    name: str
    error: str
    traceback: str


class FileReport(Value):
    """What was found in one file.

    Attributes:
        source: The file.
        diagnostics: Ordered by place, then by code.
        crashes: Rules that failed; each is also a DF0009 among the diagnostics.
        suppressed: What comments in the file suppressed.
    """

    source: Source
    diagnostics: tuple[Diagnostic, ...]
    crashes: tuple[Crash, ...] = ()
    suppressed: tuple[Diagnostic, ...] = ()


def check(
    source: Source,
    settings: Settings,
    rules: Registry,
    *,
    comments: bool = True,
    clock: Callable[[str, float], None] | None = None,
) -> FileReport:
    """Check one Dockerfile.

    Args:
        source: The text and its name, which decides which globs of the settings match.
        settings: Which rules run, and how.
        rules: All known rules.
        comments: Whether comments in the file may suppress findings.
        clock: Called with the code of each rule that ran and the seconds it took.
    """
    document = parse(source)
    build = resolve(document, shells=shell_notes(document))
    return check_build(build, settings, rules, comments=comments, clock=clock)


def check_build(
    build: Build,
    settings: Settings,
    rules: Registry,
    *,
    comments: bool = True,
    clock: Callable[[str, float], None] | None = None,
    shell: Callable[[], Iterable[Remark]] | None = None,
    around: Callable[[], Surroundings | None] | None = None,
) -> FileReport:
    """Check a Dockerfile that has been parsed and resolved; see `check`.

    Args:
        build: The Dockerfile.
        settings: As for `check`.
        rules: As for `check`.
        comments: As for `check`.
        clock: As for `check`.
        shell: Gives ShellCheck's remarks; called when our own rules have run. None when it does not read this file.
        around: Gives what lies around the file, always the same; called when a rule wants to know.
    """
    document = build.document
    running = tuple(
        item for item in active(settings, rules, document.source.name) if item.rule.subject == DOCKERFILE
    )
    found: list[Diagnostic] = []
    crashes: list[Crash] = []
    text = searched(document)
    for item in running:
        if not concerns(item.rule, text):
            continue
        outcome = _run(item, build, clock, around)
        if isinstance(outcome, Crash):
            crashes.append(outcome)
        else:
            found += found_by(item, outcome)
    if shell is not None:
        found += _remarked(shell(), settings, document.source.name)
    said = read_comments(document, rules) if comments else None
    if said is not None and not settings.ignore_comments:
        said = said._replace(ignores=())
    ran = _Ran(
        frozenset(item.rule.code for item in running) - {crash.code for crash in crashes},
        shell_severity(settings, document.source.name) if shell is not None else None,
    )
    wider = _wider(said, running, build, around) if said is not None else []
    return finished(document.source, found, crashes, running=running, said=said, ran=ran, wider=wider)


def searched(document: Document) -> str:
    """The text in which rules' words are looked up: in small letters, and no word in two by a continuation."""
    text = document.source.text.lower().replace("\r\n", "\n")
    return text.replace(document.escape + "\n", "")


def concerns(rule: Rule, text: str) -> bool:
    """Whether a rule may have something to find in a `searched` text: it holds one of its words, if it has any."""
    return not rule.words or any(word in text for word in rule.words)


def finished(
    source: Source,
    found: list[Diagnostic],
    crashes: list[Crash],
    *,
    running: Iterable[Active],
    said: Comments | None,
    ran: Container[str],
    wider: Iterable[Diagnostic] = (),
) -> FileReport:
    """The report on what rules have found in a file.

    Args:
        source: The file.
        found: What they found, in any order.
        crashes: Rules that failed.
        running: The rules that run on it, those of the engine too.
        said: What its comments say; None when they do not count.
        ran: The codes whose ignores can be called unused.
        wider: What is not reported, but may be by hadolint, to which its comments speak.
    """
    by_code = {item.rule.code: item for item in running}
    suppressed: tuple[Diagnostic, ...] = ()
    if said is not None:
        found = found + _attached(MISUSED, said.misuses, by_code)
        outcome_ = suppress(found, said, ran, wider)
        suppressed = outcome_.suppressed
        unused = suppress(_attached(UNUSED, outcome_.unused, by_code), said, frozenset())
        found = [*outcome_.kept, *unused.kept]
    found = found + _attached(CRASH, map(_told, crashes), by_code)
    found.sort(key=_place)
    return FileReport(source, tuple(found), tuple(crashes), suppressed)


def _wider(
    said: Comments,
    running: Iterable[Active],
    build: Build,
    around: Callable[[], Surroundings | None] | None,
) -> list[Diagnostic]:
    """What rules would find at their widest, which is as hadolint does, of those that comments for hadolint name."""
    entries = [entry for ignore in said.ignores if ignore.family == "hadolint" for entry in ignore.entries]
    codes = {code for entry in entries for code in entry.codes}
    found: list[Diagnostic] = []
    for item in running if codes else ():
        wide = getattr(item.rule.options, "WIDE", None) if item.rule.code in codes else None
        if wide:
            outcome = run(item.rule, build, item.options._replace(**wide), around)
            found += [] if isinstance(outcome, Crash) else found_by(item, outcome)
    return found


class _Ran(Value):
    """The codes that ran; of ShellCheck those that are reported whatever the script is like."""

    codes: frozenset[str]
    shellcheck: Callable[[str, Severity, bool], Severity | None] | None

    def __contains__(self, code: object) -> bool:
        if code in self.codes or self.shellcheck is None or not isinstance(code, str) or not foreign(code):
            return code in self.codes
        from dfcheck.lint.shell_usual import FAULTS

        return (
            self.shellcheck(code, Severity.STYLE, code[2:].isdigit() and int(code[2:]) in FAULTS) is not None
        )


def _remarked(remarks: Iterable[Remark], settings: Settings, path: str) -> list[Diagnostic]:
    """ShellCheck's remarks that the settings want, with the severities that they give."""
    decide = shell_severity(settings, path)
    found = []
    for remark in remarks:
        severity = decide(remark.code, remark.severity, remark.usual)
        if severity is not None:
            found.append(Diagnostic(remark.code, "shellcheck", severity, remark.finding))
    return found


def run(
    rule: Rule, build: Build, options: Value, around: Callable[[], Surroundings | None] | None = None
) -> tuple[Finding, ...] | Crash:
    """Findings of one rule, or that and how it crashed; `around` as for `check_build`."""
    return guarded(rule, Context(build.document, build, options, around))


def guarded(rule: Rule, context: object) -> tuple[Finding, ...] | Crash:
    """Findings of one rule in a context of its subject, or that and how it crashed."""
    try:
        return tuple(rule.check(context))
    except Exception as error:  # noqa: BLE001 - whatever a rule does, the other rules go on, and it is told
        from traceback import format_exc

        reason = " ".join(f"{type(error).__name__}: {error}".split())
        return Crash(rule.code, rule.name, reason, format_exc())


def _run(
    item: Active,
    build: Build,
    clock: Callable[[str, float], None] | None,
    around: Callable[[], Surroundings | None] | None,
) -> tuple[Finding, ...] | Crash:
    if clock is None:
        return run(item.rule, build, item.options, around)
    from time import perf_counter

    start = perf_counter()
    outcome = run(item.rule, build, item.options, around)
    clock(item.rule.code, perf_counter() - start)
    return outcome


def found_by(item: Active, findings: Iterable[Finding]) -> list[Diagnostic]:
    """The findings of a rule as diagnostics."""
    rule = item.rule
    return [Diagnostic(rule.code, rule.name, item.severity, finding) for finding in findings]


def _attached(code: str, findings: Iterable[Finding], running: dict[str, Active]) -> list[Diagnostic]:
    """Findings that the engine makes in the name of a rule; none when that rule is not selected."""
    return found_by(running[code], findings) if code in running else []


def _told(crash: Crash) -> Finding:
    message = f"rule {crash.code} ({crash.name}) crashed: {crash.error}"
    return Finding(Span(0, 0), message, "this is a fault of the rule, not of the file; please report it")


def _place(diagnostic: Diagnostic) -> tuple[int, int, str]:
    span = diagnostic.finding.span
    return span.start, span.end, diagnostic.code

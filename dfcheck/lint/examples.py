"""Examples: the fenced examples of a rule's page, run as tests.

A page is the docstring of the rule's module. Its fences are `dockerfile bad` (the rule speaks),
`dockerfile good` (it is silent) and, right after a bad one, `dockerfile fixed` (what its fixes make of it).
A `toml` fence before an example holds the rule's options for it, a `text context` fence the files of its build
context: one a line, as `dfcheck.lint.example_context` reads them. Each Dockerfile is complete and can be
parsed, so that it can be pasted.

The examples of a rule about commands are `sh`, `makefile`, `yaml` and `hcl` fences instead; the Dockerfile that they
build is a file of the `text context` fence. Every complaint is a sentence for the author of the rule.
"""

from __future__ import annotations

import os

from dfcheck.commands.context import CommandContext
from dfcheck.commands.found import found_builds
from dfcheck.findings import COMMAND, DOCKERFILE, NoOptions, Safety
from dfcheck.lint.commands import broken, said_by
from dfcheck.lint.engine import Crash, Diagnostic, FileReport, check, concerns, run, searched
from dfcheck.lint.fix import faults, fix_report
from dfcheck.lint.registry import module_of
from dfcheck.lint.settings import DEFAULT
from dfcheck.resolve import resolve
from dfcheck.syntax.parser import parse
from dfcheck.syntax.text import Source
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dfcheck.findings import Finding, Rule
    from dfcheck.lint.registry import Registry

# Their findings are the engine's: they speak about other rules, which have to run beside them.
ENGINES_OWN = ("DF0002", "DF0003")
# No Dockerfile can show a rule that crashes.
WITHOUT_EXAMPLES = ("DF0009",)
# Its bad examples cannot be parsed; that is what it says.
UNREADABLE = ("DF0001",)
# The file that an example is, by the language of its fence.
NAMES = {
    "dockerfile": "Dockerfile",
    "hcl": "docker-bake.hcl",
    "makefile": "Makefile",
    "sh": "build.sh",
    "yaml": "build.yaml",
}


class ExampleError(Exception):
    """A page whose fences make no sense; the message names the line in the docstring."""


class Fence(Value):
    """A fenced block: its info string, its text with the last line end, and its first line, from 1."""

    info: str
    text: str
    line: int


class Example(Value):
    """One example of a page.

    Attributes:
        kind: `bad` or `good`.
        number: From 1, among its kind.
        text: The Dockerfile.
        options: TOML of the rule's options, empty without.
        context: The files of its build context; None without one.
        fixed: What the fixes make of a bad one; None when there is no such fence.
        line: Of the fence in the docstring.
        name: Of the file that the example is.
    """

    kind: str
    number: int
    text: str
    options: str
    fixed: str | None
    line: int
    context: str | None = None
    name: str = "Dockerfile"


def fences(text: str) -> Iterator[Fence]:
    """The fenced blocks of a Markdown text.

    Raises:
        ExampleError: A fence is not closed.
    """
    lines = text.splitlines(keepends=True)
    opened: int | None = None
    marker = ""
    for index, line in enumerate(lines):
        ticks = line[: len(line) - len(line.lstrip("`"))]
        if opened is None:
            if len(ticks) >= 3:
                opened, marker = index, ticks
        elif len(ticks) >= len(marker) and not line.strip("`").strip():
            info = lines[opened].strip().lstrip("`").strip()
            yield Fence(info, "".join(lines[opened + 1 : index]), opened + 1)
            opened = None
    if opened is not None:
        raise ExampleError(f"the fence on line {opened + 1} is not closed")


def examples(rule: Rule) -> tuple[Example, ...]:
    """The examples of a rule's page, in order.

    Raises:
        ExampleError: The page has fences that make no sense.
    """
    found: list[Example] = []
    options = ""
    context: str | None = None
    counts = {"bad": 0, "good": 0}
    previous = ""
    for fence in fences(document(rule)):
        language, _, kind = fence.info.partition(" ")
        if fence.info == "toml":
            options = fence.text
        elif fence.info == "text context":
            context = fence.text
        elif language not in NAMES or not (kind or language == "dockerfile"):
            continue
        elif kind == "fixed":
            if previous != "bad":
                raise ExampleError(f"line {fence.line}: a `fixed` example comes right after its `bad` one")
            found[-1] = found[-1]._replace(fixed=fence.text)
        elif kind in counts:
            counts[kind] += 1
            found.append(
                Example(kind, counts[kind], fence.text, options, None, fence.line, context, NAMES[language])
            )
            options, context = "", None
        else:
            raise ExampleError(f"line {fence.line}: `{fence.info}`: say `dockerfile bad`, `good` or `fixed`")
        previous = kind
    return tuple(found)


def document(rule: Rule) -> str:
    """The page of a rule: the docstring of its module."""
    return module_of(rule).__doc__ or ""


def page_complaints(rule: Rule) -> list[str]:
    """What is wrong with a rule's page as a whole."""
    title, _, rest = document(rule).partition("\n")
    complaints = []
    if not title or title != title.strip() or title.endswith((".", ":", "!")):
        complaints.append("the first line of the docstring is a title, without a full stop")
    if rest[:1] != "\n" or not rest.strip():
        complaints.append("an empty line and an explanation follow the title")
    if "\n---\n" in rest or "\t" in document(rule):
        complaints.append("no rulers and no tabs in the page")
    found = examples(rule)
    kinds = {example.kind for example in found}
    if rule.code not in WITHOUT_EXAMPLES:
        complaints += [f"there is no {kind} example" for kind in ("bad", "good") if kind not in kinds]
    seen = [(example.text, example.options, example.context) for example in found]
    complaints += [
        f"line {example.line}: the same example a second time"
        for index, example in enumerate(found)
        if seen[index] in seen[:index]
    ]
    return complaints


def complaints(rule: Rule, example: Example, registry: Registry) -> list[str]:
    """What is wrong with one example of a rule: empty when it shows what it says."""
    again = checker(rule, _options(rule, example), registry, example.context)
    source = Source(example.name, example.text)
    report = again(source)
    told = [f"{diagnostic.finding.message}" for diagnostic in report.diagnostics]
    found = [f"crashed:\n{crash.traceback}" for crash in report.crashes]
    if (
        rule.subject == DOCKERFILE
        and faults(source)
        and not (example.kind == "bad" and rule.code in UNREADABLE)
    ):
        found.append(f"the example cannot be parsed: {'; '.join(_faults(source))}")
    found += _span_complaints(report)
    if example.kind == "good":
        return found + ([f"good, but the rule says: {'; '.join(told)}"] if told else [])
    if not told:
        words = f", perhaps for want of its words: {', '.join(rule.words)}" if rule.words else ""
        found.append(f"bad, but the rule is silent{words}")
    return found + _fix_complaints(example, report, again, broken if rule.subject == COMMAND else faults)


def checker(
    rule: Rule, options: Value, registry: Registry, context: str | None = None
) -> Callable[[Source], FileReport]:
    """A function that checks a source by this rule alone, comments in it not heeded; `context` as in `Example`."""

    def ran(source: Source) -> tuple[Finding, ...] | Crash:
        document = parse(source)
        if not concerns(rule, searched(document)):
            return ()
        if context is None:
            return run(rule, resolve(document), options)
        from dfcheck.lint.example_context import laid_out

        with laid_out(context, document) as around:
            return run(rule, resolve(document), options, lambda: around)

    def reported(source: Source, outcome: tuple[Finding, ...] | Crash) -> FileReport:
        if isinstance(outcome, Crash):
            return FileReport(source, (), (outcome,))
        ordered = sorted(outcome, key=_place)
        return FileReport(source, tuple(Diagnostic(rule.code, rule.name, rule.severity, f) for f in ordered))

    def alone(source: Source) -> FileReport:
        return reported(source, ran(source))

    def beside_others(source: Source) -> FileReport:
        report = check(source, DEFAULT, registry)
        own = tuple(diagnostic for diagnostic in report.diagnostics if diagnostic.code == rule.code)
        return report._replace(diagnostics=own)

    def of_commands(source: Source) -> FileReport:
        from dfcheck.lint.example_context import folder

        with folder(context or "") as directory:
            there = Source(os.path.join(directory, source.name), source.text)
            outcome = said_by(rule, CommandContext(there, found_builds(there), options))
        return reported(source, outcome)

    if rule.subject == COMMAND:
        return of_commands
    return beside_others if rule.code in ENGINES_OWN else alone


def options_of(rule: Rule, toml: str) -> Value:
    """The rule's options with what the TOML text sets."""
    if not toml:
        return rule.options()
    import tomllib

    from dfcheck.lint.options import validated

    return rule.options(**dict(validated(rule.options, tomllib.loads(toml))))


def _place(finding: Finding) -> tuple[int, int]:
    return finding.span.start, finding.span.end


def _options(rule: Rule, example: Example) -> Value:
    if example.options and rule.options is NoOptions:
        raise ExampleError(f"line {example.line}: the rule has no options")
    return options_of(rule, example.options)


def _faults(source: Source) -> list[str]:
    document = parse(source)
    return [problem.message for problem in document.problems] + [
        item.message for item in document.instructions if hasattr(item, "message")
    ]


def _span_complaints(report: FileReport) -> list[str]:
    """Findings that point outside of the file, and messages that are not written as messages are."""
    size = len(report.source.text)
    found = []
    for diagnostic in report.diagnostics:
        finding = diagnostic.finding
        spans = [finding.span, *(related.span for related in finding.related)]
        spans += [edit.span for edit in finding.fix.edits] if finding.fix else []
        if any(not 0 <= span.start <= span.end <= size for span in spans):
            found.append(f"a span lies outside of the file: {finding}")
        if not finding.message or finding.message.endswith(".") or "\n" in finding.message:
            found.append(f"a message is one line without a full stop: {finding.message!r}")
    return found


def _fix_complaints(
    example: Example,
    report: FileReport,
    again: Callable[[Source], FileReport],
    faults: Callable[[Source], int],
) -> list[str]:
    """Whether the fixes of a bad example make its `fixed` one, in one go and for good."""
    fixed = fix_report(report, again, safety=Safety.MANUAL, broken=faults)
    has_fix = any(diagnostic.finding.fix for diagnostic in report.diagnostics)
    if example.fixed is None:
        return [f"there is a fix but no `fixed` example; it makes:\n{fixed.source.text}"] if has_fix else []
    if not has_fix:
        return ["there is a `fixed` example but no fix"]
    found = []
    if fixed.source.text != example.fixed:
        found.append(f"the fix does not make the `fixed` example but:\n{fixed.source.text}")
    if fixed.refused:
        found.append("a fix breaks the file, or its edits overlap")
    if not fixed.settled:
        found.append("applying the fix again changes the text again, without end")
    if faults(fixed.source):
        found.append("the fixed text cannot be parsed")
    left = again(fixed.source).diagnostics
    if left:
        found.append(f"the rule is not silent on the fixed text: {left[0].finding.message}")
    return found

"""Workflows: the builds in files of GitHub Actions and of GitLab CI."""

from __future__ import annotations

from dfcheck.commands.model import BuildCommand, Given, Word
from dfcheck.commands.scripts import builds
from dfcheck.commands.site import Site, Where
from dfcheck.commands.texts import masked
from dfcheck.commands.yaml_nodes import Mapping, Scalar, Sequence, text_of
from dfcheck.syntax.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.commands.texts import Taken
    from dfcheck.commands.yaml_nodes import Node
    from dfcheck.syntax.text import Source

ACTION = "docker/build-push-action"
DEFAULT = "{{defaultContext}}"
# Inputs of the action, by the option of `docker buildx build` that they mean; a line of theirs is a value.
INPUTS = {
    "build-args": "build-arg",
    "build-contexts": "build-context",
    "file": "file",
    "labels": "label",
    "load": "load",
    "outputs": "output",
    "platforms": "platform",
    "push": "push",
    "secrets": "secret",
    "tags": "tag",
    "target": "target",
}
SHELLS = ("", "bash", "sh")
SCRIPTS = ("before_script", "script", "after_script")


def github_builds(node: Node, source: Source, where: Where) -> Iterator[Site]:
    """The builds of a workflow, or of a composite action."""
    top = node if isinstance(node, Mapping) else None
    for job in _jobs(top):
        if any(_elsewhere(step) for step in _items(job.get("steps"))):
            where = where.inside(None)
        for step in _items(job.get("steps")):
            if isinstance(step, Mapping):
                place = _directory(step, job, top)
                inside = where if place is None else where.inside(_literal(place))
                yield from _step(step, source, where, inside)


def gitlab_builds(node: Node, source: Source, where: Where) -> Iterator[Site]:
    """The builds of the jobs of a pipeline; the lines of a job's scripts are read by one shell."""
    for _, job in node.items() if isinstance(node, Mapping) else ():
        if not isinstance(job, Mapping):
            continue
        here = where
        for name in SCRIPTS:
            script = job.get(name)
            for line in [script] if isinstance(script, Scalar) else _items(script):
                if isinstance(line, Scalar):
                    found, here = builds(text_of(line, source), source, here)
                    yield from found


def _jobs(top: Mapping | None) -> Iterator[Mapping]:
    jobs = top.get("jobs") if top else None
    for _, job in jobs.items() if isinstance(jobs, Mapping) else ():
        if isinstance(job, Mapping):
            yield job
    runs = top.get("runs") if top else None
    if isinstance(runs, Mapping):
        yield runs


def _elsewhere(step: Node) -> bool:
    """Whether a step checks out something else than this repository, or to another place."""
    uses = step.get("uses") if isinstance(step, Mapping) else None
    inputs = step.get("with") if isinstance(step, Mapping) else None
    checkout = isinstance(uses, Scalar) and uses.text.startswith("actions/checkout")
    return checkout and isinstance(inputs, Mapping) and bool(inputs.get("path") or inputs.get("repository"))


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, Sequence) else ()


def _directory(step: Mapping, *outer: Mapping | None) -> Scalar | None:
    """The working directory that counts for a step: its own, its job's, the workflow's."""
    places: list[Node | None] = [step.get("working-directory")]
    for mapping in outer:
        defaults = mapping.get("defaults") if mapping else None
        run = defaults.get("run") if isinstance(defaults, Mapping) else None
        places.append(run.get("working-directory") if isinstance(run, Mapping) else None)
    return next((place for place in places if isinstance(place, Scalar)), None)


def _literal(node: Scalar) -> str | None:
    return None if "${{" in node.text else node.text


def _step(step: Mapping, source: Source, where: Where, inside: Where) -> Iterator[Site]:
    """The builds of a step; `inside` is its working directory, which only its script heeds."""
    run, shell, uses = step.get("run"), step.get("shell"), step.get("uses")
    if isinstance(run, Scalar):
        program = shell.text.split(" ")[0] if isinstance(shell, Scalar) else ""
        if program in SHELLS:
            yield from builds(masked(text_of(run, source), "${{", "}}"), source, inside)[0]
    elif isinstance(uses, Scalar) and uses.text.partition("@")[0] == ACTION:
        command = _action(step, uses, source)
        yield _of_default(Site(command, where))


def _of_default(site: Site) -> Site:
    """A build of the action's `{{defaultContext}}`, the repository, or of a directory in it: `{{defaultContext}}:dir`."""
    context = site.command.context
    if context is None or not context.text.startswith(DEFAULT):
        return site
    inside = context.text[len(DEFAULT) :].removeprefix(":") or "."
    command = site.command._replace(context=context._replace(text=inside, whole=False))
    return site._replace(command=command, from_context=True)


def _action(step: Mapping, uses: Scalar, source: Source) -> BuildCommand:
    """The build that the action makes of its inputs. Without `context` it builds the repository."""
    inputs = step.get("with")
    options: list[Given] = []
    context: Word | None = None
    spans = [uses.span]
    for key, value in inputs.items() if isinstance(inputs, Mapping) else ():
        if not isinstance(value, Scalar):
            continue
        spans.append(value.span)
        if key.text == "context":
            context = word_of(value, source, "${{")
        elif key.text in INPUTS:
            options += (
                Given(INPUTS[key.text], Word(key.text, key.span), word)
                for word in _lines(value, source, key.text)
            )
    if context is None:
        context = Word(".", Span(uses.span.start, uses.span.start), whole=False)
    return BuildCommand(
        ACTION, Span(spans[0].start, max(span.end for span in spans)), uses.span, tuple(options), context
    )


def _lines(node: Scalar, source: Source, name: str) -> Iterator[Word]:
    """The values in an input, one a line; of tags also between commas."""
    taken, at = text_of(node, source), 0
    for line in taken.text.split("\n"):
        text = line.strip()
        if text and text[0] != "#":
            start = at + line.index(text)
            yield from _parts(taken.cut(start, start + len(text)), source, name)
        at += len(line) + 1


def _parts(taken: Taken, source: Source, name: str) -> Iterator[Word]:
    at = 0
    for part in taken.text.split(",") if name == "tags" else [taken.text]:
        text = part.strip()
        if text:
            start = at + part.index(text)
            if len(text) > 1 and text[0] == text[-1] == '"':  # a line may be quoted as a field of CSV
                start, text = start + 1, text[1:-1]
            yield _word(taken.cut(start, start + len(text)), source, "${{")
        at += len(part) + 1


def word_of(node: Scalar, source: Source, mark: str) -> Word:
    """A scalar as a word; `mark` in it makes it a text with variables."""
    return _word(text_of(node, source), source, mark)


def _word(taken: Taken, source: Source, mark: str) -> Word:
    text, places = taken.text, taken.places
    span = Span(places[0], places[-2] + 1 if text else places[0])
    return Word(text, span, mark not in text, source.cut(span) == text)

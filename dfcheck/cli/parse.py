"""`dfcheck parse`: show how a Dockerfile is read."""

from __future__ import annotations

from dfcheck.cli import output
from dfcheck.cli.files import load, reason
from dfcheck.cli.options import Option, UsageError, Verb
from dfcheck.syntax.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.cli.options import Arguments
    from dfcheck.syntax.nodes import Document
    from dfcheck.syntax.text import Source
    from dfcheck.value import Value

FORMATS = ("tree", "json")

VERB = Verb(
    "parse",
    "Show the syntax tree that dfcheck makes of Dockerfiles.",
    "FILE ... | -",
    (
        Option("--output-format", "nodes with places, or BuildKit's view as JSON", "FORMAT", choices=FORMATS),
        Option("--stdin-filename", "the name to show for standard input", "NAME"),
    ),
    notes="Exit code: 0 read, 1 something in it cannot be read, 2 a file could not be opened.",
)


def run(arguments: Arguments) -> int:
    """Print each file's tree; 1 when something in a file cannot be read, 2 when a file cannot be opened."""
    from dfcheck.syntax.dump import dump
    from dfcheck.syntax.parser import parse

    if not arguments.operands:
        raise UsageError("which file? e.g. `dfcheck parse Dockerfile`")
    as_json = arguments.last("--output-format") == "json"
    code = 0
    dumps = []
    for path in arguments.operands:
        try:
            source = load(path, arguments.last("--stdin-filename"))
        except OSError as error:
            output.error(reason(path, error))
            code = 2
            continue
        document = parse(source)
        plain = dump(document)
        code = max(code, 0 if plain["ok"] else 1)
        if as_json:
            dumps.append(plain)
        else:
            output.write("".join(f"{line}\n" for line in tree(document)))
    if as_json:
        import json

        output.write(json.dumps(dumps) + "\n")
    return code


def tree(document: Document) -> Iterator[str]:
    """The document's nodes, one a line, indented below their parent, with their texts and places."""
    from dfcheck.report.display import safe
    from dfcheck.syntax.nodes import Blank

    source = document.source
    yield safe(source.name)
    for problem in document.problems:
        yield from _node("problem", problem, source, 1)
    for item in document.items:
        if not isinstance(item, Blank):
            yield from _node("", item, source, 1)


def _node(label: str, node: Value, source: Source, depth: int) -> Iterator[str]:
    """One node's lines: `field: Kind key=value … line:column-line:column`, then the nodes inside it.

    A field that is empty or has its default says nothing; `line` and `keyword` repeat what the place says.
    """
    from dfcheck.report.display import safe
    from dfcheck.value import Value

    values: list[str] = []
    inner: list[tuple[str, Value]] = []
    for field in () if isinstance(node, Span) else node._fields:
        value = getattr(node, field)
        name = field.rstrip("_")
        if field in ("span", "line", "keyword", "body") or value in (
            None,
            (),
            False,
            node._defaults.get(field),
        ):
            continue
        if isinstance(value, Value):
            inner.append((name, value))
        elif isinstance(value, tuple):
            inner += [(name, item) for item in value]
        else:
            values.append(f"{name}={value!r}")
    head = f"{label}: {type(node).__name__}" if label else type(node).__name__
    span: Span = node if isinstance(node, Span) else node.span  # type: ignore[attr-defined]
    yield safe(" ".join((f"{'  ' * depth}{head}", *values, _place(source, span))))
    for name, value in inner:
        yield from _node(name, value, source, depth + 1)


def _place(source: Source, span: Span) -> str:
    start, end = source.position(span.start), source.position(span.end)
    return f"{start.line}:{start.column}-{end.line}:{end.column}"

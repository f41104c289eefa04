"""YAML: a file to nodes with exact places, within limits.

Nodes are made of PyYAML's events, so nothing is constructed, tags of other tools do no harm, and an alias is the node
it stands for instead of a copy.
"""

from __future__ import annotations

from dfcheck.commands.model import FormatError
from dfcheck.commands.texts import Taken
from dfcheck.syntax.text import Source, Span, printable
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TypeAlias

BYTES = 2_000_000
DEPTH = 100
NODES = 200_000
ESCAPES = {"x": 4, "u": 6, "U": 10}  # characters of an escape; 2 of any other


class YamlError(FormatError):
    """A file that cannot be read as YAML, or is too large or too deep; the text is one line with line and column."""


class Scalar(Value):
    """A scalar; `style` is its quote, `|` or `>`, or empty."""

    span: Span
    text: str
    style: str


class Sequence(Value):
    """A sequence."""

    span: Span
    items: tuple[Node, ...]


class Mapping(Value):
    """A mapping."""

    span: Span
    pairs: tuple[tuple[Node, Node], ...]

    def get(self, name: str) -> Node | None:
        """The value of a key."""
        return next((value for key, value in self.items() if key.text == name), None)

    def items(self) -> Iterator[tuple[Scalar, Node]]:
        """Keys that are scalars, with their values; what comes in through `<<` last, unless it is there already."""
        merged = _merged(self, {id(self)})
        seen: set[str] = set()
        for key, value in merged:
            if key.text not in seen:
                seen.add(key.text)
                yield key, value


if TYPE_CHECKING:
    Node: TypeAlias = Scalar | Sequence | Mapping


def read(source: Source) -> tuple[Node, ...]:
    """The documents of a YAML file.

    Raises:
        YamlError: It cannot be read.
    """
    import yaml

    if len(source.text) > BYTES:
        raise YamlError(f"larger than {BYTES // 1_000_000} MB, too large to be read as YAML")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _nodes(yaml.parse(printable(source.text), Loader=loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{mark.line + 1}:{mark.column + 1}: " if mark else ""
        raise YamlError(f"{place}not YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise YamlError(f"not YAML: {' '.join(str(error).split())}") from None


def _nodes(events: Iterator[Any]) -> tuple[Node, ...]:
    """Nodes of events; open collections lie on a stack, so that depth is no matter."""
    done: list[Node] = []
    anchors: dict[str, Node] = {}
    opened: list[tuple[Any, list[Node]]] = []
    for count, event in enumerate(events):
        kind = type(event).__name__
        node: Node | None = None
        if count > NODES or len(opened) > DEPTH:
            raise YamlError(f"more than {NODES} values or {DEPTH} levels, too much to be read as YAML")
        if kind in ("MappingStartEvent", "SequenceStartEvent"):
            opened.append((event, []))
        elif kind == "ScalarEvent":
            node = Scalar(_span(event, event), event.value, event.style or "")
            _anchor(event, node, anchors)
        elif kind == "AliasEvent":
            node = anchors.get(event.anchor)  # one that stands for what it is in is left out
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            start, items = opened.pop()
            span = _span(start, event)
            if kind == "SequenceEndEvent":
                node = Sequence(span, tuple(items))
            else:
                node = Mapping(span, tuple(zip(items[::2], items[1::2], strict=False)))
            _anchor(start, node, anchors)
        if node is None and kind == "AliasEvent":
            node = Scalar(_span(event, event), "", "")
        if node is not None:
            (opened[-1][1] if opened else done).append(node)
    return tuple(done)


def _anchor(event: Any, node: Node, anchors: dict[str, Node]) -> None:
    if event.anchor:
        anchors[event.anchor] = node


def _span(start: Any, end: Any) -> Span:
    return Span(start.start_mark.index, end.end_mark.index)


def _merged(mapping: Mapping, seen: set[int]) -> Iterator[tuple[Scalar, Node]]:
    """The pairs of a mapping, then those of the mappings that `<<` brings in, each mapping once."""
    others: list[Node] = []
    for key, value in mapping.pairs:
        if isinstance(key, Scalar) and key.text == "<<" and not key.style:
            others += value.items if isinstance(value, Sequence) else (value,)
        elif isinstance(key, Scalar):
            yield key, value
    for other in others:
        if isinstance(other, Mapping) and id(other) not in seen:
            seen.add(id(other))
            yield from _merged(other, seen)


def text_of(node: Scalar, source: Source) -> Taken:
    """The text of a scalar with its places: exact for text without escapes, near it for the others.

    The value's characters are sought in the file one after the other: what is in the file and not in the value is
    indentation, quotes, or the `|` of a block.
    """
    raw, at, end = source.text, node.span.start, node.span.end
    if node.style in ("|", ">"):
        at = raw.find("\n", at, end) + 1 or end
    elif node.style:
        at += 1
    places: list[int] = []
    for char in node.text:
        if node.style == '"' and raw[at] == "\\":
            if raw[at + 1] not in "\r\n":
                places.append(at)
                at += ESCAPES.get(raw[at + 1], 2)
                continue
            at += 1  # a line that goes on without a blank
        there = at
        while there < end and raw[there] != char and raw[there].isspace():
            there += 1
        if there < end and raw[there] == char:
            at = there + 1 + (node.style == "'" == char)
        else:
            there = min(at, end - 1)
        places.append(there)
    places.append(places[-1] + 1 if places else at)
    return Taken(node.text, places)

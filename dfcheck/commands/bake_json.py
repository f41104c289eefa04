"""Bake files in JSON: the same blocks and expressions as in HCL. JSON is read as the YAML that it is."""

from __future__ import annotations

from dfcheck.commands.hcl import Attribute, Block, Body, Items, Literal, Object, Text, template
from dfcheck.commands.yaml_nodes import Mapping, Scalar, Sequence, YamlError, read, text_of
from dfcheck.syntax.text import Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.commands.hcl import Expression
    from dfcheck.commands.yaml_nodes import Node

BLOCKS = ("function", "group", "target", "variable")


def read_json(source: Source) -> Body:
    """Read a file.

    Raises:
        YamlError: It cannot be read.
    """
    # JSON's strings hold no tabs; between values YAML, unlike JSON, refuses some.
    blanks = Source(source.name, source.text.replace("\t", " "))
    attributes: list[Attribute] = []
    blocks: list[Block] = []
    for node in _nodes(blanks):
        for key, value in node.items() if isinstance(node, Mapping) else ():
            if key.text in BLOCKS:
                blocks += _blocks(key, value, blanks)
            else:
                attributes.append(Attribute(key.text, key.span, _expression(value, blanks)))
    return Body(tuple(attributes), tuple(blocks))


def _nodes(source: Source) -> tuple[Node, ...]:
    try:
        return read(source)
    except YamlError as error:
        raise YamlError(str(error).replace("YAML", "JSON")) from None


def _blocks(kind: Scalar, node: Node, source: Source) -> Iterator[Block]:
    """`{"app": {…}}`, each value also as a list of such; or a list of all that."""
    for mapping in node.items if isinstance(node, Sequence) else (node,):
        for label, value in mapping.items() if isinstance(mapping, Mapping) else ():
            for body in value.items if isinstance(value, Sequence) else (value,):
                pairs = body.items() if isinstance(body, Mapping) else ()
                attributes = tuple(Attribute(key.text, key.span, _expression(v, source)) for key, v in pairs)
                span = Span(label.span.start, body.span.end)
                yield Block(kind.text, (_literal(label, source),), span, attributes)


def _expression(node: Node, source: Source) -> Expression:
    if isinstance(node, Sequence):
        return Items(node.span, tuple(_expression(item, source) for item in node.items))
    if isinstance(node, Mapping):
        pairs = tuple((_literal(key, source), _expression(value, source)) for key, value in node.items())
        return Object(node.span, pairs)
    if not node.style:
        return Literal(node.span, node.text)
    taken = text_of(node, source)
    places = taken.places

    def place(start: int, end: int) -> Span:
        return Span(places[start], places[end - 1] + 1 if end > start else places[start])

    return template(taken.text, place, exact=source.cut(place(0, len(taken.text))) == taken.text)


def _literal(node: Scalar, source: Source) -> Text:
    """A key or a label, in which `${` means nothing."""
    inside = Span(node.span.start + 1, node.span.end - 1) if node.style else node.span
    return Text(inside, (Literal(inside, node.text),), source.cut(inside) == node.text)

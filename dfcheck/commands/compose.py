"""Compose files: the `build` of each service as the build it makes."""

from __future__ import annotations

from dfcheck.commands.model import BuildCommand, Given, Word
from dfcheck.commands.site import Site
from dfcheck.commands.workflows import word_of
from dfcheck.commands.yaml_nodes import Mapping, Scalar, Sequence
from dfcheck.syntax.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.commands.site import Where
    from dfcheck.commands.yaml_nodes import Node
    from dfcheck.syntax.text import Source

TOOL = "compose"
# Keys of `build`, by the option that they mean.
KEYS = {
    "args": "build-arg",
    "additional_contexts": "build-context",
    "dockerfile": "file",
    "labels": "label",
    "platforms": "platform",
    "secrets": "secret",
    "tags": "tag",
    "target": "target",
}


def compose_builds(node: Node, source: Source, where: Where) -> Iterator[Site]:
    """The builds of a Compose file's services."""
    services = node.get("services") if isinstance(node, Mapping) else None
    for _, service in services.items() if isinstance(services, Mapping) else ():
        build = service.get("build") if isinstance(service, Mapping) else None
        if isinstance(service, Mapping) and isinstance(build, (Scalar, Mapping)):
            yield Site(_build(service, build, source), where, from_context=True)


def _build(service: Mapping, build: Scalar | Mapping, source: Source) -> BuildCommand:
    options: list[Given] = []
    image = service.get("image")
    if isinstance(image, Scalar):
        options.append(Given("tag", Word("image", image.span), _word(image, source)))
    platform = service.get("platform")
    if isinstance(platform, Scalar):
        options.append(Given("platform", Word("platform", platform.span), _word(platform, source)))
    if isinstance(build, Scalar):
        return BuildCommand(TOOL, build.span, build.span, tuple(options), _word(build, source))
    context: Word | None = None
    for key, value in build.items():
        if key.text == "context" and isinstance(value, Scalar):
            context = _word(value, source)
        elif key.text in KEYS:
            options += (
                Given(KEYS[key.text], Word(key.text, key.span), word) for word in _values(value, source)
            )
        elif key.text == "dockerfile_inline":
            options.append(Given("file", Word(key.text, key.span), Word("-", key.span, whole=False)))
    head = build.pairs[0][0].span if build.pairs else build.span
    if context is None:
        context = Word(".", Span(head.start, head.start), whole=False)
    return BuildCommand(TOOL, build.span, head, tuple(options), context)


def _values(node: Node, source: Source) -> Iterator[Word]:
    """The values of a key that may hold one, a list of them, or a mapping of names and values."""
    if isinstance(node, Scalar):
        yield _word(node, source)
    elif isinstance(node, Sequence):
        for item in node.items:
            if isinstance(item, Scalar):
                yield _word(item, source)
    else:
        for key, value in node.items():
            if isinstance(value, Scalar):
                yield _pair(key, value, source)


def _pair(key: Scalar, value: Scalar, source: Source) -> Word:
    """`NAME: value` as `NAME=value`; its place is the name where the value is not written right behind it."""
    name = _word(key, source)
    null = value.text in ("", "~", "null") and not value.style
    text = name.text if null else f"{name.text}={value.text}"
    return Word(text, name.span, "$" not in text.replace("$$", ""), whole=False)


def _word(node: Scalar, source: Source) -> Word:
    word = word_of(node, source, "$")
    return word._replace(literal="$" not in word.text.replace("$$", ""))

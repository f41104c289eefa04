"""Compose files: the `build` of each service as the build it makes, by Compose or by bake."""

from __future__ import annotations

import re

from dfcheck.commands.model import BuildCommand, Given, Word
from dfcheck.commands.site import Site, Where
from dfcheck.commands.workflows import word_of
from dfcheck.commands.yaml_nodes import Mapping, Scalar, Sequence, read, text_of
from dfcheck.syntax.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.commands.texts import Taken
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
# Those of `x-bake` in it, which bake heeds; what they set takes the place of the others.
BAKE_KEYS = {"contexts": "build-context", "platforms": "platform", "tags": "tag"}


def compose_builds(node: Node, source: Source, where: Where) -> Iterator[Site]:
    """The builds of a Compose file's services."""
    for _, service, build in _services(node):
        inline = build.get("dockerfile_inline") if isinstance(build, Mapping) else None
        yield Site(
            _build(service, build, source),
            where,
            from_context=True,
            inline=_inline(inline, source) if isinstance(inline, Scalar) else None,
        )


def services(source: Source) -> Iterator[tuple[str, BuildCommand]]:
    """The builds of a Compose file by the services' names.

    Raises:
        YamlError: It cannot be read.
    """
    for node in read(source):
        for name, service, build in _services(node):
            yield name.text, _build(service, build, source)


def _services(node: Node) -> Iterator[tuple[Scalar, Mapping, Scalar | Mapping]]:
    found = node.get("services") if isinstance(node, Mapping) else None
    for name, service in found.items() if isinstance(found, Mapping) else ():
        build = service.get("build") if isinstance(service, Mapping) else None
        if isinstance(service, Mapping) and isinstance(build, (Scalar, Mapping)):
            yield name, service, build


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
            options += _given(key, KEYS[key.text], value, source)
        elif key.text == "dockerfile_inline":
            options.append(Given("file", Word(key.text, key.span), Word("-", key.span, whole=False)))
        elif key.text == "x-bake" and isinstance(value, Mapping):
            for inner, data in value.items():
                if inner.text in BAKE_KEYS:
                    options += _given(inner, BAKE_KEYS[inner.text], data, source)
    head = build.pairs[0][0].span if build.pairs else build.span
    if context is None:
        context = Word(".", Span(head.start, head.start), whole=False)
    return BuildCommand(TOOL, build.span, head, tuple(options), context)


def _given(key: Scalar, option: str, node: Node, source: Source) -> Iterator[Given]:
    return (Given(option, Word(key.text, key.span), word) for word in _values(node, source))


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
    return _filled(Word(text, name.span, whole=False))


def _word(node: Scalar, source: Source) -> Word:
    return _filled(word_of(node, source, "$"))


def _filled(word: Word) -> Word:
    """The word with what Compose puts in the place of its variables: a default is assumed, others are not known."""
    if "$" not in word.text:
        return word._replace(literal=True)
    text, defaults = re.subn(r"\$\{\w+:?-([^${}]+)\}", r"\1", word.text)
    unknown = "$" in text.replace("$$", "")
    if not defaults:
        return word._replace(literal=not unknown)
    return Word(text, word.span, not unknown, whole=False, assumed=True)


def _inline(node: Scalar, source: Source) -> Taken | None:
    """The Dockerfile that stands in the file itself; None where Compose would first put values in it."""
    taken = text_of(node, source)
    return None if "$" in taken.text.replace("$$", "") else taken

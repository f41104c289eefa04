"""Bake: the targets of a bake file as the builds that they make (`docker buildx bake`).

Bake looks for several names in a directory, those of Compose files among them, and merges what it finds; so a file
with one of these names is read together with the others, and what those say counts, but is told where it stands.
"""

from __future__ import annotations

import os

from dfcheck.commands.bake_targets import Definition
from dfcheck.commands.bake_values import Listed, Mapped, Null
from dfcheck.commands.hcl import Literal, Text, read
from dfcheck.commands.model import ELSEWHERE, UNKNOWN, BuildCommand, Fault, FormatError, Given, Word
from dfcheck.commands.site import Site, Where, target_of
from dfcheck.commands.texts import Taken
from dfcheck.syntax.text import Source, Span, decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dfcheck.commands.bake_targets import Merged
    from dfcheck.commands.bake_values import Data
    from dfcheck.commands.hcl import Block, Body

TOOL = "bake"
# The names that bake looks for, in the order in which it merges them.
COMPOSE = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
BAKE = ("docker-bake.json", "docker-bake.hcl", "docker-bake.override.json", "docker-bake.override.hcl")
# Attributes of a target by the option that they mean.
OPTIONS = {
    "args": "build-arg",
    "call": "call",
    "contexts": "build-context",
    "dockerfile": "file",
    "labels": "label",
    "output": "output",
    "platforms": "platform",
    "tags": "tag",
    "target": "target",
}
OTHERS = (
    "annotations attest cache-from cache-to context description dockerfile-inline entitlements extra-hosts inherits"
    " matrix name network no-cache no-cache-filter policy pull resources secret shm-size ssh ulimits"
).split()


def bake_builds(source: Source, bases: tuple[str, ...], *, top: bool) -> Iterator[Site]:
    """The builds of a bake file's targets.

    Args:
        source: The file.
        bases: Where bake may be called: the file's directory, and those above it.
        top: Whether the file's directory holds the whole repository.

    Raises:
        FormatError: It cannot be read.
    """
    whole = os.path.basename(source.name).lower() in BAKE
    definition = _definition(source, whole=whole)
    found = [
        (label, blocks, merged) for label, blocks in definition.own() for merged in definition.builds(label)
    ]
    known = definition.known() if whole else ()
    sites = [
        _site(blocks, merged, _faults(blocks, merged, known), built=whole and definition.is_built(label))
        for label, blocks, merged in found
    ]
    where = _where(sites, bases, sure=whole and top)
    for site in sites:
        yield site._replace(where=where)


def _definition(source: Source, *, whole: bool) -> Definition:
    own = _body(source)
    if not whole:
        return Definition([(own, True)], {})
    place = os.path.dirname(source.name)
    mine = os.path.basename(source.name).lower()
    services: dict[str, dict[str, Data]] = {}
    for name in COMPOSE:
        for service, said in _services(os.path.join(place, name)):
            services.setdefault(service, {}).update(said)
    bodies = [(own, True) if name == mine else (_beside(os.path.join(place, name)), False) for name in BAKE]
    return Definition([(body, mine) for body, mine in bodies if body is not None], services)


def _body(source: Source) -> Body:
    if not source.name.lower().endswith(".json"):
        return read(source)
    from dfcheck.commands.bake_json import read_json

    return read_json(source)


def _beside(path: str) -> Body | None:
    """A file that bake would merge; None for one that is not there, or that cannot be read, which it says itself."""
    try:
        with open(path, "rb") as file:
            return _body(Source(path, decode(file.read())))
    except (OSError, FormatError):
        return None


def _services(path: str) -> Iterator[tuple[str, dict[str, Data]]]:
    """What the services of a Compose file say, as a target would."""
    from dfcheck.commands.compose import services

    try:
        with open(path, "rb") as file:
            source = Source(path, decode(file.read()))
        found = list(services(source))
    except (OSError, FormatError):
        return
    keys = {option: key for key, option in OPTIONS.items()}
    for name, command in found:
        said: dict[str, Data] = {}
        for given in command.options:
            key = keys.get(given.name)
            word = None if given.value is None else given.value._replace(span=ELSEWHERE, whole=False)
            if key is None or word is None:
                continue
            if key in ("args", "contexts", "labels"):
                start, equals, value = word.text.partition("=")
                pair = (word._replace(text=start), word._replace(text=value) if equals else Null(ELSEWHERE))
                before = said.get(key)
                said[key] = Mapped((*before.pairs, pair) if isinstance(before, Mapped) else (pair,))
            elif key in ("tags", "platforms"):
                before = said.get(key)
                said[key] = Listed((*before.items, word) if isinstance(before, Listed) else (word,))
            else:
                said[key] = word
        if command.context is not None:
            said["context"] = command.context._replace(span=ELSEWHERE, whole=False)
        yield name, said


def _site(blocks: tuple[Block, ...], merged: Merged, faults: Iterable[Fault], *, built: bool) -> Site:
    """The build of a target; `built` tells whether it is certainly one, and not a part of others."""
    block = blocks[0]
    label = block.labels[0].span
    values = merged.values
    options = tuple(given for name, data in values.items() for given in _given(block, name, data))
    inline = values.get("dockerfile-inline")
    if isinstance(inline, Word):
        options += (Given("file", inline, inline._replace(text="-", whole=False)),)
    context = values.get("context")
    if context is None:
        # What has neither is often there to be merged with what another file says.
        sure = merged.certain and (built or "dockerfile" in values or inline is not None)
        context = Word(".", label, whole=False) if sure else _unknown(label)
    elif not isinstance(context, Word):
        context = _unknown(label)
    elif context.text.startswith("cwd://"):
        context = context._replace(text=context.text[6:] or ".", whole=False)
    command = BuildCommand(
        TOOL, block.span, label, options, context, faults=tuple(faults), certain=merged.certain
    )
    return Site(command, Where(()), from_context=True, inline=_inline(block, inline))


def _inline(block: Block, data: Data | None) -> Taken | None:
    """The Dockerfile that stands in the file itself; where it is put together, all of it is where the attribute is."""
    if not isinstance(data, Word) or not data.literal:
        return None
    attribute = block.get("dockerfile-inline")
    parts = attribute.value.parts if attribute and isinstance(attribute.value, Text) else ()
    if len(parts) == 1 and isinstance(parts[0], Literal) and parts[0].text == data.text:
        return Taken(data.text, list(parts[0].places))
    span, size = data.span, len(data.text)
    return Taken(data.text, [span.start] * size + [span.end])


def _given(block: Block, name: str, data: Data) -> Iterator[Given]:
    """The options that an attribute means."""
    option = OPTIONS.get(name)
    if option is None:
        return
    attribute = block.get(name)
    place = Word(name, attribute.span if attribute else block.labels[0].span, whole=False)
    if isinstance(data, Mapped):
        for key, value in data.pairs:
            if not isinstance(value, Null):
                yield Given(option, place, _pair(key, value))
    elif isinstance(data, Listed):
        for item in data.items:
            word = item if isinstance(item, Word) else _unknown(place.span)
            if word.text and not isinstance(item, Null):
                yield Given(option, place, word)
    elif not isinstance(data, Word):
        yield Given(option, place, _unknown(place.span))
    elif data.text:
        sure = option != "file" or not data.text.startswith("cwd://")
        yield Given(option, place, data if sure else _unknown(data.span))


def _pair(key: Word, value: Data) -> Word:
    """`NAME=value`, where the name is."""
    known = value if isinstance(value, Word) else _unknown(key.span)
    text = f"{key.text}={known.text}"
    return Word(text, key.span, known.literal, whole=False, assumed=known.assumed)


def _unknown(span: Span) -> Word:
    return Word(UNKNOWN, span, literal=False, whole=False)


def _faults(blocks: tuple[Block, ...], merged: Merged, known: tuple[str, ...]) -> Iterator[Fault]:
    """Attributes that no target has, which bake passes over, and targets that there are not, which it refuses."""
    from dfcheck.syntax.near import nearest

    for block in blocks:
        for attribute in block.attributes:
            if attribute.name not in OPTIONS and attribute.name not in OTHERS:
                meant = nearest(attribute.name, (*OPTIONS, *OTHERS))
                yield Fault(
                    attribute.span,
                    f"a target has no attribute `{attribute.name}`, so bake ignores it",
                    meant or "",
                )
    for word in merged.missing:
        meant = nearest(word.text, known) if known and word.span != ELSEWHERE else None
        if meant:
            yield Fault(word.span, f"there is no target `{word.text}`", meant)


def _where(sites: list[Site], bases: tuple[str, ...], *, sure: bool) -> Where:
    """Where bake is called: beside the file, unless all that it builds fits to a directory above it alone.

    A file that fits to none, as those of vendored code do, is not said to lack anything, but at the top of all.
    """
    own, *above = bases
    if _fits(sites, own) == 0:
        for base in above:
            if _fits(sites, base) == len(sites):
                return Where((base,))
    return Where((own,), sure=sure or _fits(sites, own) > 0)


def _fits(sites: list[Site], base: str) -> int:
    """How many builds find their Dockerfile from there, with the stage that they want; unknown ones are no hindrance."""
    targets = [(site, target_of(site._replace(where=Where((base,))))) for site in sites]
    fit = [
        target.there is None or (target.there and _has_stage(site, target.path)) for site, target in targets
    ]
    return sum(fit) if any(target.there for _, target in targets) else 0


def _has_stage(site: Site, path: str) -> bool:
    word = site.command.last("target")
    if word is None or not word.literal:
        return True
    try:
        with open(path, "rb") as file:
            text = decode(file.read()).lower()
    except OSError:
        return False
    return f" as {word.text.lower()}" in " ".join(text.split()) or word.text.isdigit()

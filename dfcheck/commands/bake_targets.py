"""Bake targets: what each target of merged bake files says, with what it inherits, as bake merges it."""

from __future__ import annotations

from itertools import islice, product

from dfcheck.commands.bake_values import Listed, Mapped, Null, Scope, Unsure, placed
from dfcheck.commands.hcl import Literal
from dfcheck.commands.model import ELSEWHERE, Word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dfcheck.commands.bake_values import Data
    from dfcheck.commands.hcl import Block, Body, Expression

    Row = dict[str, Data]

MAPS = ("args", "contexts", "labels")  # merged key by key; of all others that count here the last one wins
ROWS = 64  # of a matrix
TARGETS = 2000


class Merged:
    """What a target says, with what it inherits.

    Attributes:
        values: By attribute.
        certain: Whether that is all: false when something is inherited that no file has.
        missing: What is inherited and is not there.
    """

    __slots__ = ("certain", "missing", "values")

    def __init__(self, values: dict[str, Data] | None = None) -> None:
        self.values: dict[str, Data] = values or {}
        self.certain = True
        self.missing: list[Word] = []

    def add(self, name: str, data: Data) -> None:
        """Take an attribute, as one that comes later: `null` changes nothing."""
        before = self.values.get(name)
        if isinstance(data, Null):
            return
        if name in MAPS and isinstance(before, Mapped) and isinstance(data, Mapped):
            pairs = {key.text: (key, value) for key, value in before.pairs}
            pairs |= {key.text: (key, value) for key, value in data.pairs if not isinstance(value, Null)}
            data = Mapped(tuple(pairs.values()))
        self.values[name] = data

    def take(self, other: Merged) -> None:
        """Take all that another one says."""
        for name, data in other.values.items():
            self.add(name, data)
        self.certain = self.certain and other.certain


class Definition:
    """The targets of files that bake merges.

    Args:
        bodies: The files in order, and whether it is the one that is looked at.
        services: What the services of Compose files say, by name.
    """

    def __init__(self, bodies: Iterable[tuple[Body, bool]], services: dict[str, dict[str, Data]]) -> None:
        constants: dict[str, Expression] = {}
        variables: dict[str, Expression | None] = {}
        self._blocks: dict[str, list[tuple[Block, bool]]] = {}
        self._services = services
        self._built: set[str] = set()
        self._kept: dict[tuple[str, tuple[tuple[str, Data], ...]], Merged] = {}
        self._rows: dict[str, tuple[Row, ...]] = {}
        self._names: dict[str, tuple[str, Row]] = {}
        self._scope = Scope(constants, variables, self._attribute)
        groups: list[Block] = []
        for body, own in bodies:
            constants |= {item.name: item.value for item in body.attributes}
            for block in body.blocks:
                label = _label(block)
                default = block.get("default")
                if block.kind == "variable" and label:
                    variables[label] = default.value if default else variables.get(label)
                elif block.kind == "target" and label:
                    self._blocks.setdefault(label, []).append((block, own))
                groups += [block] if block.kind == "group" else []
        for group in groups:
            members = group.get("targets")
            self._built |= set(_texts(self._scope.value(members.value))) if members else set()
        if all(_label(group) != "default" for group in groups):
            self._built.add("default")
        self._rows = {label: self._rows_of(label) for label in islice(self._blocks, TARGETS)}
        self._names = {name: found for label in self._rows for name, found in self._named(label)}
        self._parents = {word.text for label in self._rows for word in self._inherited(label)}
        self._built |= {name for label in self._rows for name in self._linked(label)}
        self._kept.clear()  # of what was asked before all was known

    def own(self) -> Iterator[tuple[str, tuple[Block, ...]]]:
        """Targets that the file looked at has, with their blocks in it; not those that are there for others alone.

        Those are inherited, in no group, and no context of another: nobody builds them.
        """
        for label in self._rows:
            blocks = tuple(block for block, own in self._blocks[label] if own)
            if blocks and (label not in self._parents or label in self._built):
                yield label, blocks

    def is_built(self, label: str) -> bool:
        """Whether something says that a target is built: a group, another target, or its name."""
        return label in self._built

    def builds(self, label: str) -> Iterator[Merged]:
        """What a target says, for each row of its matrix."""
        for row in self._rows[label]:
            yield self._merged(label, row)

    def known(self) -> tuple[str, ...]:
        """The names of all targets."""
        return (*self._blocks, *self._names, *self._services)

    def _rows_of(self, label: str) -> tuple[Row, ...]:
        """The rows of a target's matrix; one without names when it has none."""
        for block, _ in reversed(self._blocks[label]):
            matrix = block.get("matrix")
            if matrix is None:
                continue
            data = self._scope.value(matrix.value)
            if not isinstance(data, Mapped):
                return ({},)
            names = [key.text for key, _ in data.pairs]
            columns = [
                value.items if isinstance(value, Listed) and value.items else (Unsure(ELSEWHERE),)
                for _, value in data.pairs
            ]
            return tuple(dict(zip(names, row, strict=True)) for row in islice(product(*columns), ROWS))
        return ({},)

    def _named(self, label: str) -> Iterator[tuple[str, tuple[str, Row]]]:
        """The names that the `name` of a target gives the rows of its matrix."""
        for block, _ in self._blocks[label]:
            name = block.get("name")
            for row in self._rows[label] if name else ():
                data = self._scope.inside(row).value(name.value) if name else None
                if isinstance(data, Word) and data.literal:
                    yield data.text, (label, row)

    def _inherited(self, label: str) -> Iterator[Word]:
        for block, _ in self._blocks[label]:
            inherits = block.get("inherits")
            for row in self._rows[label] if inherits else ():
                data = self._scope.inside(row).value(inherits.value) if inherits else None
                for item in data.items if isinstance(data, Listed) else ():
                    if isinstance(item, Word) and item.literal:
                        yield item

    def _linked(self, label: str) -> Iterator[str]:
        """The targets that are contexts of one."""
        for block, _ in self._blocks[label]:
            contexts = block.get("contexts")
            for row in self._rows[label] if contexts else ():
                data = self._scope.inside(row).value(contexts.value) if contexts else None
                for _, value in data.pairs if isinstance(data, Mapped) else ():
                    if isinstance(value, Word) and value.text.startswith("target:"):
                        yield value.text[7:]

    def _merged(self, label: str, row: Row) -> Merged:
        """As bake merges: what is inherited in order, then the target's own, of all files in order."""
        key = label, tuple(row.items())
        if key not in self._kept:
            self._kept[key] = Merged()  # what inherits itself inherits nothing
            self._kept[key] = self._merge(label, row)
        return self._kept[key]

    def _merge(self, label: str, row: Row) -> Merged:
        merged = Merged()
        blocks = self._blocks.get(label, ())
        scope = self._scope.inside(row)
        for block, own in blocks:
            inherits = block.get("inherits")
            data = scope.value(inherits.value) if inherits else Listed(())
            for item in data.items if isinstance(data, Listed) else (data,):
                self._inherit(merged, item if own else placed(item, ELSEWHERE))
        for name, data in self._services.get(label, {}).items():
            merged.add(name, data)
        for block, own in blocks:
            for attribute in block.attributes:
                data = scope.value(attribute.value)
                merged.add(attribute.name, data if own else placed(data, ELSEWHERE))
        return merged

    def _inherit(self, merged: Merged, item: Data) -> None:
        if not isinstance(item, Word) or not item.literal:
            merged.certain = merged.certain and isinstance(item, Null)
            return
        label, row = self._names.get(item.text, (item.text, {}))
        if label in self._blocks or label in self._services:
            rows = self._rows.get(label, ({},))
            merged.take(self._merged(label, row or rows[0]))
        else:
            merged.certain = False
            merged.missing.append(item)

    def _attribute(self, target: str, name: str) -> Data | None:
        """What `target.NAME.ATTRIBUTE` comes to."""
        label, row = self._names.get(target, (target, {}))
        if label not in self._blocks:
            return None
        rows = self._rows.get(label, ({},))
        return self._merged(label, row or rows[0]).values.get(name)


def _label(block: Block) -> str:
    """The name of a block, empty without one that is plain."""
    parts = block.labels[0].parts if len(block.labels) == 1 else ()
    return parts[0].text if len(parts) == 1 and isinstance(parts[0], Literal) else ""


def _texts(data: Data) -> Iterator[str]:
    for item in data.items if isinstance(data, Listed) else ():
        if isinstance(item, Word) and item.literal:
            yield item.text

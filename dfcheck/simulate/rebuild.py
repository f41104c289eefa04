"""Rebuild: which steps of a build BuildKit takes from its cache, when it has built an older state before.

An operation is taken from the cache when an old one is known by the same key, and each of its inputs is either taken
from the cache as the old one's input, or gives the very files that the old one gave. Source: BuildKit's solver.
"""

from __future__ import annotations

from dfcheck.simulate.graph import visit
from dfcheck.simulate.hints import hints
from dfcheck.simulate.reasons import reason
from dfcheck.simulate.selected import compare
from dfcheck.syntax.words import Unknown
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.simulate.graph import Vertex
    from dfcheck.simulate.model import Image
    from dfcheck.simulate.selected import Difference, Slot

CACHED, AGAIN, UNKNOWN = "cached", "again", "unknown"


class RebuiltStep(Value):
    """A numbered step of the new build.

    Attributes:
        name: As BuildKit's progress shows it.
        line: Of its instruction.
        stage: Index of its stage.
        status: `cached`, `again`, or `unknown` when it may be either.
        why: The first reason why it is not certain to be cached; empty when it is.
        own: Whether the reason lies in the step itself or its files, not in a step before it.
    """

    name: str
    line: int
    stage: int
    status: str
    why: str = ""
    own: bool = False


class Rebuild(Value):
    """What a second build does.

    Attributes:
        steps: Its numbered steps, stages in file order.
        same_image: Whether it makes the same image; Unknown when that depends on steps that are unknown.
        metadata: Whether all files of the image stay, and only its config or history changes.
        hints: What another order would have saved.
    """

    steps: tuple[RebuiltStep, ...]
    same_image: bool | Unknown
    metadata: bool = False
    hints: tuple[str, ...] = ()


class Match(Value):
    """What an operation of the new build finds in the cache.

    Attributes:
        sure: Keys of the old operations whose record it takes.
        maybe: Keys of those whose record it may take.
    """

    sure: frozenset[int]
    maybe: frozenset[int] = frozenset()

    @property
    def status(self) -> str:
        """`cached`, `again` or `unknown`."""
        return CACHED if self.sure else UNKNOWN if self.maybe else AGAIN


NOTHING = Match(frozenset())


def rebuild(old: Image, new: Image) -> Rebuild:
    """What building `new` does where `old` has been built before, on one daemon and with nothing else in its cache.

    Args:
        old: The state that was built. Where its build stops, nothing is certain.
        new: The state to build.
    """
    matching = Matching(old.vertex, new.vertex, sure=old.error is None)
    steps = _steps(matching, old, new)
    top = NOTHING if new.vertex is None else matching.found[new.vertex.key]
    files: bool | Unknown = new.vertex is None and old.vertex is None
    if old.vertex is not None and old.vertex.key in top.sure:
        files = True
    elif old.vertex is not None and old.vertex.key in top.maybe:
        files = Unknown("depends on steps that are not known")
    if old.error is not None:
        return Rebuild(steps, Unknown("the old build stops"))
    told = hints(matching, new)
    if files is False:
        return Rebuild(steps, False, hints=told)
    same = _same_metadata(old, new)
    return Rebuild(steps, files if same else False, files is True and not same, told)


def _steps(matching: Matching, old: Image, new: Image) -> tuple[RebuiltStep, ...]:
    last: dict[int, Vertex] = {}
    for item in visit(new.vertex):
        last[item.key] = item
    named = sorted((item for item in last.values() if item.name), key=lambda item: (item.stage, item.number))
    out = []
    for item in named:
        status = matching.found[item.key].status
        why, own = ("", False) if status == CACHED else reason(matching, item, old, new)
        out.append(RebuiltStep(item.name, item.line, item.stage, status, why, own))
    return tuple(out)


def _same_metadata(old: Image, new: Image) -> bool:
    """Whether config, history and platform are the same, but for times that only the build knows."""

    def told(image: Image) -> object:
        history = [item._replace(line=None) for item in image.history]
        return image.config, history, image.platform, image.base_layers

    if not new.layers and new.base_layers == 0 and not isinstance(new.config_json, str):
        return False  # without a layer that has one, the image's time is that of the build
    return told(old) == told(new)


class Matching:
    """The operations of a new build, each with what it finds of an old one.

    Attributes:
        olds: The old operations by their keys.
        found: By the key of a new operation.
    """

    __slots__ = ("_anew", "_compared", "_kinds", "_sure", "found", "olds")

    def __init__(self, old: Vertex | None, new: Vertex | None, *, sure: bool = True) -> None:
        self.olds = {item.key: item for item in visit(old)}
        self._sure = sure
        self._anew = any(writes_context(item) for item in self.olds.values())
        self._kinds: dict[str, list[Vertex]] = {}
        for item in self.olds.values():
            if item.known is not None:
                self._kinds.setdefault(item.known.kind, []).append(item)
        self._compared: dict[tuple[int, int], Difference | Unknown | None] = {}
        self.found: dict[int, Match] = {}
        news = {item.key: item for item in visit(new)}
        for item in news.values():
            self.found[item.key] = self._match(item)
        self._doubt_twins(list(news.values()))

    def candidates(self, item: Vertex) -> list[Vertex]:
        """The old operations of the kind of `item`."""
        return [] if item.known is None else self._kinds.get(item.known.kind, [])

    def _match(self, item: Vertex) -> Match:
        sure, maybe = set(), set()
        for old in self.candidates(item):
            fits = self.fits(old, item)
            if fits is None or (fits and not self._sure):
                maybe.add(old.key)
            elif fits:
                sure.add(old.key)
        return Match(frozenset(sure), frozenset(maybe))

    def fits(self, old: Vertex, new: Vertex) -> bool | None:
        """Whether `new` takes the record of `old`; None when it may."""
        if old.known is None or new.known is None or len(old.inputs) != len(new.inputs):
            return False
        out = alike(old.known.parts, new.known.parts)
        for index in range(len(new.inputs)):
            if out is False:
                return False
            out = _both(out, self.input_fits(old, new, index))
        return out

    def input_fits(self, old: Vertex, new: Vertex, index: int) -> bool | None:
        """Whether an input of `new` stands for that of `old`: as the same operation, or with the same files."""
        before, now = old.slots[index], new.slots[index]
        chain: bool | None = False
        if (before is None) == (now is None) and (
            before is None or now is None or before.selector == now.selector
        ):
            match = self.found[new.inputs[index].key]
            key = old.inputs[index].key
            chain = True if key in match.sure else None if key in match.maybe else False
        if chain or before is None or now is None:
            return chain
        found = self.compared(before, now)
        if found is None:
            return True
        return None if isinstance(found, Unknown) else chain

    def compared(self, old: Slot, new: Slot) -> Difference | Unknown | None:
        """`compare`, each pair once."""
        key = id(old), id(new)
        if key not in self._compared:
            self._compared[key] = compare(old, new, anew=self._anew)
        return self._compared[key]

    def _doubt_twins(self, news: list[Vertex]) -> None:
        """Two new operations that the cache takes for one are run once; which of them is shown as run is not known."""
        left = [
            item for item in news if item.name and self.found[item.key] == NOTHING and item.known is not None
        ]
        for index, item in enumerate(left):
            for other in left[:index]:
                if item.known is None or other.known is None or item.known.kind != other.known.kind:
                    continue
                if alike(other.known.parts, item.known.parts) is not False and self._are_twins(other, item):
                    for each in (item, other):
                        self.found[each.key] = Match(frozenset(), frozenset({-1}))

    def _are_twins(self, one: Vertex, other: Vertex) -> bool:
        if len(one.inputs) != len(other.inputs):
            return False
        for index, (a, b) in enumerate(zip(one.inputs, other.inputs, strict=True)):
            before, now = one.slots[index], other.slots[index]
            same_files = before is not None and now is not None and self.compared(before, now) is None
            if a.key != b.key and not same_files:
                return False
        return True


def writes_context(item: Vertex) -> bool:
    """Whether a RUN may write into what the daemon keeps of the context, which it then cannot use again."""
    if item.known is None or item.known.kind != "run":
        return False
    mounts = dict(item.known.parts)["mounts"]
    shown = item.known.slots[1:]
    return isinstance(mounts, tuple) and any(
        slot is not None and slot.local and mount[2] is not True
        for slot, mount in zip(shown, mounts, strict=False)
    )


def alike(old: object, new: object) -> bool | None:
    """Whether two parts of a key are the same; None when an unknown value in them decides.

    Unknown values are the same when they were made in the same way; see `dfcheck.simulate.derived`.
    """
    if isinstance(old, Unknown) or isinstance(new, Unknown):
        return True if old == new else None
    if isinstance(old, tuple) and isinstance(new, tuple):
        if len(old) != len(new):
            return None if any(isinstance(item, Unknown) for item in (*old, *new)) else False
        out: bool | None = True
        for a, b in zip(old, new, strict=True):
            out = _both(out, alike(a, b))
            if out is False:
                return False
        return out
    return old == new


def _both(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True

"""Edges: which stage uses which other stage or image, and which stages a build needs."""

from __future__ import annotations

from dfcheck.resolve.model import Edge, Stage
from dfcheck.syntax.nodes import Copy, Problem, Run
from dfcheck.syntax.words import Expansion, Known, expand

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.syntax.nodes import Argument, Instruction

_LARGEST_INDEX = 1 << 63
_NAME_IT = "name the stage, `FROM … AS name`, and use `--from=name`"


class Edges:
    """All edges of a file, found in one pass.

    Attributes:
        edges: In source order.
        problems: References that BuildKit refuses wherever they stand.
    """

    __slots__ = (
        "_by_name",
        "_contexts",
        "_escape",
        "_needs",
        "_of_triggers",
        "_stages",
        "_states",
        "edges",
        "problems",
    )

    def __init__(self, stages: tuple[Stage, ...], escape: str, contexts: tuple[str, ...] = ()) -> None:
        self._stages = stages
        self._contexts = contexts
        self._escape = escape
        self._by_name = {stage.name: stage.index for stage in stages if stage.name is not None}
        # BuildKit numbers images that COPY and RUN use after the stages, and `--from` may name such a number.
        self._states: list[int | str] = list(range(len(stages)))
        self._needs: list[list[int]] = [[] for _ in stages]
        self._of_triggers: dict[int, list[int]] = {}
        self.edges: list[Edge] = []
        self.problems: list[Problem] = []
        for stage in stages:
            self._add_stage(stage)
        self._find_triggers()

    def _add_stage(self, stage: Stage) -> None:
        image = stage.image.value if isinstance(stage.image, Known) else stage.from_.image.text
        if stage.base is not None or not self._is_context(image):
            self.edges.append(Edge("from", stage.from_.image.span, stage.index, image, stage.base))
        for instruction in stage.instructions:
            for edge in self._used(stage.index, instruction):
                if edge.target is None and self._is_context(edge.name):
                    continue
                self.edges.append(edge)
                if edge.target is not None:
                    self._needs[stage.index].append(edge.target)

    def _is_context(self, name: str) -> bool:
        if not self._contexts:
            return False
        from dfcheck.resolve.contexts import names_context

        return names_context(name, self._contexts)

    def _find_triggers(self) -> None:
        """What the triggers of a stage need; kept by that stage, for all that are built from it."""
        for stage in self._stages:
            if stage.base is None or not stage.triggers or stage.base in self._of_triggers:
                continue
            reported = len(self.problems)
            found = [edge for item in stage.triggers for edge in self._used(stage.index, item.trigger)]
            del self.problems[reported:]
            self._of_triggers[stage.base] = [edge.target for edge in found if edge.target is not None]

    def _used(self, stage: int, instruction: Instruction) -> Iterator[Edge]:
        """Edges of one instruction."""
        if isinstance(instruction, Copy) and instruction.from_ is not None:
            yield from self._copy(stage, instruction.from_)
        elif isinstance(instruction, Run):
            for mount in instruction.mounts:
                name = mount.from_.text if mount.from_ else ""
                span = mount.from_.span if mount.from_ else mount.span
                target = self._named(name or "scratch")
                if name or target is not None:
                    yield Edge("mount", span, stage, name or "scratch", target)

    def _copy(self, stage: int, from_: Argument) -> Iterator[Edge]:
        text = from_.text
        plain = expand(from_.words, lambda _: None, escape=self._escape)
        if not isinstance(plain, Expansion) or plain.value != Known(text):
            message = "variables are not expanded in `--from`"
            self.problems.append(
                Problem(from_.span, message, "name a stage: `FROM … AS name`, then `--from=name`")
            )
            return
        index = _index(text)
        if index is None:
            yield Edge("copy", from_.span, stage, text, self._named(text))
        elif 0 <= index < len(self._states):
            state = self._states[index]
            target = state if isinstance(state, int) else None
            yield Edge("copy", from_.span, stage, text if isinstance(state, int) else state, target)
        else:
            last = len(self._stages) - 1
            message = f"there is no stage {index}" + (f"; the last one is {last}" if index > last else "")
            self.problems.append(
                Problem(from_.span, message, "name the stage: `FROM … AS name`, then `--from=name`")
            )

    def _named(self, name: str) -> int | None:
        """The stage of that name in any case; without one, `name` is an image, which gets a number."""
        target = self._by_name.get(name.lower())
        if target is None:
            self._states.append(name)
        return target

    def order_problems(self, reachable: frozenset[int]) -> Iterator[Problem]:
        """Uses of a stage that is not built yet: in a circle, or defined later and needed by the build."""
        closing = self._circles()
        for edge in self.edges:
            if edge.kind == "from" or edge.target is None or edge.target < edge.stage:
                continue
            name = self._stages[edge.target].name or str(edge.target)
            if edge.target == edge.stage:
                yield Problem(edge.span, f"stage `{name}` uses itself", "name an earlier stage")
            elif closing[edge.target] == closing[edge.stage]:
                yield Problem(
                    edge.span, f"stage `{name}` needs this stage in turn: neither can be built first"
                )
            elif edge.stage in reachable:
                message = f"stage `{name}` is defined later, but stages are built in order"
                yield Problem(edge.span, message, f"move `FROM … AS {name}` above this stage")

    def _circles(self) -> list[int]:
        """For each stage a number that it shares with those it is in a circle with (Tarjan's algorithm)."""
        count = len(self._stages)
        group, order, low = [-1] * count, [-1] * count, [0] * count
        open_: list[int] = []
        clock = 0
        for root in range(count):
            path = [(root, iter(self._needs[root]))] if order[root] < 0 else []
            while path:
                stage, rest = path[-1]
                if order[stage] < 0:
                    order[stage] = low[stage] = clock
                    clock += 1
                    open_.append(stage)
                for target in rest:
                    if order[target] < 0:
                        path.append((target, iter(self._needs[target])))
                        break
                    if group[target] < 0:
                        low[stage] = min(low[stage], order[target])
                else:
                    path.pop()
                    if path:
                        low[path[-1][0]] = min(low[path[-1][0]], low[stage])
                    if low[stage] == order[stage]:
                        while group[stage] < 0:
                            group[open_.pop()] = stage
        return group

    def reachable(self, target: int) -> frozenset[int]:
        """Stages that the build of stage `target` needs, itself included."""
        found: set[int] = set()
        triggered: set[int] = set()
        todo = [target]
        while todo:
            stage = todo.pop()
            if stage in found:
                continue
            found.add(stage)
            todo += self._needs[stage]
            base = self._stages[stage].base
            if base is not None and base not in triggered:
                triggered.add(base)
                todo += [base, *self._of_triggers.get(base, ())]
        return frozenset(found)


def _index(text: str) -> int | None:
    """`text` as a number as Go reads one: a sign and ASCII digits, within 64 bits; otherwise None."""
    digits = text[1:] if text[:1] in {"+", "-"} else text
    if not (digits.isascii() and digits.isdigit()):
        return None
    digits = digits.lstrip("0") or "0"
    if len(digits) > 19 or int(digits) >= _LARGEST_INDEX:
        return None
    return -int(digits) if text[0] == "-" else int(digits)

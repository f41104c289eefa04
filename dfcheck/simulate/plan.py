"""Plan: what a build has to do before anything is done: which stage uses what, and which stages take part.

A file's stages are numbered; so is every image that COPY, or a mount of RUN, names beside them, in the order of the
file, and `COPY --from=N` may name such a number. Source: BuildKit's `dockerfile2llb`.
"""

from __future__ import annotations

from dfcheck.simulate.state import Stop
from dfcheck.simulate.triggers import read_trigger, trigger_text
from dfcheck.syntax.nodes import Add, Copy, Onbuild, Run, Workdir
from dfcheck.syntax.words import Known, Unknown, expand
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dfcheck.resolve import Build, Stage
    from dfcheck.syntax.nodes import Argument, Instruction

SCRATCH = "scratch"


class Command(Value):
    """An instruction of a stage, and what it takes files from.

    Attributes:
        node: The instruction.
        line: Its line; that of FROM for a trigger.
        trigger: Whether it came from an ONBUILD.
        sources: Index of a stage, the reference of an image, or None for the build's context; one for COPY with
            `--from`, one for each mount of RUN.
    """

    node: Instruction
    line: int
    trigger: bool = False
    sources: tuple[int | str | None, ...] = ()


class Plan:
    """The stages that take part and what they do.

    Attributes:
        commands: Of each stage, those of its base's triggers first.
        totals: How many steps each stage counts: before, and with, its triggers.
        prefixes: What the steps of each stage are called by.
        reachable: Indexes of the stages that the target needs.
        seen: How often the image of a stage was looked at before it was known that the stage takes part.
    """

    __slots__ = ("_build", "_by_name", "_states", "commands", "prefixes", "reachable", "seen", "totals")

    def __init__(self, build: Build) -> None:
        self._build = build
        stages = build.stages
        self._by_name = {stage.name: stage.index for stage in stages if stage.name is not None}
        self._states: list[int | str] = list(range(len(stages)))
        self.commands: list[tuple[Command, ...]] = [self._commands(stage) for stage in stages]
        alone = len(self._states) == 1
        self.prefixes = ["" if alone else stage.name or f"stage-{stage.index}" for stage in stages]
        self.totals = [(self._count(stage),) * 2 for stage in stages]
        self.reachable: frozenset[int] = frozenset()
        self.seen: dict[int, int] = {}
        self._check_circles()

    def _line(self, node: Instruction) -> int:
        return self._build.document.source.position(node.span.start).line

    def _commands(self, stage: Stage) -> tuple[Command, ...]:
        commands = []
        for node in stage.instructions:
            line = self._line(node)
            try:
                commands.append(Command(node, line, False, self._sources(node)))
            except Stop as stop:
                raise Stop(stop.error.message, line) from stop
        return tuple(commands)

    def _count(self, stage: Stage) -> int:
        own = sum(isinstance(node, (Run, Copy, Add, Workdir)) for node in stage.instructions)
        return own + (stage.base is None and not stage.scratch)

    def _sources(self, node: Instruction) -> tuple[int | str | None, ...]:
        if isinstance(node, Copy) and node.from_ is not None:
            return (self._copy_source(node.from_),)
        if isinstance(node, Run):
            # BuildKit looks a mount's source up even where there is none, under the name of the empty image.
            return tuple(
                self._named(mount.from_.text if mount.from_ and mount.from_.text else SCRATCH)
                for mount in node.mounts
            )
        return ()

    def _copy_source(self, from_: Argument) -> int | str | None:
        text = from_.text
        if not text:
            return None
        plain = expand(from_.words, lambda _: None, escape=self._build.document.escape)
        if getattr(plain, "value", None) != Known(text):
            raise Stop(
                "variable expansion is not supported for --from, define a new stage with FROM using ARG from "
                "global scope as a workaround"
            )
        number = _number(text)
        if number is None:
            return self._named(text)
        if not 0 <= number < len(self._states):
            raise Stop(f"invalid stage index {number}")
        return self._states[number]

    def _named(self, name: str) -> int | str:
        found = self._by_name.get(name.lower())
        if found is not None:
            return found
        self._states.append(name)
        return name

    def _check_circles(self) -> None:
        """Refuse stages that need each other."""
        done: set[int] = set()
        for index in range(len(self.commands)):
            self._visit(index, done)

    def _visit(self, root: int, done: set[int]) -> None:
        if root in done:
            return
        path: list[tuple[int, Iterator[tuple[Command, int]]]] = [(root, self._needs(root))]
        on_path = {root}
        done.add(root)
        while path:
            stage, rest = path[-1]
            command, source = next(rest, (None, -1))
            if command is None:
                on_path.discard(stage)
                path.pop()
            elif source in on_path:
                name = self._build.stages[root].name or f"stage-{root}"
                raise Stop(f"circular dependency detected on stage: {name}", command.line)
            elif source not in done:
                done.add(source)
                on_path.add(source)
                path.append((source, self._needs(source)))

    def _needs(self, index: int) -> Iterator[tuple[Command, int]]:
        """The stages that commands of a stage take files from."""
        return (
            (item, source)
            for item in self.commands[index]
            for source in item.sources
            if isinstance(source, int)
        )

    def reach(self, target: int, triggers_of: Callable[[Stage], tuple[str, ...]]) -> None:
        """Find the stages that `target` needs, and put triggers in front of the stages that they fire in.

        Args:
            target: Index of the stage to build.
            triggers_of: The ONBUILD texts of a stage's external base image.

        Raises:
            Stop: A trigger cannot be read.
        """
        fresh, times = True, 0
        while fresh:
            fresh, found = False, self._needed(target)
            for index in sorted(found - self.reachable):
                stage = self._build.stages[index]
                if stage.base is not None:
                    texts = [trigger_text(node) for node in self._onbuilds(stage.base)]
                else:
                    texts = list(triggers_of(stage))
                self.seen[index] = times
                fresh = self._fire(stage, texts) or fresh
            self.reachable = frozenset(found)
            times += 1

    def _needed(self, target: int) -> set[int]:
        """The stages that `target` needs, by what is known of triggers so far."""
        found: set[int] = set()
        todo = [target]
        while todo:
            index = todo.pop()
            if index not in found:
                found.add(index)
                base = self._build.stages[index].base
                todo += [source for _, source in self._needs(index)] + ([] if base is None else [base])
        return found

    def taken_from(self) -> set[int]:
        """The stages that take part and that COPY, or a mount of RUN, takes files from."""
        return {
            source
            for index in self.reachable
            for item in self.commands[index]
            for source in item.sources
            if isinstance(source, int)
        }

    def _onbuilds(self, index: int) -> Iterable[Onbuild]:
        return (node for node in self._build.stages[index].instructions if isinstance(node, Onbuild))

    def _fire(self, stage: Stage, texts: list[str]) -> bool:
        """Put triggers in front of a stage; whether one of them takes files from a stage or an image."""
        line = self._line(stage.from_)
        try:
            nodes = [read_trigger(text) for text in texts]
            fired = tuple(Command(node, line, True, self._sources(node)) for node in nodes)
        except Stop as stop:
            raise Stop(stop.error.message, line, stop.error.help) from stop
        self.commands[stage.index] = fired + self.commands[stage.index]
        before = self.totals[stage.index][0]
        self.totals[stage.index] = (before, before + len(fired))
        return any(command.sources for command in fired)


def target_of(build: Build, name: str | None) -> int:
    """Index of the stage to build.

    Raises:
        Stop: There is no such stage.
    """
    if name is None:
        return len(build.stages) - 1
    found = build.target(name)
    if found is None:
        raise Stop(f'target stage "{name}" could not be found')
    return found


def known_image(stage: Stage) -> str | Unknown:
    """The image that a stage is built from, expanded."""
    return stage.image.value if isinstance(stage.image, Known) else stage.image


def _number(text: str) -> int | None:
    """`text` as a number as Go reads one; None when it is none."""
    digits = text[1:] if text[:1] in {"+", "-"} else text
    if not (digits.isascii() and digits.isdigit()):
        return None
    number = -int(digits) if text[0] == "-" else int(digits)
    return number if -(1 << 63) <= number < 1 << 63 else None

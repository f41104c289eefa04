"""Simulate: from a document, and what a build is given, to the image that it makes."""

from __future__ import annotations

from dfcheck.resolve import Scope, resolve
from dfcheck.resolve.platforms import parse_platform
from dfcheck.simulate.checks import check_document, check_stages, epoch_of, faults, normal_arguments
from dfcheck.simulate.config import Config
from dfcheck.simulate.context import Context
from dfcheck.simulate.files import Source
from dfcheck.simulate.finish import finish, go_epoch
from dfcheck.simulate.fold import step
from dfcheck.simulate.graph import Vertex, visit
from dfcheck.simulate.model import BuildError, Gap, Image, Step
from dfcheck.simulate.origins import traced
from dfcheck.simulate.plan import SCRATCH, Plan, target_of
from dfcheck.simulate.references import full_name
from dfcheck.simulate.sent import sent
from dfcheck.simulate.stages import built
from dfcheck.simulate.starts import Images, base_files, external, inherited, is_empty, pulled, settled
from dfcheck.simulate.state import Setting, State, Stop
from dfcheck.simulate.tree import EMPTY, FileError, Unreadable
from dfcheck.syntax.nodes import Run
from dfcheck.syntax.words import Known, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.resolve import Build, Stage
    from dfcheck.simulate.model import Inputs, RunPlan
    from dfcheck.simulate.plan import Command
    from dfcheck.simulate.starts import Bases
    from dfcheck.simulate.tree import Node, Tree
    from dfcheck.syntax.nodes import Document


def simulate(
    document: Document,
    inputs: Inputs,
    context: Context | BuildError | None = None,
    bases: Bases | None = None,
) -> Image:
    """Predict the image that a build makes.

    Args:
        document: The Dockerfile.
        inputs: Options of the build.
        context: The build context, or why it stops the build; None when there is none at hand, and what COPY takes
            from it is then Unknown.
        bases: Finds external images by their full names; without it they are Unknown.

    Returns:
        The image; where the build would stop, `error` says why, and the rest is as far as it came.
    """
    return _Simulation(document, inputs, context, bases or (lambda _name, _platform: None)).run()


class _Simulation:
    """One build: its stages' states, and what they share."""

    def __init__(
        self, document: Document, inputs: Inputs, context: Context | BuildError | None, bases: Bases
    ) -> None:
        self.document = document
        self.inputs = inputs
        self.context = context
        self.arguments = normal_arguments(inputs.build_args)
        self.images = Images(bases, parse_platform(inputs.platform or inputs.build_platform))
        self.states: dict[int, State] = {}
        self.gaps: dict[tuple[str, str, int | None], Gap] = {}
        self.build: Build | None = None

    def run(self) -> Image:
        """The image, with the resolved file that it comes from."""
        return self._image()._replace(build=self.build)

    def _image(self) -> Image:
        setting = self._setting(Scope(None, exact=True), None)
        try:
            build = self.build = self._resolved()
            check_document(self.document)
            check_stages(build)
            setting = self._setting(build.scope(build.stages[0].from_), epoch_of(build, self.arguments))
            target = target_of(build, self.inputs.target)
            plan = Plan(build)
            plan.reach(target, self._triggers)
            self._check_context()
            self._narrow(build, plan, setting)
            self._stages(build, plan, setting)
        except Stop as stop:
            return self._stopped(setting, stop.error)
        return self._finished(target, plan, setting)

    # --- before the first instruction ----------------------------------------------------------------------

    def _resolved(self) -> Build:
        """The document with its variables, those of known base images included."""

        def resolved(environments: dict[str, dict[str, str]] | None) -> Build:
            return resolve(
                self.document,
                build_args=self.arguments if self.inputs.complete or self.arguments else None,
                platform=str(self.images.target),
                target=self.inputs.target,
                build_platform=self.inputs.build_platform,
                environments=environments,
            )

        build = resolved(None)
        environments = {}
        for index in sorted(build.reachable(self.inputs.target)):  # others are not worth a pull
            stage = build.stages[index]
            image = self.images.of(stage)
            if image is not None and isinstance(stage.image, Known):
                known = {name: value for name, value in image.config.env if isinstance(value, str)}
                environments[stage.image.value] = known
        return resolved(environments) if environments else build

    def _setting(self, outer: Scope, epoch: int | None) -> Setting:
        return Setting(
            self.arguments,
            outer,
            self.images.target,
            epoch,
            None if epoch is None else go_epoch(epoch),
            self.document.escape,
            self.inputs.digests,
            self.inputs.complete,
            self.inputs.lenient,
        )

    def _check_context(self) -> None:
        """Refuse a context whose ignore file cannot be read."""
        if isinstance(self.context, BuildError):
            raise Stop(self.context.message, self.context.line, self.context.help)

    def _narrow(self, build: Build, plan: Plan, setting: Setting) -> None:
        """Leave in the context what its client sends: what the instructions of all stages that take part name.

        Raises:
            Stop: A name is no pattern.
        """
        context = self.context
        if not isinstance(context, Context):
            return
        try:
            self._stages(build, plan, setting._replace(dry=True))
        except Stop:
            return  # the same comes again, with what is known until then
        finally:
            named = dict.fromkeys(text for state in self.states.values() for text in state.named)
            self.states.clear()
            self.gaps.clear()
        texts = [text for text in named if isinstance(text, str)]
        if len(texts) == len(named):
            try:
                root = sent(context, texts)
            except FileError as error:
                raise Stop(str(error)) from error
            except Unreadable:
                self.context = None
                return
            self.context = context._replace(root=root)

    def _triggers(self, stage: Stage) -> tuple[str, ...]:
        image = self.images.of(stage)
        return () if image is None else image.config.onbuild

    # --- stages --------------------------------------------------------------------------------------------

    def _stages(self, build: Build, plan: Plan, setting: Setting) -> None:
        """Simulate the stages that take part, in the order of the file."""
        found = faults(build)
        for stage in build.stages:
            if stage.index not in plan.reachable:
                continue
            state = self._begin(stage, plan)
            for command in plan.commands[stage.index]:
                state = state._replace(line=command.line, trigger=command.trigger)
                try:
                    if not command.trigger and command.node.span.start in found:
                        raise found[command.node.span.start]
                    state = traced(
                        state, step(state, command.node, setting, self._sources(build, command, stage))
                    )
                except Stop as stop:
                    self.states[stage.index] = state
                    raise Stop(stop.error.message, stop.error.line or command.line, stop.error.help) from stop
            self.states[stage.index] = state
            for gap in state.gaps:
                self.gaps.setdefault((gap.what, gap.why, gap.line), gap)

    def _begin(self, stage: Stage, plan: Plan) -> State:
        """A stage before its first instruction."""
        line = self.document.source.position(stage.from_.span.start).line
        before, total = plan.totals[stage.index]
        prefix = plan.prefixes[stage.index]
        if stage.base is None:
            state = external(stage, self.images, line, prefix, before, seen=plan.seen[stage.index])
            return settled(state, total)
        return settled(inherited(self.states[stage.base], stage, line, prefix), total)

    def _sources(self, build: Build, command: Command, stage: Stage) -> tuple[Source, ...]:
        """Where a command takes files from."""
        if not command.sources:
            return (self._from_context(),)
        found = [self._source(build, item, stage) for item in command.sources]
        if isinstance(command.node, Run):
            for index, mount in enumerate(command.node.mounts):
                if mount.type == "bind" and (mount.from_ is None or not mount.from_.text):
                    found[index] = self._from_context()
        return tuple(found)

    def _source(self, build: Build, item: int | str | None, stage: Stage) -> Source:
        if item is None:
            return self._from_context()
        if isinstance(item, int):
            state = self.states.get(item)
            if state is None or item >= stage.index:
                name = build.stages[item].name or str(item)
                mine = stage.name or f"stage-{stage.index}"
                raise Stop(
                    f'cannot copy from stage "{name}", it needs to be defined before current stage "{mine}"'
                )
            return Source(state.vertex, _root(state.tree), state.depth + 1)
        if item == SCRATCH:
            return Source(None, EMPTY.root)
        image = self.images.named(item, self.images.target)
        step = Step("", 0, "base", stage.index)
        operation = pulled(full_name(item), self.images.target, step, 0, image)
        if image is None:
            return Source(operation, Unknown(f"depends on the image `{item}`"))
        if is_empty(image):
            return Source(None, EMPTY.root)
        return Source(operation, _root(base_files(image)[1]))

    def _from_context(self) -> Source:
        if isinstance(self.context, Context):
            return Source(_CONTEXT, self.context.root, local=True)
        return Source(_CONTEXT, Unknown("depends on the build context"), local=True)

    # --- after the last ------------------------------------------------------------------------------------

    def _finished(self, target: int, plan: Plan, setting: Setting) -> Image:
        states = [self.states[index] for index in sorted(self.states)]
        needed = {vertex.key for vertex in visit(self.states[target].vertex)}
        failed = self._failure(
            {
                index
                for index in {target, *plan.taken_from()}
                if (vertex := self.states[index].vertex) is not None and vertex.key in needed
            }
        )
        runs = tuple(dict.fromkeys(item for state in states for item in state.runs))
        return self._ending(target, setting, runs, failed)

    def _failure(self, ends: set[int]) -> BuildError | None:
        """The error that shows first: of those that end the search for sources, of those that end a step.

        BuildKit looks for all sources of a stage before its first step runs; of errors that show at the same time
        any may be told, so the first of the file is taken.
        """
        found: list[tuple[int, int, BuildError]] = []
        for index in ends:
            state = self.states[index]
            if state.early is not None:
                moment, error = state.early
                found.append((moment, error.line or 0, error))
            if state.failed is not None:
                found.append((2 * state.depth + 1, state.failed.line or 0, state.failed))
        return min(found, key=lambda item: item[:2])[2] if found else None

    def _stopped(self, setting: Setting, error: BuildError) -> Image:
        """What is known of a build that stops before anything runs."""
        if not self.states:
            why = Unknown("the build stops")
            platform = str(self.images.target)
            return Image(platform, Config.unknown(why), (), (), (), why, why, exact=False, error=error)
        return self._ending(max(self.states), setting, (), error)

    def _ending(
        self, target: int, setting: Setting, runs: tuple[RunPlan, ...], error: BuildError | None
    ) -> Image:
        """The image that a stage ends in."""
        state = self.states[target]
        gaps = tuple(self.gaps.values())
        image = finish(state, self.inputs, setting, gaps=gaps, runs=runs, error=error)
        stages = () if self.build is None else built(self.build, self.states, target)
        return image._replace(stages=stages, origins=state.origins, vertex=state.vertex)


_CONTEXT = Vertex(hash("context"))


def _root(tree: Tree | Unknown) -> Node | Unknown:
    return tree if isinstance(tree, Unknown) else tree.root

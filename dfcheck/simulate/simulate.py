"""Simulate: from a document, and what a build is given, to the image that it makes."""

from __future__ import annotations

from dfcheck.resolve import Scope, resolve
from dfcheck.resolve.platforms import Platform, parse_platform
from dfcheck.simulate.config import Config
from dfcheck.simulate.context import Context
from dfcheck.simulate.files import Source, change_directory
from dfcheck.simulate.finish import finish, go_epoch
from dfcheck.simulate.fold import step
from dfcheck.simulate.graph import Vertex, vertex
from dfcheck.simulate.image_tree import image_tree
from dfcheck.simulate.model import BuildError, Gap, Image, Layer, Step
from dfcheck.simulate.plan import SCRATCH, Plan, known_image, target_of
from dfcheck.simulate.references import full_name
from dfcheck.simulate.state import Setting, State, Stop, add_env
from dfcheck.simulate.steps import begin
from dfcheck.simulate.tree import EMPTY
from dfcheck.syntax.nodes import From, Invalid
from dfcheck.syntax.words import Known, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dfcheck.resolve import Build, Stage
    from dfcheck.simulate.bases import BaseImage
    from dfcheck.simulate.model import Inputs
    from dfcheck.simulate.plan import Command
    from dfcheck.simulate.tree import Node, Tree
    from dfcheck.syntax.nodes import Document

    # Gives the image of a full reference for a platform; None when it is not at hand.
    Bases = Callable[[str, Platform], BaseImage | None]

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
EPOCH = "SOURCE_DATE_EPOCH"
CURE = "a `--base` that is an archive or an OCI layout"


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
        bases: Finds external images; without it they are Unknown.

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
        self.bases = bases
        self.target_platform = parse_platform(inputs.platform or inputs.build_platform)
        self.states: dict[int, State] = {}
        self.images: dict[tuple[str, str], BaseImage | None] = {}
        self.base_history: dict[int, int | None] = {}
        self.gaps: dict[tuple[str, str, int | None], Gap] = {}
        self.build: Build | None = None

    def run(self) -> Image:
        """The image, with the resolved file that it comes from."""
        return self._image_made()._replace(build=self.build)

    def _image_made(self) -> Image:
        setting = Setting(self.inputs.build_args, _NO_SCOPE, self.target_platform, None, None, "\\")
        try:
            build = self.build = self._resolved()
            self._check_document(build)
            setting = self._setting(build)
            self._check_stages(build)
            target = target_of(build, self.inputs.target)
            plan = Plan(build)
            plan.reach(target, self._triggers)
            self._check_context()
            self._stages(build, plan, setting)
        except Stop as stop:
            return self._stopped(setting, stop.error)
        return self._finished(target, setting)

    # --- before the first instruction ----------------------------------------------------------------------

    def _resolved(self) -> Build:
        """The document with its variables, those of known base images included."""
        arguments = dict(self.inputs.build_args)
        epoch = arguments.get(EPOCH)
        if epoch is not None and _integer(epoch) is not None:
            arguments[EPOCH] = str(_integer(epoch))
        elif epoch == "":
            del arguments[EPOCH]
        self.arguments = arguments
        options = {
            "build_args": arguments,
            "platform": str(self.target_platform),
            "target": self.inputs.target,
            "build_platform": self.inputs.build_platform,
        }
        build = resolve(self.document, **options)  # type: ignore[arg-type]
        environments = {}
        for stage in build.stages:
            image = self._image_of(stage)
            if image is not None and isinstance(stage.image, Known):
                environments[stage.image.value] = {
                    name: value for name, value in image.config.env if isinstance(value, str)
                }
        return resolve(self.document, environments=environments, **options) if environments else build  # type: ignore[arg-type]

    def _check_document(self, build: Build) -> None:
        """Refuse a file that BuildKit cannot read."""
        source = self.document.source
        faults = [
            (item.at.start, item.message, item.help)
            for item in self.document.instructions
            if isinstance(item, Invalid) and item.fatal
        ]
        faults += [(item.span.start, item.message, item.help) for item in self.document.problems]
        if faults:
            at, message, help_ = min(faults)
            raise Stop(message, source.position(at).line if source.text else None, help_)
        if not build.stages:
            raise Stop("dockerfile contains no stages to build")

    def _check_stages(self, build: Build) -> None:
        """Refuse a FROM, or a `--from`, that cannot be, in whichever stage it stands."""
        source = self.document.source
        for problem in build.problems:
            for item in self.document.instructions:
                if isinstance(item, From) and item.span.start <= problem.span.start < item.line.span.end:
                    raise Stop(problem.message, source.position(item.span.start).line, problem.help)
        for stage in build.stages:
            image = known_image(stage)
            if stage.base is None and isinstance(image, str) and image != SCRATCH:
                try:
                    full_name(image)
                except Stop as stop:
                    raise Stop(stop.error.message, source.position(stage.from_.span.start).line) from stop

    def _check_context(self) -> None:
        """Refuse a context whose ignore file cannot be read."""
        if isinstance(self.context, BuildError):
            raise Stop(self.context.message, self.context.line, self.context.help)

    def _setting(self, build: Build) -> Setting:
        outer = build.scope(build.stages[0].from_)
        value: object = self.arguments.get(EPOCH)
        if value is None:
            bound = outer.binding(EPOCH)
            value = bound.value if bound else None
        epoch = _integer(value) if isinstance(value, str) else None
        if epoch is None and isinstance(value, str) and value and not self._is_source(build, value):
            raise Stop(f"invalid SOURCE_DATE_EPOCH: {value}")
        created = None if epoch is None else go_epoch(epoch)
        return Setting(
            self.arguments,
            outer,
            self.target_platform,
            epoch,
            created,
            self.document.escape,
            self.inputs.digests,
        )

    def _is_source(self, build: Build, value: str) -> bool:
        """Whether SOURCE_DATE_EPOCH names something whose time it is: the context or a stage."""
        return value == "context" or any(stage.name == value.lower() for stage in build.stages)

    # --- bases ---------------------------------------------------------------------------------------------

    def _platform_of(self, stage: Stage) -> Platform:
        if isinstance(stage.platform, Known) and stage.platform.value:
            return parse_platform(stage.platform.value)
        return self.target_platform

    def _image_of(self, stage: Stage) -> BaseImage | None:
        """The external image that a stage is built from, when it is at hand."""
        image = known_image(stage)
        if stage.base is not None or isinstance(image, Unknown) or image in {SCRATCH, ""}:
            return None
        return self._image(image, self._platform_of(stage))

    def _image(self, reference: str, platform: Platform) -> BaseImage | None:
        try:
            name = full_name(reference)
        except Stop:
            return None
        key = (name, str(platform))
        if key not in self.images:
            self.images[key] = self.bases(name, platform)
        return self.images[key]

    def _triggers(self, stage: Stage) -> tuple[str, ...]:
        image = self._image_of(stage)
        return () if image is None else image.config.onbuild

    # --- stages --------------------------------------------------------------------------------------------

    def _stages(self, build: Build, plan: Plan, setting: Setting) -> None:
        """Simulate the stages that take part, in the order of the file."""
        faults = _faults(build)
        for stage in build.stages:
            if stage.index not in plan.reachable:
                continue
            state = self._begin(stage, plan)
            for command in plan.commands[stage.index]:
                state = state._replace(line=command.line, trigger=command.trigger)
                try:
                    fault = None if command.trigger else faults.get(command.node.span.start)
                    if fault is not None:
                        raise fault
                    state = step(state, command.node, setting, self._sources(build, command, stage))
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
        inherits = stage.base is not None
        state = (
            self._inherit(stage, line, prefix) if inherits else self._external(stage, line, prefix, before)
        )
        config = state.config
        if config.variable("PATH") is None and state.platform.os != "windows":
            config = config._replace(env=(*config.env, ("PATH", PATH)))
        env, rest = state.env, config.rest
        for name, value in config.env:
            env = add_env(env, name, value)
        state = state._replace(config=config, env=env, rest=rest, total=total)
        return state if config.workdir == "" else change_directory(state, config.workdir)

    def _inherit(self, stage: Stage, line: int, prefix: str) -> State:
        """A stage that begins as another one ends."""
        assert stage.base is not None  # noqa: S101
        base = self.states[stage.base]
        self.base_history[stage.index] = self.base_history[stage.base]
        return base._replace(
            config=base.config._replace(onbuild=()),
            stage=stage.index,
            prefix=prefix,
            number=0,
            line=line,
            cmd_set=False,
            trigger=False,
        )

    def _external(self, stage: Stage, line: int, prefix: str, before: int) -> State:
        """A stage that begins with an image outside the file, or with nothing."""
        platform = self._platform_of(stage)
        empty = State(
            config=Config(),
            env=(),
            rest=None,
            args=(),
            history=(),
            layers=(),
            base_layers=0,
            tree=EMPTY,
            directory="/",
            platform=platform,
            image=platform,
            author="",
            os_features=(),
            stage=stage.index,
            prefix=prefix,
            number=0,
            total=before,
            trigger=False,
            line=line,
            cmd_set=False,
            vertex=None,
        )
        self.base_history[stage.index] = 0
        if stage.scratch:
            target = self.target_platform
            config = Config(workdir="/", env=() if target.os == "windows" else (("PATH", PATH),))
            return empty._replace(config=config, platform=target, image=target)
        reference = known_image(stage)
        image = self._image_of(stage)
        name = (
            full_name(reference).partition("@")[0] if isinstance(reference, str) else stage.from_.image.text
        )
        if image is not None and not image.diff_ids and all(i.empty_layer for i in image.history or ()):
            state = empty
        else:
            state, found = begin(empty, f"FROM {name}", "base")
            state = state._replace(vertex=_pulled(name, platform, found, state.number))
        if image is None:
            return self._unknown(state, stage, name)
        return self._known(state, image)

    def _known(self, state: State, image: BaseImage) -> State:
        """`state` with a base image that is at hand."""
        self.base_history[state.stage] = None if image.history is None else len(image.history)
        platform = state.platform
        if self.inputs.platform is None and (image.platform.os, image.platform.arch) == (
            platform.os,
            platform.arch,
        ):
            platform = self.target_platform
        layers, tree = _base_layers(image)
        gaps: tuple[Gap, ...] = ()
        if image.history is None:
            gaps = (Gap("history", "is not part of what is known of the base image", state.line, CURE),)
        return state._replace(
            config=image.config._replace(onbuild=()),
            history=image.history or (),
            gaps=(*state.gaps, *gaps),
            layers=layers,
            base_layers=len(layers),
            tree=tree,
            image=image.platform,
            author=image.author,
            os_features=image.os_features,
        )

    def _unknown(self, state: State, stage: Stage, name: str) -> State:
        """`state` with a base image that is not at hand."""
        why = Unknown(f"depends on the base image `{stage.from_.image.text}`")
        self.base_history[state.stage] = None
        gap = Gap("base image", why.why, state.line, f"--base {name}=PATH")
        return state._replace(
            config=Config.unknown(why),
            base_layers=None,
            tree=why,
            directory=why,
            gaps=(gap,),
        )

    def _sources(self, build: Build, command: Command, stage: Stage) -> tuple[Source, ...]:
        """Where a command takes files from."""
        if not command.sources:
            return (self._from_context(),)
        return tuple(self._source(build, item, stage) for item in command.sources)

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
            return Source(state.vertex, _root(state.tree))
        if item == SCRATCH:
            return Source(None, EMPTY.root)
        name = full_name(item)
        platform = self.target_platform
        image = self._image(item, platform)
        found = _pulled(name.partition("@")[0], platform, Step("", 0, "base", stage.index), 0)
        if image is None:
            why = Unknown(f"depends on the image `{item}`")
            return Source(found, why)
        return Source(found, _root(_base_layers(image)[1]))

    def _from_context(self) -> Source:
        if isinstance(self.context, Context):
            return Source(_CONTEXT, self.context.root)
        return Source(_CONTEXT, Unknown("depends on the build context"))

    # --- after the last ------------------------------------------------------------------------------------

    def _finished(self, target: int, setting: Setting) -> Image:
        order = sorted(self.states)
        failed = next((self.states[index].failed for index in order if self.states[index].failed), None)
        runs = tuple(item for index in order for item in self.states[index].runs)
        return finish(
            self.states[target],
            self.inputs,
            setting,
            base_history=self.base_history[target],
            gaps=tuple(self.gaps.values()),
            runs=tuple(dict.fromkeys(runs)),
            error=failed,
        )

    def _stopped(self, setting: Setting, error: BuildError) -> Image:
        """What is known of a build that stops before anything runs."""
        if not self.states:
            why = Unknown("the build stops")
            platform = str(self.target_platform)
            return Image(platform, Config.unknown(why), (), (), (), why, why, exact=False, error=error)
        last = max(self.states)
        return finish(
            self.states[last],
            self.inputs,
            setting,
            base_history=self.base_history[last],
            gaps=tuple(self.gaps.values()),
            runs=(),
            error=error,
        )


_CONTEXT = Vertex(hash("context"))
_NO_SCOPE = Scope(None, exact=True)


def _pulled(name: str, platform: Platform, found: Step, number: int) -> Vertex:
    return vertex(("image", name, str(platform)), (), found, number)


def _root(tree: Tree | Unknown) -> Node | Unknown:
    return tree if isinstance(tree, Unknown) else tree.root


def _base_layers(image: BaseImage) -> tuple[tuple[Layer, ...], Tree | Unknown]:
    """The layers of a base image, and its files."""
    why = Unknown("came with the base image")
    texts = [item.created_by for item in image.history or () if not item.empty_layer]
    texts += [""] * (len(image.diff_ids) - len(texts))
    layers = tuple(
        Layer(None, text, digest, why, why, why, why)
        for digest, text in zip(image.diff_ids, texts, strict=False)
    )
    if image.layers is None:
        return layers, Unknown("needs the files of the base image, of which only the config is known")
    return layers, image_tree(image.layers)


def _faults(build: Build) -> dict[int, Stop]:
    """The first problem of each instruction, by where it begins."""
    items = [item for item in build.document.instructions if not isinstance(item, (From, Invalid))]
    found: dict[int, Stop] = {}
    at = 0
    for problem in build.problems:
        while at + 1 < len(items) and items[at + 1].span.start <= problem.span.start:
            at += 1
        if items and items[at].span.start <= problem.span.start < items[at].line.span.end:
            found.setdefault(items[at].span.start, Stop(problem.message, None, problem.help))
    return found


def _integer(text: str) -> int | None:
    """`text` as Go reads a whole number; None when it is none."""
    digits = text[1:] if text[:1] in {"+", "-"} else text
    if not (digits.isascii() and digits.isdigit()):
        return None
    return -int(digits) if text[0] == "-" else int(digits)

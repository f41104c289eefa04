"""Classic: the log of docker's builder before BuildKit, the one with `Step 1/2` and temporary containers.

Every instruction is a step and makes an image; all stages up to the target are built, in order. Source: docker
20.10's builder (`builder/dockerfile`) and logs of it.
"""

from __future__ import annotations

from dfcheck.resolve import resolve
from dfcheck.simulate.classic_context import sent
from dfcheck.simulate.classic_steps import Failure, Site, failure
from dfcheck.simulate.classic_syntax import refusal
from dfcheck.simulate.plan import known_image
from dfcheck.simulate.references import familiar, full_name
from dfcheck.simulate.sizes import human
from dfcheck.simulate.state import Stop
from dfcheck.simulate.transcript import ID, Transcript
from dfcheck.simulate.triggers import read_trigger, trigger_text
from dfcheck.syntax.lines import SPACE
from dfcheck.syntax.nodes import Add, Arg, Copy, ExecForm, Healthcheck, Onbuild
from dfcheck.syntax.words import Known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.resolve import Stage
    from dfcheck.simulate.bases import BaseImage
    from dfcheck.simulate.context import Context
    from dfcheck.simulate.model import Image, Inputs
    from dfcheck.simulate.starts import Bases
    from dfcheck.simulate.transcript import Asked
    from dfcheck.syntax.nodes import Document, Instruction

# Build arguments that need no ARG.
BUILT_IN = frozenset(
    name for text in ("http_proxy", "https_proxy", "ftp_proxy", "no_proxy") for name in (text, text.upper())
)


def classic(
    document: Document, inputs: Inputs, asked: Asked, context: Context, *, bases: Bases, image: Image
) -> Transcript:
    """The log of a build on a machine that holds the base images and has built nothing yet.

    Args:
        document: The Dockerfile.
        inputs: Options of the build that decide the image.
        asked: Options that decide the log.
        context: The build context.
        bases: Finds external images, whose triggers and health checks show in the log.
        image: The prediction for BuildKit, which finds most of what stops a build here, too.

    Raises:
        FileError: The context cannot be walked.
        OSError: The Dockerfile cannot be looked at.
    """
    size = sent(context, asked.dockerfile)
    head = () if asked.quiet else (f"Sending build context to Docker daemon  {human(size)}", "")
    why = refusal(document)
    if why is None:
        build = resolve(document, build_args=inputs.build_args, target=inputs.target)
        target = build.target(inputs.target) if build.stages else None
        if not build.stages:
            why = "dockerfile contains no stages to build"
        elif target is None:
            why = f"failed to reach build target {inputs.target} in Dockerfile"
        else:
            log = _Log(Site(build, context, image), inputs, asked, bases)
            return log.run(head, build.stages[: target + 1])
    return Transcript(head, (f"Error response from daemon: {why}",), 1)


class _Log:
    """One build's log, as far as it has come."""

    def __init__(self, site: Site, inputs: Inputs, asked: Asked, bases: Bases) -> None:
        self.site = site
        self.build = site.build
        self.inputs = inputs
        self.asked = asked
        self.bases = bases
        self.lines: list[str] = []
        self.made: set[tuple[object, ...]] = set()  # chains of steps that have been built
        self.ends: dict[int, tuple[object, ...]] = {}  # the chain that each stage ends with
        self.checks: dict[int, tuple[str, ...]] = {}  # the health check that each stage ends with

    def run(self, head: tuple[str, ...], stages: tuple[Stage, ...]) -> Transcript:
        """The whole log."""
        found = self._steps(stages)
        if found is None and not self.ends[stages[-1].index][1:] and stages[-1].scratch:
            error = "Error response from daemon: No image was generated. Is your Dockerfile empty?"
            return self._done(head, (error,), 1)
        if found is not None:
            return self._done(head, found.lines, found.code)
        if self.asked.quiet:
            return Transcript((f"sha256:{ID}",))
        unused = self._unused(stages)
        if unused:
            self.lines.append(f"[Warning] One or more build-args [{' '.join(unused)}] were not consumed")
        self.lines.append(f"Successfully built {ID}")
        tags = dict.fromkeys(familiar(tag) for tag in self.asked.tags)
        self.lines += [f"Successfully tagged {tag}" for tag in tags]
        return self._done(head)

    def _done(self, head: tuple[str, ...], error: tuple[str, ...] = (), code: int = 0) -> Transcript:
        return Transcript(() if self.asked.quiet else (*head, *self.lines), error, code)

    # --- steps ---------------------------------------------------------------------------------------------

    def _steps(self, stages: tuple[Stage, ...]) -> Failure | None:
        """Write the steps; what stops them, or None."""
        arguments = [node for node in self.build.global_instructions if isinstance(node, Arg)]
        labels = sorted(dict(self.inputs.labels).items())
        total = len(arguments) + len(labels) + sum(1 + len(stage.instructions) for stage in stages)
        numbers = iter(range(1, total + 1))
        for argument in arguments:
            self._step(next(numbers), total, _text(argument))
        for stage in stages:
            self._step(next(numbers), total, _text(stage.from_))
            found = self._from(stage)
            if found is not None:
                return found
            for node in stage.instructions:
                self._step(next(numbers), total, _text(node))
                found = self._dispatch(stage, node, self._line(node))
                if found is not None:
                    return found
                self.lines.append(f" ---> {ID}")
        for key, value in labels:
            text = f"LABEL {key}={value}"
            self._step(next(numbers), total, text)
            self._container(stages[-1], ("LABEL", text))
            self.lines.append(f" ---> {ID}")
        return None

    def _step(self, number: int, total: int, text: str) -> None:
        self.lines.append(f"Step {number}/{total} : {text}")

    def _line(self, node: Instruction) -> int:
        return self.build.document.source.position(node.span.start).line

    def _from(self, stage: Stage) -> Failure | None:
        """Begin a stage: its base's image, and its base's triggers."""
        line = self._line(stage.from_)
        found = failure(self.site, stage, stage.from_, line)
        if found is not None:
            return found
        image = self._base(stage)
        if stage.base is not None:
            self.ends[stage.index] = self.ends[stage.base]
            self.checks[stage.index] = self.checks[stage.base]
            texts = [
                trigger_text(node)
                for node in self.build.stages[stage.base].instructions
                if isinstance(node, Onbuild)
            ]
        else:
            reference = known_image(stage)
            name = full_name(reference) if isinstance(reference, str) and not stage.scratch else reference
            self.ends[stage.index] = ((name, stage.platform),)
            health = image.config.healthcheck if image is not None else None
            self.checks[stage.index] = health.test if health is not None and hasattr(health, "test") else ()
            texts = list(image.config.onbuild) if image is not None else []
        if texts:
            self.lines.append(f"# Executing {len(texts)} build trigger{'s' if len(texts) > 1 else ''}")
        for text in texts:
            try:
                node = read_trigger(text)
            except Stop as stop:
                return Failure((stop.error.message,))
            found = self._dispatch(stage, node, line, trigger=True)
            if found is not None:
                return found
        self.lines.append(f" ---> {'' if stage.scratch and not texts else ID}")
        return None

    def _base(self, stage: Stage) -> BaseImage | None:
        from dfcheck.resolve.platforms import parse_platform

        reference = known_image(stage)
        if stage.base is not None or stage.scratch or not isinstance(reference, str):
            return None
        platform = self.inputs.platform or self.inputs.build_platform
        if isinstance(stage.platform, Known) and stage.platform.value:
            platform = stage.platform.value
        return self.bases(full_name(reference), parse_platform(platform))

    def _dispatch(
        self, stage: Stage, node: Instruction, line: int, *, trigger: bool = False
    ) -> Failure | None:
        """What an instruction prints between its step and its image."""
        found = failure(self.site, stage, node, line, trigger=trigger)
        if found is not None:
            if found.ran:
                self.lines.append(f" ---> Running in {ID}")
                if self.asked.force_remove:
                    self.lines.append(f"Removing intermediate container {ID}")
            return found
        if isinstance(node, Healthcheck):
            self._health(stage, node)
        key = (node.keyword.text.upper(), " ".join(_text(node).split()[1:]))
        if isinstance(node, (Copy, Add)):
            source: tuple[object, ...] = ()
            if isinstance(node, Copy) and node.from_ is not None:
                source = (node.from_.text, *self._of_stage(node.from_.text))
            self._made(stage, (*key, source))
        else:
            self._container(stage, key)
        return None

    def _of_stage(self, name: str) -> tuple[object, ...]:
        """The chain of the stage that `--from` names; empty for an image."""
        for index in sorted(self.ends, reverse=True):
            if self.build.stages[index].name == name.lower() or str(index) == name:
                return self.ends[index]
        return ()

    def _made(self, stage: Stage, key: tuple[object, ...]) -> bool:
        """Note an image made by a step; whether it was there already, which the log tells."""
        chain = (*self.ends[stage.index], key)
        self.ends[stage.index] = chain
        known = chain in self.made and self.asked.cache
        self.made.add(chain)
        if known:
            self.lines.append(" ---> Using cache")
        return known

    def _container(self, stage: Stage, key: tuple[object, ...]) -> None:
        """A step that takes a temporary container."""
        if self._made(stage, key):
            return
        self.lines.append(f" ---> Running in {ID}")
        if self.asked.remove or self.asked.force_remove:
            self.lines.append(f"Removing intermediate container {ID}")

    def _health(self, stage: Stage, node: Healthcheck) -> None:
        before = self.checks[stage.index]
        if before and before[0] != "NONE":
            self.lines.append(f"Note: overriding previous HEALTHCHECK: [{' '.join(before)}]")
        command = node.command
        if command is None:
            now: tuple[str, ...] = ("NONE",)
        elif isinstance(command, ExecForm):
            now = ("CMD", *(token.text for token in command.arguments))
        else:
            now = ("CMD-SHELL", command.text)
        self.checks[stage.index] = now

    def _unused(self, stages: tuple[Stage, ...]) -> list[str]:
        """Build arguments that no ARG has taken."""
        nodes = [*self.build.global_instructions, *(node for stage in stages for node in stage.instructions)]
        taken = {pair.key.text for node in nodes if isinstance(node, Arg) for pair in node.pairs}
        return sorted(self.inputs.build_args.keys() - taken - BUILT_IN)


def _text(node: Instruction) -> str:
    """An instruction as the builder shows it: as written, continuations joined."""
    return node.line.text.strip(SPACE)

"""Starts: what a stage is before its first instruction: another stage, an image, or nothing."""

from __future__ import annotations

from dfcheck.resolve.platforms import parse_platform
from dfcheck.simulate.config import Config
from dfcheck.simulate.files import change_directory
from dfcheck.simulate.graph import vertex
from dfcheck.simulate.image_tree import image_tree
from dfcheck.simulate.keys import image_key
from dfcheck.simulate.model import Gap, Layer
from dfcheck.simulate.plan import SCRATCH, known_image
from dfcheck.simulate.references import full_name
from dfcheck.simulate.state import State, Stop, add_env
from dfcheck.simulate.steps import begin
from dfcheck.simulate.tree import EMPTY
from dfcheck.syntax.words import Known, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dfcheck.resolve import Stage
    from dfcheck.resolve.platforms import Platform
    from dfcheck.simulate.bases import BaseImage
    from dfcheck.simulate.graph import Vertex
    from dfcheck.simulate.model import Step
    from dfcheck.simulate.tree import Tree

    # Gives the image of a full reference for a platform; None when it is not at hand.
    Bases = Callable[[str, Platform], BaseImage | None]

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
CURE = "a `--base` that is an archive or an OCI layout"


class Images:
    """The external images of a build, each looked up once.

    Attributes:
        target: The platform to build for.
    """

    __slots__ = ("_bases", "_found", "target")

    def __init__(self, bases: Bases, target: Platform) -> None:
        self._bases = bases
        self._found: dict[tuple[str, str], BaseImage | None] = {}
        self.target = target

    def platform_of(self, stage: Stage) -> Platform:
        """The platform that a stage's image is pulled for."""
        if isinstance(stage.platform, Known) and stage.platform.value:
            return parse_platform(stage.platform.value)
        return self.target

    def of(self, stage: Stage) -> BaseImage | None:
        """The external image that a stage is built from, when it is at hand."""
        image = known_image(stage)
        if stage.base is not None or isinstance(image, Unknown) or image in {SCRATCH, ""}:
            return None
        return self.named(image, self.platform_of(stage))

    def named(self, reference: str, platform: Platform) -> BaseImage | None:
        """The image of a reference, when it is at hand."""
        try:
            name = full_name(reference)
        except Stop:
            return None
        key = (name, str(platform))
        if key not in self._found:
            self._found[key] = self._bases(name, platform)
        return self._found[key]


def inherited(base: State, stage: Stage, line: int, prefix: str) -> State:
    """A stage that begins as another one ends."""
    config = base.config._replace(onbuild=())
    return base._replace(
        config=config, stage=stage.index, prefix=prefix, number=0, line=line, cmd_set=False, trigger=False
    )


def external(stage: Stage, images: Images, line: int, prefix: str, total: int, *, seen: int = 0) -> State:
    """A stage that begins with an image outside the file, or with nothing.

    Args:
        stage: The stage.
        images: Of the build.
        line: Line of its FROM.
        prefix: What its steps are called by.
        total: How many steps it has, without those of triggers.
        seen: How often BuildKit has looked at the image for nothing; it counts that as steps.
    """
    platform = images.target if stage.scratch else images.platform_of(stage)
    empty = State(
        config=Config(),
        env=(),
        rest=None,
        args=(),
        history=(),
        layers=(),
        base_layers=0,
        base_history=0,
        tree=EMPTY,
        directory="/",
        platform=platform,
        image=platform,
        author="",
        os_features=(),
        stage=stage.index,
        prefix=prefix,
        number=0 if stage.scratch else seen,
        total=total,
        trigger=False,
        line=line,
        cmd_set=False,
        vertex=None,
    )
    if stage.scratch:
        env = () if platform.os == "windows" else (("PATH", PATH),)
        return empty._replace(config=Config(workdir="/", env=env))
    reference = known_image(stage)
    name = (
        stage.from_.image.text if isinstance(reference, Unknown) else full_name(reference).partition("@")[0]
    )
    image = images.of(stage)
    if image is not None and is_empty(image):
        return _known(empty, image)
    state, step = begin(empty, f"FROM {name}", "base")
    full = name if isinstance(reference, Unknown) else full_name(reference)
    state = state._replace(vertex=pulled(full, platform, step, state.number, image))
    return _unknown(state, stage, name) if image is None else _known(state, image)


def is_empty(image: BaseImage) -> bool:
    """Whether BuildKit takes the image for `scratch` with a config: it has no layers, and never says that it has."""
    return not image.diff_ids and all(item.empty_layer for item in image.history or ())


def _known(state: State, image: BaseImage) -> State:
    """`state` with a base image that is at hand."""
    layers, tree = base_files(image)
    if image.history is None:
        gap = Gap("history", "is not part of what is known of the base image", state.line, CURE)
        state = state._replace(gaps=(gap,), base_history=None)
    else:
        state = state._replace(base_history=len(image.history))
    return state._replace(
        config=image.config._replace(onbuild=()),
        history=image.history or (),
        layers=layers,
        base_layers=len(layers),
        tree=tree,
        image=image.platform,
        author=image.author,
        os_features=image.os_features,
    )


def _unknown(state: State, stage: Stage, name: str) -> State:
    """`state` with a base image that is not at hand."""
    why = Unknown(f"depends on the base image `{stage.from_.image.text}`")
    gap = Gap("base image", why.why, state.line, f"--base {name}=PATH")
    config = Config.unknown(why)
    return state._replace(
        config=config, base_layers=None, base_history=None, tree=why, directory=why, gaps=(gap,)
    )


def settled(state: State, total: int) -> State:
    """A stage as its first instruction finds it: PATH, variables and directory from the config.

    Args:
        state: As the base gives it.
        total: How many steps it has, those of triggers included.
    """
    config = state.config
    if config.variable("PATH") is None and state.platform.os != "windows":
        config = config._replace(env=(*config.env, ("PATH", PATH)))
    env = state.env
    for name, value in config.env:
        env = add_env(env, name, value)
    state = state._replace(config=config, env=env, rest=config.rest, total=total)
    return state if config.workdir == "" else change_directory(state, config.workdir)


def pulled(
    reference: str, platform: Platform, step: Step, number: int, image: BaseImage | None = None
) -> Vertex:
    """The operation that pulls an image, of which `image` is known."""
    content = ("image", reference.partition("@")[0], str(platform))
    return vertex(content, (), step, number, image_key(reference, str(platform), image))


def base_files(image: BaseImage) -> tuple[tuple[Layer, ...], Tree | Unknown]:
    """The layers of a base image, and its files."""
    why = Unknown("came with the base image")
    texts = [item.created_by for item in image.history or () if not item.empty_layer]
    texts += [""] * (len(image.diff_ids) - len(texts))
    stored = (*(image.layers or ()), *(None for _ in image.diff_ids))
    layers = tuple(
        Layer(None, text, digest, why, why, why, why, reader)
        for digest, text, reader in zip(image.diff_ids, texts, stored, strict=False)
    )
    if image.layers is None:
        return layers, Unknown("needs the files of the base image, of which only the config is known")
    return layers, image_tree(image.layers)

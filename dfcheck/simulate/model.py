"""Model: the values that a simulation takes and gives.

A part that cannot be told is `Unknown(why)`, never a guess.
"""

from __future__ import annotations

from dfcheck.syntax.words import Unknown
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO, TypeAlias

    from dfcheck.resolve import Build
    from dfcheck.simulate.config import Config
    from dfcheck.simulate.graph import Vertex
    from dfcheck.simulate.tree import Tree
    from dfcheck.syntax.nodes import Run
    from dfcheck.syntax.words import Known

# Why the bytes of a layer are not known, after the name of a path in it, when only their time is missing.
TIMED = "has the time of the build"

# Opens a file's bytes anew each time; whoever calls it closes what it gives.
Reader: TypeAlias = "Callable[[], BinaryIO]"


class Entry(Value):
    """One member of a layer's tar, in the tar's order.

    Attributes:
        path: From the root, without a slash at either end; `.wh.NAME` as last part for a deletion.
        type: `file`, `dir`, `symlink`, `hardlink`, `fifo`, `char` or `block`. A deletion is an empty `file`.
        mode: Permission, set-uid, set-gid and sticky bits.
        uid: Owner.
        gid: Group.
        size: Bytes of content; 0 for all but files.
        mtime: Seconds since 1970, as the tar has it (cut to SOURCE_DATE_EPOCH where one is set); None when it is
            the moment of the build.
        link: Where a symlink leads, or which path a hardlink repeats; otherwise empty.
        line: Line of the instruction that made it; None when it came with a base image.
        content: Opens the bytes; None when there are none or they cannot be told.
        device: Major and minor number of a device.
        capability: The `security.capability` attribute, empty without one.
    """

    path: str
    type: str
    mode: int
    uid: int
    gid: int
    size: int
    mtime: int | None
    link: str = ""
    line: int | None = None
    content: Reader | None = None
    device: tuple[int, int] = (0, 0)
    capability: bytes = b""


class Layer(Value):
    """A layer of the image.

    Attributes:
        line: Line of the instruction that makes it; None for a layer of an external base.
        created_by: The history's text for it.
        diff_id: `sha256:…` of its tar.
        size: Bytes of file content in it.
        entries: Its tar's members in order.
        tar_size: Bytes of its tar.
        written: The same as `entries` where these are known. Where only the files below are not known: what COPY,
            ADD or WORKDIR writes, as it would look in an empty file system. Unknown for RUN.
        stored: Opens the tar of a base's layer, as it is stored: it may be compressed. None for all others.
    """

    line: int | None
    created_by: str
    diff_id: str | Unknown
    size: int | Unknown
    entries: tuple[Entry, ...] | Unknown
    tar_size: int | Unknown = Unknown("is not asked for")
    written: tuple[Entry, ...] | Unknown = Unknown("is not asked for")
    stored: Reader | None = None


class HistoryItem(Value):
    """An entry of the image's history; empty texts and None are left out of the JSON.

    Attributes:
        created: RFC 3339 time; None when there is none.
        created_by: What made it.
        comment: `buildkit.dockerfile.v0` for instructions.
        empty_layer: Whether it has no layer.
        author: Of the base image's entries, or empty.
        line: Line of the instruction; None when it came with a base image.
        known: Whether `created_by` is certain; if not, variables stand in it as they are written.
    """

    created: str | Unknown | None
    created_by: str
    comment: str = ""
    empty_layer: bool = False
    author: str = ""
    line: int | None = None
    known: bool = True


class Step(Value):
    """A step of the build as BuildKit's progress shows it.

    Attributes:
        name: `[builder 2/4] COPY . .`.
        line: Line of its instruction.
        kind: `base`, `file system` or `start-up`.
        stage: Index of the stage.
    """

    name: str
    line: int
    kind: str
    stage: int


class BuildError(Value):
    """Why and where the build stops.

    Attributes:
        message: In BuildKit's words where those are clear.
        line: Line of the instruction; None for the build as a whole.
        help: What to do, or empty.
    """

    message: str
    line: int | None = None
    help: str = ""


class Gap(Value):
    """Something that the simulation cannot tell; said once, at its source.

    Attributes:
        what: The part: `base image`, `layer`, `config`.
        why: A clause for it.
        line: The line that it comes from.
        cure: What would make it known, e.g. `--base alpine:3.22=PATH`; or empty.
    """

    what: str
    why: str
    line: int | None = None
    cure: str = ""


class RunPlan(Value):
    """What is known of a RUN before it runs.

    Attributes:
        line: Its line.
        stage: Index of its stage.
        argv: The process that BuildKit starts.
        environment: Its environment without proxy variables, in order.
        user: As USER names it; empty for root.
        directory: Working directory.
        mounts: Its mounts as written.
        node: The instruction; `dfcheck.simulate.adds` tells from it what kind of content it adds.
        trigger: Whether it came from an ONBUILD, so that its spans are not those of the file.
    """

    line: int
    stage: int
    argv: tuple[str | Unknown, ...] | Unknown
    environment: tuple[tuple[str, str | Unknown], ...]
    user: str | Unknown
    directory: str | Unknown
    mounts: tuple[str, ...]
    node: Run
    trigger: bool = False


class BuiltStage(Value):
    """A stage that takes part.

    Attributes:
        index: From 0, in the file.
        name: In lower case; None when it has none.
        line: Of its FROM.
        image: The image outside the file that it begins with; None for scratch and for another stage.
        base: Index of the stage that it begins with.
        kept: Whether its layers are part of the image: it is the target, or the target is built from it.
        layers: Its layers, those of its base included where they are known.
        base_layers: How many of these came with an image outside the file; None when they are not known.
        tree: Its files in the end.
    """

    index: int
    name: str | None
    line: int
    image: Known | Unknown | None
    base: int | None
    kept: bool
    layers: tuple[Layer, ...]
    base_layers: int | None
    tree: Tree | Unknown


class Image(Value):
    """What a build makes: the end of the fold.

    Attributes:
        platform: `linux/amd64`.
        config: What a container starts with.
        history: Oldest first.
        layers: Oldest first, those of the base included where they are known.
        steps: BuildKit's steps, stages in file order.
        config_json: The config blob, byte for byte.
        image_id: `sha256:…` of `config_json`.
        exact: Whether nothing in it depends on the clock or on a RUN.
        runs: Every RUN of the stages that take part.
        gaps: What could not be told, in source order.
        error: Where the build stops; what stands above is then as far as it came.
        base_layers: How many of `layers` came with the base image; None when they are not known.
        build: The resolved Dockerfile; None when it could not be.
        stages: The stages that take part, in the order of the file.
        origins: The line that gave a part of `config` its value; see `dfcheck.simulate.origins`.
        vertex: Its last operation; None when there is none, or when the build stops before anything runs.
    """

    platform: str | Unknown
    config: Config
    history: tuple[HistoryItem, ...]
    layers: tuple[Layer, ...]
    steps: tuple[Step, ...]
    config_json: str | Unknown
    image_id: str | Unknown
    exact: bool
    runs: tuple[RunPlan, ...] = ()
    gaps: tuple[Gap, ...] = ()
    error: BuildError | None = None
    base_layers: int | None = 0
    build: Build | None = None
    stages: tuple[BuiltStage, ...] = ()
    origins: tuple[tuple[str, int], ...] = ()
    vertex: Vertex | None = None


class Inputs(Value):
    """What a simulation is given beside file, context and bases.

    Attributes:
        build_args: `--build-arg` values; SOURCE_DATE_EPOCH among them.
        labels: `--label` values, in order.
        target: Name of the stage to build; None for the last one.
        platform: `--platform`; None for the machine's own.
        build_platform: The machine's own platform.
        digests: Whether layers' digests are wanted; without, contents are not read unless they decide something.
        complete: Whether `build_args` are all there are; if not, an ARG without a default is Unknown.
        lenient: Whether a source that the context lacks ends nothing; what its instruction writes is Unknown then.
    """

    build_args: dict[str, str | Unknown]
    labels: tuple[tuple[str, str], ...] = ()
    target: str | None = None
    platform: str | None = None
    build_platform: str = "linux/amd64"
    digests: bool = True
    complete: bool = True
    lenient: bool = False

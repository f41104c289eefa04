"""Fold: from the first instruction of a stage to its last, `step(state, instruction) -> state`."""

from __future__ import annotations

from dfcheck.simulate import files, metadata
from dfcheck.simulate.derived import with_origins
from dfcheck.simulate.ports import expose
from dfcheck.simulate.run import run
from dfcheck.syntax import nodes as n

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dfcheck.simulate.files import Source
    from dfcheck.simulate.state import Setting, State

METADATA: dict[type, Callable[..., State]] = {
    n.Arg: metadata.arg,
    n.Cmd: metadata.cmd,
    n.Entrypoint: metadata.entrypoint,
    n.Env: metadata.env,
    n.Expose: expose,
    n.Healthcheck: metadata.healthcheck,
    n.Label: metadata.label,
    n.Maintainer: metadata.maintainer,
    n.Onbuild: metadata.onbuild,
    n.Shell: metadata.shell,
    n.Stopsignal: metadata.stopsignal,
    n.User: metadata.user,
    n.Volume: metadata.volume,
}


def step(state: State, node: n.Instruction, setting: Setting, sources: tuple[Source, ...]) -> State:
    """The state after an instruction.

    Args:
        state: Before it.
        node: Any instruction of a stage.
        setting: Of the build.
        sources: Where it takes files from: one for COPY and ADD, one for each mount of RUN.

    Raises:
        Stop: BuildKit would stop here.
    """
    if isinstance(node, n.Run):
        return run(state, node, setting, sources)
    if isinstance(node, (n.Copy, n.Add)):
        return files.copy(state, node, setting, sources[0])
    if isinstance(node, n.Workdir):
        return with_origins(state, files.workdir(state, node, setting), node)
    handler = METADATA.get(type(node))
    if handler is None:
        return state
    return with_origins(state, handler(state, node, setting), node)

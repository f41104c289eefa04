"""Finish: from a stage's last state to the image that BuildKit exports: times, platform, config bytes, digest.

Source: BuildKit's image exporter.
"""

from __future__ import annotations

from dfcheck.resolve.platforms import Platform, parse_platform
from dfcheck.simulate.config import config_object, go_json, image_object, set_label, unknowns
from dfcheck.simulate.graph import steps
from dfcheck.simulate.model import TIMED, Gap, HistoryItem, Image
from dfcheck.syntax.words import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.simulate.model import BuildError, Inputs, RunPlan
    from dfcheck.simulate.state import Setting, State

CLOCK = Unknown("depends on the moment of the build")
CURE = "--build-arg SOURCE_DATE_EPOCH=SECONDS"


def finish(
    state: State,
    inputs: Inputs,
    setting: Setting,
    *,
    gaps: tuple[Gap, ...],
    runs: tuple[RunPlan, ...],
    error: BuildError | None,
) -> Image:
    """The image that `state` ends in.

    Args:
        state: The target's last state.
        inputs: What the simulation was given.
        setting: Of the build.
        gaps: What could not be told in any stage.
        runs: The RUNs of all stages that take part.
        error: Why the build stops.
    """
    config = state.config
    for key, value in inputs.labels:
        config = config._replace(labels=set_label(config.labels, key, value))
    platform = _platform(state, inputs, setting)
    history = _times(state, setting)
    digests = [layer.diff_id for layer in state.layers]
    sure = (
        error is None
        and state.base_history is not None
        and all(item.known and not isinstance(item.created, Unknown) for item in history)
        and not unknowns(config)
        and bool(platform.os and platform.arch)
    )
    why = _why(state, history, error)
    text: str | Unknown = why
    image_id: str | Unknown = why
    if sure and all(isinstance(item, str) for item in digests):
        text = go_json(
            image_object(
                config,
                history,
                tuple(str(item) for item in digests),
                platform=platform,
                author=state.author,
                os_features=state.os_features,
            )
        )
        image_id = _digest(text)
    timed = why is CLOCK or why.why.endswith(TIMED)
    if text is why and error is None and (timed or not gaps):
        gaps = (*gaps, Gap("image ID", why.why, None, CURE if timed else ""))
    return Image(
        str(platform),
        config,
        history,
        state.layers,
        steps(state.vertex),
        text,
        image_id,
        exact=isinstance(text, str),
        runs=runs,
        gaps=gaps,
        error=error,
        base_layers=state.base_layers,
    )


def _digest(text: str) -> str:
    from hashlib import sha256

    return "sha256:" + sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _why(state: State, history: tuple[HistoryItem, ...], error: BuildError | None) -> Unknown:
    """Why there is no exact config."""
    if error is not None:
        return Unknown("the build stops")
    if state.base_history is None and state.gaps:
        return Unknown(state.gaps[0].why)
    for layer in state.layers:
        if isinstance(layer.diff_id, Unknown):
            return layer.diff_id
    found = unknowns(state.config)
    if found:
        return found[0]
    return next((item.created for item in history if isinstance(item.created, Unknown)), CLOCK)


def _platform(state: State, inputs: Inputs, setting: Setting) -> Platform:
    """The platform that the config names: of the base, or of `--platform` where it is given."""
    image, target = state.image, setting.target_platform
    if inputs.platform is not None:
        same = (image.os, image.arch) == (target.os, target.arch)
        image = Platform(
            target.os,
            target.arch,
            target.variant if target.variant or not same else image.variant,
            target.version if target.version or not same else image.version,
        )
    if not image.arch:
        return image
    normal = parse_platform("/".join(part for part in (image.os, image.arch, image.variant) if part))
    return normal._replace(version=image.version)


# --- times -------------------------------------------------------------------------------------------------


def _times(state: State, setting: Setting) -> tuple[HistoryItem, ...]:
    """The history with the times that the exporter fills in.

    Entries of the base keep their times as long as nothing before or in them has changed.
    """
    base = state.base_history
    history = _filled(state.history if base is None else _with_layers_counted(state))
    if setting.epoch is None:
        return history
    kept = 0
    while kept < min(base or 0, len(state.history)) and history[kept] == state.history[kept]:
        kept += 1
    return history[:kept] + tuple(
        item._replace(created=setting.created)
        if not isinstance(item.created, str) or _after(item.created, setting.epoch)
        else item
        for item in history[kept:]
    )


def _with_layers_counted(state: State) -> tuple[HistoryItem, ...]:
    """The history with as many entries that have a layer as there are layers.

    Too many become empty ones, from the last on; what lacks is added at the end, in words that are not certain.
    """
    if state.base_layers is None:
        return state.history
    left = len(state.layers)
    out: list[HistoryItem] = []
    for item in state.history:
        out.append(item._replace(empty_layer=True) if left == 0 else item)
        left -= not out[-1].empty_layer
    for layer in state.layers[len(state.layers) - left :]:
        text = layer.created_by or "pulled from the base image's registry"
        out.append(HistoryItem(None, text, "buildkit.exporter.image.v0", line=layer.line, known=False))
    return tuple(out)


def _filled(history: tuple[HistoryItem, ...]) -> tuple[HistoryItem, ...]:
    """Entries without a time get one: of their layer, or of the first new layer, or the last there is."""
    items = [
        item._replace(created=CLOCK) if item.created is None and not item.empty_layer else item
        for item in history
    ]
    time: str | Unknown | None = None
    missing = False
    for item in items:
        missing = missing or item.created is None
        if item.created is not None:
            time = item.created
            if missing:
                break
    missing = False
    for index, item in enumerate(items):
        if item.created is None:
            missing = True
            items[index] = item._replace(created=time)
        elif missing:
            time = item.created
    return tuple(items)


def _after(text: str, epoch: int) -> bool:
    """Whether an RFC 3339 time lies behind `epoch` (seconds since 1970)."""
    from datetime import datetime

    try:
        return datetime.fromisoformat(text).timestamp() > epoch
    except ValueError:
        return False


def go_epoch(seconds: int) -> str:
    """Seconds since 1970 as Go writes them into JSON."""
    from datetime import UTC, datetime, timedelta

    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    return f"{moment.year:04}-{moment:%m-%dT%H:%M:%SZ}"


def config_of(image: Image) -> dict[str, object]:
    """The `config` object of the image; what is not known is left out."""
    return config_object(image.config)

"""Gates: limits that a prediction must keep, for CI: how large, how many layers, which files never.

Only what is known can break a limit; what is not known is said.
"""

from __future__ import annotations

from dfcheck.simulate.ignore import Matcher
from dfcheck.simulate.sizes import human
from dfcheck.syntax.words import Unknown
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.simulate.model import Image, Layer

SHOWN = 3  # paths of one layer


class Limits(Value):
    """What an image must keep.

    Attributes:
        size: Most bytes of file content in all its layers; None for no limit.
        layers: Most layers; None for no limit.
        forbidden: Patterns, as in `.dockerignore`, of paths that no layer may hold, even if a later one deletes them.
            One without a slash counts at any depth.
    """

    size: int | None = None
    layers: int | None = None
    forbidden: tuple[str, ...] = ()


class Breach(Value):
    """A limit that is broken.

    Attributes:
        line: Of the instruction; None for the image as a whole.
        message: One line.
    """

    line: int | None
    message: str


class Verdict(Value):
    """What came of it.

    Attributes:
        breaches: Broken limits.
        unknown: What could not be looked at, one line each.
    """

    breaches: tuple[Breach, ...]
    unknown: tuple[str, ...]


def judge(image: Image, limits: Limits) -> Verdict:
    """Hold an image against limits.

    Raises:
        BadPattern: A forbidden pattern cannot be read.
    """
    breaches: list[Breach] = []
    size = sum(layer.size for layer in image.layers if not isinstance(layer.size, Unknown))
    if limits.size is not None and size > limits.size:
        sure = image.base_layers is not None and not any(
            isinstance(layer.size, Unknown) for layer in image.layers
        )
        least = "" if sure else "at least "
        breaches.append(
            Breach(None, f"the image holds {least}{human(size)}, more than the {human(limits.size)} allowed")
        )
    if limits.layers is not None and len(image.layers) > limits.layers:
        least = "at least " if image.base_layers is None else ""
        breaches.append(
            Breach(
                None,
                f"the image has {least}{len(image.layers)} layers, more than the {limits.layers} allowed",
            )
        )
    for pattern in limits.forbidden:
        matcher = Matcher((pattern.lstrip("/") if "/" in pattern.strip("/") else f"**/{pattern}",))
        for layer in image.layers:
            breaches += _found(layer, pattern, matcher)
    return Verdict(tuple(breaches), _unknown(image, limits))


def _found(layer: Layer, pattern: str, matcher: Matcher) -> list[Breach]:
    if isinstance(layer.written, Unknown):
        return []
    # A whiteout only hides; what lies below it was found in the layer that brought it.
    paths = [
        entry.path for entry in layer.written if ".wh." not in entry.path and _matches(matcher, entry.path)
    ]
    if not paths:
        return []
    more = f" and {len(paths) - SHOWN} more" if len(paths) > SHOWN else ""
    names = ", ".join(f"`{path}`" for path in paths[:SHOWN])
    return [Breach(layer.line, f"this layer holds {names}{more}, forbidden by `{pattern}`")]


def _matches(matcher: Matcher, path: str) -> bool:
    """Whether a path or a directory above it matches."""
    return matcher.mark_alone(path).matched


def _unknown(image: Image, limits: Limits) -> tuple[str, ...]:
    out: list[str] = []
    if image.base_layers is None and image.error is None:
        out.append("the base image is not known: its size, layers and files are not counted")
    elif image.base_layers and (limits.size is not None or limits.forbidden):
        out.append(f"the {image.base_layers} layers of the base image are not looked into")
    for layer in image.layers:
        blind = layer.size if limits.size is not None else layer.written if limits.forbidden else None
        if layer.line is not None and isinstance(blind, Unknown):
            out.append(f"the layer of line {layer.line} is not looked into: it {blind.why}")
    return tuple(out)

"""Image history: the columns of `docker history --no-trunc`, newest entry first."""

from __future__ import annotations

from dfcheck.report.display import safe
from dfcheck.simulate.sizes import human
from dfcheck.syntax.words import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.simulate.model import HistoryItem, Image, Layer

COLUMNS = ("IMAGE", "CREATED", "CREATED BY", "SIZE", "COMMENT")
MISSING = "<missing>"
DIGITS = 3  # of sizes, as docker rounds them here
GAP = "   "


def as_history(image: Image) -> str:
    """One line an entry: image, time, instruction, size of its layer, comment."""
    layers = list(image.layers)
    table = [COLUMNS]
    first = image.image_id if isinstance(image.image_id, str) else "<id>"
    for item in reversed(image.history):
        layer = layers.pop() if layers and not item.empty_layer else None
        table.append((first, _time(item), _text(item), _size(item, layer), safe(item.comment)))
        first = MISSING
    if image.base_layers is None and image.error is None:
        table.append((first, "unknown", "all that the base image brings", "unknown", ""))
    widths = [max(len(row[column]) for row in table) for column in range(len(COLUMNS))]
    lines = (
        GAP.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table
    )
    return "".join(f"{line}\n" for line in lines)


def _time(item: HistoryItem) -> str:
    return item.created if isinstance(item.created, str) else "<time>"


def _text(item: HistoryItem) -> str:
    """The instruction on one line."""
    return safe(" ".join(item.created_by.split("\n")))


def _size(item: HistoryItem, layer: Layer | None) -> str:
    if item.empty_layer:
        return "0B"
    if layer is None or isinstance(layer.size, Unknown):
        return "unknown"
    return human(layer.size, DIGITS)

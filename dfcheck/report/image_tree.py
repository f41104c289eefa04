"""Image tree: a predicted image for people: each instruction, what it does and what it weighs; then what will run."""

from __future__ import annotations

from dfcheck.knowledge.images import usually
from dfcheck.report import start as starts
from dfcheck.report.display import paint, safe, width
from dfcheck.simulate.references import full_name
from dfcheck.simulate.rows import FILES, added, rows
from dfcheck.simulate.sizes import human
from dfcheck.syntax.words import Known, Unknown
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.simulate.model import BuiltStage, Entry, Gap, Image, Layer
    from dfcheck.simulate.rows import Row
    from dfcheck.simulate.runs import Start

SHOWN = 4  # files of a layer without `--entries`
NARROW = 60  # columns below which nothing is cut
LONGEST = 48  # columns of an instruction


class Heading(Value):
    """What the screen is about.

    Attributes:
        tags: Names of the image.
        dockerfile: Path of the file.
        command: The command that runs it: `docker run`.
        runs: Whether that command is what was asked about, so that all of the start is told.
        entries: Whether every file of each layer is listed.
        offered: Files and bytes that the context offers to the builder; None when it is not known.
    """

    tags: tuple[str, ...]
    dockerfile: str
    command: str = "docker run"
    runs: bool = False
    entries: bool = False
    offered: tuple[int, int] | None = None


def as_tree(
    image: Image, start: Start, heading: Heading, *, colours: bool = False, columns: int = 100
) -> str:
    """The screen.

    Args:
        image: The prediction.
        start: What a container of it starts.
        heading: What it is about.
        colours: Whether a terminal shows colours.
        columns: Its width.
    """
    name = ", ".join(heading.tags) or heading.dockerfile
    out = [f"{paint(safe(name), 'bold', colours)}    predicted, {_platform(image)}"]
    out += _bases(image)
    if not heading.runs:
        out += ["", *_table(image, heading, colours, columns)]
    if image.error is not None:
        return _joined(out)
    if not heading.runs:
        out += ["", _total(image)]
        if heading.offered is not None:
            files, size = heading.offered
            out.append(
                f"context: {files} file{'' if files == 1 else 's'}, {human(size)} (`dfcheck context` lists them)"
            )
    title = f"{heading.command} {heading.tags[0] if heading.tags else 'IMAGE'} starts"
    out += ["", paint(safe(title), "bold", colours)]
    out += [f"  {label:<12} {safe(text)}".rstrip() for label, text in starts.lines(start, full=heading.runs)]
    out += _gaps(image, colours, run=heading.runs)
    return _joined(out)


def _joined(lines: list[str]) -> str:
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _platform(image: Image) -> str:
    return image.platform if isinstance(image.platform, str) else "unknown platform"


# --- bases -------------------------------------------------------------------------------------------------


def _bases(image: Image) -> list[str]:
    """One line for each image outside the file; what is not known of it is said here and nowhere else."""
    missing = {gap.line: gap for gap in image.gaps if gap.what == "base image"}
    out = []
    for stage in image.stages:
        if stage.image is None:
            continue
        name = stage.image.value if isinstance(stage.image, Known) else "an image that only the build knows"
        gap = missing.get(stage.line)
        if gap is not None:
            cure = f"`--base {safe(name)}=PATH`" if isinstance(stage.image, Known) else "`--build-arg`"
            pull = "`--pull` or " if isinstance(stage.image, Known) else ""
            told = f"unknown: its layers, environment, user and entrypoint; {pull}{cure} makes them known"
        else:
            count = stage.base_layers or 0
            told = f"known, {count} layer{'' if count == 1 else 's'}"
        out.append(f"  base   {safe(name)} (line {stage.line}): {told}")
        if gap is not None and isinstance(stage.image, Known):
            habit = usually(full_name(name))
            out += [f"         {safe(habit)}; nobody has looked at this one"] if habit else []
    return out


# --- the table ---------------------------------------------------------------------------------------------


def _table(image: Image, heading: Heading, colours: bool, columns: int) -> list[str]:
    found = rows(image)
    total = len(found)
    digits = len(str(total))
    numbers = [f"{row.number:>{digits}}/{total}" for row in found]
    lines = max([4, *(len(str(row.line)) for row in found)])
    texts = [_cut(safe(row.text), columns) for row in found]
    weights = [_weight(row) for row in found]
    wide = max([len("instruction"), *map(width, texts)])
    heavy = max([len("layer"), *map(len, weights)])
    left = max(len("step"), 2 * digits + 1)
    out = [f"  {'step':<{left}}  {'line':>{lines}}  {'instruction':<{wide}}  {'layer':>{heavy}}  changes"]
    several = len(image.stages) > 1
    shown: BuiltStage | None = None
    for row, number, text, weight in zip(found, numbers, texts, weights, strict=True):
        if several and row.stage is not None and row.stage is not shown:
            shown = row.stage
            out.append(paint(f"  {safe(_stage(shown))}", "dim", colours))
        line = f"{row.line:>{lines}}"
        pad = " " * (wide - width(text))
        out.append(
            f"  {number:<{left}}  {line}  {text}{pad}  {weight:>{heavy}}  {_changes(row, image, colours)}"
        )
        if heading.entries or row.kind == FILES:
            out += [f"  {'':{left}}  {'':{lines}}    {safe(item)}" for item in _files(row, heading.entries)]
        if image.error is not None and image.error.line == row.line:
            break
    return out


def _cut(text: str, columns: int) -> str:
    """An instruction as far as there is room for it."""
    room = LONGEST if columns < NARROW else max(24, min(LONGEST, columns - 52))
    return text if width(text) <= room else text[: room - 1] + "…"


def _stage(stage: BuiltStage) -> str:
    name = stage.name or f"stage {stage.index}"
    return (
        f"{name}: {'part of the image' if stage.kept else 'left behind, only what is copied from it counts'}"
    )


def _weight(row: Row) -> str:
    if row.text[:4].upper() == "FROM" and not row.layers:
        return (
            "empty"
            if row.stage is not None and row.stage.image is None and row.stage.base is None
            else "base"
        )
    if not row.layers:
        return "none"
    sizes = [layer.size for layer in row.layers]
    known = [size for size in sizes if not isinstance(size, Unknown)]
    if len(known) < len(sizes):
        return "unknown"
    return human(sum(known))


def _changes(row: Row, image: Image, colours: bool) -> str:
    text = row.kind
    if image.error is not None and image.error.line == row.line:
        return paint("the build stops here", "red", colours)
    if row.dead is not None:
        return f"{text}; no effect: line {row.dead} replaces it"
    plans = [plan for plan in image.runs if plan.line == row.line and not plan.trigger]
    if plans and image.build is not None:
        from dfcheck.simulate.adds import added as adds

        what = [
            f"{item.by}: {', '.join(item.what)}" if item.what else item.by
            for item in adds(image.build, plans[0].node)
        ]
        return f"{text}: {safe('; '.join(what))}" if what else text
    return text


def _files(row: Row, entries: bool) -> list[str]:
    """The files that an instruction writes, as far as they are known."""
    found = [entry for layer in row.layers for entry in _written(layer)]
    plain = [entry for entry in found if entry.type != "dir"] if not entries else found
    kept = plain if entries else plain[:SHOWN]
    out = [
        f"{entry.mode:04o} {entry.uid}:{entry.gid} {human(entry.size):>8}  /{entry.path}"
        + (f" -> {entry.link}" if entry.link else "")
        for entry in kept
    ]
    if len(plain) > len(kept):
        out.append(f"and {len(plain) - len(kept)} more (--entries lists them)")
    return out


def _written(layer: Layer) -> tuple[Entry, ...]:
    return () if isinstance(layer.written, Unknown) else layer.written


# --- below the table ---------------------------------------------------------------------------------------


def _total(image: Image) -> str:
    count, size, unknown = added(image)
    more = f" and {unknown} of unknown size" if unknown else ""
    text = f"layers added: {count - unknown if unknown else count} ({human(size)}){more}"
    if isinstance(image.image_id, str):
        text += f"    image ID {image.image_id}"
    elif count == 0:
        text += "    image = base + metadata"
    return text


def _gaps(image: Image, colours: bool, *, run: bool) -> list[str]:
    """What else is not known, each once; the image's ID does not matter to a run."""
    told = {"base image", "layer", *(("image ID",) if run else ())}
    rest = [gap for gap in image.gaps if gap.what not in told]
    rest += [
        gap for gap in image.gaps if gap.what == "layer" and not gap.why.startswith("depends on what the RUN")
    ]
    if not rest:
        return []
    return ["", paint("not known", "bold", colours), *(f"  {safe(_gap(gap))}" for gap in rest)]


def _gap(gap: Gap) -> str:
    where = "" if gap.line is None else f" (line {gap.line})"
    cure = f"; `{gap.cure}` tells it" if gap.cure else ""
    return f"{gap.what}{where}: {gap.why}{cure}"

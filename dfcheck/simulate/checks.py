"""Checks: what stops a build before its first instruction is looked at, and what resolution has found of the others."""

from __future__ import annotations

from dfcheck.simulate.plan import SCRATCH, known_image
from dfcheck.simulate.references import full_name
from dfcheck.simulate.state import Stop
from dfcheck.syntax.nodes import From, Invalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.resolve import Build
    from dfcheck.syntax.nodes import Document
    from dfcheck.syntax.words import Unknown

EPOCH = "SOURCE_DATE_EPOCH"


def check_document(document: Document) -> None:
    """Refuse a file that BuildKit cannot read.

    Raises:
        Stop: With the first fault.
    """
    faults = [
        (item.at.start, item.message, item.help)
        for item in document.instructions
        if isinstance(item, Invalid) and item.fatal
    ]
    faults += [(item.span.start, item.message, item.help) for item in document.problems]
    if faults:
        at, message, help_ = min(faults)
        raise Stop(message, document.source.position(at).line if document.source.text else None, help_)


def check_stages(build: Build) -> None:
    """Refuse a FROM that cannot be, in whichever stage it stands.

    Raises:
        Stop: There is no stage, or such a FROM.
    """
    if not build.stages:
        raise Stop("dockerfile contains no stages to build")
    source = build.document.source
    places = [(stage.from_.span.start, stage.from_.line.span.end) for stage in build.stages]
    for problem in build.problems:
        for start, end in places:
            if start <= problem.span.start < end:
                raise Stop(problem.message, source.position(start).line, problem.help)
    for stage in build.stages:
        image = known_image(stage)
        if stage.base is None and isinstance(image, str) and image != SCRATCH:
            try:
                full_name(image)
            except Stop as stop:
                raise Stop(stop.error.message, source.position(stage.from_.span.start).line) from stop


def faults(build: Build) -> dict[int, Stop]:
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


def normal_arguments(given: dict[str, str | Unknown]) -> dict[str, str | Unknown]:
    """Build arguments as instructions see them: SOURCE_DATE_EPOCH in its normal form, gone when it is empty."""
    epoch = given.get(EPOCH)
    if not isinstance(epoch, str):
        return given
    number = integer(epoch)
    rest = {name: value for name, value in given.items() if name != EPOCH}
    return rest if epoch == "" else rest | {EPOCH: epoch if number is None else str(number)}


def epoch_of(build: Build, arguments: dict[str, str | Unknown]) -> int | None:
    """SOURCE_DATE_EPOCH in seconds, of a build argument or of an ARG before the first FROM.

    None also where it names the context or a stage, whose times are the epoch then.

    Raises:
        Stop: It is neither number nor such a name.
    """
    value: object = arguments.get(EPOCH)
    if value is None:
        bound = build.scope(build.stages[0].from_).binding(EPOCH)
        value = bound.value if bound else None
    if not isinstance(value, str) or value in {"", "context"}:
        return None
    epoch = integer(value)
    if epoch is None and all(stage.name != value.lower() for stage in build.stages):
        raise Stop(f"invalid SOURCE_DATE_EPOCH: {value}")
    return epoch


def integer(text: str) -> int | None:
    """`text` as Go reads a whole number; None when it is none."""
    digits = text[1:] if text[:1] in {"+", "-"} else text
    if not (digits.isascii() and digits.isdigit()):
        return None
    return -int(digits) if text[0] == "-" else int(digits)

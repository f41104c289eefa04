"""Rebuild report: the steps of a build, which of them run again, and the first reason of each."""

from __future__ import annotations

from dfcheck.report.display import paint, safe
from dfcheck.syntax.words import Unknown
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.simulate.model import BuildError
    from dfcheck.simulate.rebuild import Rebuild, RebuiltStep

WORDS = {"cached": "cached", "again": "runs again", "unknown": "not known"}
COLOURS = {"cached": "dim", "again": "yellow", "unknown": "bold"}


class Heading(Value):
    """What the report is about.

    Attributes:
        dockerfile: Path of the file.
        against: What it is compared with.
        stopped: Why the old build stops; None when it does not.
        notes: What was taken for granted.
    """

    dockerfile: str
    against: str
    stopped: BuildError | None = None
    notes: tuple[str, ...] = ()


def as_json(found: Rebuild) -> str:
    """One object, for scripts."""
    import json

    steps = [
        {
            "step": item.name,
            "line": item.line,
            "cached": item.status == "cached",
            "certain": item.status != "unknown",
            "why": item.why,
        }
        for item in found.steps
    ]
    same = found.same_image
    told = {
        "steps": steps,
        "same_image": same is True,
        "same_image_certain": not isinstance(same, Unknown),
        "hints": list(found.hints),
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def as_text(found: Rebuild, heading: Heading, *, colours: bool = False) -> str:
    """The screen."""
    title = f"{safe(heading.dockerfile)}    against {safe(heading.against)}"
    out = [paint(title, "bold", colours), ""]
    wide = max(map(len, WORDS.values()))
    lines = max([1, *(len(str(item.line)) for item in found.steps)])
    for item in found.steps:
        word = paint(f"{WORDS[item.status]:<{wide}}", COLOURS[item.status], colours)
        out.append(f"  {word}  {item.line:>{lines}}  {safe(item.name)}")
        if item.why:
            out.append(f"  {'':{wide}}  {'':{lines}}    {safe(item.why)}")
    out += ["", _total(found.steps), _image(found)]
    out += [f"hint: {safe(text)}" for text in found.hints]
    if heading.stopped is not None:
        line = "" if heading.stopped.line is None else f" on line {heading.stopped.line}"
        out.append(f"the old build stops{line}: {safe(heading.stopped.message)}; so nothing of it is certain")
    out += [safe(text) for text in heading.notes]
    return "".join(f"{line.rstrip()}\n" for line in out)


def _total(steps: tuple[RebuiltStep, ...]) -> str:
    again = sum(item.status == "again" for item in steps)
    unknown = sum(item.status == "unknown" for item in steps)
    doubt = f", {unknown} may" if unknown else ""
    return f"{again} of {len(steps)} steps run again{doubt}"


def _image(found: Rebuild) -> str:
    if isinstance(found.same_image, Unknown):
        return "whether the image stays the same is not known"
    if found.same_image:
        return "the image stays the same"
    return "the image changes in its config or history alone" if found.metadata else "the image changes"

"""Progress: the log of BuildKit with `--progress=plain`, on an empty cache.

BuildKit works on several steps at once, so a real log may show them in another order. Source: BuildKit's
`util/progress/progressui` and the names that its frontend gives to operations.
"""

from __future__ import annotations

from dfcheck.simulate.references import full_name
from dfcheck.simulate.transcript import ID, TIME, Transcript
from dfcheck.syntax.nodes import Add, Copy
from dfcheck.syntax.words import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.simulate.model import BuildError, Image
    from dfcheck.simulate.transcript import Asked
    from dfcheck.syntax.nodes import Document

SIZE = "<size>"
AROUND = 2  # lines shown above and below a fault
RULE = "-" * 20
SUMMARY = "-" * 6


def progress(document: Document, asked: Asked, image: Image) -> Transcript:
    """The log of a build.

    Args:
        document: The Dockerfile.
        asked: What the command asks for.
        image: The prediction.
    """
    log = _Log()
    if asked.quiet and image.error is None:
        return Transcript((image.image_id if isinstance(image.image_id, str) else f"sha256:{ID}",))
    log.block("[internal] load build definition from Dockerfile", f"transferring dockerfile: {SIZE} done")
    error = image.error
    started = bool(image.steps) and (error is None or error.line is not None)
    if started:
        for name in _images(image):
            log.block(f"[internal] load metadata for {name}")
        log.block("[internal] load .dockerignore", f"transferring context: {SIZE} done")
        failed = _steps(log, image, error)
        if error is not None:
            if failed:
                log.lines += [SUMMARY, f" > {failed}:", SUMMARY]
            return _failed(log, document, asked, error)
    elif error is not None:
        return _failed(log, document, asked, error)
    done = [f"exporting layers {TIME} done"]
    done.append(f"writing image {image.image_id if isinstance(image.image_id, str) else f'sha256:{ID}'} done")
    done += [f"naming to {full_name(tag)} done" for tag in asked.tags]
    log.block("exporting to image", *done)
    return Transcript(tuple(log.lines))


class _Log:
    """Numbered blocks, each with an empty line behind it."""

    def __init__(self) -> None:
        self.lines = ['#0 building with "default" instance using docker driver', ""]
        self.number = 0

    def block(self, name: str, *details: str, end: str = f"DONE {TIME}") -> None:
        self.number += 1
        self.lines += [f"#{self.number} {text}" for text in (name, *details, end)]
        self.lines.append("")


def _images(image: Image) -> list[str]:
    """The images outside the file that stages begin with, in BuildKit's full names."""
    names = [stage.image for stage in image.stages if stage.image is not None]
    return list(
        dict.fromkeys("<image>" if isinstance(name, Unknown) else full_name(name.value) for name in names)
    )


def _steps(log: _Log, image: Image, error: BuildError | None) -> str:
    """Write the steps; the name of the one that fails, empty when none does."""
    sent = False
    context = _context_lines(image)
    for step in image.steps:
        if not sent and step.line in context:
            log.block("[internal] load build context", f"transferring context: {SIZE} done")
            sent = True
        if error is not None and error.line == step.line and step.kind != "base":
            log.block(step.name, end=f"ERROR: {error.message}")
            return step.name
        name = f"{step.name}@sha256:{ID}" if step.kind == "base" and "@" not in step.name else step.name
        log.block(name)
    return ""


def _context_lines(image: Image) -> set[int]:
    """Lines of the instructions that take files from the context."""
    if image.build is None:
        return set()
    source = image.build.document.source
    return {
        source.position(node.span.start).line
        for stage in image.build.stages
        for node in stage.instructions
        if isinstance(node, (Copy, Add)) and not (isinstance(node, Copy) and node.from_ is not None)
    }


def _failed(log: _Log, document: Document, asked: Asked, error: BuildError) -> Transcript:
    """The log's end when the build stops."""
    if error.line is not None:
        log.lines += _excerpt(document, asked.dockerfile, error.line)
    log.lines.append(f"ERROR: failed to build: failed to solve: {error.message}")
    return Transcript(tuple(log.lines), (), 1)


def _excerpt(document: Document, name: str, line: int) -> list[str]:
    """The lines around a fault, the one at fault marked."""
    text = document.source.text.split("\n")
    first, last = max(1, line - AROUND), min(len(text), line + AROUND)
    shown = [
        f"{number:4} | {'>>>' if number == line else '   '} {text[number - 1].rstrip()}"
        for number in range(first, last + 1)
    ]
    return [f"{name.rpartition('/')[2]}:{line}", RULE, *shown, RULE]

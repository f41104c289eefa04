"""Logs: the log that a builder would print, for `dfcheck simulate --transcript`."""

from __future__ import annotations

from dfcheck.cli.options import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.cli.asked_build import AskedBuild
    from dfcheck.cli.pulling import Find
    from dfcheck.simulate.context import Context
    from dfcheck.simulate.model import BuildError, Image
    from dfcheck.simulate.transcript import Transcript
    from dfcheck.syntax.nodes import Document


def transcript(
    builder: str,
    document: Document,
    request: AskedBuild,
    *,
    context: Context | BuildError | None,
    image: Image,
    find: Find,
) -> Transcript:
    """The log of `classic` or `buildkit`.

    Raises:
        UsageError: The classic builder cannot be given this context.
    """
    if builder == "buildkit":
        from dfcheck.simulate.progress import progress

        return progress(document, request.asked, image)
    from dfcheck.simulate.classic import classic
    from dfcheck.simulate.context import Ignored, read
    from dfcheck.simulate.model import BuildError
    from dfcheck.simulate.transcript import Transcript
    from dfcheck.simulate.tree import FileError

    if context is None:
        raise UsageError("the classic log needs a context that is a directory")
    if isinstance(context, BuildError):
        return Transcript((), (context.message,), 1)
    try:
        # The classic builder knows no ignore file of the Dockerfile's own.
        plain = read(request.context)
        return classic(document, request.inputs, request.asked, plain, bases=find, image=image)
    except (Ignored, FileError) as error:
        return Transcript((), (str(error),), 1)

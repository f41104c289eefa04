"""Save image: writes a predicted image to disk, whole or not at all: a directory, or one tar."""

from __future__ import annotations

import os

from dfcheck.cli import output
from dfcheck.cli.options import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dfcheck.cli.asked_build import AskedBuild
    from dfcheck.report.image_oci import File
    from dfcheck.simulate.model import Image

EPOCH = "SOURCE_DATE_EPOCH"


def with_time(request: AskedBuild) -> AskedBuild:
    """The build with a time: an image that is written now is made now, unless SOURCE_DATE_EPOCH says when."""
    if request.inputs.build_args.get(EPOCH):
        return request
    from time import time

    arguments = {**request.inputs.build_args, EPOCH: str(int(time()))}
    output.note(f"no {EPOCH} is given, so the image is dated now: {arguments[EPOCH]}")
    return request._replace(inputs=request.inputs._replace(build_args=arguments))


def save_image(image: Image, request: AskedBuild, path: str) -> int:
    """Write an image as an OCI layout; 1 when the build would stop or the image is not wholly known.

    Args:
        image: The prediction.
        request: What was asked for.
        path: A directory that does not exist or is empty, or a file whose name ends in `.tar`.

    Raises:
        UsageError: There is no path, or something is there already.
    """
    from dfcheck.report.image_oci import Unwritable, layout
    from dfcheck.simulate.tar import Undetermined

    if not path:
        raise UsageError("`--output-format oci` needs `--output`: a directory, or FILE.tar")
    tar = path.endswith(".tar")
    if not tar and os.path.lexists(path) and not (os.path.isdir(path) and not os.listdir(path)):
        raise UsageError(f"{path} is there already; name a directory that is not")
    if image.error is not None:
        line = "" if image.error.line is None else f":{image.error.line}"
        output.error(f"{request.dockerfile}{line}: the build stops here: {image.error.message}")
        return 1
    epoch = int(str(request.inputs.build_args[EPOCH]))
    try:
        files = layout(image, request.asked.tags, epoch)
        _whole(path, files, _write_tar if tar else _write_directory)
    except (Unwritable, Undetermined) as error:
        output.error(f"{request.dockerfile}: {error}")
        return 1
    except OSError as error:
        raise UsageError(f"{error.filename or path}: {error.strerror or error}") from error
    output.write(f"{path}: {image.image_id}\n")
    return 0


def _whole(path: str, files: tuple[File, ...], write: Callable[[str, tuple[File, ...]], None]) -> None:
    """Write beside the place and move there at the end; nothing is left behind when that fails."""
    from shutil import rmtree

    beside = f"{path.rstrip('/')}.{os.getpid()}.tmp"
    try:
        write(beside, files)
        os.replace(beside, path)
    except BaseException:
        if os.path.isdir(beside):
            rmtree(beside)
        elif os.path.exists(beside):
            os.unlink(beside)
        raise


def _write_directory(path: str, files: tuple[File, ...]) -> None:
    os.makedirs(os.path.join(path, "blobs", "sha256"))
    for file in files:
        with open(os.path.join(path, *file.path.split("/")), "wb") as stream:
            file.write(stream.write)


def _write_tar(path: str, files: tuple[File, ...]) -> None:
    from tarfile import BLOCKSIZE, DIRTYPE, GNU_FORMAT, TarInfo

    with open(path, "xb") as stream:
        for name in ("blobs", "blobs/sha256"):
            folder = TarInfo(name)
            folder.type, folder.mode = DIRTYPE, 0o755
            stream.write(folder.tobuf(GNU_FORMAT))
        for file in files:
            member = TarInfo(file.path)
            member.size, member.mode = file.size, 0o644
            stream.write(member.tobuf(GNU_FORMAT))
            file.write(stream.write)
            stream.write(bytes(-file.size % BLOCKSIZE))
        stream.write(bytes(2 * BLOCKSIZE))

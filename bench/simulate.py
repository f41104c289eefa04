"""What a prediction costs beside what it stands for: `python bench/simulate.py [PART ...]`.

small: a RUN-less project of 50 files, digests included, beside the warm builds of docker, buildah and
    BuildKit itself (`buildctl` on PATH, its daemon at BUILDKIT_HOST), the same digests included.
large: 10,000 files, 1 GB in all, beside `sha256sum` on the same bytes.
huge: one file of 4 GB, for the memory it takes.
context: `dfcheck context` over 200,000 files.
million: over 1,000,000 files.

Without PART: small and large. A builder is taken where it builds the project.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from timing import once, table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

EPOCH = "SOURCE_DATE_EPOCH=1700000000"
SIMULATE = ["dfcheck", "simulate", "--output-format", "json", "--build-arg", EPOCH]
Row: TypeAlias = "tuple[object, ...]"


@contextmanager
def project(count: int, size: int, *, folder_of: int = 100) -> Iterator[Path]:
    """A folder with `count` files of `size` random bytes and a Dockerfile that copies them all."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR", "/var/tmp")) as name:
        root = Path(name)
        noise = random.Random(1).randbytes(size + count)
        for index in range(count):
            path = root / f"d{index // folder_of}" / f"f{index}"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(noise[index : index + size])
        (root / "Dockerfile").write_text('FROM scratch\nCOPY . /app\nENV A=b\nCMD ["/app/d0/f0"]\n')
        for path in (*root.rglob("*"), root):
            os.utime(path, (1_600_000_000, 1_600_000_000))
        yield root


def best(command: list[str], rounds: int) -> tuple[float, float]:
    """Least seconds of `rounds` runs, and their greatest peak memory in MB."""
    runs = [once(command) for _ in range(rounds)]
    return min(took for took, _ in runs), max(peak for _, peak in runs) / 2**20


def builders(root: Path) -> Iterator[tuple[str, list[str]]]:
    """The builders that can build `root`, and have done so once, and the command for it."""
    os.environ["DOCKER_BUILDKIT"] = "1"
    commands = {
        "docker build, warm: all cached": ["docker", "build", "-q", str(root)],
        "buildctl build, warm: all cached": [
            *("buildctl", "build", "--frontend", "dockerfile.v0"),
            *("--local", f"context={root}", "--local", f"dockerfile={root}"),
            *("--opt", f"build-arg:{EPOCH}", "--output", "type=image,rewrite-timestamp=true"),
        ],
        "docker build --no-cache": ["docker", "build", "--no-cache", "-q", str(root)],
        "buildah bud --layers, warm": [
            "buildah",
            "bud",
            "--isolation",
            "chroot",
            "--layers",
            "-q",
            str(root),
        ],
    }
    for name, command in commands.items():
        if (
            shutil.which(command[0])
            and not subprocess.run(command, capture_output=True, check=False).returncode
        ):
            yield name, command


def within(root: Path, rounds: int) -> float:
    """Least seconds of a prediction by the library, from the Dockerfile's text on, digests included."""
    from dfcheck.simulate.context import read
    from dfcheck.simulate.model import Inputs
    from dfcheck.simulate.simulate import simulate
    from dfcheck.syntax.parser import parse
    from dfcheck.syntax.text import Source

    took = []
    for _ in range(rounds):
        begin = time.perf_counter()
        source = Source("Dockerfile", (root / "Dockerfile").read_text())
        image = simulate(parse(source), Inputs(dict([EPOCH.split("=")])), read(str(root)))
        took.append(time.perf_counter() - begin)
        assert isinstance(image.image_id, str)
    return min(took)


def small() -> list[Row]:
    with project(50, 4_000, folder_of=10) as root:
        own, peak = best([*SIMULATE, str(root)], 15)
        rows: list[Row] = [("50 files: dfcheck simulate", f"{own:.3f}", "1", f"{peak:.0f}")]
        inside = within(root, 50)
        rows.append(
            ("50 files: the same inside a running process", f"{inside:.4f}", f"{inside / own:.2f}", "")
        )
        for name, command in builders(root):
            took, _ = best(command, 7)
            rows.append((f"50 files: {name}", f"{took:.3f}", f"{took / own:.1f}", ""))
    return rows


def large() -> list[Row]:
    with project(10_000, 100_000) as root:
        sums = ["sh", "-c", f"find {root} -type f -print0 | xargs -0 sha256sum"]
        once(sums)
        speed, _ = best(sums, 3)
        own, peak = best([*SIMULATE, str(root)], 3)
        return [
            ("10,000 files, 1 GB: sha256sum", f"{speed:.2f}", "1", ""),
            ("10,000 files, 1 GB: dfcheck simulate", f"{own:.2f}", f"{own / speed:.2f}", f"{peak:.0f}"),
        ]


def huge() -> list[Row]:
    with project(1, 10) as root:
        with (root / "sparse").open("wb") as file:
            file.truncate(4 << 30)
        speed, _ = best(["sha256sum", str(root / "sparse")], 1)
        own, peak = best([*SIMULATE, str(root)], 1)
        return [
            ("one file of 4 GiB: sha256sum", f"{speed:.2f}", "1", ""),
            ("one file of 4 GiB: dfcheck simulate", f"{own:.2f}", f"{own / speed:.2f}", f"{peak:.0f}"),
        ]


def context(count: int = 200_000) -> list[Row]:
    with project(count, 0, folder_of=500) as root:
        listing = ["sh", "-c", f"find {root} -printf '%s %p\\n'"]
        speed, _ = best(listing, 2)
        own, peak = best(["dfcheck", "context", str(root)], 2 if count < 10**6 else 1)
        (root / ".dockerignore").write_text("**/f*9\nd1*\n!d11\n")
        ignoring, peak2 = best(["dfcheck", "context", str(root)], 2 if count < 10**6 else 1)
        name = f"{count:,} files"
        return [
            (f"{name}: find -printf", f"{speed:.2f}", "1", ""),
            (f"{name}: dfcheck context", f"{own:.2f}", f"{own / speed:.1f}", f"{peak:.0f}"),
            (f"{name}: with patterns", f"{ignoring:.2f}", f"{ignoring / speed:.1f}", f"{peak2:.0f}"),
        ]


PARTS: dict[str, Callable[[], list[Row]]] = {
    "small": small,
    "large": large,
    "huge": huge,
    "context": context,
    "million": lambda: context(1_000_000),
}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []])
    parts = parser.parse_args().parts or ["small", "large"]
    table(("", "s", "ratio", "peak MB"), [row for part in parts for row in PARTS[part]()])
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""A folder of Dockerfiles in one call: wall time and peak memory, side by side: `python bench/corpus.py DIR [COMMAND …]`.

Without commands: dfcheck and hadolint, those that are on PATH. Files are all whose name says Dockerfile.
"""

from __future__ import annotations

import argparse
import shlex
import shutil
import sys
from pathlib import Path

from timing import once, table

COMMANDS = ("dfcheck check --isolated --no-cache", "dfcheck check --isolated --no-cache -j 1", "hadolint")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("commands", nargs="*")
    parser.add_argument("--rounds", type=int, default=1)
    args = parser.parse_args()
    files = sorted(
        str(path) for path in args.folder.rglob("*") if "ockerfile" in path.name and path.is_file()
    )
    if not files:
        raise SystemExit(f"no Dockerfiles under {args.folder}")
    rows: list[tuple[object, ...]] = []
    for command in args.commands or COMMANDS:
        words = shlex.split(command)
        if not args.commands and not shutil.which(words[0]):
            continue
        runs = [once([*words, *files]) for _ in range(args.rounds)]
        seconds, peak = min(took for took, _ in runs), max(peak for _, peak in runs)
        rows.append((f"`{command}`", f"{seconds:.1f}", f"{len(files) / seconds:.0f}", f"{peak / 2**20:.0f}"))
    table((f"{len(files)} files", "seconds", "files a second", "peak MB of the parent"), rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())

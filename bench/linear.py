"""Time and memory must grow with the size of the file and no faster: `python bench/linear.py [COMMAND]`.

Big files of several shapes, each at a quarter and at full size: full size may take about four times as long.
`COMMAND` is `dfcheck check --isolated --no-cache` unless given.
"""

from __future__ import annotations

import argparse
import shlex
import sys
import tempfile
from pathlib import Path

from timing import once, table

HEAD = "FROM a:1\n"
SHAPES = {
    "100,000 instructions": lambda part: HEAD + "ENV A=b C=$A\n" * (100_000 // part),
    "20,000 RUN": lambda part: HEAD + "RUN cd /x && make | tee log\n" * (20_000 // part),
    "one RUN of 1 MB": lambda part: HEAD + "RUN true " + "&& echo 0123456789 \\\n " * (47_000 // part) + "\n",
    "one word of 1 MB": lambda part: HEAD + "ENV A=" + "x" * (1_000_000 // part) + "\n",
    "one heredoc of 1 MB": lambda part: HEAD + "RUN <<E\n" + "echo 0123456789\n" * (65_000 // part) + "E\n",
    "10,000 stages": lambda part: "".join(
        f"FROM a:1 AS s{n}\nCOPY --from=s{n // 2} x y\n" for n in range(10_000 // part)
    ),
    "100,000 comments": lambda part: HEAD + "# comment\n" * (100_000 // part),
    "20,000 open braces": lambda part: HEAD + "ENV A=" + "${A:-" * (20_000 // part) + "\n",
}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", nargs="?", default="dfcheck check --isolated --no-cache")
    command = shlex.split(parser.parse_args().command)
    rows: list[tuple[object, ...]] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "Dockerfile")
        for shape, write in SHAPES.items():
            path.write_text(write(4))
            quarter, _ = once([*command, str(path)])
            path.write_text(write(1))
            full, peak = once([*command, str(path)])
            size = path.stat().st_size / 1e6
            growth = f"{full / quarter:.1f}"
            rows.append(
                (shape, f"{size:.1f}", f"{quarter:.2f}", f"{full:.2f}", growth, f"{peak / 2**20:.0f}")
            )
    table(("shape", "MB", "s, a quarter", "s, all", "growth", "peak MB"), rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())

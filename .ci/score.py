"""Hold the scores against the corpus to `scores.toml`: `score.py SCORER DFCHECK`. Exit 1 when one falls short."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ALL = r"^all +\d+ +\d+ +\d+ +"
FIGURES = {
    "percent of files equal, at least": r"files equal \(([\d.]+)%\)",
    "rejected files accepted, at most": r"files BuildKit rejects, (\d+) accepted",
    "errors on another line, at most": r"(\d+) with the error on another line",
    "right, at least": r"(\d+)/\d+ right",
    "called cached and run, at most": r"steps called cached that BuildKit ran: (\d+)",
    "recall, at least": ALL + r"([\d.]+)%",
    "precision, at least": ALL + r"[\d.]+% +([\d.]+)%",
}


def main(scorer: str, dfcheck: str) -> int:
    """Run each kind of score that has bounds; print every figure beside its bound."""
    bounds = tomllib.loads(Path(__file__).with_name("scores.toml").read_text(encoding="utf-8"))
    short = 0
    for kind, figures in bounds.items():
        command = [sys.executable, scorer, kind, "--dfcheck", dfcheck]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        for name, bound in figures.items():
            found = re.search(FIGURES[name], done.stdout, re.MULTILINE)
            if found is None:
                print(
                    f"{kind}: no figure `{name}`, exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
                )
                short += 1
                continue
            value = float(found[1])
            good = value >= bound if name.endswith("least") else value <= bound
            short += not good
            print(f"{'ok' if good else 'SHORT'}  {kind}: {name} {bound}: {value}")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

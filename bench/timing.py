"""What the benchmarks share: run a command once and time it, and print Markdown tables."""

from __future__ import annotations

import os
import subprocess
import time


def once(command: list[str]) -> tuple[float, int]:
    """Wall seconds and peak resident bytes of one run of `command`, output thrown away.

    Raises:
        SystemExit: The command exited with something else than 0 or 1 (clean, findings).
    """
    begin = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stderr
        complaint = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        took = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(
            f"{command[0]} exited {process.returncode}: {complaint.decode(errors='replace')[-500:]}"
        )
    return took, usage.ru_maxrss * 1024


def table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    """Print a Markdown table, figures to the right."""
    print("| " + " | ".join(head) + " |")
    print("| --- |" + " ---: |" * (len(head) - 1))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")

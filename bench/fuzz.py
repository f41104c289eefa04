"""Mutational fuzzer of the parser: `python bench/fuzz.py RUNS [--jobs N] [--seed N]`.

Each run mutates a small Dockerfile (bytes flipped or inserted, tokens and lines spliced, ends cut off) and
parses it. The parser must not raise or take longer than two seconds; items must tile the file; every span must lie inside its parent's.
A failing input is printed as Python bytes. Exit 1 when there is one.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from invariants import faults

from dfcheck.syntax.parser import parse
from dfcheck.syntax.text import Source, decode

SEEDS = tuple(
    seed.encode()
    for seed in (
        'FROM alpine\nCMD [ "echo", "Hello" ]\n',
        "# syntax=docker/dockerfile:1\n# escape=`\nFROM mcr/windows AS w\nRUN dir C:\\ `\n  && echo x\n",
        "ARG V=3.22\nFROM --platform=$BUILDPLATFORM alpine:${V:-1}@sha256:ab AS b\nARG V\n",
        "ENV a=b c=\"d e\" f='g' h=i\\ j ${k%%*.} ${l//x/y}\nENV old style value\n",
        "FROM a\nRUN <<EOF cat <<-'E2'\necho $x\nEOF\n\ttab\n\tE2\nCOPY <<a.txt <<b.txt /d/\n1\na.txt\n2\nb.txt\n",
        "RUN apt-get update && \\\n    # comment\n\n    apt-get install -y \\  \n  curl\n",
        "RUN --mount=type=cache,target=/c,id=x --mount=from=b,source=/a,rw --network=none ls | wc\n",
        'COPY --from=b --chown=1:1 --link ["a b", "c"]\nCOPY --exclude=*.md --parents ./x /y/\nADD --checksum=sha256:0 u /\n',
        "HEALTHCHECK --interval=5s --retries=3 CMD curl -f http://x || exit 1\nHEALTHCHECK NONE\n",
        'SHELL ["/bin/bash", "-c"]\nENTRYPOINT ["a"]\nVOLUME ["/a", "/b"]\nVOLUME /c /d\nEXPOSE 80/tcp 1-2 $P\n',
        "ONBUILD ONBUILD RUN x\nONBUILD COPY . /\nUSER a:b\nWORKDIR C:\\x\nSTOPSIGNAL 9\nMAINTAINER me <a@b>\nLABEL a.b=c\n",
        "\ufefffrom scratch\r\nrun x \\\r\n y\r\n# check=skip=all\r\n",
    )
)
TOKENS = (
    b"\\\n", b"`\n", b"<<EOF", b"<<-'x y'", b"EOF\n", b"${", b"${a:-", b"}", b"$", b'"', b"'", b"[", b"]", b'["', b",", b"#", b"=",
    b"--", b"--mount=", b"--from=", b"FROM ", b"RUN ", b"ONBUILD ", b"COPY ", b"ENV ", b"HEALTHCHECK ", b"AS ", b"\r\n", b"\n", b"\n\n",
    b"\t", b" ", b"\x00", b"\xff", b"\xc3", b"\xef\xbb\xbf", "\u2028".encode(), "\u0130".encode(), b"\x0b", b"\\", b"`", b"@", b":", b"/",
)  # fmt: skip
CHUNK = 5000
PATIENCE = 2.0


def mutate(rng: random.Random) -> bytes:
    """One mutated seed."""
    data = bytearray(rng.choice(SEEDS))
    if rng.random() < 0.1:
        data += rng.choice(SEEDS)
    for _ in range(rng.choice((1, 1, 2, 3, 5, 8))):
        at, kind = rng.randrange(len(data) + 1), rng.randrange(8)
        if kind == 0:
            data[at:at] = bytes((rng.randrange(256),))
        elif kind == 1 and at < len(data):
            data[at] = rng.randrange(256)
        elif kind == 2:
            del data[at : at + rng.randrange(1, 12)]
        elif kind == 3 and rng.random() < 0.3:
            del data[at:]
        elif kind == 4:
            data = _splice_lines(data, rng)
        else:
            data[at : at + rng.choice((0, 0, 1, 3))] = rng.choice(TOKENS)
    return bytes(data)


def _splice_lines(data: bytearray, rng: random.Random) -> bytearray:
    lines = data.splitlines(keepends=True)
    other = rng.choice(SEEDS).splitlines(keepends=True)
    lines.insert(rng.randrange(len(lines) + 1), bytearray(rng.choice(other)))
    if rng.random() < 0.3:
        rng.shuffle(lines)
    return bytearray().join(lines)


def fault_of(data: bytes) -> str | None:
    """What is wrong with the parse of `data`."""
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        return next(faults(parse(Source("-", decode(data)))), None)
    except Exception as error:  # noqa: BLE001 - any exception is the finding
        return f"{type(error).__name__}: {error}"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _too_long(*_: object) -> None:
    raise TimeoutError(f"no answer in {PATIENCE} s")


def run(seed: int, runs: int) -> list[tuple[str, bytes]]:
    """The first few failures of `runs` runs."""
    signal.signal(signal.SIGALRM, _too_long)
    rng = random.Random(seed)
    found: list[tuple[str, bytes]] = []
    for _ in range(runs):
        data = mutate(rng)
        fault = fault_of(data)
        if fault and len(found) < 3:
            found.append((fault, data))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("runs", type=int)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    chunks = [min(CHUNK, args.runs - at) for at in range(0, args.runs, CHUNK)]
    begin, failures = time.perf_counter(), []
    with ProcessPoolExecutor(args.jobs) as pool:
        jobs = [pool.submit(run, args.seed * 1_000_003 + index, size) for index, size in enumerate(chunks)]
        for job in as_completed(jobs):
            failures += job.result()
    took = time.perf_counter() - begin
    for fault, data in failures[:10]:
        print(f"{fault}\n  {data!r}")
    print("| runs | jobs | failures | seconds | runs a second |\n| ---: | ---: | ---: | ---: | ---: |")
    print(f"| {args.runs} | {args.jobs} | {len(failures)} | {took:.1f} | {args.runs / took:.0f} |")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

"""Cold start: one 40-line file, a new process each time, tools in turn; the median and its ratio to the first tool.

python bench/cold.py                                  dfcheck, hadolint and tally, those that are on PATH
python bench/cold.py "dfcheck check FILE" "true FILE" any commands; FILE stands for the file
python bench/cold.py --max-ratio 1.0 …                exit 1 when the first is slower than this times the second
"""

from __future__ import annotations

import argparse
import shlex
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from timing import once, table

COMMANDS = ("dfcheck check --isolated --no-cache FILE", "hadolint FILE", "tally lint --slow-checks off FILE")
DOCKERFILE = """\
# syntax=docker/dockerfile:1
ARG NODE=22.11
FROM node:${NODE}-slim AS build
WORKDIR /src
ENV NODE_ENV=production \\
    CI=1
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm \\
    npm ci --no-audit
COPY . .
RUN npm run build && npm prune --omit=dev

FROM debian:12.8-slim AS tools
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN apt-get update \\
    && apt-get install -y --no-install-recommends \\
        ca-certificates=20230311 \\
        curl=7.88.1-10+deb12u8 \\
    && rm -rf /var/lib/apt/lists/*
RUN curl -fsSL https://example.org/tool.tar.gz | tar -xz -C /usr/local/bin

FROM node:${NODE}-slim
LABEL org.opencontainers.image.title="service" \\
      org.opencontainers.image.source="https://example.org/service"
ARG VERSION=dev
ENV VERSION=${VERSION} PORT=8080
WORKDIR /app
# Only what runs goes into the last stage.
COPY --from=tools /usr/local/bin/tool /usr/local/bin/tool
COPY --from=build --chown=node:node /src/dist ./dist
COPY --from=build --chown=node:node /src/node_modules ./node_modules
RUN cd /app && ls -l dist
EXPOSE 8080/tcp
USER node
HEALTHCHECK --interval=30s --timeout=3s --retries=2 \\
    CMD ["node", "dist/health.js"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "dist/main.js"]
CMD ["--port", "8080"]
CMD ["--port", "80"]
"""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("commands", nargs="*")
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--max-ratio", type=float, help="of the first command's median to the second's")
    args = parser.parse_args()
    commands = [shlex.split(command) for command in args.commands or COMMANDS]
    commands = [command for command in commands if args.commands or shutil.which(command[0])]
    if not commands:
        raise SystemExit("neither dfcheck nor another tool is on PATH; give commands")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "Dockerfile")
        path.write_text(DOCKERFILE)
        ready = [[str(path) if word == "FILE" else word for word in command] for command in commands]
        times: list[list[float]] = [[] for _ in ready]
        for turn in range(args.rounds + 2):
            for index, command in enumerate(ready):
                took, _ = once(command)
                if turn >= 2:  # the first two rounds fill the page cache
                    times[index].append(took)
    medians = [statistics.median(row) for row in times]
    rows: list[tuple[object, ...]] = [
        (
            f"`{shlex.join(command)}`",
            f"{median * 1000:.0f}",
            f"{min(row) * 1000:.0f}",
            f"{median / medians[0]:.2f}",
        )
        for command, median, row in zip(commands, medians, times, strict=True)
    ]
    table((f"one file of {DOCKERFILE.count(chr(10))} lines", "median ms", "best ms", "ratio"), rows)
    return 1 if args.max_ratio and medians[0] > args.max_ratio * medians[1] else 0


if __name__ == "__main__":
    sys.exit(main())

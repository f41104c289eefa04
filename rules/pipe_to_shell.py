"""A download is piped into a shell

What is downloaded runs as root, unseen: nothing tells whether it is what it was when the Dockerfile was written, or whole. Download to a
file, check its hash (`ADD --checksum`, `sha256sum -c`), then run it.

Not run unless selected: many projects document no other way to install them.

```dockerfile bad
FROM debian:13
RUN curl -fsSL https://example.org/install.sh | bash
```

```dockerfile bad
FROM debian:13
SHELL ["/bin/bash", "-c"]
RUN bash <(curl -fsSL https://example.org/install.sh)
RUN sh -c "$(wget -qO- https://example.org/install.sh)"
```

```dockerfile good
FROM debian:13
ADD --checksum=sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03 https://example.org/install.sh /tmp/
RUN sh /tmp/install.sh
RUN curl -fsSL https://example.org/tool.tar.gz | tar -xz
RUN curl -fsSL https://example.org/tool.json | python3 -m json.tool
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, NoOptions, Related, Severity, rule, runs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import ShellCommand


DOWNLOADS = frozenset({"curl", "wget"})
SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh"})
RUNS = SHELLS | {"python", "python2", "python3", "perl", "ruby", "node", "php"}


@rule("DF4005", "pipe-to-shell", severity=Severity.INFO, default=False, words=("curl", "wget"))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for run in runs(ctx.build):
        source: ShellCommand | None = None
        for command in ctx.script(run).commands:
            position = command.pipeline[0] if command.pipeline else 0
            if command.program in RUNS and (
                source and _reads_program(command) if position else _is_inside(command)
            ):
                message = f"`{command.program}` runs what was just downloaded, unseen"
                related = (Related(source.program_span, "downloaded here"),) if source and position else ()
                yield Finding(
                    command.program_span, message, "download to a file and check its hash first", related
                )
            if not position:
                source = command if command.program in DOWNLOADS else None


def _reads_program(command: ShellCommand) -> bool:
    """Whether standard input is the program, not what another program reads."""
    inline = "c" if command.program in SHELLS else "cemnprE"
    for word in command.arguments:
        if word.text in {"-", "--", "-s", "/dev/stdin"}:
            return True
        short = word.text.startswith("-") and not word.text.startswith("--")
        if not word.text.startswith("-") or (short and any(letter in inline for letter in word.text[1:])):
            return False
    return True


def _is_inside(command: ShellCommand) -> bool:
    """`bash <(curl …)`, `sh -c "$(curl …)"`."""
    starts = [f"{mark}{name} " for mark in ("<(", "$(", "`") for name in DOWNLOADS]
    return any(word.text.startswith(start) for word in command.arguments for start in starts)

"""An archive is copied, then unpacked

COPY puts the archive into a layer, where it stays even if the RUN that unpacks it removes it. ADD unpacks a local
archive by itself and leaves nothing of it in the image.

```dockerfile bad
FROM debian:13
COPY rootfs.tar.gz /tmp/
RUN tar -xzf /tmp/rootfs.tar.gz -C /opt && rm /tmp/rootfs.tar.gz
```

```dockerfile good
FROM debian:13
ADD rootfs.tar.gz /opt/
```

ADD unpacks tar files, compressed by gzip, bzip2, xz or zstd or not at all, and always as a whole; what it cannot do is
not reported. A bind mount leaves no archive either:

```dockerfile good
FROM debian:13
COPY app.tar.gz data.zip /tmp/
RUN tar -xzf /tmp/app.tar.gz --strip-components=1 -C /opt && unzip /tmp/data.zip
RUN --mount=type=bind,source=lib.tar.xz,target=/tmp/lib.tar.xz tar -xf /tmp/lib.tar.xz -C /usr/lib
```
"""

from __future__ import annotations

from dfcheck.api import Context, Copy, Finding, NoOptions, Related, Run, Severity, ShellCommand, Span, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

ARCHIVES = (
    ".tar",
    ".tar.gz",
    ".tgz",
    ".tar.bz2",
    ".tb2",
    ".tbz",
    ".tbz2",
    ".tar.xz",
    ".txz",
    ".tar.zst",
    ".tzst",
)
VALUES = frozenset(("-f", "--file", "-C", "--directory"))
# What ADD does, too, or what makes no difference.
PLAIN = frozenset(
    "-x --extract --get -f --file -C --directory -z --gzip -j --bzip2 -J --xz --zstd -a --auto-compress -v --verbose -p "
    "--preserve-permissions --no-same-owner --same-owner".split()
)


@rule("DL3010", "copy-then-extract", severity=Severity.INFO, words=("tar",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for stage in ctx.stages:
        copied: dict[str, Span] = {}
        for item in stage.instructions:
            if isinstance(item, Copy) and item.from_ is None:
                copied |= dict(_archives(item))
            elif isinstance(item, Run) and copied and "tar" in ctx.text(item.span):
                yield from _extracted(ctx, item, copied)


def _archives(copy: Copy) -> Iterator[tuple[str, Span]]:
    """The archives: their names as they are in the image, and where they are named."""
    destination = copy.destination.text.strip("\"'").rpartition("/")[2]
    for source in copy.sources:
        name = source.text.strip("\"'").rpartition("/")[2]
        if name.lower().endswith(ARCHIVES) and not any(char in name for char in "$*?["):
            yield (destination if destination.lower().endswith(ARCHIVES) else name), source.span


def _extracted(ctx: Context[NoOptions], run: Run, copied: dict[str, Span]) -> Iterator[Finding]:
    for command in ctx.script(run).commands:
        name = _unpacks(command) if command.program == "tar" else ""
        if name in copied:
            related = (Related(command.span, "here it is unpacked"),)
            message = f"`{name}` is copied only to be unpacked, and stays in the layer"
            yield Finding(copied.pop(name), message, "write ADD, which unpacks it", related)


def _unpacks(command: ShellCommand) -> str:
    """Name of the archive that tar unpacks as a whole; empty when it does something else."""
    words = command.arguments
    bundled = words[0].text if words and words[0].text.isalpha() else ""
    options = command.options(VALUES)
    names = {flag.name for flag in options.flags} | {"-" + letter for letter in bundled}
    operands = [word.text for word in options.positionals]
    if bundled:
        operands = operands[1:]
        file = operands.pop(0) if "f" in bundled and operands else ""
    else:
        found = options.get("-f", "--file")
        file = found.value.text if found is not None and found.value is not None else ""
    extracts = not names.isdisjoint(("-x", "--extract", "--get"))
    return file.rpartition("/")[2] if extracts and not operands and names <= PLAIN else ""

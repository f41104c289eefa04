"""wget draws its progress into the log

Where there is no terminal wget prints a dot for each kilobyte, so that a large download fills the log with thousands of lines that
hide the ones that matter. `-nv` prints one line a file, `-q` none, `--progress=dot:giga` a line for 32 MB.

Not run unless selected: a long log is a matter of taste.

```dockerfile bad
FROM debian:13
RUN wget https://example.org/large.iso
```

```dockerfile good
FROM debian:13
RUN wget --progress=dot:giga https://example.org/large.iso
RUN wget -qO- https://example.org/install.tar.gz | tar -xz && wget -nv https://example.org/large.iso
RUN wget https://example.org/large.iso 2> /tmp/log
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, NoOptions, Severity, calls, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


QUIET = ("-q", "--quiet", "--no-verbose", "--progress", "-o", "--output-file", "-a", "--append-output")
ELSEWHERE = frozenset({"-V", "--version", "-h", "--help"})


@rule("DL3047", "wget-progress", severity=Severity.STYLE, default=False, words=("wget",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for call in calls(ctx.build, "wget"):
        said = call.options.has(*QUIET, *ELSEWHERE)
        said = said or any(flag.word.text.startswith("-nv") for flag in call.options.flags)
        if not said and not any(item.fd == "2" or "&>" in item.operator for item in call.command.redirects):
            yield Finding(
                call.command.program_span, "`wget` fills the log with its progress", "add `-nv` or `-q`"
            )

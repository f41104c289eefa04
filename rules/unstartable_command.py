r"""What the image starts cannot be started

ENTRYPOINT, or CMD without one, names a program that is not in the image, or that the kernel does not take. The build
succeeds, and every container ends at once with `exec format error`, `permission denied` or `no such file or directory`.

An image that begins with `scratch` has no shell, so it needs the JSON form:

```dockerfile bad
FROM golang:1.25 AS build
RUN go build -o /app ./...
FROM scratch
COPY --from=build /app /app
CMD /app
```

```dockerfile good
FROM golang:1.25 AS build
RUN go build -o /app ./...
FROM scratch
COPY --from=build /app /app
CMD ["/app"]
```

COPY keeps the mode that a file has in the build context:

```text context
start.sh: #!/bin/sh
```

```dockerfile bad
FROM alpine:3.22
COPY start.sh /start.sh
ENTRYPOINT ["/start.sh"]
```

```text context
start.sh: #!/bin/sh
```

```dockerfile good
FROM alpine:3.22
COPY --chmod=755 start.sh /start.sh
ENTRYPOINT ["/start.sh"]
```

```text context
start.sh*: #!/bin/sh
```

```dockerfile good
FROM alpine:3.22
COPY start.sh /start.sh
ENTRYPOINT ["/start.sh"]
```

A line of Windows ends in CR and LF, and the CR is taken for a part of the shell's name. Without a first line with `#!`,
nothing tells what the script is for:

```text context
start.sh*: #!/bin/sh\r\necho hello\r
```

```dockerfile bad
FROM alpine:3.22
COPY start.sh /start.sh
ENTRYPOINT ["/start.sh"]
```

```text context
start.sh*: echo hello
```

```dockerfile bad
FROM alpine:3.22
COPY start.sh /start.sh
ENTRYPOINT ["/start.sh"]
```

WebAssembly is started by a runtime of its own, not by the kernel:

```dockerfile good
FROM rust:1.90 AS build
RUN cargo build --target wasm32-wasip1 --release
FROM scratch
COPY --from=build /target/wasm32-wasip1/release/app.wasm /
ENTRYPOINT ["app.wasm"]
```

A RUN may put right what COPY brought:

```text context
start.sh: #!/bin/sh
```

```dockerfile good
FROM alpine:3.22
COPY start.sh /start.sh
RUN chmod +x /start.sh
ENTRYPOINT ["/start.sh"]
```

```text context
start.sh: #!/bin/sh
```

```dockerfile bad
FROM alpine:3.22
COPY start.sh /start.sh
RUN apk add --no-cache curl
ENTRYPOINT ["/start.sh"]
```
"""

from __future__ import annotations

from dfcheck.api import (
    Cmd,
    Context,
    Copy,
    Entrypoint,
    ExecForm,
    Finding,
    NoOptions,
    Related,
    Run,
    Severity,
    rule,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Instruction, Span, StartFault

# Programs that do not change the mode or text of a file that was copied before.
HARMLESS = frozenset(
    "apk apt-get apt yum dnf microdnf npm yarn pnpm pip pip3 poetry uv bundle gem composer go cargo adduser addgroup useradd "
    "groupadd mkdir rm touch echo printf set export cd ln true test [ cat chown chgrp update-ca-certificates curl wget".split()
)


@rule("DF6004", "unstartable-command", severity=Severity.ERROR)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    stages = ctx.lineage()
    instructions = [item for stage in stages for item in stage.instructions]
    start = _start(instructions)
    if start is None:
        return
    span, program, is_shell = _program(ctx, start)
    if program.endswith(".wasm"):
        return  # not the kernel starts it
    name = start.keyword.text.upper()
    if program and ctx.absent_program(stages[-1], program):
        if is_shell:
            message = f"{name} in shell form needs `{program}`, which the image does not have"
            yield Finding(span, message, "write it in JSON form")
        else:
            yield Finding(
                span,
                f"`{program}` is not in the image, so no container of it starts",
                "copy it, or name what is there",
            )
        return
    # A backtick escapes in files for Windows, where neither modes nor first lines count.
    if is_shell or not program or ctx.document.escape == "`" or ctx.around is None:
        return
    for fault in ctx.around.start_faults():
        if ctx.instruction_at(fault.origin) is start and not _mended(ctx, instructions, fault):
            yield _finding(ctx, span, fault)
            return


def _start(instructions: list[Instruction]) -> Entrypoint | Cmd | None:
    """The instruction that names what is started."""
    found: dict[type, Entrypoint | Cmd] = {}
    for item in instructions:
        if isinstance(item, (Entrypoint, Cmd)):
            found[type(item)] = item
    start = found.get(Entrypoint)
    if start is None or (isinstance(start.command, ExecForm) and not start.command.arguments):
        start = found.get(Cmd)
    return start


def _program(ctx: Context[NoOptions], start: Entrypoint | Cmd) -> tuple[Span, str, bool]:
    """Where the program stands, what it is, and whether it is the shell that is not written there."""
    command = start.command
    if isinstance(command, ExecForm):
        first = command.arguments[0] if command.arguments else None
        return (command.span, "", False) if first is None else (first.span, first.text, False)
    shell = ctx.build.shell(start)
    return command.span, shell[0] if shell else "", True


def _mended(ctx: Context[NoOptions], instructions: list[Instruction], fault: StartFault) -> bool:
    """Whether a RUN behind the COPY may have put it right."""
    copied = ctx.instruction_at(fault.copied)
    if copied is None:
        return fault.copied is not None
    for item in instructions:
        if isinstance(item, Run) and item.span.start > copied.span.start:
            script = ctx.script(item)
            harmless = HARMLESS if fault.kind == "mode" else HARMLESS | {"chmod"}
            if script.errors or any(command.program not in harmless for command in script.commands):
                return True
    return False


def _finding(ctx: Context[NoOptions], span: Span, fault: StartFault) -> Finding:
    copied = ctx.instruction_at(fault.copied)
    related = () if copied is None else (Related(copied.keyword.span, "it is copied here"),)
    message, help_ = {
        "absent": (
            f"`{fault.path}` is not in the image, so no container of it starts",
            "copy it, or name what is there",
        ),
        "folder": (f"`{fault.path}` is a directory, so no container of it starts", "name the program in it"),
        "mode": (
            f"`{fault.path}` is no executable file, so no container of it starts",
            "copy it with `--chmod=755`" if isinstance(copied, Copy) else "make it executable in the archive",
        ),
        "crlf": (
            f"the first line of `{fault.path}` ends in CR LF, so `{fault.interpreter}` is not found",
            "save it with LF line ends",
        ),
        "no shebang": (
            f"`{fault.path}` does not begin with `#!`, so it does not start",
            "begin it e.g. with `#!/bin/sh`",
        ),
        "interpreter": (
            f"`{fault.path}` needs `{fault.interpreter}`, which the image does not have",
            "copy that too, or use a base image that has it",
        ),
    }[fault.kind]
    return Finding(span, message, help_, related)

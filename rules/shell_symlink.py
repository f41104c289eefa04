"""/bin/sh is replaced by a link

`ln -s /bin/bash /bin/sh` changes the shell for every program in the image, scripts of its packages among them, and is
undone when the package of the shell is updated. SHELL says which shell RUN, CMD and ENTRYPOINT use, and nothing else
changes.

```dockerfile bad
FROM debian:13
RUN ln -sf /bin/bash /bin/sh
```

```dockerfile good
FROM debian:13
SHELL ["/bin/bash", "-c"]
```

```dockerfile good
FROM debian:13
RUN ln -s /bin/sh /usr/local/bin/myshell
```

To link it to dash, as Debian and Ubuntu do themselves, changes nothing, and an image without a shell may be given one:

```dockerfile good
FROM debian:13
RUN ln -sf /bin/dash /bin/sh
```

```dockerfile good
FROM gcr.io/distroless/static-debian12:debug
RUN ["/busybox/ln", "-s", "/busybox/sh", "/bin/sh"]
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, NoOptions, Severity, rule, runs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

PATHS = ("/bin/sh", "/usr/bin/sh")


@rule("DL4005", "shell-symlink", severity=Severity.WARNING, words=("/bin/sh",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for run in runs(ctx.build):
        if "/bin/sh" not in ctx.text(run.span):
            continue
        for command in ctx.script(run).commands:
            if command.program != "ln":
                continue
            names = command.options({"-t", "--target-directory", "-S", "--suffix"}).positionals
            if (
                len(names) > 1
                and names[-1].text in PATHS
                and not names[0].text.endswith(("/sh", "/busybox", "dash"))
            ):
                message = f"`{names[-1].text}` is replaced for the whole image"
                yield Finding(command.span, message, f'write `SHELL ["{names[0].text}", "-c"]`')

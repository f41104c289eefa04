"""A HEALTHCHECK that cannot run

HEALTHCHECK runs a program of the image itself. Without `[ ]` it needs a shell, and `curl` has to be there. An image that
begins with `scratch` has only what is copied into it: each check fails, and the container is called unhealthy.

```dockerfile bad
FROM golang:1.25 AS build
RUN go build -o /app ./...
FROM scratch
COPY --from=build /app /app
HEALTHCHECK CMD curl -f http://localhost:8080/health
ENTRYPOINT ["/app"]
```

```dockerfile bad
FROM golang:1.25 AS build
RUN go build -o /app ./...
FROM scratch
COPY --from=build /app /app
HEALTHCHECK CMD ["wget", "-q", "http://localhost:8080/health"]
ENTRYPOINT ["/app"]
```

Let the program check itself:

```dockerfile good
FROM golang:1.25 AS build
RUN go build -o /app ./...
FROM scratch
COPY --from=build /app /app
HEALTHCHECK CMD ["/app", "--health"]
ENTRYPOINT ["/app"]
```

What may be in the image is not reported; whether a directory that is copied to `/` holds a shell, only the build context
tells, where it is at hand:

```dockerfile good
FROM scratch
COPY rootfs /
HEALTHCHECK CMD curl -f http://localhost:8080/health
```

```text context
rootfs/app*: #!/bin/false
```

```dockerfile bad
FROM scratch
COPY rootfs /
HEALTHCHECK CMD curl -f http://localhost:8080/health
```

```dockerfile good
FROM alpine:3.22
HEALTHCHECK CMD wget -q http://localhost:8080/health
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, Healthcheck, NoOptions, Severity, ShellForm, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@rule("DF6003", "impossible-healthcheck", severity=Severity.WARNING, words=("healthcheck",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    stages = ctx.lineage()
    checks = [item for stage in stages for item in stage.instructions if isinstance(item, Healthcheck)]
    if not checks or checks[-1].command is None:
        return
    item, command, stage = checks[-1], checks[-1].command, stages[-1]
    if isinstance(command, ShellForm):
        # Docker takes the SHELL of the image for it.
        shell = ctx.build.shell(item)
        if shell and ctx.absent_program(stage, shell[0]):
            message = f"HEALTHCHECK in shell form needs `{shell[0]}`, which the image does not have"
            yield Finding(command.span, message, "write it in JSON form, with a program of the image")
    elif command.arguments and ctx.absent_program(stage, command.arguments[0].text):
        program = command.arguments[0]
        yield Finding(program.span, f"the image does not have `{program.text}`", "use a program of the image")

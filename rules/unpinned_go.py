"""go fetches a module without a version

`@latest` is another version from one day to the next, so the same Dockerfile builds something else next month. Old versions
stay on the module proxy: name one.

```dockerfile bad
FROM golang:1.25
RUN go install golang.org/x/tools/cmd/stringer@latest
```

```dockerfile good
FROM golang:1.25
RUN go install -tags netgo golang.org/x/tools/cmd/stringer@v0.38.0
RUN go run golang.org/x/tools/cmd/stringer@v0.38.0 latest
```

`go get` fetches the newest version when none is given. `go install` and `go run` without a version fetch nothing new: they
build what `go.mod` says.

```dockerfile bad
FROM golang:1.25
RUN go get github.com/spf13/cobra
```

Before Go 1.16 `go get` takes versions in a module only, and of images other than those of Go the version is not known:

```dockerfile good
FROM golang:1.13-alpine
RUN go get github.com/spf13/cobra
FROM ubuntu:16.04
RUN apt-get update && apt-get install -y golang && go get github.com/spf13/cobra
```

```dockerfile good
FROM golang:1.25
COPY . .
RUN go get -v ./... && go install example.org/app/cmd/app && go run main.go
```
"""

from __future__ import annotations

from dfcheck.api import (
    Context,
    Finding,
    Known,
    Severity,
    Value,
    calls,
    rule,
    split_reference,
    told,
    unpinned,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Call


class Options(Value):
    """Options.

    Attributes:
        everywhere: Report `go get` of any Go, and `go install` and `go run` without a version, which build what `go.mod`
            says, too.
    """

    everywhere: bool = False
    WIDE = {"everywhere": True}


@rule("DL3062", "unpinned-go", severity=Severity.WARNING, options=Options, words=("go",))
def check(ctx: Context[Options]) -> Iterator[Finding]:
    for call in calls(ctx.build, "go", "install", "get", "run"):
        everywhere = ctx.options.everywhere
        if call.verb == "get" and not everywhere and not _takes_versions(ctx, call):
            continue
        found = unpinned(ctx.build, call)
        if call.verb == "run":
            found = tuple(item for item in found if item[0] == call.operands[0])
        if call.verb != "get" and not everywhere:
            found = tuple((word, text) for word, text in found if "@" in text)
        if found:
            name = found[0][1].partition("@")[0]
            yield Finding(found[0][0].span, told(found, "module"), f"write the version, e.g. `{name}@v1.2.3`")


def _takes_versions(ctx: Context[Options], call: Call) -> bool:
    """Whether `go get` knows versions for certain: in an image of Go from 1.16 on, or where modules are asked for."""
    if "GO111MODULE=on" in ctx.source.text:
        return True
    stage = ctx.build.stage_of(call.run)
    while stage is not None and stage.base is not None:
        stage = ctx.stages[stage.base]
    if stage is None or not isinstance(stage.image, Known):
        return False
    reference = split_reference(stage.image.value)
    if reference.repository.rpartition("/")[2] != "golang":
        return False
    major, _, minor = reference.tag.partition("-")[0].partition(".")
    minor = minor.partition(".")[0]
    return not (major == "1" and minor.isdecimal() and int(minor) < 16)

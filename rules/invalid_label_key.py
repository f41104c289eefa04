"""The key of a label has another form than labels have

Docker's guidelines: small letters, digits, dots and dashes, a letter first, no dot or dash twice or at an end. Tools
filter by keys and take them apart at dots; odd ones need quotes everywhere. What begins with `com.docker.`,
`io.docker.` or `org.dockerproject.` is reserved for Docker.

```dockerfile bad
FROM debian:13
LABEL Description="An example"
```

```dockerfile bad
FROM debian:13
LABEL com.docker.team="web"
```

```dockerfile good
FROM debian:13
LABEL description="An example" \
      com.example.team="web" \
      org.opencontainers.image.source="https://example.com/app"
```

Commands for `atomic` and `podman container runlabel` have names in capitals. Underscores and slashes are in use and do no harm. Docker itself asks extensions of Docker Desktop for labels of its
own:

```dockerfile good
FROM debian:13
LABEL RUN="podman run --rm IMAGE" \
      build_date=2025-01-31 \
      com.docker.desktop.extension.api.version=">= 0.3.4"
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, Known, Label, Severity, Value, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")
CHARACTERS = LETTERS | frozenset("0123456789._/-")
COMMANDS = frozenset("BUILD DEBUG HELP INSTALL NAME RUN STOP UNINSTALL UPDATE UPGRADE".split())
RESERVED = ("com.docker.", "io.docker.", "org.dockerproject.")
ASKED_FOR = ("com.docker.desktop.extension.", "com.docker.extension.")


class Options(Value):
    """Options.

    Attributes:
        everywhere: Report names of commands in capitals, labels that Docker asks for, and keys with a variable, too.
    """

    everywhere: bool = False
    WIDE = {"everywhere": True}


@rule("DL3048", "invalid-label-key", severity=Severity.STYLE, options=Options, words=("label",))
def check(ctx: Context[Options]) -> Iterator[Finding]:
    for label in ctx.each(Label):
        for pair in label.pairs:
            value = ctx.build.value(pair.key)
            why = _fault(value.value) if isinstance(value, Known) else ""
            if ctx.options.everywhere and not why:
                why = _oddity(pair.key.text.strip("\"'"))
            if why:
                lower = value.value.lower() if isinstance(value, Known) else ""
                sample = lower if lower and not _fault(lower) else "com.example.name"
                yield Finding(pair.key.span, f"the label `{pair.key.text}` {why}", f"write e.g. `{sample}`")


def _oddity(key: str) -> str:
    """What is unusual about a key as written, though there may be a reason; empty when nothing is."""
    if "$" in key:
        return "has a variable in it"
    if key in COMMANDS:
        return "has capital letters"
    return "is in a name space that is reserved for Docker" if key.startswith(RESERVED) else ""


def _fault(key: str) -> str:
    """What is wrong with a key; empty when nothing is."""
    if not key:
        return "has no name"
    if key != key.lower():
        return "" if key in COMMANDS else "has capital letters"
    odd = sorted(set(key) - CHARACTERS)
    if odd:
        return f"has `{odd[0]}` in it"
    if key[0] not in LETTERS:
        return "does not begin with a letter"
    if key[-1] in "._/-":
        return f"ends in `{key[-1]}`"
    if ".." in key or "--" in key:
        return "has a dot or a dash twice"
    if key.startswith(RESERVED) and not key.startswith(ASKED_FOR):
        return "is in a name space that is reserved for Docker"
    return ""

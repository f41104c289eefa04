"""The name given to an image is no image name

A name is `registry/repository:tag`, without blanks; its repository has small letters only. The build stops at any
other, often only after all the work is done, when the image is to be named.

```sh bad
docker build -t ID / repo : tag .
docker build -t ghcr.io/Example/App:1 .
```

```sh fixed
docker build -t id/repo:tag .
docker build -t ghcr.io/example/app:1 .
```

```yaml bad
jobs:
  image:
    steps:
      - uses: docker/build-push-action@v6
        with:
          tags: example/app:1.0+${{ github.run_number }}+build
```

A registry's host may have capitals, and so may a tag. What variables bring is not known, and not guessed:

```sh good
docker build -t example/app:RC1 .
docker build -t "$REGISTRY/$IMAGE:$TAG" .
```
"""

from __future__ import annotations

from dfcheck.api import Edit, Finding, Fix, NoOptions, Safety, Severity, Span, is_valid_reference, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import BuildCommand, CommandContext, CommandWord

FORM = "a name is `registry/repository:tag`"


@rule("DF7002", "command-invalid-tag", severity=Severity.ERROR, subject="command")
def check(ctx: CommandContext[NoOptions]) -> Iterator[Finding]:
    for build in ctx.builds:
        parted = _parted(ctx, build.command)
        if parted is not None:
            yield parted
            continue
        for word in build.command.every("tag"):
            finding = _finding(ctx, word)
            if finding is not None:
                yield finding


def _parted(ctx: CommandContext[NoOptions], command: BuildCommand) -> Finding | None:
    """A name with blanks in it: the tool takes its parts for contexts."""
    parts = command.parted_name()
    if not parts:
        return None
    span = Span(parts[0].span.start, parts[-1].span.end)
    written = ctx.text(span)
    joined = "".join(word.text for word in parts)
    if "".join(written.split()) != joined:
        return None
    name = _lowered(joined)
    message = f"`{written}` has blanks in it, so only `{parts[0].text}` is the name and the rest are contexts"
    if not is_valid_reference(name):
        return Finding(span, message, FORM)
    fix = Fix(f"Write `{name}`", (Edit(span, name),), Safety.UNSAFE)
    return Finding(span, message, f"write `{name}`", fix=fix)


def _finding(ctx: CommandContext[NoOptions], word: CommandWord) -> Finding | None:
    text = word.text if word.literal else _filled(ctx.text(word.span) if word.whole else word.text)
    if text is None or (is_valid_reference(text) and "@" not in text):
        return None
    shown = word.text if word.literal else ctx.text(word.span)
    lowered = _lowered(text)
    if is_valid_reference(lowered) and "@" not in text:
        message = f"`{shown}` has capitals, and a repository's name has none"
        if not word.literal or not word.whole:
            return Finding(word.span, message, "write it in small letters")
        fix = Fix(f"Write `{lowered}`", (Edit(word.span, lowered),), Safety.UNSAFE)
        return Finding(word.span, message, f"write `{lowered}`", fix=fix)
    if "@" in text and is_valid_reference(text):
        return Finding(
            word.span, f"`{shown}` has a digest, which no image can be given", "name a tag instead"
        )
    return Finding(word.span, f"`{shown}` is no name of an image", FORM)


def _lowered(text: str) -> str:
    """The name in small letters, but for its tag."""
    colon = text.rfind(":")
    tag = text[colon:] if colon > text.rfind("/") else ""
    return text[: len(text) - len(tag)].lower() + tag


def _filled(text: str) -> str | None:
    """A name with an `x` for each variable, None when it holds more than variables."""
    import re

    filled = re.sub(r"\$\{\{[^}]*\}\}|\$\{\w+\}|\$\w+", "x", text)
    return None if "$" in filled or "`" in filled else filled

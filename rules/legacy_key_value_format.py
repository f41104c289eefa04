r"""ENV or LABEL without an equals sign

`ENV NAME value` is the old form, and deprecated: it sets one variable only, and everything behind the name is its
value, further names and equals signs included. With `=` one instruction can set several, and quotes show where a value
ends.

```dockerfile bad
FROM debian:13
ENV LANG C.UTF-8
ENV GREETING hello   world
LABEL description An example
```

```dockerfile fixed
FROM debian:13
ENV LANG=C.UTF-8
ENV GREETING="hello   world"
LABEL description="An example"
```

This sets one variable, and nobody would think so:

```dockerfile bad
FROM debian:13
ENV A B=c D=e
```

```dockerfile fixed
FROM debian:13
ENV A="B=c D=e"
```

A blank before the equals sign makes it a part of the value. The fix for this changes the value, so it asks for
`--unsafe-fixes`:

```dockerfile bad
FROM debian:13
ENV LANG =C.UTF-8
```

```dockerfile fixed
FROM debian:13
ENV LANG=C.UTF-8
```

Where the value has quotes or escapes already, the fix escapes the blanks that are not quoted:

```dockerfile bad
FROM debian:13
ENV GREETING "hello"  'you there'
```

```dockerfile fixed
FROM debian:13
ENV GREETING="hello"\ \ 'you there'
```

```dockerfile good
FROM debian:13
ENV LANG=C.UTF-8 GREETING="hello world"
LABEL description="An example"
```
"""

from __future__ import annotations

from dfcheck.api import (
    Argument,
    Context,
    Edit,
    Env,
    Finding,
    Fix,
    Label,
    Literal,
    NoOptions,
    Onbuild,
    Safety,
    Severity,
    Span,
    Variable,
    rule,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@rule("DF2003", "legacy-key-value-format", severity=Severity.WARNING, aliases=("LegacyKeyValueFormat",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for item in ctx.document.instructions:
        instruction = item.trigger if isinstance(item, Onbuild) else item
        if isinstance(instruction, (Env, Label)) and instruction.pairs[0].legacy:
            (pair,) = instruction.pairs
            keyword = instruction.keyword.text.upper()
            message = f"{keyword} `{pair.key.text}` is set without `=`, which is deprecated"
            fix = None
            if pair.value is not None and pair.value.text.startswith("="):
                message = f"a blank stands before `=`, so the value of `{pair.key.text}` begins with it"
                rest = ctx.text(pair.value.span)[1:].lstrip()
                blanks = Span(pair.key.span.end, pair.value.span.end - len(rest))
                if _is_one_word(rest) and not instruction.line.comments:
                    fix = Fix("Remove the blanks", (Edit(blanks, "="),), Safety.UNSAFE)
                yield Finding(pair.span, message, f"write `{pair.key.text}={rest}`", fix=fix)
                continue
            if pair.value is not None and not instruction.line.comments:
                fix = _fix(ctx, pair.key, pair.value)
            yield Finding(pair.span, message, f"write `{pair.key.text}=…`", fix=fix)


def _is_one_word(text: str) -> bool:
    """Whether it is a word without blanks, or one between quotes."""
    quoted = (
        len(text) > 1 and text[0] in "\"'" and text.find(text[0], 1) == len(text) - 1 and "\n" not in text
    )
    return quoted or len(text.split()) == 1


def _fix(ctx: Context[NoOptions], key: Argument, value: Argument) -> Fix | None:
    """Put an equals sign between them, and quotes or escapes where the value has blanks."""
    if (
        not key.words
        or not isinstance(key.words[0], (Literal, Variable))
        or any(char in key.text for char in "\"'=\\`")
    ):
        return None
    between = Span(key.span.end, value.span.start)
    title = "Write `=`"
    blank = " " in value.text or "\t" in value.text
    if not blank:
        return Fix(title, (Edit(between, "="),))
    if all(
        isinstance(word, Literal) or (isinstance(word, Variable) and not word.operator)
        for word in value.words
    ):
        end = value.span.end
        return Fix(title, (Edit(between, '="'), Edit(Span(end, end), '"')))
    if "\n" in ctx.text(value.span):
        return None
    edits = [Edit(between, "=")]
    for word in value.words:
        if isinstance(word, Literal):
            text = ctx.text(word.span)
            for char in " \t":
                text = text.replace(char, ctx.document.escape + char)
            edits.append(Edit(word.span, text))
        elif isinstance(word, Variable) and word.operator:
            return None
    return Fix(title, tuple(edits))

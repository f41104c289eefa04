r"""CMD or ENTRYPOINT runs through a shell

Without brackets the text is a command line for a shell, `/bin/sh -c "python app.py"`. The shell is then the first
process of the container, and what `docker stop` sends reaches the shell and perhaps not the program, which is killed
ten seconds later. Such an ENTRYPOINT also ignores CMD and all arguments of `docker run`. In the exec form, a JSON
array of strings, the program starts without a shell between.

```dockerfile bad
FROM python:3.14
CMD python app.py --port 8000
```

```dockerfile fixed
FROM python:3.14
CMD ["python", "app.py", "--port", "8000"]
```

There is a fix where the command line has nothing that needs a shell. It changes what the container runs, so it asks
for `--unsafe-fixes`. Where a shell is needed, to expand variables for example, call it yourself and let `exec`
replace it, or declare by SHELL that one is meant:

```dockerfile bad
FROM python:3.14
CMD python app.py --port $PORT
```

```dockerfile good
FROM python:3.14
CMD ["sh", "-c", "exec python app.py --port $PORT"]
```

```dockerfile good
FROM python:3.14
SHELL ["/bin/bash", "-c"]
CMD python app.py --port $PORT
```

A CMD that begins with `exec` has that effect, too, and is left alone. The option `everywhere` reports it:

```dockerfile good
FROM python:3.14
CMD exec python app.py --port $PORT
```

What looks like an array but is no JSON is a command line, too, and a shell that looks for a program called `[python,`
is hardly what is meant. Strings stand in double quotes, and no comma follows the last:

```dockerfile bad
FROM python:3.14
CMD ['python', 'app.py',]
```

```dockerfile fixed
FROM python:3.14
CMD ["python", "app.py"]
```

```dockerfile bad
FROM python:3.14
CMD ["python", "app.py]
```

A HEALTHCHECK is reported only where no shell is needed; its command line most often ends in `|| exit 1`:

```dockerfile bad
FROM python:3.14
HEALTHCHECK CMD curl -f http://localhost/
```

```dockerfile fixed
FROM python:3.14
HEALTHCHECK CMD ["curl", "-f", "http://localhost/"]
```

```dockerfile good
FROM python:3.14
HEALTHCHECK CMD curl -f http://localhost/ || exit 1
```
"""

from __future__ import annotations

from dfcheck.api import (
    Cmd,
    Context,
    Edit,
    Entrypoint,
    Finding,
    Fix,
    Healthcheck,
    Safety,
    Severity,
    Shell,
    ShellForm,
    Value,
    like_array,
    rule,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# What a shell does itself; there may be no program of that name.
BUILTINS = frozenset(
    ". : [ [[ alias bg break case cd command continue declare eval exec exit export fg for function getopts hash if "
    "jobs let local read readonly return select set shift shopt source time times trap type typeset ulimit umask "
    "unalias unset until wait while".split()
)
PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=.,:/@ ")
HELP = "write a JSON array of strings, or a SHELL to say that a shell is meant"
EXEC = 'write `["sh", "-c", "exec …"]`, so that the program takes the place of the shell'
LAST = 'write `["sh", "-c", "… && exec …"]`, so that the last program takes the place of the shell'
BROKEN = "close every bracket and quote, and put a comma between strings"


class Options(Value):
    """Options.

    Attributes:
        everywhere: Report what stands after a SHELL, a CMD that begins with `exec` and a HEALTHCHECK that needs a shell,
            too.
    """

    everywhere: bool = False
    WIDE = {"everywhere": True}


@rule(
    "DL3025",
    "json-args-recommended",
    severity=Severity.WARNING,
    aliases=("JSONArgsRecommended",),
    options=Options,
)
def check(ctx: Context[Options]) -> Iterator[Finding]:
    declared: list[bool] = []
    for stage in ctx.stages:
        shell = stage.base is not None and declared[stage.base]
        shell = shell or any(isinstance(item.trigger, Shell) for item in stage.triggers)
        for item in stage.instructions:
            if isinstance(item, Shell):
                shell = True
            elif isinstance(item, (Cmd, Entrypoint, Healthcheck)) and isinstance(item.command, ShellForm):
                posix = ctx.build.shell(item)[0] != "cmd"
                yield from _judge(item, item.command, shell, posix, ctx.options.everywhere)
        declared.append(shell)


def _judge(
    item: Cmd | Entrypoint | Healthcheck, command: ShellForm, shell: bool, posix: bool, everywhere: bool
) -> Iterator[Finding]:
    keyword = item.keyword.text.upper()
    strings = _array(command.text)
    broken = like_array(command.text)
    if strings or broken:
        message = f"this is no JSON array, so {keyword} gives it to a shell as it stands"
    elif shell and not everywhere:
        return
    elif isinstance(item, Healthcheck):
        message = "the command of HEALTHCHECK runs through a shell" + (
            "" if everywhere else " that it does not need"
        )
    elif isinstance(item, Entrypoint) and _replaces(command.text):
        message = "ENTRYPOINT runs through a shell, which ignores CMD"
    elif isinstance(item, Entrypoint):
        message = "ENTRYPOINT runs through a shell, which ignores CMD and may keep signals from the program"
    else:
        message = "CMD runs through a shell, which may keep signals from the program"
    if not everywhere and isinstance(item, Cmd) and _replaces(command.text):
        return
    strings = strings or _words(command.text)
    if not strings and not broken and not everywhere and isinstance(item, Healthcheck):
        return
    span = command.span if command.text else item.keyword.span
    if not strings or item.line.comments or item.line.heredocs:
        yield Finding(span, message, BROKEN if broken else _advice(command.text) if posix else HELP)
        return
    text = "[" + ", ".join([f'"{word}"' for word in strings]) + "]"
    yield Finding(
        span, message, f"write `{text}`", fix=Fix("Write the exec form", (Edit(span, text),), Safety.UNSAFE)
    )


def _replaces(text: str) -> bool:
    """Whether the shell gives its place to the program, so that signals reach it: `exec python app.py`."""
    return text.split(None, 1)[:1] == ["exec"]


def _advice(text: str) -> str:
    """What to do about a command line that needs a shell."""
    words = text.split(None, 1)
    if not words or words[0] in BUILTINS - {"cd", "exec", "export", "set", ".", "source"}:
        return HELP
    if any(mark in text for mark in ("&&", ";", "\n")):
        return LAST
    return HELP if "|" in text or words[0] == "exec" else EXEC


def _words(text: str) -> list[str]:
    """The words of a command line that needs no shell; none when it needs one."""
    words = text.split()
    if words[:1] == ["exec"]:
        words = words[1:]
    if not words or words[0] in BUILTINS or "=" in words[0] or not PLAIN.issuperset(text.replace("\t", " ")):
        return []
    return words


def _array(text: str) -> list[str]:
    """The strings of what is meant as a JSON array but is none; none when it is something else."""
    if not (text.startswith("[") and text.rstrip().endswith("]")):
        return []
    parts = [part.strip() for part in text.strip()[1:-1].split(",")]
    if len(parts) > 1 and not parts[-1]:
        parts.pop()
    strings = [part[1:-1] for part in parts if len(part) > 1 and part[0] == part[-1] and part[0] in "\"'"]
    plain = not any(char in string for string in strings for char in "\"'\\")
    return strings if len(strings) == len(parts) and plain else []

"""A setting that its RUN takes with it

Each RUN is a process of its own. What it exports, unsets, sources, aliases or limits ends with it; later instructions and
the container see nothing of it. Variables are set by ENV.

```dockerfile bad
FROM python:3.14
RUN export FLASK_APP=server
CMD ["flask", "run"]
```

```dockerfile fixed
FROM python:3.14
ENV FLASK_APP=server
CMD ["flask", "run"]
```

```dockerfile bad
FROM python:3.14
RUN python -m venv /venv && . /venv/bin/activate
RUN pip install --no-cache-dir flask==3.1.2
```

```dockerfile good
FROM python:3.14
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
RUN pip install --no-cache-dir flask==3.1.2
```

What later commands of the same RUN use is not lost:

```dockerfile good
FROM debian:13
RUN export DEBIAN_FRONTEND=noninteractive && apt-get update
RUN . /venv/bin/activate && pip install flask==3.1.2
RUN ulimit -n 4096; make
```

Nor is it when it is written to a file that shells read, and a script that is sourced may do work of its own:

```dockerfile good
FROM debian:13
RUN echo 'export FLASK_APP=server' >> /etc/profile
RUN . ./install.sh
```
"""

from __future__ import annotations

from dfcheck.api import Context, Edit, Finding, Fix, NoOptions, Safety, Severity, ShellForm, Span, rule, runs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Run, ShellCommand


SETTINGS = frozenset({"export", "unset", "alias", "unalias", "ulimit", "umask", "source", ".", "shopt"})
# What is sourced for its variables and nothing else.
ENVIRONMENTS = frozenset(
    {
        "activate",
        ".bashrc",
        ".bash_profile",
        ".profile",
        ".zshrc",
        ".zshenv",
        "bashrc",
        "profile",
        "environment",
        "nvm.sh",
    }
)


@rule("DF3002", "lost-setting", severity=Severity.WARNING)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for run in runs(ctx.build):
        script = ctx.script(run)
        if not script.commands or script.errors:
            continue
        last = script.commands[-1]
        if _is_lost(last):
            message = f"`{last.program}` has no effect: it is forgotten when this RUN ends"
            sets = last.program in {"export", "unset"}
            reads = last.program in {"source", "."}
            advice = "write `ENV`" if sets else "do it in the RUN that needs it" if reads else ""
            alone = len(script.commands) == 1
            yield Finding(last.span, message, advice, fix=_fix(ctx, run, last) if alone else None)


def _is_lost(command: ShellCommand) -> bool:
    nesting = command.nesting
    if (
        nesting.depth
        or command.pipeline
        or command.operator
        or command.redirects
        or command.program not in SETTINGS
    ):
        return False
    words = command.arguments
    if command.program in {"source", "."}:
        return bool(words) and words[0].text.rpartition("/")[2] in ENVIRONMENTS
    # Without words they show what is set; -f of unset names a function, -p of export shows.
    return bool(words) and not any(word.text in {"-p", "-f", "-a"} for word in words)


def _fix(ctx: Context[NoOptions], run: Run, export: ShellCommand) -> Fix | None:
    """Write ENV for RUN and export, where ENV reads the values as the shell does."""
    words = export.arguments
    plain = all(
        "=" in word.text and not word.text.startswith("-") and _reads_alike(ctx, run, word.span)
        for word in words
    )
    if (
        export.program != "export"
        or not plain
        or not isinstance(run.command, ShellForm)
        or run.heredocs
        or run.flags
    ):
        return None
    return Fix(
        "Write `ENV`", (Edit(Span(run.keyword.span.start, export.words[0].span.end), "ENV"),), Safety.UNSAFE
    )


def _reads_alike(ctx: Context[NoOptions], run: Run, span: Span) -> bool:
    text = ctx.text(span)
    if any(mark in text for mark in ("'", "`", "$(", "${", "\\", "~", "*")):
        return False
    names = [part.split('"')[0].split("/")[0].split(":")[0] for part in text.split("$")[1:]]
    return all(name in ctx.build.scope(run) for name in names)

"""A file that everybody may change

`chmod 777` lets every user of the container, and every program that runs there, replace the file. Mostly it stands where
the user of the container has to write: give the file to that user, or to a group of theirs.

```dockerfile bad
FROM debian:13
RUN mkdir /data && chmod -R 777 /data
```

```dockerfile good
FROM debian:13
RUN useradd app && mkdir /data && chown app: /data && chmod 750 /data
```

```dockerfile bad
FROM debian:13
COPY --chmod=0777 entrypoint.sh /
RUN chmod a+rwx /etc/app.conf
```

What a stage that is thrown away allows does no harm. With the sticky bit nobody can take away the files of another, and a group is not everybody:

```dockerfile good
FROM debian:13
RUN chmod 777 /srv
FROM debian:13
RUN chmod 1777 /srv/tmp && chmod -R g=u /data && chmod +w /etc/app.conf && chmod o-w /data && chmod 775 /opt
```
"""

from __future__ import annotations

from dfcheck.api import Add, Context, Copy, Finding, NoOptions, Onbuild, Severity, rule, runs, shipped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Span


TEMPORARY = ("/tmp", "/var/tmp", "/dev/")  # noqa: S108 - paths in the image


@rule("DF4003", "world-writable", severity=Severity.INFO, words=("chmod",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    kept = shipped(ctx.build)
    for item in ctx.document.instructions:
        copy = item.trigger if isinstance(item, Onbuild) else item
        stage = ctx.build.stage_of(item)
        if stage is not None and stage.index not in kept:
            continue
        if isinstance(copy, (Copy, Add)) and copy.chmod and _is_open(copy.chmod.text):
            yield _finding(copy.chmod.span, f"--chmod={copy.chmod.text}", copy.destination.text)
    for run in runs(ctx.build):
        stage = ctx.build.stage_of(run)
        if stage is not None and stage.index not in kept:
            continue
        for command in ctx.script(run).commands:
            words = [word for word in command.arguments if not word.text.startswith("--")]
            mode = next((word for word in words if word.text[:1] != "-" or word.text.startswith("-w")), None)
            paths = [word.text for word in words if mode and word.span.start > mode.span.start]
            harmless = bool(paths) and all(path.startswith(TEMPORARY) for path in paths)
            if command.program == "chmod" and mode and _is_open(mode.text) and not harmless:
                yield _finding(mode.span, f"chmod {mode.text}", paths[0] if len(paths) == 1 else "")


def _finding(span: Span, shown: str, path: str) -> Finding:
    what = f"`{path}`" if path and "\n" not in path else "these files"
    return Finding(
        span, f"`{shown}` lets everybody change {what}", "give it to the user who writes, by `chown`"
    )


def _is_open(mode: str) -> bool:
    """Whether a mode gives others the right to write, and nothing restrains them."""
    if mode.isdecimal():
        sticky = len(mode) == 4 and int(mode[0]) & 1
        return int(mode[-1]) & 2 != 0 and not sticky
    opened = sticky = False
    for clause in mode.split(","):
        for sign in "+=":
            who, found, rights = clause.partition(sign)
            if found and who.isalpha():
                opened = opened or ("w" in rights and ("o" in who or "a" in who))
                sticky = sticky or "t" in rights
    return opened and not sticky

r"""ADD where COPY does

ADD does more than COPY: it fetches URLs and Git repositories and unpacks archives, by their content and whatever they
are called. Where none of this is wanted COPY says so, and a file that happens to be an archive stays one.

```dockerfile bad
FROM python:3.14
ADD app.py /app/
ADD src /app/src/
```

```dockerfile fixed
FROM python:3.14
COPY app.py /app/
COPY src /app/src/
```

For a file whose name does not tell that it is no archive, the fix asks for `--unsafe-fixes`.

```dockerfile good
FROM python:3.14
ADD rootfs.tar.zst /
ADD https://example.com/app.pyz /app/
ADD https://github.com/example/app.git#v1.2 /src
ADD --unpack=false https://example.com/data.tgz /data/
```

A variable may hold a URL, so it is not judged unless something stands before it:

```dockerfile good
FROM python:3.14
ARG SOURCE=.
ADD $SOURCE /app/
```

```dockerfile bad
FROM python:3.14
ARG STAGE=test
ADD config/$STAGE.yml /app/
```

```dockerfile fixed
FROM python:3.14
ARG STAGE=test
COPY config/$STAGE.yml /app/
```
"""

from __future__ import annotations

from dfcheck.api import (
    Add,
    Argument,
    Context,
    Edit,
    Finding,
    Fix,
    Known,
    NoOptions,
    Onbuild,
    Safety,
    Severity,
    is_archive,
    rule,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# Names of what is no archive for certain. Some packages (.apk, .gem, .crate) are tar files inside.
PLAIN = frozenset(
    "asc bat bash c cert cfg cnf conf config cpp crt cs csproj css csv dll ear env exe go gradle h htm html ini jar java "
    "js json jsx key list lock lua md pem php pl ps1 py properties pub rb repo rs scss service sh so sql sum toml ts "
    "tsx txt war xml yaml yml zip".split()
)
REMOTE = ("github.com/", "git@")


@rule(
    "DL3020",
    "add-instead-of-copy",
    severity=Severity.WARNING,
    aliases=("CKV_DOCKER_4", "DS005"),
    words=("add",),
)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for item in ctx.document.instructions:
        add = item.trigger if isinstance(item, Onbuild) else item
        if not isinstance(add, Add) or add.checksum or add.unpack is not None or add.keep_git_dir is not None:
            continue
        if all(_is_local(ctx, source) for source in add.sources):
            keyword = "copy" if add.keyword.text.islower() else "COPY"
            safety = Safety.SAFE if all(map(_is_plain, add.sources)) else Safety.UNSAFE
            fix = Fix(f"Write `{keyword}`", (Edit(add.keyword.span, keyword),), safety)
            subject = f"`{add.sources[0].text}` is" if len(add.sources) == 1 else "the sources are"
            message = f"ADD is used where COPY does: {subject} neither remote nor an archive"
            yield Finding(add.keyword.span, message, f"write `{keyword}`", fix=fix)


def _is_local(ctx: Context[NoOptions], source: Argument) -> bool:
    """Whether it names something in the build context that is no archive by its name."""
    text = source.text.strip("\"'")
    value = ctx.build.value(source)
    end = value.value if isinstance(value, Known) else text
    if text.startswith("$") or (
        not isinstance(value, Known) and "$" in text.rpartition("/")[2].rpartition(".")[2]
    ):
        return False
    remote = "://" in text or text.startswith(REMOTE)
    return not remote and not is_archive(end)


def _is_plain(source: Argument) -> bool:
    """Whether BuildKit cannot unpack it: a directory, a heredoc, or a file that is no archive by its name."""
    text = source.text.strip("\"'")
    name, dot, suffix = text.rpartition("/")[2].rpartition(".")
    return (
        text.endswith(("/", "/."))
        or text in {".", "./"}
        or text.startswith("<<")
        or bool(name and dot and suffix in PLAIN)
    )

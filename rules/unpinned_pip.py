"""pip installs a package without a version

Without a version pip takes the newest, so the same Dockerfile builds something else next month, and breaks one day without any
change to it. Old versions stay on PyPI: name one, or install from a requirements or lock file.

```dockerfile bad
FROM python:3.14
RUN pip install flask
```

```dockerfile good
FROM python:3.14
RUN pip install flask==3.1.2 'gunicorn>=23,<24'
RUN python3 -m pip install -r requirements.txt
```

Values of options are no packages; paths, files and URLs are versions of their own, and constraints pin all:

```dockerfile good
FROM python:3.14
RUN pip install --cert /ca.pem --timeout 60 flask==3.1.2
RUN pip install . ./lib[dev] .[test] /tmp/tool-1.0-py3-none-any.whl
RUN pip install git+https://github.com/pallets/flask@3.1.2
RUN pip install -c constraints.txt flask
```

A repository without a commit is whatever its default branch is:

```dockerfile bad
FROM python:3.14
RUN pip install git+https://github.com/pallets/flask
```

What a variable stands for counts, when the file says it:

```dockerfile bad
FROM python:3.14
ENV PACKAGES="flask==3.1.2 gunicorn"
RUN pip install $PACKAGES
```

The tools that install the others are let off; `allow` names more, or none:

```dockerfile good
FROM python:3.14
RUN pip install --upgrade pip setuptools wheel
```

```toml
allow = []
```

```dockerfile bad
FROM python:3.14
RUN pip install --upgrade pip
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, Severity, Value, calls, rule, told, unpinned

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Call


CONSTRAINTS = ("-c", "--constraint", "--require-hashes")


class Options(Value):
    """Options.

    Attributes:
        allow: Packages that need no version.
    """

    allow: tuple[str, ...] = ("pip", "setuptools", "wheel")

    WIDE = {"allow": ()}


@rule("DL3013", "unpinned-pip", severity=Severity.WARNING, options=Options, words=("pip",))
def check(ctx: Context[Options]) -> Iterator[Finding]:
    for call in calls(ctx.build, "pip", "install"):
        found = () if _constrained(ctx, call) else unpinned(ctx.build, call)
        found = tuple((word, text) for word, text in found if text.partition("[")[0] not in ctx.options.allow)
        if found:
            yield Finding(found[0][0].span, told(found), f"write the version, e.g. `{found[0][1]}==1.2.3`")


def _constrained(ctx: Context[Options], call: Call) -> bool:
    return call.options.has(*CONSTRAINTS) or "PIP_CONSTRAINT" in ctx.build.scope(call.run)

"""`apt-key` in a RUN

A key added by `apt-key` may sign packages of every repository, also of those it has nothing to do with. apt has warned of it for
years, and Debian 13 comes without it. Store the key in a file of its own and name that in the repository's line.

```dockerfile bad
FROM debian:12
RUN curl -fsSL https://example.org/key.asc | apt-key add -
```

```dockerfile good
FROM debian:12
ADD https://example.org/key.asc /etc/apt/keyrings/example.asc
RUN echo 'deb [signed-by=/etc/apt/keyrings/example.asc] https://example.org/apt stable main' > /etc/apt/sources.list.d/example.list
```

```dockerfile bad
FROM debian:12
RUN curl -fsSL https://example.org/key.asc | apt-key --keyring /usr/share/keyrings/example.gpg add -
```

```dockerfile good
FROM debian:12
RUN apt-key list
```
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, NoOptions, Severity, rule, runs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


ADDS = frozenset({"add", "adv"})
TRUSTED = "/etc/apt/trusted"


@rule("DF3004", "apt-key", severity=Severity.INFO, words=("apt-key",))
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for run in runs(ctx.build):
        for command in ctx.script(run).commands:
            if command.program == "apt-key" and any(word.text in ADDS for word in command.arguments):
                message = "`apt-key` trusts the key for every repository, and newer releases do not have it"
                if _is_apart([word.text for word in command.arguments]):
                    message = "newer releases do not have `apt-key`"
                help_ = "store the key in `/etc/apt/keyrings` and name it by `signed-by`"
                yield Finding(command.program_span, message, help_)


def _is_apart(words: list[str]) -> bool:
    """Whether the key goes into a file that repositories have to name."""
    pairs = zip(words, [*words[1:], ""], strict=True)
    files = [
        after if word == "--keyring" else word.partition("=")[2]
        for word, after in pairs
        if "--keyring" in word
    ]
    return bool(files) and not files[-1].startswith(TRUSTED)

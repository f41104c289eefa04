"""Certificates are not checked

Without the check anybody between the builder and the server can put their own files into the image. When a certificate is refused,
install the authority that signed it (`ca-certificates`, or a file of your own) instead.

```dockerfile bad
FROM debian:13
RUN curl -fsSLk https://example.org/tool -o /usr/local/bin/tool
```

```dockerfile fixed
FROM debian:13
RUN curl -fsSL https://example.org/tool -o /usr/local/bin/tool
```

```dockerfile bad
FROM debian:13
RUN wget -q --no-check-certificate https://example.org/tool
```

```dockerfile fixed
FROM debian:13
RUN wget -q https://example.org/tool
```

A setting or a variable does it for all, some of them in the container, too:

```dockerfile bad
FROM node:24
ENV NODE_TLS_REJECT_UNAUTHORIZED=0
RUN npm config set strict-ssl false
RUN git -c http.sslVerify=false clone https://example.org/repo.git
RUN pip install --trusted-host pypi.example.org --no-cache-dir -r requirements.txt
```

```dockerfile good
FROM debian:13
ENV NODE_TLS_REJECT_UNAUTHORIZED=1
RUN curl -fsS -o /k -H '-k' https://example.org/k && curl --insecure https://localhost:8443/health
```
"""

from __future__ import annotations

from dfcheck.api import (
    Context,
    Edit,
    Env,
    Finding,
    Fix,
    NoOptions,
    Onbuild,
    Safety,
    Severity,
    ShellForm,
    Span,
    calls,
    rule,
    runs,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.api import Call


ALIASES = (*(f"CKV2_DOCKER_{n}" for n in (2, 3, 4, 5, 6, 12, 13, 14, 15, 16)),)
OPTIONS = {
    "curl": ("-k", "--insecure", "--proxy-insecure"),
    "wget": ("--no-check-certificate",),
    "pip": ("--trusted-host",),
}
OFF = frozenset({"0", "false", "no", "off"})
# Variables that switch the check off when they have one of these values; None: any.
VARIABLES = {
    "NODE_TLS_REJECT_UNAUTHORIZED": frozenset({"0"}),
    "PYTHONHTTPSVERIFY": frozenset({"0"}),
    "NPM_CONFIG_STRICT_SSL": OFF,
    "npm_config_strict_ssl": OFF,
    "GIT_SSL_NO_VERIFY": None,
    "PIP_TRUSTED_HOST": None,
}
HELP = "install the authority's certificate instead"
LOCAL = ("localhost", "127.0.0.1", "[::1]")


@rule(
    "DF4001",
    "unverified-tls",
    severity=Severity.WARNING,
    aliases=ALIASES,
    words=("curl", "wget", "trusted", "ssl", "tls_reject", "httpsverify"),
)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    for tool, names in OPTIONS.items():
        for call in calls(ctx.build, tool):
            option = call.options.get(*names)
            if option is not None and not _is_local(call):
                fix = _without(ctx, call, option.name, option.word.span) if option.value is None else None
                yield Finding(
                    option.word.span, f"`{call.program} {option.name}` checks no certificates", HELP, fix=fix
                )
    yield from _settings(ctx)
    yield from _variables(ctx)


def _is_local(call: Call) -> bool:
    hosts = [word.text.partition("://")[2] or word.text for word in call.options.positionals]
    return bool(hosts) and all(host.startswith(LOCAL) for host in hosts)


def _settings(ctx: Context[NoOptions]) -> Iterator[Finding]:
    """`npm config set strict-ssl false`, `git config http.sslVerify false`, `git -c http.sslVerify=false`."""
    for tool in ("npm", "yarn", "git"):
        for call in calls(ctx.build, tool):
            texts = [word.text.lower() for word in call.command.arguments]
            told = [text.partition("=")[::2] for text in texts]
            told += [(texts[at - 1], texts[at]) for at in range(1, len(texts))]
            if any(name in {"strict-ssl", "http.sslverify"} and value in OFF for name, value in told):
                yield Finding(call.command.span, f"`{call.program}` is told to check no certificates", HELP)


def _variables(ctx: Context[NoOptions]) -> Iterator[Finding]:
    given: list[tuple[Span, str, str]] = []
    for item in ctx.document.instructions:
        env = item.trigger if isinstance(item, Onbuild) else item
        if isinstance(env, Env):
            given += [
                (pair.span, pair.key.text, pair.value.text.strip("\"'")) for pair in env.pairs if pair.value
            ]
    for run in runs(ctx.build):
        for command in ctx.script(run).commands:
            given += [(item.span, item.name, item.value.text) for item in command.assignments]
            words = command.arguments if command.program == "export" else ()
            given += [(word.span, *word.text.partition("=")[::2]) for word in words if "=" in word.text]
    for span, name, value in sorted(given):
        wanted = VARIABLES.get(name, frozenset())
        if (
            value
            and (wanted is None or value.lower() in wanted)
            and not (wanted is None and (value.lower() in OFF or value.startswith("$")))
        ):
            yield Finding(span, f"`{name}` switches the check of certificates off", HELP)


def _without(ctx: Context[NoOptions], call: Call, name: str, span: Span) -> Fix | None:
    """Remove the option: its letter from a cluster, or its word."""
    text = ctx.text(span)
    if not isinstance(call.run.command, ShellForm) or "\n" in text:
        return None
    if text != name:
        at = text.find(name[1:], 1) if len(name) == 2 and not text.startswith("--") else -1
        spans = (
            [Span(span.start + at, span.start + at + 1)]
            if at > 0 and text.isascii() and text[1:].isalpha()
            else []
        )
    else:
        end = span.end
        while ctx.source.text[end : end + 1] == " ":
            end += 1
        spans = [Span(span.start, end)]
    return Fix(f"Remove `{name}`", (Edit(spans[0], ""),), Safety.UNSAFE) if spans else None

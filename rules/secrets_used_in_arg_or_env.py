r"""A secret in ENV or ARG

What ENV sets, everybody who has the image can read, by `docker inspect` or inside any container. The value of an ARG
shows in the history of the image and in the provenance that is stored with it. Give a secret to the RUN that needs it,
which then leaves no trace of it in the image; give what the program needs to `docker run`.

```dockerfile bad
FROM node:24
ARG NPM_TOKEN
RUN npm config set //registry.npmjs.org/:_authToken=$NPM_TOKEN && npm ci
```

```dockerfile good
FROM node:24
RUN --mount=type=secret,id=npm_token,env=NPM_TOKEN \
    npm config set //registry.npmjs.org/:_authToken='${NPM_TOKEN}' && npm ci
```

```dockerfile bad
FROM postgres:18
ENV POSTGRES_PASSWORD=hunter2
```

Names are judged by whole words, `_` between them: `token`, `password`, `secret`, `key`, `auth`, `credentials` and the like. A
name with `public`, `file` or `version` in it is about something else, and so is one that ends in a word such as `path`
or `url`. Where the value is known it may show that there is no secret: a path, an address, a switch, or nothing.

```dockerfile good
FROM debian:13
ENV API_TOKEN_FILE=/run/secrets/token \
    PUBLIC_KEY=abc \
    SSH_KEY_PATH=/etc/ssh \
    AUTH_URL=https://auth.example.com/ \
    AUTH_ENABLED=true \
    AUTH_PASSWORD_FORMAT=scram \
    VPN_PASSWORD=**None** \
    GPG_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D \
    GOPRIVATE=example.com \
    RESET_PASSWORD=reset.sh \
    SIGNING_KEY=$REPOSITORY/signing.key \
    SA_PASSWORD=_ \
    HTPASSWD=data/.htpasswd \
    APT_KEY_DONT_WARN_ON_DANGEROUS_USAGE=1 \
    KEYBOARD=us
ENV DB_PASSWORD=
ARG KEYCLOAK_VERSION
```

The option `allowed` takes further names that are no secrets:

```toml
allowed = ["SIGNING_KEY", "*_KEY"]
```

```dockerfile good
FROM debian:13
ARG SIGNING_KEY
ENV PRODUCT_KEY=12345
```
"""

from __future__ import annotations

from dfcheck.api import Arg, Context, Env, Finding, Known, Onbuild, Pair, Severity, Value, names_secret, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

SWITCHES = frozenset("0 1 true false yes no on off none null nil undefined unset disabled enabled".split())
FILES = (".sh", ".py", ".ps1", ".key", ".pem", ".crt", ".asc", ".gpg", ".pub")
# What `everywhere` looks for in names: parts of them, and words between `_` unless one of the innocent is beside it.
PARTS = ("api_key", "client_key", "password", "private", "secret", "token", "username")
WORDS = frozenset(
    "access_key apikey auth credential credentials key passwd password pword secret token".split()
)
INNOCENT = frozenset(("file", "public", "version"))


class Options(Value):
    """Options.

    Attributes:
        allowed: Names that are no secrets; `*` stands for anything.
        everywhere: Judge by names alone, whatever the values, by parts of names such as `USERNAME` as well, and an ARG
            above the first FROM, too.
    """

    allowed: tuple[str, ...] = ()
    everywhere: bool = False
    WIDE = {"everywhere": True}


@rule(
    "DL3064",
    "secrets-used-in-arg-or-env",
    severity=Severity.WARNING,
    aliases=("SecretsUsedInArgOrEnv", "DS031"),
    options=Options,
)
def check(ctx: Context[Options]) -> Iterator[Finding]:
    before_first_stage = set(ctx.build.global_instructions)
    for item in ctx.document.instructions:
        instruction = item.trigger if isinstance(item, Onbuild) else item
        if not isinstance(instruction, (Arg, Env)) or (
            item in before_first_stage and not ctx.options.everywhere
        ):
            continue
        for pair in instruction.pairs:
            named = names_secret(pair.key.text) and not _is_harmless(ctx, instruction, pair)
            named = named or (ctx.options.everywhere and _may_be_secret(pair.key.text))
            if named and not _is_allowed(ctx, pair):
                yield _finding(instruction, pair)


def _may_be_secret(name: str) -> bool:
    """Whether a part of the name can be about a secret, whatever else it says."""
    lower = name.strip("\"'").lower()
    innocent = not INNOCENT.isdisjoint(lower.split("_"))
    return any(part in lower for part in PARTS) or (not innocent and not WORDS.isdisjoint(lower.split("_")))


def _is_harmless(ctx: Context[Options], instruction: Arg | Env, pair: Pair) -> bool:
    """Whether the value shows that there is no secret. An ARG without a default gets one when it is built."""
    if pair.value is None:
        return False
    if pair.value.text.rstrip("\"'").lower().endswith(FILES):
        return True
    value = ctx.build.value(pair.value)
    if not isinstance(value, Known):
        return False
    text = value.value.lower()
    if not text:
        return isinstance(instruction, Env) and "$" not in pair.value.text
    address = "://" in text and "@" not in text
    return (
        address
        or _is_fingerprint(pair.key.text, value.value)
        or text.startswith(("/", "./", "../", "~/"))
        or text.endswith(FILES)
        or "/." in text
        or text.strip("*<>_-") in {"", *SWITCHES}
    )


def _is_fingerprint(name: str, value: str) -> bool:
    """Whether it is the number of a public key, by which keys are fetched."""
    digits = value.removeprefix("0x")
    is_number = len(digits) in {8, 16, 40} and set(digits.upper()) <= set("0123456789ABCDEF")
    return is_number and (digits == digits.upper() or "gpg" in name.lower())


def _is_allowed(ctx: Context[Options], pair: Pair) -> bool:
    if not ctx.options.allowed:
        return False
    from fnmatch import fnmatchcase

    return any(fnmatchcase(pair.key.text, pattern) for pattern in ctx.options.allowed)


def _finding(instruction: Arg | Env, pair: Pair) -> Finding:
    name = pair.key.text
    if isinstance(instruction, Env):
        message = f"`{name}` looks like a secret, and ENV keeps it in the image"
        help_ = "give it to the container when it starts, or to one RUN by `--mount=type=secret`"
    else:
        message = f"`{name}` looks like a secret, and an ARG shows in the history of the image"
        help_ = f"give it to the RUN that needs it: `--mount=type=secret,id={name.lower()},env={name}`"
    return Finding(pair.key.span, message, help_)

"""BuildKit's `check=` settings: `skip=Name,…;error=true` of a directive or a comment.

As BuildKit reads them: the value ends at the first blank, at most three items are split at `;`, names are not
checked, a later item of the same key wins.
"""

from __future__ import annotations

from dfcheck.findings import Finding
from dfcheck.syntax.text import Span
from dfcheck.value import Value

# The checks that BuildKit has itself, which `skip=all` and `error=true` are about.
CHECKS = (
    "StageNameCasing",
    "FromAsCasing",
    "NoEmptyContinuation",
    "ConsistentInstructionCasing",
    "DuplicateStageName",
    "ReservedStageName",
    "JSONArgsRecommended",
    "MaintainerDeprecated",
    "UndefinedArgInFrom",
    "InvalidDefaultArgInFrom",
    "WorkdirRelativePath",
    "UndefinedVar",
    "MultipleInstructionsDisallowed",
    "LegacyKeyValueFormat",
    "RedundantTargetPlatform",
    "FromPlatformFlagConstDisallowed",
    "SecretsUsedInArgOrEnv",
    "CopyIgnoredFile",
    "InvalidDefinitionDescription",
    "ExposeProtoCasing",
    "ExposeInvalidFormat",
    "InvalidBaseImagePlatform",
)
# Those among them that run only when `experimental=` names them.
EXPERIMENTAL = ("InvalidDefinitionDescription",)
# What Go's strconv.ParseBool takes.
BOOLEANS = dict.fromkeys(("1", "t", "T", "true", "TRUE", "True"), True) | dict.fromkeys(
    ("0", "f", "F", "false", "FALSE", "False"), False
)


class Check(Value):
    """What a `check=` says: names to skip or to try (or `all`), whether findings fail the build, and misuses."""

    skip: tuple[str, ...] = ()
    error: bool = False
    misuses: tuple[Finding, ...] = ()
    experimental: tuple[str, ...] = ()


def read_check(value: str, at: int) -> Check:
    """Read what follows `check=`; `value` begins at offset `at`."""
    skip: tuple[str, ...] = ()
    experimental: tuple[str, ...] = ()
    error = False
    misuses: list[Finding] = []
    words = value.split(maxsplit=1)
    for item in (words[0] if words else "").split(";", 2):
        span = Span(at, at + len(item))
        at += len(item) + 1
        key, equals, listed = item.partition("=")
        if not equals or key not in ("skip", "error", "experimental"):
            misuses.append(
                Finding(
                    span,
                    f"BuildKit refuses `check={item}`: there is no `{key}`"
                    if equals
                    else f"`{item}` has no value",
                    "write `skip=Name,…`, `error=true` or `experimental=Name,…`, with `;` between",
                )
            )
        elif key == "error" and listed not in BOOLEANS:
            misuses.append(Finding(span, f"BuildKit refuses `{item}`: not a boolean", "write `error=true`"))
        elif key == "error":
            error = BOOLEANS[listed]
        elif key == "skip":
            skip = tuple(name for name in listed.split(",") if name)
        else:
            experimental = tuple(name for name in listed.split(",") if name)
    return Check(skip, error, tuple(misuses), experimental)

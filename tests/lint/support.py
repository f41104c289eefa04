"""Small rules and registries for the tests of this room, so that they do not depend on the real rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dfcheck.api import Context, Edit, Finding, Fix, From, Rule, Run, Safety, Severity, Value
from dfcheck.lint.registry import Registry, load_named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class TagOptions(Value):
    """Options.

    Attributes:
        allowed_tags: Tags that are fine,
            on two lines.
        limit: A number.
    """

    allowed_tags: tuple[str, ...] = ()
    limit: int = 3


def untagged(ctx: Context[TagOptions]) -> Iterator[Finding]:
    for base in ctx.each(From):
        if base.image.tag is None:
            yield Finding(base.image.span, f"no tag: {base.image.text}")


def piped(ctx: Context) -> Iterator[Finding]:
    for run in ctx.each(Run):
        text = ctx.text(run.span)
        if "|" in text:
            at = run.span.start + text.index("|")
            yield Finding(run.span._replace(start=at, end=at + 1), "a pipe")


def crashing(ctx: Context) -> Iterator[Finding]:
    yield Finding(ctx.stages[0].from_.span, "before the fall")
    raise ZeroDivisionError("on purpose")


def recase(safety: Safety = Safety.SAFE, text: Callable[[str], str] = str.upper) -> Callable:
    """A check whose fix writes FROM as `text` wants it."""

    def check(ctx: Context) -> Iterator[Finding]:
        for base in ctx.each(From):
            wanted = text(base.keyword.text)
            if base.keyword.text != wanted:
                edit = Edit(base.keyword.span, wanted)
                yield Finding(base.keyword.span, "wrong case", fix=Fix("Mend", (edit,), safety))

    return check


def make(code: str, name: str, check: Callable, **more: object) -> Rule:
    return Rule(code, name, Severity.WARNING, check, f"made.{name}", **more)


OWN = tuple(rule for rule in load_named().rules if rule.code.startswith("DF00"))
UNTAGGED = make(
    "DL3006", "untagged-image", untagged, options=TagOptions, aliases=("DS001", "InvalidBaseImagePlatform")
)
PIPED = make("DL4006", "pipe-status", piped, aliases=("CKV_1",))
SLEEPING = make("DL3999", "sleeping", piped, default=False)
REGISTRY = Registry((*OWN, UNTAGGED, PIPED, SLEEPING))

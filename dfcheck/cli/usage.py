"""Usage: the help screens, made from the verbs' tables."""

from __future__ import annotations

from dfcheck.cli.options import COMMON

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dfcheck.cli.options import Option, Verb

COLUMN = 30


def verb_screen(verb: Verb) -> str:
    """The help screen of one verb."""
    lines = [f"dfcheck {verb.name} {verb.usage}".rstrip(), f"  {verb.title}"]
    groups: dict[str, list[Option]] = {}
    for option in verb.options + COMMON:
        groups.setdefault(option.group, []).append(option)
    common = groups.pop("Options")
    for heading, options in [*groups.items(), ("Options", common)]:
        lines += ["", f"{heading}:", *_table((_left(option), option.help) for option in options)]
    if verb.notes:
        lines += ["", verb.notes]
    return "\n".join(lines) + "\n"


def main_screen(verbs: Iterable[tuple[str, str]]) -> str:
    """The help screen of the command itself; `verbs` are names and titles."""
    return "\n".join(
        (
            "dfcheck [check] [OPTION ...] [PATH ... | -]",
            "  Tells what is wrong with a Dockerfile.",
            "",
            "Commands:",
            *_table(verbs),
            "",
            "`dfcheck COMMAND --help` shows a command's options; `dfcheck --version` the version.",
            "Exit code: 0 nothing found, 1 something found, 2 could not do the job.",
            "",
        )
    )


def _left(option: Option) -> str:
    choices = "|".join(option.choices)
    value = choices if choices and len(option.name) + len(choices) < COLUMN - 5 else option.metavar
    joint = "" if value[:1] == "[" else " "
    return f"{f'{option.short},' if option.short else '   '} {option.name}{joint}{value}".rstrip()


def _table(rows: Iterable[tuple[str, str]]) -> list[str]:
    lines = []
    for left, right in rows:
        if len(left) > COLUMN:
            lines += [f"  {left}", f"  {'':{COLUMN}}  {right}"]
        else:
            lines.append(f"  {left:{COLUMN}}  {right}")
    return lines

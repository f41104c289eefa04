"""Faults: the words for what cannot be read. Loaded only when something is wrong."""

from __future__ import annotations

from difflib import get_close_matches

from dfcheck.syntax.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.syntax.lines import Unterminated

# What people write at the start of a line when the line before should have continued.
SHELL = frozenset(
    """
    && || | ; apk apt apt-get bash bundle cargo cat cd chmod chown cp curl dnf do done echo else export fi for gem
    git go groupadd if install ln make mkdir mv npm pip pip3 python python3 rm sed service set sh sudo tar then
    touch unzip useradd wget while yarn yum
    """.split()
)


def shown(text: str, most: int = 40) -> str:
    """`text` for a message: printable and not longer than `most` characters."""
    text = printable(text)
    text = "".join(char if char.isprintable() else "\ufffd" for char in text)
    return text if len(text) <= most else text[: most - 1] + "…"


def nearest(word: str, known: tuple[str, ...]) -> str:
    """The entry of `known` that `word` was probably meant to be, or nothing."""
    found = get_close_matches(word, known, n=1, cutoff=0.6)
    return found[0] if found else ""


def explain_unknown(keyword: str, rest: str, known: tuple[str, ...]) -> tuple[str, str]:
    """Message and help for an instruction name that is none."""
    message = f"unknown instruction `{shown(keyword)}`"
    upper = keyword.upper()
    for name in known:
        if upper.startswith(name) and len(keyword) > len(name) and not keyword[len(name)].isalnum():
            return message, f"a blank is missing after `{keyword[: len(name)]}`"
    if (
        keyword in SHELL
        or keyword.startswith(("&&", "||", "-", "|", "'", '"'))
        or rest.endswith(("\\", "&&"))
    ):
        return message, "does the line above lack a `\\` at its end, or this one a `RUN`?"
    match = nearest(upper, known)
    return message, f"did you mean `{match}`?" if match else ""


def explain_flag(keyword: str, flag: str, known: tuple[str, ...]) -> tuple[str, str]:
    """Message and help for a flag that the instruction does not take."""
    message = f"{keyword} takes no flag `--{shown(flag)}`"
    match = nearest(flag, known)
    if match:
        return message, f"did you mean `--{match}`?"
    if not known:
        return message, f"{keyword} has no flags"
    return message, "its flags are " + ", ".join(f"`--{name}`" for name in known)


def explain_heredoc(lost: Unterminated) -> tuple[str, str]:
    """Message and help for a heredoc without end marker."""
    name = shown(lost.name)
    message = f"the heredoc `{name}` never ends"
    if lost.near is not None:
        return message, f"its end marker must be `{name}` alone, without blanks before or after it"
    if ";" in name or "&" in name or "|" in name or ")" in name:
        return message, f"the whole word `{name}` is its name; put a blank before what follows the name"
    return message, f"write `{name}` alone on the line after its last one"


def explain_from(words: list[str]) -> tuple[str, str]:
    """Message and help for a FROM whose arguments have the wrong shape."""
    if len(words) == 2 and words[1].lower() == "as":
        return "FROM … AS lacks the name of the stage", "write `AS name`, or leave `AS` out"
    if len(words) == 2:
        image, tag = (shown(word) for word in words)
        return (
            f"FROM takes an image, and `{tag}` is one word too many",
            f"for the tag write a colon: `{image}:{tag}`; for a stage name `{image} AS {tag.lower()}`",
        )
    if len(words) >= 3 and words[1].lower() != "as":
        return (
            f"FROM takes `IMAGE` or `IMAGE AS name`, not {len(words)} words",
            "is the blank meant to be a colon?",
        )
    return "FROM takes nothing after the name of the stage", "a comment needs a line of its own"

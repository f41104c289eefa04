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
    joint = words[1].lower() if len(words) > 1 else ""
    if len(words) == 2 and joint == "as":
        return "FROM … AS lacks the name of the stage", "write `AS name`, or leave `AS` out"
    if joint == "as":
        return "FROM takes nothing after the name of the stage", "a comment needs a line of its own"
    if any(word.startswith("#") for word in words):
        return "FROM takes nothing but `IMAGE` or `IMAGE AS name`", "a comment needs a line of its own"
    rest = " AS " + shown(words[3]) if len(words) == 4 and words[2].lower() == "as" else ""
    if len(words) == 2 or rest:
        return f"FROM takes an image, and `{shown(words[1])}` is one word too many", _meant(words, rest)
    return (
        f"FROM takes `IMAGE` or `IMAGE AS name`, not {len(words)} words",
        "is the blank meant to be a colon?",
    )


def _meant(words: list[str], rest: str) -> str:
    """What `FROM image word` may have meant; `rest` is the ` AS name` that follows, or empty."""
    image, word = (shown(word) for word in words[:2])
    tagged = ":" in image.rpartition("/")[2] or "@" in image
    tag = f"for the tag write a colon: `{image}:{word}{rest}`"
    if rest:
        return f"leave `{word}` out" if tagged else tag
    if word.startswith(":"):
        return f"remove the blank: `{image}{word}`"
    stage = f"`{image} AS {word.lower()}`"
    if not word[0].isalpha():
        return "leave it out" if tagged else tag
    return f"for a stage name write {stage}" if tagged else f"{tag}; for a stage name {stage}"

"""Model: a command line that builds or runs an image, as frozen values with exact places."""

from __future__ import annotations

from itertools import pairwise

from dfcheck.syntax.text import Span
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


# Stands in a word for what is not known, as a variable would.
UNKNOWN = "${_}"
# The place of a word that is written in another file than the one that is looked at.
ELSEWHERE = Span(-1, -1)


class CommandError(ValueError):
    """The words are no command that builds or runs an image; the message is one line for the user."""


class FormatError(Exception):
    """A file that cannot be read as what its name says it is; the text is one line, with line and column if it has."""


class Word(Value):
    """A word of a command line.

    Attributes:
        text: What the program gets; variables of a script as `${NAME}`.
        span: Where it is written.
        literal: Whether `text` is all of it: no variable, no substitution.
        whole: Whether `span` covers it character by character, so that a part of it can be pointed at.
        assumed: Whether variables in it have the values that their file gives them, which others may override.
    """

    text: str
    span: Span
    literal: bool = True
    whole: bool = True
    assumed: bool = False

    def part(self, start: int, end: int | None = None) -> Word:
        """The word of the characters from `start` to `end` of its text."""
        stop = len(self.text) if end is None else end
        text = self.text[start:stop]
        literal = self.literal or not any(mark in text for mark in "$`")
        if not self.whole:
            return self._replace(text=text, literal=literal)
        at = self.span.start
        return Word(text, Span(at + start, at + stop), literal)


class Given(Value):
    """An option that was given.

    Attributes:
        name: Its long name without dashes, also when its short one was written.
        word: The word that it stands in.
        value: Its value; None for a switch without one.
    """

    name: str
    word: Word
    value: Word | None = None


class Fault(Value):
    """Something that the program refuses; the message is lower case, without a full stop.

    `meant` is what was probably meant, empty when nothing is near; an option that is like none may be a new one.
    """

    span: Span
    message: str
    meant: str = ""


class Command(Value):
    """What commands that build and commands that run have in common: options."""

    if TYPE_CHECKING:

        @property
        def options(self) -> tuple[Given, ...]:
            """All options in order."""
            ...

    def every(self, name: str) -> Iterator[Word]:
        """The values of all options of this name."""
        return (given.value for given in self.options if given.name == name and given.value is not None)

    def last(self, name: str) -> Word | None:
        """The value of the last option of this name, which is the one that counts."""
        values = tuple(self.every(name))
        return values[-1] if values else None

    def has(self, name: str) -> bool:
        """Whether an option of this name is there, and not switched off by `=false`."""
        given = [option for option in self.options if option.name == name]
        last = given[-1].value if given else None
        return bool(given) and (last is None or last.text.lower() not in ("false", "0", "f"))


class BuildCommand(Command):
    """A build.

    Attributes:
        tool: What builds, as one would write it: `docker build`, `buildah bud`, `compose`.
        span: The whole command line.
        head: The words that name the tool.
        options: All options in order.
        context: The directory, archive, URL or `-` that is built; None when there is none.
        rest: More operands, which every tool refuses.
        faults: What else the tool refuses.
        certain: Whether all options can be seen: false with a `$OPTIONS` among the words.
    """

    tool: str
    span: Span
    head: Span
    options: tuple[Given, ...]
    context: Word | None
    rest: tuple[Word, ...] = ()
    faults: tuple[Fault, ...] = ()
    certain: bool = True

    def parted_name(self) -> tuple[Word, ...]:
        """The parts of an image's name with blanks in it, `-t org / app : tag`; empty when there is none."""
        tag = self.last("tag")
        if tag is None or self.context is None or not self.rest:
            return ()
        parts = (tag, self.context, *self.rest[:-1])
        cut = tag.text[-1:] in ("/", ":") or any(word.text == "/" or word.text[:1] == ":" for word in parts)
        adjacent = all(0 <= two.span.start - one.span.end <= 9 for one, two in pairwise(parts))
        return parts if cut and adjacent else ()

    def build_args(self) -> Iterator[tuple[Word, Word | None]]:
        """Name and value of each build argument; None for one that is taken from the environment."""
        for word in self.every("build-arg"):
            at = word.text.find("=")
            yield (word, None) if at < 0 else (word.part(0, at), word.part(at + 1))


class RunCommand(Command):
    """A container that is run or created from an image.

    Attributes:
        tool: As one would write it: `docker run`.
        span: The whole command line.
        head: The words that name the tool.
        options: All options in order.
        image: The image; None when there is none.
        arguments: What follows the image: the command, or the entrypoint's arguments.
        faults: What the tool refuses.
        certain: As for a build.
    """

    tool: str
    span: Span
    head: Span
    options: tuple[Given, ...]
    image: Word | None
    arguments: tuple[Word, ...] = ()
    faults: tuple[Fault, ...] = ()
    certain: bool = True


def words(argv: Sequence[str]) -> tuple[Word, ...]:
    """The words of an argument list; their places count in the words joined by blanks."""
    at, found = 0, []
    for text in argv:
        found.append(Word(text, Span(at, at + len(text))))
        at += len(text) + 1
    return tuple(found)

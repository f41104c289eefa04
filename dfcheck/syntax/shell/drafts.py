"""Drafts: words, redirections, commands and lists while they are being read; ranges count in the text at hand."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.syntax.shell.nodes import Nesting
    from dfcheck.syntax.shell.spelling import Hole


class DraftWord:
    """A word: its range and its holes."""

    __slots__ = ("end", "holes", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end
        self.holes: list[Hole] = []


class DraftRedirect:
    """A redirection."""

    __slots__ = ("end", "fd", "operator", "start", "target")

    def __init__(self, start: int) -> None:
        self.start = start
        self.end = start
        self.operator = ""
        self.fd = ""
        self.target: DraftWord | None = None


class DraftCommand:
    """A simple command."""

    __slots__ = ("assignments", "home", "negated", "operator", "pipeline", "redirects", "words")

    def __init__(self, home: DraftList, negated: bool) -> None:
        self.home = home
        self.negated = negated
        self.words: list[DraftWord] = []
        self.assignments: list[DraftWord] = []
        self.redirects: list[DraftRedirect] = []
        self.operator = ""
        self.pipeline: tuple[int, int] | None = None

    def __bool__(self) -> bool:
        """Whether there is anything in it; the parser makes up a command where it misses one."""
        return bool(self.words or self.assignments or self.redirects)


class DraftList:
    """A list of commands.

    Attributes:
        number: Its id.
        nesting: Where it stands.
        base: Where the statement it belongs to stands: the parent of an `if`'s condition and of its branches.
        level: How many substitutions it stands in.
        items: Its members, None for one that is no simple command, each with the operator after it.
        negate: Whether the next member is negated.
    """

    __slots__ = ("base", "items", "level", "negate", "nesting", "number")

    def __init__(self, number: int, nesting: Nesting, base: Nesting, level: int) -> None:
        self.number = number
        self.nesting = nesting
        self.base = base
        self.level = level
        self.items: list[tuple[DraftCommand | None, str]] = []
        self.negate = False

    def add(self, draft: DraftCommand | None) -> None:
        """A new member; a line feed joins it to one that no operator follows."""
        if self.items and not self.items[-1][1]:
            self.join("\n")
        self.items.append((draft, ""))
        self.negate = False

    def join(self, operator: str) -> bool:
        """Note the operator after the last member; False when there is none."""
        if self.items:
            self.items[-1] = (self.items[-1][0], operator)
        return bool(self.items)

    def close(self) -> None:
        """Tell the commands their operators and their places in pipelines."""
        begin = 0
        for at, (draft, operator) in enumerate(self.items):
            if draft is not None:
                draft.operator = operator
            if operator not in {"|", "|&"}:
                length = at + 1 - begin
                for index, (member, _) in enumerate(self.items[begin : at + 1]):
                    if member is not None and length > 1:
                        member.pipeline = (index, length)
                begin = at + 1

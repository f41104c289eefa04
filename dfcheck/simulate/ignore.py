"""Ignoring: which paths a list of patterns keeps back, as moby's patternmatcher and BuildKit's client decide it.

The last pattern that matches wins; what matches a directory counts for all below it. A tree is walked from
its root, and each directory hands the verdict on it, a `Mark`, to the paths inside it.
"""

from __future__ import annotations

from dfcheck.simulate.globs import BadPattern
from dfcheck.simulate.paths import clean
from dfcheck.simulate.patterns import WHITE, Pattern
from dfcheck.syntax.text import decode
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

# BuildKit's scanner takes lines of at most this many bytes.
LONGEST_LINE = 65535


class Line(Value):
    """A pattern of an ignore file and the line that it stands on, from 1."""

    text: str
    number: int


class Mark(Value):
    """The verdict on a path.

    Attributes:
        matched: Whether the patterns match it: it is kept back, or, for patterns that choose, taken.
        by: Index of the pattern that decided, -1 when none had a say.
        bits: Which patterns matched, for the paths below it.
    """

    matched: bool
    by: int
    bits: int


NOTHING = Mark(False, -1, 0)


def read(data: bytes) -> tuple[Line, ...]:
    """The patterns of an ignore file: cleaned, without comments and blank lines.

    Raises:
        BadPattern: A line is too long for BuildKit.
    """
    found = []
    for number, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if len(raw) > LONGEST_LINE:
            raise BadPattern("bufio.Scanner: token too long")
        text = decode(raw)
        if text.startswith("#"):
            continue
        text = text.strip(WHITE)
        if text:
            found.append(Line(_normal(text), number))
    return tuple(found)


def _normal(text: str) -> str:
    """One pattern of an ignore file, seen from the context's root."""
    negated = text.startswith("!")
    if negated:
        text = text[1:].strip(WHITE)
    if text:
        text = clean(text)
        if len(text) > 1:
            text = text.removeprefix("/")
    return f"!{text}" if negated else text


class Matcher:
    """A list of patterns.

    Attributes:
        patterns: Those that say anything, in order.
        origin: For each of them its index in the texts that were given.
        negations: Whether one begins with `!`.
    """

    __slots__ = ("_parts", "_runs", "negations", "origin", "patterns")

    def __init__(self, texts: Iterable[str]) -> None:
        """Read `texts`, in order.

        Raises:
            BadPattern: One of them cannot be read.
        """
        self.patterns: list[Pattern] = []
        self._parts: dict[int, list[Pattern]] = {}
        self.origin: list[int] = []
        for index, text in enumerate(texts):
            stripped = text.strip(WHITE)
            if not stripped:
                continue
            stripped = clean(stripped)
            if stripped == "!":
                raise BadPattern('illegal exclusion pattern: "!"')
            negated = stripped.startswith("!")
            self.patterns.append(Pattern(stripped[negated:], negated=negated))
            self.origin.append(index)
        self.negations = any(pattern.negated for pattern in self.patterns)
        self._runs = _runs(self.patterns)

    def mark(self, path: str, above: Mark = NOTHING) -> Mark:
        """The verdict on `path`, where `above` is the one on the directory it lies in.

        Raises:
            BadPattern: A pattern turns out to be unreadable when it is used.
        """
        matched, by, bits = False, -1, 0
        for run in self._runs:
            inherited = above.bits & run.mask
            if matched == run.negated:
                first = run.find(path, inherited)
                if first >= 0:
                    matched, by = not run.negated, first
                    bits |= 1 << first
            bits |= inherited
        return Mark(matched, by, bits)

    def met(self, path: str, above: int) -> int:
        """Bits of all patterns that match `path`, or, by `above`, one of its parents, whether they had a say or not."""
        for index, pattern in enumerate(self.patterns):
            if not above & 1 << index and pattern.matches(path):
                above |= 1 << index
        return above

    def mark_alone(self, path: str) -> Mark:
        """The verdict on `path` by itself and by its parents, when nothing was walked."""
        mark, names = NOTHING, path.split("/")
        for end in range(1, len(names) + 1):
            mark = self.mark("/".join(names[:end]), mark)
        return mark

    def may_take_back(self, directory: str) -> bool:
        """Whether a `!` pattern may match something below `directory`, which is kept back itself.

        BuildKit's client does not descend otherwise.
        """
        return self.negations and _reaches(self.patterns, directory, negated=True)

    def may_hold(self, directory: str) -> bool:
        """Whether a pattern without `!` may match something below `directory`, name by name; sharper than `may_choose`."""
        names = directory.split("/")
        return any(self._leads(index, names) for index in range(len(self.patterns)))

    def _leads(self, index: int, names: list[str]) -> bool:
        pattern = self.patterns[index]
        if pattern.negated:
            return False
        if "**" in pattern.text or any(char in "[\\^" for char in pattern.text):
            return True
        parts = self._parts.get(index)
        if parts is None:
            parts = self._parts[index] = [Pattern(part, negated=False) for part in pattern.text.split("/")]
        return len(parts) > len(names) and all(
            part.matches(name) for part, name in zip(parts, names, strict=False)
        )

    def may_choose(self, directory: str) -> bool:
        """Whether a pattern without `!` may match something below `directory`."""
        return _reaches(self.patterns, directory, negated=False)


def _reaches(patterns: list[Pattern], directory: str, *, negated: bool) -> bool:
    """Whether one of `patterns` may match below `directory`.

    One wildcard in a pattern, save `/*` and `/**` at its end, makes all directories possible.
    """
    roots = []
    for pattern in patterns:
        if pattern.negated == negated:
            root = pattern.text.removesuffix("/**").removesuffix("/*")
            if any(char in "*[]?^\\" for char in root):
                return True
            roots.append(root)
    return any(f"{root}/".startswith(f"{directory}/") for root in roots)


class _Run:
    """Consecutive patterns of one sign: only the first of them that matches matters.

    Whole names and the many `**/name` are looked up, not tried one by one.
    """

    __slots__ = ("_bases", "_endings", "_exact", "_others", "_shown", "mask", "negated")

    def __init__(self, patterns: list[tuple[int, Pattern]]) -> None:
        self.negated = patterns[0][1].negated
        self.mask = 0
        self._exact: dict[str, int] = {}
        self._bases: dict[str, int] = {}
        self._endings: list[tuple[int, Pattern]] = []
        self._others: list[tuple[int, Pattern]] = []
        for index, pattern in patterns:
            self.mask |= 1 << index
            if pattern.kind == "exact":
                self._exact.setdefault(pattern.key, index)
            elif pattern.kind == "suffix" and pattern.key.rfind("/") == 0:
                self._bases.setdefault(pattern.key[1:], index)
            else:
                (self._endings if pattern.kind == "ending" else self._others).append((index, pattern))
        self._shown = tuple(pattern.key for _, pattern in self._endings)

    def find(self, path: str, inherited: int) -> int:
        """Index of the first pattern that matches `path` or, by `inherited`, its parent; -1 when none does."""
        limit = (inherited & -inherited).bit_length() - 1 if inherited else 1 << 62
        exact = self._exact.get(path)
        if exact is not None and exact < limit:
            limit = exact
        base = self._bases.get(path[path.rfind("/") + 1 :])
        if base is not None and base < limit:
            limit = base
        if path.endswith(self._shown):
            limit = min([limit, *(index for index, pattern in self._endings if pattern.matches(path))])
        for index, pattern in self._others:
            if index >= limit:
                break
            if pattern.matches(path):
                return index
        return -1 if limit == 1 << 62 else limit


def _runs(patterns: list[Pattern]) -> list[_Run]:
    """`patterns` cut where the sign changes."""
    groups: list[list[tuple[int, Pattern]]] = []
    for index, pattern in enumerate(patterns):
        if not groups or groups[-1][-1][1].negated != pattern.negated:
            groups.append([])
        groups[-1].append((index, pattern))
    return [_Run(group) for group in groups]

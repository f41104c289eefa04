"""Fingerprints: what makes a finding the same one when its line moves.

Of the code and the text of the line, and where findings of several files are mixed, of the path; equal ones are
numbered in their order.
"""

from __future__ import annotations

from hashlib import sha256

from dfcheck.syntax.text import encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.lint.engine import Diagnostic
    from dfcheck.syntax.text import Source


class Fingerprints:
    """Gives each finding of a report its fingerprint; ask once for each, in order."""

    __slots__ = ("_seen",)

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def of(self, source: Source, diagnostic: Diagnostic, path: str = "") -> tuple[str, int]:
        """64 hexadecimal digits that findings on equal lines share, and this one's number among them, from 1."""
        line = source.line(source.position(diagnostic.finding.span.start).line).strip()
        parts = (
            (encode(path), diagnostic.code.encode(), encode(line))
            if path
            else (diagnostic.code.encode(), encode(line))
        )
        found = sha256(b"\0".join(parts)).hexdigest()
        self._seen[found] = self._seen.get(found, 0) + 1
        return found, self._seen[found]

    def unique(self, source: Source, diagnostic: Diagnostic, path: str) -> str:
        """64 hexadecimal digits that no other finding of the report has."""
        found, number = self.of(source, diagnostic, path)
        return sha256(f"{found}\0{number}".encode()).hexdigest() if number > 1 else found

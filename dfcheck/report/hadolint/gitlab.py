"""Hadolint's `gitlab_codeclimate` format: an array of Code Climate issues with fingerprints.

The fingerprint is SHA-1 of the issue, as hadolint makes it, so it changes with the line; our own `gitlab` format has
better ones.
"""

from __future__ import annotations

from hashlib import sha1

from dfcheck.report.hadolint.codeclimate import issue
from dfcheck.report.hadolint.rows import compact, rows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.report.model import Report


def render(report: Report) -> Iterator[str]:
    """The array, in one piece."""
    made = map(issue, rows(report))
    yield compact([{**one, "fingerprint": sha1(compact(one).encode()).hexdigest()} for one in made]) + "\n"  # noqa: S324 - an identifier

"""Resolution: from the tree to stages, edges and values that are known, or unknown for a reason."""

from __future__ import annotations

from dfcheck.value import Value


class Known(Value):
    """A value that is certain."""

    value: str


class Unknown(Value):
    """A value that cannot be told before the build, and why."""

    why: str


class Stage(Value):
    """Placeholder until resolution is written."""

    index: int


class Build:
    """Placeholder until resolution is written."""

"""About dfcheck itself, from its package's metadata: version and addresses."""

from __future__ import annotations

from functools import cache


def version() -> str:
    """The version of dfcheck; `unknown` when it runs without being installed."""
    from importlib import metadata

    try:
        return metadata.version("dfcheck")
    except metadata.PackageNotFoundError:
        return "unknown"


@cache
def address(label: str) -> str | None:
    """The project address under `label` (`Homepage`, `Documentation`), None without one."""
    from importlib import metadata

    try:
        entries = metadata.metadata("dfcheck").get_all("Project-URL") or []
    except metadata.PackageNotFoundError:
        return None
    return next((entry.partition(", ")[2] for entry in entries if entry.partition(", ")[0] == label), None)


def link(name: str) -> str | None:
    """Address of a rule's page in the published documentation, None while there is none."""
    start = address("Documentation")
    return f"{start.rstrip('/')}/rules/{name}" if start else None

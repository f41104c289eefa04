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


def link(code: str) -> str | None:
    """Address of a page about a code: ours, or ShellCheck's; None for a plugin's code, whose page we do not know."""
    if code.startswith("SC") and code[2:].isdigit():
        return f"https://www.shellcheck.net/wiki/{code}"
    start = address("Documentation")
    if start is None or not code.startswith(("DF", "DL")):
        return None
    return f"{start.rstrip('/')}/rules/{code}.md"

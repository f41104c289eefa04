"""Archives: the names of files that ADD unpacks."""

from __future__ import annotations

# A tar, plain or compressed by gzip, bzip2, xz or zstd: what BuildKit unpacks goes by its content; these are the
# names that such files have.
ARCHIVES = (".tar", ".gz", ".tgz", ".bz2", ".tb2", ".tbz", ".tbz2", ".xz", ".txz", ".zst", ".tzst")


def is_archive(name: str) -> bool:
    """Whether a file is one that ADD unpacks, by its name or path in any case."""
    return name.lower().endswith(ARCHIVES)

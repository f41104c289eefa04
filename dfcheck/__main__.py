"""`python -m dfcheck`."""

from __future__ import annotations

from dfcheck.cli.main import script

if __name__ == "__main__":
    script()

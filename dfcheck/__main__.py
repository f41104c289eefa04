"""`python -m dfcheck`."""

from __future__ import annotations

import sys

from dfcheck.cli.main import main

if __name__ == "__main__":
    sys.exit(main())

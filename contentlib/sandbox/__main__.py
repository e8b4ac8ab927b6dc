"""Starts the warm process: `python -m contentlib.sandbox CONTROL IN_USE HOME [MODULE…]`, for `Sandbox` alone."""

from __future__ import annotations

import sys
from pathlib import Path

from contentlib.sandbox.warm import main

if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4:])

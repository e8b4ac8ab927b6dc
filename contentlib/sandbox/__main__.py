"""Starts the warm process: `python -m contentlib.sandbox CONTROL HOME [MODULE…]`, meant for `Sandbox`, not people."""

from __future__ import annotations

import sys
from pathlib import Path

from contentlib.sandbox.warm import main

if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])

"""An opened library, as doors, runner and tests use it."""

from contentlib.library.deeds import IMPORT_BATCH, Library
from contentlib.library.opening import find_office, wall_clock

__all__ = ["IMPORT_BATCH", "Library", "find_office", "wall_clock"]

"""Files from outside, read by a function in a limited child of the sandbox; what is read is not known here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from contentlib.domain.errors import FileRefusedError
from contentlib.sandbox.limits import MIB, Limits
from contentlib.services.unit_of_work import UnitOfWork

# What a sandbox holds ready, so that a file costs only its own reading.
READERS = ("contentlib.ingest.extractors", "contentlib.ingest.brandcheck.checking")
# A curriculum of 80 slides takes a tenth of a second; a minute is for a book of pictures on a busy machine.
LIMITS = Limits(wall_seconds=60, cpu_seconds=45, memory_bytes=1500 * MIB)
# What was read comes in; whether it keeps to the brand is not worth another minute of waiting.
CHECK_LIMITS = replace(LIMITS, wall_seconds=40, cpu_seconds=20)


def read_in_sandbox(
    reading: UnitOfWork,
    function: str,
    path: Path,
    *,
    limit_mb: int,
    name: str | None = None,
    limits: Limits = LIMITS,
    **arguments: Any,
) -> Any:
    """Call a function that reads a file, in a limited child, with the file's `path` and the `name` it was called.

    Raises FileRefusedError when the file is larger than `limit_mb`, and whatever the function refuses with.
    """
    name = name or path.name
    size = path.stat().st_size
    if size > limit_mb * MIB:
        message = f"“{name}” has {size / MIB:,.0f} MB, more than the {limit_mb} MB that are taken in."
        raise FileRefusedError(message)
    return reading.sandbox.call(function, limits=limits, path=str(path.resolve()), name=name, **arguments)

"""What one call may take, and how a child is held to it; who calls and why is not known here."""

from __future__ import annotations

import math
import os
import resource
import signal
import struct
from dataclasses import astuple, dataclass
from pathlib import Path

MIB = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The time, memory and space of one call.

    `wall_seconds` counts from the fork; `cpu_seconds` is whole, as the system counts it; `memory_bytes` is address
    space beyond what the warm process already holds; `file_bytes` the largest file that may be written;
    `result_bytes` the largest pickled answer. The defaults are some ten times what the largest honest document
    needs (a deck of 60 slides with pictures: 3 s, 250 MB, 20 MB).
    """

    wall_seconds: float = 30.0
    cpu_seconds: int = 20
    memory_bytes: int = 1200 * MIB
    file_bytes: int = 80 * MIB
    open_files: int = 128
    result_bytes: int = 256 * MIB

    def pack(self) -> bytes:
        """Give the limits as the fixed number of bytes that the warm process reads."""
        return _PACKED.pack(*astuple(self))

    @classmethod
    def unpack(cls, packed: bytes) -> Limits:
        """Read back what `pack` gave."""
        wall, cpu, memory, file, files, result = _PACKED.unpack(packed)
        return cls(
            wall_seconds=wall,
            cpu_seconds=cpu,
            memory_bytes=memory,
            file_bytes=file,
            open_files=files,
            result_bytes=result,
        )


_PACKED = struct.Struct("<dqqqqq")
PACKED_SIZE = _PACKED.size


def confine(limits: Limits) -> None:
    """Hold this process, and all it starts, to `limits`; there is no way back."""
    # Python ignores SIGXFSZ, so that a full file is an OSError which libraries may swallow; the default ends the child.
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    # The warm process enforces the wall limit; the alarm ends the child when the warm process was itself killed.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(math.ceil(limits.wall_seconds) + 2)
    _set(resource.RLIMIT_CORE, 0)
    _set(resource.RLIMIT_FSIZE, limits.file_bytes)
    _set(resource.RLIMIT_NOFILE, limits.open_files)
    _set(resource.RLIMIT_AS, _held_bytes() + limits.memory_bytes)
    # One second between soft and hard limit, so that the child ends by SIGXCPU, which tells why.
    _set(resource.RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 1)


def _set(what: int, soft: int, hard: int | None = None) -> None:
    _, ceiling = resource.getrlimit(what)
    wanted = soft if hard is None else hard
    allowed = wanted if ceiling == resource.RLIM_INFINITY else min(wanted, ceiling)
    resource.setrlimit(what, (min(soft, allowed), allowed))


def _held_bytes() -> int:
    """Give this process's address space in bytes, 0 where the system does not tell (it then has no such limit)."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0

"""How a child ended, as the warm process tells the caller, and the sentence for it; it ends nobody itself."""

from __future__ import annotations

import errno
import signal
import struct
import tempfile
from dataclasses import dataclass
from enum import IntEnum

from contentlib.domain.errors import ContentlibError, LibraryRefusedError, LimitExceededError, WorkBrokeOffError
from contentlib.sandbox.limits import MIB, Limits

EXIT_ANSWERED = 0
EXIT_BROKEN = 1
EXIT_OUT_OF_MEMORY = 77  # any number that no library uses to leave a process

# What the system says where a disk, or this user's part of it, takes no more.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

_PACKED = struct.Struct("<ii")
PACKED_SIZE = _PACKED.size


class Ending(IntEnum):
    """In which way a child came to its end."""

    EXITED = 0
    SIGNALLED = 1
    OUT_OF_TIME = 2
    NEVER_BEGUN = 3


@dataclass(frozen=True)
class Verdict:
    """An ending with its exit code or signal number."""

    ending: Ending
    number: int = 0

    def pack(self) -> bytes:
        """Give the verdict as the fixed number of bytes that the caller reads."""
        return _PACKED.pack(self.ending, self.number)

    @classmethod
    def unpack(cls, packed: bytes) -> Verdict:
        """Read back what `pack` gave."""
        ending, number = _PACKED.unpack(packed)
        return cls(Ending(ending), number)

    @property
    def has_answer(self) -> bool:
        """Tell whether the child wrote its whole answer before it ended."""
        return self.ending is Ending.EXITED and self.number == EXIT_ANSWERED

    def as_error(self, limits: Limits) -> ContentlibError:
        """Give the refusal that a person reads when there is no answer."""
        match self:
            case Verdict(Ending.OUT_OF_TIME):
                return LimitExceededError(
                    f"This took longer than {limits.wall_seconds:g} seconds and was stopped. "
                    "The file may be damaged, or far larger than it looks."
                )
            case Verdict(Ending.SIGNALLED, signal.SIGXCPU):
                return LimitExceededError(
                    f"This took more than {limits.cpu_seconds} seconds of computing and was stopped. "
                    "The file may be damaged, or far larger than it looks."
                )
            case Verdict(Ending.SIGNALLED, signal.SIGXFSZ):
                return LimitExceededError(
                    f"This tried to write a file larger than {limits.file_bytes // MIB} MB and was stopped."
                )
            # Nobody here but the system's own out-of-memory guard kills a child before its time is up.
            case Verdict(Ending.EXITED, code) if code == EXIT_OUT_OF_MEMORY:
                return _out_of_memory(limits)
            case Verdict(Ending.SIGNALLED, signal.SIGKILL):
                return _out_of_memory(limits)
            case Verdict(Ending.SIGNALLED, number):
                return WorkBrokeOffError(
                    "This broke off unexpectedly, and nothing was kept. The file may be damaged.",
                    trace=f"child ended by signal {number}: {signal.strsignal(number)}",
                )
            case Verdict(Ending.NEVER_BEGUN, number) if number in FULL:
                return no_room(tempfile.gettempdir())
            case _:
                return WorkBrokeOffError(
                    "This broke off unexpectedly, and nothing was kept.", trace=f"child ended with {self}"
                )


def no_room(folder: str) -> LibraryRefusedError:
    """Give the refusal where the disk for passing files is full."""
    return LibraryRefusedError(
        f"The disk of {folder} is full, so nothing can be read or drawn. Nothing of this was kept; make room, then try "
        "again."
    )


def _out_of_memory(limits: Limits) -> LimitExceededError:
    return LimitExceededError(
        f"This needed more than {limits.memory_bytes // MIB} MB of memory and was stopped. "
        "The file may be damaged, or hold pictures that are far too large."
    )

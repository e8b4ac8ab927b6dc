"""What may come back from a child: plain values and this product's own records; it runs nothing it reads.

A child has parsed foreign bytes, so its answer is not trusted: a plain unpickler would call any function that the
bytes name.
"""

from __future__ import annotations

import io
import pickle
from dataclasses import is_dataclass
from enum import Enum
from typing import Any

from contentlib.domain.errors import ContentlibError

# Values of the standard library that domain records are made of, beside the ones pickle builds by itself.
_PLAIN = {
    ("builtins", "bytearray"),
    ("builtins", "complex"),
    ("builtins", "frozenset"),
    ("builtins", "range"),
    ("builtins", "set"),
    ("builtins", "slice"),
    ("collections", "OrderedDict"),
    ("datetime", "date"),
    ("datetime", "datetime"),
    ("datetime", "time"),
    ("datetime", "timedelta"),
    ("datetime", "timezone"),
    ("decimal", "Decimal"),
    ("fractions", "Fraction"),
    ("pathlib", "PosixPath"),
    ("pathlib", "PurePosixPath"),
    ("uuid", "UUID"),
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PLAIN:
            return super().find_class(module, name)
        if module.partition(".")[0] == "contentlib":
            found = super().find_class(module, name)
            if isinstance(found, type) and (is_dataclass(found) or issubclass(found, Enum | tuple | ContentlibError)):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} may not come back from a sandbox: only plain values and records")


def read(data: bytes) -> tuple[Any, ...]:
    """Read an answer; raise pickle.UnpicklingError when it is broken or holds anything but values and records."""
    try:
        answer = _Unpickler(io.BytesIO(data)).load()
    except pickle.UnpicklingError:
        raise
    # Broken bytes leave the unpickler by almost any exception: all of them mean the same here.
    except Exception as fault:
        raise pickle.UnpicklingError(f"not an answer: {fault!r}") from fault
    if not isinstance(answer, tuple) or not answer:
        raise pickle.UnpicklingError("not an answer")
    return answer

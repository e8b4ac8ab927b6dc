"""One call in one child: read what is asked, run it within its limits, answer, end; nothing outlives it."""

from __future__ import annotations

import importlib
import os
import pickle
import socket
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any, NoReturn

from contentlib.domain.errors import ContentlibError, LimitExceededError
from contentlib.sandbox.limits import Limits, confine
from contentlib.sandbox.verdicts import EXIT_ANSWERED, EXIT_BROKEN, EXIT_OUT_OF_MEMORY, FULL, no_room

RETURNED, REFUSED, FAULT = "returned", "refused", "fault"
# Python takes memory for its calls 16 kB at a time, and gives a stretch back as soon as they have left it: work that
# goes in and out at such an edge asks the system some hundred times, a twentieth of what a document costs. A call that
# says it needs this many places gets a megabyte at once, of which half is left for those it makes.
PLACES = 66_000


def serve_one(channel: socket.socket, limits: Limits, scratch: Path) -> NoReturn:
    """Serve the one call that arrives on `channel`, then leave the process without any clean-up of the parent's.

    `scratch` is a folder of the call's own, where temporary files go; the warm process removes it.
    """
    code = EXIT_BROKEN
    try:
        _silence()
        os.chdir(scratch)
        tempfile.tempdir = str(scratch)
        confine(limits)
        channel.sendall(_answer_at_length(_read_to_end(channel)))
        code = EXIT_ANSWERED
    except MemoryError:
        code = EXIT_OUT_OF_MEMORY
    finally:
        os._exit(code)


def _silence() -> None:
    # What a parser prints about foreign bytes belongs neither into the server's log nor onto a command's output.
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def _read_to_end(channel: socket.socket) -> bytes:
    parts = []
    while part := channel.recv(1 << 20):
        parts.append(part)
    return b"".join(parts)


def _answer(request: bytes) -> bytes:
    """Run the call; any fault but a lack of memory becomes an answer that can be pickled."""
    try:
        name, arguments = pickle.loads(request)  # noqa: S301 - written by the caller, whose process we serve
        answer: tuple[Any, ...] = (RETURNED, _find(name)(**arguments))
        return pickle.dumps(answer, protocol=5)
    except ContentlibError as refusal:
        return pickle.dumps((REFUSED, refusal), protocol=5)
    except MemoryError:
        raise
    except OSError as fault:
        if fault.errno not in FULL:
            return pickle.dumps((FAULT, traceback.format_exc()), protocol=5)
        return pickle.dumps((REFUSED, no_room(tempfile.gettempdir())), protocol=5)
    except RecursionError:
        too_deep = LimitExceededError("This is nested too deeply to be read.")
        return pickle.dumps((REFUSED, too_deep), protocol=5)
    # BaseException: some engines leave by classes of their own beside Exception, and a child has nobody to pass it to.
    except BaseException:
        return pickle.dumps((FAULT, traceback.format_exc()), protocol=5)


_answer_at_length = FunctionType(_answer.__code__.replace(co_stacksize=PLACES), globals())


def _find(name: str) -> Callable[..., Any]:
    module, _, path = name.partition(":")
    found: Any = importlib.import_module(module)
    for part in path.split("."):
        found = getattr(found, part)
    if not callable(found):
        raise TypeError(f"{name} is not a function")
    return found  # type: ignore[no-any-return]

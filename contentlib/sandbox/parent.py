"""The caller's side of the sandbox: sends a call to a limited child and brings back its answer or a refusal.

It runs nothing itself and holds no state of the work: each call is as if it were the first.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import selectors
import socket
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from pathlib import Path
from typing import Any, Self

from contentlib.domain.errors import ContentlibError, LibraryRefusedError, LimitExceededError, WorkBrokeOffError
from contentlib.sandbox import answers, verdicts
from contentlib.sandbox.child import FAULT, REFUSED, RETURNED
from contentlib.sandbox.homes import Home
from contentlib.sandbox.limits import MIB, Limits
from contentlib.sandbox.verdicts import Verdict
from contentlib.sandbox.warm import READY

# How long the warm process may take to import what it preloads, on a slow disk with a busy machine.
START_SECONDS = 60.0
# How much longer than the wall limit a verdict may take before the warm process itself is given up.
GRACE_SECONDS = 10.0


class Sandbox:
    """Runs functions named by dotted name in limited child processes, at most `children` at a time.

    `preload` names what the warm process holds ready for all children: modules ("package.module"), or functions to
    call once ("package.module:function [arguments as JSON]").
    Nothing is started before the first call, or `warm_up`. May be called from several threads; a slow call keeps none
    but those beyond `children` waiting. Should the warm process be lost, it is started again, and the calls
    that were under way are made once more.
    """

    def __init__(self, limits: Limits | None = None, preload: tuple[str, ...] = (), *, children: int = 2) -> None:
        self._limits = limits or Limits()
        self._preload = preload
        self._slots = threading.BoundedSemaphore(children)
        self._lock = threading.Lock()
        self._warm: _Warm | None = None
        self._is_closed = False

    def call(self, function: str, *, limits: Limits | None = None, **arguments: Any) -> Any:
        """Run `function` ("package.module:name") with `arguments` in a child and return what it returns.

        Arguments must be picklable; what comes back may hold plain values, dates, and dataclasses, enums and
        refusals of this product. Raises the ContentlibError that the function raised, LimitExceededError when it
        took too much time, memory or space, and WorkBrokeOffError for any other fault (its `trace` is for the log).
        """
        within = limits or self._limits
        request = pickle.dumps((function, arguments), protocol=5)
        with self._slots:
            try:
                verdict, answer = self._ask(request, within)
            except _WarmLostError:
                try:
                    verdict, answer = self._ask(request, within)
                except _WarmLostError as lost:
                    raise WorkBrokeOffError(
                        "The process that reads and draws files cannot be kept running on this machine.",
                        trace=str(lost),
                    ) from None
        if not verdict.has_answer:
            raise verdict.as_error(within)
        return _open(function, answer)

    def warm_up(self, *practice: str) -> None:
        """Start the warm process now, so that the first call need not wait for its engines; takes seconds.

        `practice` is more to make ready, as in `preload`, which pays for who will call often. A process that does not
        start is tried again by the first call, which then says why it cannot be had.
        """
        self._preload = tuple(dict.fromkeys((*self._preload, *practice)))
        with contextlib.suppress(_WarmLostError, ContentlibError):
            self._get_warm()

    def close(self) -> None:
        """End the warm process and whatever still runs in it; a later call is refused. Closing twice is fine."""
        with self._lock:
            self._is_closed = True
            warm, self._warm = self._warm, None
        if warm is not None:
            warm.stop()

    def __enter__(self) -> Self:
        """Give the sandbox itself; leaving the block closes it."""
        return self

    def __exit__(self, *_exc: object) -> None:
        """Close the sandbox."""
        self.close()

    def _ask(self, request: bytes, limits: Limits) -> tuple[Verdict, bytes]:
        warm = self._get_warm()
        try:
            return warm.ask(request, limits)
        except _WarmLostError:
            with self._lock:
                if self._warm is warm:
                    self._warm = None
            warm.stop()
            raise

    def _get_warm(self) -> _Warm:
        with self._lock:
            if self._is_closed:
                raise WorkBrokeOffError("The library is closing; nothing more is read or drawn.", trace="closed")
            if self._warm is None:
                self._warm = _Warm(self._preload)
            return self._warm


class _WarmLostError(Exception):
    """The warm process is gone or does not answer."""


class _Warm:
    """One warm process and the socket on which calls are handed to it."""

    def __init__(self, preload: tuple[str, ...]) -> None:
        home = _make_home()
        control, theirs = socket.socketpair()
        with theirs:
            process = _start((theirs.fileno(), home.descriptor), home.path, preload)
        self._control = control
        self._sending = threading.Lock()
        self.stop = weakref.finalize(self, _stop, control, process, home)
        control.settimeout(START_SECONDS)
        try:
            if control.recv(1) != READY:
                raise _WarmLostError("the warm process ended while it started")
        except OSError as fault:
            self.stop()
            raise _WarmLostError("the warm process did not start") from fault
        except _WarmLostError:
            self.stop()
            raise

    def ask(self, request: bytes, limits: Limits) -> tuple[Verdict, bytes]:
        """Send one request to a child of its own and collect its answer and verdict."""
        ours, theirs = socket.socketpair()
        verdict_read, verdict_write = os.pipe()
        with ours, os.fdopen(verdict_read, "rb", buffering=0) as verdict:
            try:
                with self._sending:
                    socket.send_fds(self._control, [limits.pack()], [theirs.fileno(), verdict_write])
            except OSError as fault:
                raise _WarmLostError("the warm process takes no calls") from fault
            finally:
                theirs.close()
                os.close(verdict_write)
            return _exchange(ours, verdict.fileno(), request, limits)


def _start(handed: tuple[int, int], home: Path, preload: tuple[str, ...]) -> subprocess.Popen[bytes]:
    """Start the warm process with the two open files that it is handed."""
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-s", "-m", "contentlib.sandbox", *map(str, handed), str(home), *preload],
        env=_clean_environment(),
        pass_fds=handed,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # an interrupt typed at the caller is the caller's to handle
    )


def _exchange(channel: socket.socket, verdict: int, request: bytes, limits: Limits) -> tuple[Verdict, bytes]:
    """Write the request and read the answer as the child allows, until the warm process tells how the child ended.

    The verdict, not the end of the channel, is the end: a process that the child started might hold that open.
    """
    channel.setblocking(False)
    unsent, answer = memoryview(request), bytearray()
    ends_at = time.monotonic() + limits.wall_seconds + GRACE_SECONDS
    with selectors.DefaultSelector() as waiting:
        waiting.register(verdict, selectors.EVENT_READ)
        waiting.register(channel, selectors.EVENT_READ | selectors.EVENT_WRITE)
        while True:
            ready = {key.fd: events for key, events in waiting.select(max(ends_at - time.monotonic(), 0))}
            if not ready and time.monotonic() >= ends_at:
                raise _WarmLostError("the warm process gave no verdict in time")
            events = ready.get(channel.fileno(), 0)
            if events & selectors.EVENT_WRITE:
                unsent = _send_some(channel, unsent)
                if not unsent:
                    waiting.modify(channel, selectors.EVENT_READ)
            if events & selectors.EVENT_READ and not _receive_some(channel, answer, limits):
                waiting.unregister(channel)
            if verdict in ready:
                packed = os.read(verdict, verdicts.PACKED_SIZE)
                if len(packed) < verdicts.PACKED_SIZE:
                    raise _WarmLostError("the warm process ended during a call")
                while _receive_some(channel, answer, limits) is True:
                    pass
                return Verdict.unpack(packed), bytes(answer)


def _send_some(channel: socket.socket, unsent: memoryview) -> memoryview:
    try:
        unsent = unsent[channel.send(unsent[:MIB]) :]
        if not unsent:
            channel.shutdown(socket.SHUT_WR)
    except BlockingIOError:
        return unsent
    except OSError:  # the child ended before it read all; its verdict tells why
        return memoryview(b"")
    return unsent


def _receive_some(channel: socket.socket, answer: bytearray, limits: Limits) -> bool | None:
    """Read what is there: True if there was something, None if there may be more later, False at the end."""
    try:
        part = channel.recv(MIB)
    except BlockingIOError:
        return None
    except ConnectionError:
        return False
    answer += part
    if len(answer) > limits.result_bytes:
        raise LimitExceededError(f"This gave more than {limits.result_bytes // MIB} MB and was stopped.")
    return bool(part)


def _open(function: str, data: bytes) -> Any:
    try:
        what, value = answers.read(data)
    except (pickle.UnpicklingError, ValueError) as fault:
        raise _broke_off(f"{function}: {fault}") from None
    if what == RETURNED:
        return value
    if what == REFUSED and isinstance(value, ContentlibError):
        raise value
    raise _broke_off(f"{function}: {value}" if what == FAULT else f"{function}: not an answer")


def _broke_off(trace: str) -> WorkBrokeOffError:
    return WorkBrokeOffError("This broke off unexpectedly, and nothing was kept.", trace=trace)


def _make_home() -> Home:
    """Make the folder of a warm process; LibraryRefusedError where there is no room for it."""
    parent = Path(tempfile.gettempdir())
    try:
        return Home(parent, "contentlib-sandbox-")
    except OSError as fault:
        raise LibraryRefusedError(
            f"Nothing can be read or drawn: {parent} takes no files ({fault.strerror}). Make room there, or set TMPDIR."
        ) from fault


def _stop(control: socket.socket, process: subprocess.Popen[bytes], home: Home) -> None:
    control.close()  # the warm process sees the end of its socket, kills its children and leaves
    try:
        process.wait(2)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    home.close()  # when it was killed, it could not


def _clean_environment() -> dict[str, str]:
    """Give the warm process nothing of the caller's environment, which may hold secrets, but where to import from."""
    with contextlib.suppress(FileNotFoundError):
        here = os.getcwd()  # noqa: PTH109 - Path.cwd() is the same call
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONPATH": os.pathsep.join(entry or here for entry in sys.path),
        "PYTHONUTF8": "1",
        # Else a letter that no given font holds would be drawn in one of the machine's, and bytes differ elsewhere.
        "FONTCONFIG_FILE": str(Path(__file__).with_name("fonts.conf")),
        # Thread pools of numeric libraries would make the warm process multi-threaded, and forks of it unsafe.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }

"""The warm process: forks one child per call, watches its time, tells how it ended; it parses nothing itself.

It stays single-threaded for ever, because a fork copies only the thread that forks.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from contentlib.sandbox import child
from contentlib.sandbox.limits import PACKED_SIZE, Limits
from contentlib.sandbox.verdicts import EXIT_BROKEN, Ending, Verdict

READY = b"R"
COLLECT_AFTER = (50_000, 20, 50)
CALL_FILES = 2  # what comes with each call: the channel for words, the pipe for the verdict


@dataclass
class Running:
    """A child at work: where its verdict goes, when its time is up, and the folder it may fill."""

    verdict: int
    ends_at: float
    scratch: Path
    is_overdue: bool = False


class WarmProcess:
    """Serves the calls that arrive on `control` until the caller lets go of the other end."""

    def __init__(self, control: socket.socket, in_use: int, home: Path) -> None:
        self._control = control
        self._in_use = in_use
        self._home = home
        self._running: dict[int, Running] = {}
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)

    def serve(self) -> None:
        """Serve until the caller is gone, however it went, then end all children and return."""
        # The handler does nothing: its wake-up byte is what ends the wait below.
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        self._control.sendall(READY)
        while True:
            ready, _, _ = select.select([self._control.fileno(), self._wake_read], [], [], self._patience())
            if self._wake_read in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._wake_read, 4096)
            if self._control.fileno() in ready and not self._take_call():
                break
            self._stop_overdue()
            self._reap()
        for pid in self._running:
            _kill_group(pid)

    def _patience(self) -> float | None:
        ends = [call.ends_at for call in self._running.values() if not call.is_overdue]
        return max(min(ends) - time.monotonic(), 0) if ends else None

    def _take_call(self) -> bool:
        """Take one call and fork for it; False when the caller is gone."""
        try:
            packed, files, _, _ = socket.recv_fds(self._control, PACKED_SIZE, CALL_FILES)
            while packed and len(packed) < PACKED_SIZE:
                rest = self._control.recv(PACKED_SIZE - len(packed))
                packed = packed + rest if rest else b""
        except ConnectionError:
            return False
        if not packed or len(files) != CALL_FILES:
            return False
        limits, (words, verdict) = Limits.unpack(packed), files
        scratch = self._home
        try:
            scratch = Path(tempfile.mkdtemp(dir=self._home))
            pid = os.fork()
        except OSError as refused:
            if scratch != self._home:
                shutil.rmtree(scratch, ignore_errors=True)
            _tell(verdict, Verdict(Ending.NEVER_BEGUN, refused.errno or 0))
            os.close(words)
            return True
        if pid == 0:
            self._become_child(words, verdict, limits, scratch)
        os.close(words)
        self._running[pid] = Running(verdict, time.monotonic() + limits.wall_seconds, scratch)
        return True

    def _become_child(self, words: int, verdict: int, limits: Limits, scratch: Path) -> None:
        """Leave all that belongs to the warm process, then serve; never returns."""
        try:
            os.setsid()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._control.close()
            for file in (self._wake_read, self._wake_write, self._in_use, verdict):
                os.close(file)
            for other in self._running.values():
                os.close(other.verdict)
            child.serve_one(socket.socket(fileno=words), limits, scratch)
        finally:
            os._exit(EXIT_BROKEN)

    def _stop_overdue(self) -> None:
        now = time.monotonic()
        for pid, call in self._running.items():
            if call.ends_at <= now and not call.is_overdue:
                call.is_overdue = True
                _kill_group(pid)

    def _reap(self) -> None:
        for pid in list(self._running):
            # Looked at first and only then waited for: until that, nobody else can get the group's number.
            ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if ended is None:
                continue
            _kill_group(pid)  # whatever the child started and left behind
            os.waitpid(pid, 0)
            call = self._running.pop(pid)
            shutil.rmtree(call.scratch, ignore_errors=True)
            _tell(call.verdict, _judge(ended, is_overdue=call.is_overdue))


def _judge(ended: os.waitid_result, *, is_overdue: bool) -> Verdict:
    if ended.si_code == os.CLD_EXITED:
        return Verdict(Ending.EXITED, ended.si_status)
    if is_overdue:
        return Verdict(Ending.OUT_OF_TIME)
    return Verdict(Ending.SIGNALLED, ended.si_status)


def _tell(pipe: int, verdict: Verdict) -> None:
    with contextlib.suppress(BrokenPipeError):  # the caller gave up waiting
        os.write(pipe, verdict.pack())
    os.close(pipe)


def _kill_group(pid: int) -> None:
    # A child that has not called setsid yet is no group: it is killed by its own number.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _make_ready(entry: str) -> None:
    """Import a module ("package.module"), or call its function ("package.module:function [arguments as JSON]")."""
    name, _, arguments = entry.partition(" ")
    module, _, function = name.partition(":")
    loaded = importlib.import_module(module)
    if function:
        getattr(loaded, function)(*json.loads(arguments or "[]"))


def main(control: int, in_use: int, home: Path, preload: Sequence[str]) -> None:
    """Make ready what `preload` names, then serve calls on the socket `control` until its other end closes.

    `home` is a folder for the children's scratch files; whoever of caller and warm process ends last removes it, and
    while `in_use` is open in either of them nobody else does.
    """
    # Libraries that keep caches under the home folder get one that is emptied, never the user's.
    os.environ.update(HOME=str(home), TMPDIR=str(home), XDG_CACHE_HOME=str(home / "cache"))
    try:
        for entry in preload:
            # What cannot be made ready now fails in the child that needs it, with that room's own sentence.
            with contextlib.suppress(Exception):
                _make_ready(entry)
        gc.collect()
        gc.freeze()
        # A child makes much and soon ends: looking for circles as often as in a long life is a twentieth of its work.
        gc.set_threshold(*COLLECT_AFTER)
        WarmProcess(socket.socket(fileno=control), in_use, home).serve()
    finally:
        shutil.rmtree(home, ignore_errors=True)

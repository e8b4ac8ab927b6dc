"""Real processes of the program that start in a moment: forked from one that has imported everything, ready to kill.

`python -m tests.processes` is that one. It holds no library and no thread; each line on its input has it fork a process
which runs the command line exactly as the installed program does. Engines are loaded once as well: each process brings
along a fork of its own that becomes its sandbox's warm process, should it need one.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn, Self

from tests.typist import AS_TESTED

ROOT = Path(__file__).resolve().parents[1]
# What the process that forks has practised, and every warm process by it; each server would practise for seconds.
LEARNT: set[str] = set()


class Running:
    """One command at work, or at its end; `out` and `err` are what it printed."""

    def __init__(self, pid: int, folder: Path) -> None:
        self.pid = pid
        self._folder = folder
        try:
            self._handle: int | None = os.pidfd_open(pid)
        except ProcessLookupError:  # it has ended already
            self._handle = None

    @property
    def out(self) -> str:
        return (self._folder / "out").read_text()

    @property
    def err(self) -> str:
        return (self._folder / "err").read_text()

    @property
    def told(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)

    @property
    def code(self) -> int | None:
        """The exit code of a command that came to its own end; None for one that runs or was killed."""
        try:
            return int((self._folder / "code").read_text())
        except FileNotFoundError:
            return None

    def wait(self, seconds: float = 120.0) -> int | None:
        """Wait for the end; gives the code as above."""
        if self._handle is not None and select.select([self._handle], [], [], seconds)[0]:
            os.close(self._handle)
            self._handle = None
        return self.code

    def is_running(self) -> bool:
        """Tell whether it has not ended."""
        self.wait(0)
        return self._handle is not None

    def kill(self, *, with_all: bool = True) -> bool:
        """Kill it with the signal that nothing can answer, and all that it started; tells whether it still ran."""
        was_running = self.is_running()
        for pid in [self.pid, *(descendants(self.pid) if with_all else ())]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.wait()
        return was_running


def descendants(pid: int) -> list[int]:
    """List the processes that a process started, and those that they did."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            told = stat.read_text().rpartition(")")[2].split()
            children.setdefault(int(told[1]), []).append(int(stat.parent.name))
    found = []
    waiting = [pid]
    while waiting:
        waiting += children.get(waiting.pop(), [])
        found = [*dict.fromkeys([*found, *waiting])]
    return found


def _ends_well(*command: str) -> bool:
    """Tell whether this machine has a command and lets it run."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


class Processes:
    """The process that forks the others; where it `may_mount`, it has disks of its own that nobody else sees."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CONTENTLIB_")}
        # Threads of numeric libraries would not survive a fork.
        environment |= {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT), **AS_TESTED}
        # Documents are drawn with the sandbox's fonts, which are found out once, when the engine is loaded.
        environment["FONTCONFIG_FILE"] = str(ROOT / "contentlib" / "sandbox" / "fonts.conf")
        self._lock = threading.Lock()
        self._number = 0
        # Who is not root becomes root of what it forks; root itself would lose its right to others' files by that.
        own_disks = ("unshare", *(("--map-root-user",) if os.getuid() else ()), "--mount")
        self.may_mount = _ends_well(*own_disks, "true")
        self._process = subprocess.Popen(
            [*(own_disks if self.may_mount else ()), sys.executable, "-m", "tests.processes"],
            cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.ready = self._answer()

    def start(self, *words: object, environment: Mapping[str, str] | None = None, is_seeded: bool = True) -> Running:
        """Start a command of the program: what follows `contentlib` on a command line.

        Unless it `is_seeded`, its sandbox starts as the product starts it, in a second or two.
        """
        with self._lock:
            self._number += 1
            folder = self.folder / f"{self._number}"
            folder.mkdir()
            for name in ("out", "err"):  # there to be read before the first word
                (folder / name).touch()
            line = {"words": [*map(str, words)], "folder": str(folder), "environment": dict(environment or {})}
            self._ask({**line, "is_seeded": is_seeded})
            return Running(int(self._answer()), folder)

    def run(self, *words: object, environment: Mapping[str, str] | None = None, is_seeded: bool = True) -> Running:
        """Run a command to its end; `is_seeded` as above."""
        started = self.start(*words, environment=environment, is_seeded=is_seeded)
        started.wait()
        assert not started.is_running(), f"{words} does not end"
        return started

    def shell(self, line: str) -> str:
        """Run a line of shell where the processes are; gives what it printed."""
        with self._lock:
            self._ask({"shell": line})
            return str(json.loads(self._answer()))

    def close(self) -> None:
        """End the process that forks; what it forked and still runs is for the caller to kill."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, line: Mapping[str, object]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(line) + "\n")
        self._process.stdin.flush()

    def _answer(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        if not line:
            raise ChildProcessError("the process that starts the others ended")
        return line


class WarmSeed:
    """A fork that has loaded the engines and waits to become the warm process of the one who made it.

    It is made while that one has no thread and no library, and leaves unused when that one ends.
    """

    def __init__(self) -> None:
        self._channel, theirs = socket.socketpair()
        self._pid = os.fork()
        if self._pid == 0:
            self._channel.close()
            _wait_to_be_warm(theirs)
        theirs.close()

    def grow(self, handed: tuple[int, int], home: Path, preload: tuple[str, ...]) -> WarmSeed:
        """Have it become the warm process; what is handed and named is what the product starts one with."""
        socket.send_fds(self._channel, [json.dumps([str(home), *preload]).encode()], handed)
        return self

    def wait(self, seconds: float | None = None) -> None:
        """Wait for its end as `subprocess.Popen` does."""
        ends_at = time.monotonic() + (600 if seconds is None else seconds)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(self._pid, os.WNOHANG)[0] == 0:
                if time.monotonic() > ends_at:
                    raise subprocess.TimeoutExpired("the warm process", ends_at)
                time.sleep(0.002)

    def kill(self) -> None:
        """End it at once."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)


def _wait_to_be_warm(channel: socket.socket) -> NoReturn:
    """Become the warm process when asked for, with nothing of whoever asks but the files that were handed."""
    from contentlib.sandbox import parent, warm

    try:
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)
        os.closerange(3, channel.fileno())
        os.closerange(channel.fileno() + 1, 1024)
        told, files, _, _ = socket.recv_fds(channel, 65536, 2)
        if told:
            home, *named = json.loads(told)
            preload = [entry for entry in named if entry not in LEARNT]
            os.environ.clear()
            os.environ.update(parent._clean_environment())
            tempfile.tempdir = None
            channel.close()
            warm.main(*files, Path(home), preload)
    finally:
        os._exit(0)


def _load_engines() -> None:
    """Import what the program and its sandbox need, and read the shipped brand and templates."""
    program = ("contentlib.__main__", "contentlib.app", "waitress")
    # What the first use of a database and the first computation would load.
    for name in (*program, "sqlalchemy.dialects.sqlite", "numpy.ma", "encodings.idna"):
        importlib.import_module(name)
    from sqlalchemy.orm import configure_mappers

    configure_mappers()
    from contentlib.rendering.printer import practice, preload
    from contentlib.sandbox import warm
    from contentlib.settings import Settings

    shipped = Settings()
    folders = {"templates": shipped.templates_folder / "documents", "brand": shipped.brand_folder}
    for entry in preload(**folders):
        warm._make_ready(entry)
    for entry in practice(**folders):
        warm._make_ready(entry)
        LEARNT.add(entry)
    gc.collect()
    gc.freeze()


def _serve() -> None:
    """Fork for every line; nobody waits for what was forked, so the system does."""
    _load_engines()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        if "shell" in asked:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            done = subprocess.run(["sh", "-c", asked["shell"]], capture_output=True, text=True, check=False)
            signal.signal(signal.SIGCHLD, signal.SIG_IGN)
            print(json.dumps(done.stdout + done.stderr), flush=True)
            continue
        pid = os.fork()
        if pid == 0:
            _become(asked["words"], Path(asked["folder"]), asked["environment"], is_seeded=asked["is_seeded"])
        print(pid, flush=True)


def _become(words: list[str], folder: Path, environment: dict[str, str], *, is_seeded: bool) -> NoReturn:
    """Run one command in this process as the installed program does, and leave."""
    from contentlib import __main__ as program
    from contentlib.sandbox import parent

    code = 70
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for name, number in (("out", 1), ("err", 2)):
            os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
        os.environ.update(environment)
        tempfile.tempdir = None  # found out anew by the variables of this process
        seeds, start = [WarmSeed()] if is_seeded else [], parent._start
        parent._start = lambda *told: seeds.pop().grow(*told) if seeds else start(*told)  # type: ignore[assignment, return-value]
        sys.argv = ["contentlib", *words]
        sys.modules["__main__"] = program
        program.main()
        code = 0
    except SystemExit as ended:
        code = int(ended.code or 0)
    finally:
        atexit._run_exitfuncs()
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        (folder / "passing").write_text(str(code))
        (folder / "passing").rename(folder / "code")
        os._exit(code)


if __name__ == "__main__":
    _serve()

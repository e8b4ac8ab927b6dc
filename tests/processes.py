"""Real processes of the program that start in a moment: forked from one that has imported everything, ready to kill.

`python -m tests.processes` is that one. It holds no library and no thread; each line on its input has it fork a process
which runs the command line exactly as the installed program does.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn, Self

ROOT = Path(__file__).resolve().parents[1]


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


class Processes:
    """The process that forks the others; `within` is a command that runs it, such as one that mounts a disk."""

    def __init__(self, folder: Path, *, within: Sequence[str] = ()) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CONTENTLIB_")}
        # Threads of numeric libraries would not survive a fork.
        environment |= {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
        self._lock = threading.Lock()
        self._number = 0
        self._process = subprocess.Popen(
            [*within, sys.executable, "-m", "tests.processes"],
            cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.ready = self._answer()

    def start(self, *words: object, environment: Mapping[str, str] | None = None) -> Running:
        """Start a command of the program: what follows `contentlib` on a command line."""
        with self._lock:
            self._number += 1
            folder = self.folder / f"{self._number}"
            folder.mkdir()
            line = {"words": [*map(str, words)], "folder": str(folder), "environment": dict(environment or {})}
            self._ask(line)
            return Running(int(self._answer()), folder)

    def run(self, *words: object, environment: Mapping[str, str] | None = None) -> Running:
        """Run a command to its end."""
        started = self.start(*words, environment=environment)
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


def _serve() -> None:
    """Fork for every line; nobody waits for what was forked, so the system does."""
    for name in ("contentlib.__main__", "contentlib.app", "waitress"):
        importlib.import_module(name)
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
            _become(asked["words"], Path(asked["folder"]), asked["environment"])
        print(pid, flush=True)


def _become(words: list[str], folder: Path, environment: dict[str, str]) -> NoReturn:
    """Run one command in this process as the installed program does, and leave."""
    from contentlib import __main__ as program

    code = 70
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for name, number in (("out", 1), ("err", 2)):
            os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
        os.environ.update(environment)
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

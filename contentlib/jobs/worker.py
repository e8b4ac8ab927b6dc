"""A process that does nothing but jobs, beside the server and as many others as one likes; it serves nobody."""

from __future__ import annotations

import signal
import threading

from contentlib.jobs.runner import Runner
from contentlib.library import Library


def run_until_stopped(library: Library) -> None:
    """Do jobs until Ctrl-C or a service manager's stop; what is being done then goes back to the others.

    LibraryRefusedError on SQLite, where the server does this work.
    """
    stopped = threading.Event()
    with Runner(library).helping():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        print(f"a worker runs on {library.settings.data} (stop it with Ctrl-C)", flush=True)
        stopped.wait()

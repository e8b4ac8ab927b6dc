"""What the sandbox tests have done in a child: honest work, and every way to misbehave."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from contentlib.domain.errors import DocumentRefusedError, FieldError
from contentlib.domain.findings import Finding, Level


def add(first, second):
    return first + second


def reverse(data):
    return data[::-1]


def make(size):
    return b"x" * size


def records():
    finding = Finding(level=Level.NOTE, code="seen", message="Seen.", line=3)
    return {"finding": (finding,), "on": date(2026, 2, 3), "at": datetime(2026, 2, 3, tzinfo=UTC), "of": Decimal("1.5")}


def refuse():
    finding = Finding(level=Level.ERROR, code="too-long", message="Slide 3 is too long.", line=87)
    field = FieldError(field="note", message="too long")
    raise DocumentRefusedError("This cannot be made.", fields=(field,), findings=(finding,))


def break_off():
    raise ZeroDivisionError("one over nothing")


def leave_by_own_class():
    class EngineLeaves(BaseException): ...

    raise EngineLeaves("gone")


def sleep(seconds):
    time.sleep(seconds)
    return seconds


def spin():
    while True:
        pass


def fill_memory():
    return len([bytearray(50 << 20) for _ in range(200)])


def fill_memory_in_native_code():
    import numpy as np

    return float(np.ones(2_000_000_000).sum())


def fill_disk():
    with tempfile.TemporaryFile() as file:
        for _ in range(1000):
            try:
                file.write(b"x" * (1 << 20))
            except OSError:
                return "swallowed"
    return "written"


def open_many_files():
    opened = []
    for _ in range(5000):
        opened.append(Path(os.devnull).open())  # noqa: SIM115
    return len(opened)


def recurse(depth=0):
    return recurse(depth + 1)


def crash():
    os.kill(os.getpid(), signal.SIGSEGV)


def leave(code):
    os._exit(code)


def give_a_function():
    return print


def give_something_that_acts():
    class Acts:
        def __reduce__(self):
            return os.system, ("true",)

    return Acts()


def give_garbage():
    sys.stdout.write("not seen")
    return lambda: None


def write_scratch():
    path = Path(tempfile.mkdtemp()) / "note.txt"
    path.write_text("kept nowhere")
    Path("beside.txt").write_text("nor this")
    return str(path), str(Path.cwd())


def environment():
    return dict(os.environ), os.getpid(), os.getppid(), len(list(Path("/proc/self/fd").iterdir()))


def start_a_helper_and_end():
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]).pid


def hang_with_pid(note):
    Path(note).write_text(str(os.getpid()))
    time.sleep(60)


def modules():
    return sorted(sys.modules)


held = []


def hold(*words):
    held.extend(words)


def tell_held():
    return held

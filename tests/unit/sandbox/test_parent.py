import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from contentlib.domain.errors import DocumentRefusedError, FieldError, LimitExceededError, WorkBrokeOffError
from contentlib.domain.findings import Finding, Level
from contentlib.sandbox import Limits, Sandbox

HERE = Path(__file__).parent
MIB = 1 << 20


@pytest.fixture(scope="module", autouse=True)
def _work_can_be_imported():
    sys.path.insert(0, str(HERE))
    yield
    sys.path.remove(str(HERE))


@pytest.fixture(scope="module")
def sandbox(_work_can_be_imported):
    with Sandbox(Limits(wall_seconds=20)) as opened:
        yield opened


def is_alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until(condition, seconds=5.0):
    ends_at = time.monotonic() + seconds
    while time.monotonic() < ends_at:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_a_call_returns_what_the_function_returns(sandbox):
    assert sandbox.call("work:add", first=2, second=3) == 5


def test_records_come_back_as_they_were(sandbox):
    assert sandbox.call("work:records") == {
        "finding": (Finding(level=Level.NOTE, code="seen", message="Seen.", line=3),),
        "on": date(2026, 2, 3),
        "at": datetime(2026, 2, 3, tzinfo=UTC),
        "of": Decimal("1.5"),
    }


def test_twenty_megabytes_go_there_and_back(sandbox):
    data = os.urandom(20 * MIB)
    assert sandbox.call("work:reverse", data=data) == data[::-1]


def test_a_refusal_comes_back_with_its_fields_and_findings(sandbox):
    with pytest.raises(DocumentRefusedError, match=r"This cannot be made\.") as caught:
        sandbox.call("work:refuse")
    assert caught.value.fields == (FieldError(field="note", message="too long"),)
    assert caught.value.findings[0].line == 87


@pytest.mark.parametrize(
    ("function", "trace"),
    [
        ("work:break_off", "ZeroDivisionError: one over nothing"),
        ("work:leave_by_own_class", "EngineLeaves: gone"),
        ("work:open_many_files", "Too many open files"),
        ("work:nothing_there", "nothing_there"),
        ("nowhere.at.all:run", "ModuleNotFoundError"),
        ("work:HERE", "HERE"),
        ("work:crash", "Segmentation fault"),
        ("work:give_a_function", "may not come back"),
        ("work:give_something_that_acts", "may not come back"),
        ("work:give_garbage", "pickle"),
    ],
)
def test_any_other_fault_is_one_sentence_with_its_trace_for_the_log(sandbox, function, trace):
    with pytest.raises(WorkBrokeOffError, match="broke off unexpectedly") as caught:
        sandbox.call(function)
    assert trace in caught.value.trace
    assert trace not in caught.value.message


def test_a_child_that_leaves_with_an_empty_answer_is_a_fault(sandbox):
    for code in (0, 3):
        with pytest.raises(WorkBrokeOffError):
            sandbox.call("work:leave", code=code)


@pytest.mark.parametrize(
    ("function", "limits", "sentence"),
    [
        ("work:spin", Limits(cpu_seconds=1, wall_seconds=15), "more than 1 seconds of computing"),
        ("work:spin", Limits(wall_seconds=0.3), r"longer than 0\.3 seconds"),
        ("work:fill_memory", Limits(memory_bytes=300 * MIB), "more than 300 MB of memory"),
        ("work:fill_memory_in_native_code", Limits(memory_bytes=300 * MIB), "more than 300 MB of memory"),
        ("work:fill_disk", Limits(file_bytes=5 * MIB), "file larger than 5 MB"),
        ("work:recurse", Limits(), "nested too deeply"),
    ],
)
def test_bombs_are_stopped_with_a_plain_sentence(sandbox, function, limits, sentence):
    began = time.monotonic()
    with pytest.raises(LimitExceededError, match=sentence):
        sandbox.call(function, limits=limits)
    assert time.monotonic() - began < 10


def test_a_sleeping_child_is_stopped_when_its_time_is_up(sandbox):
    began = time.monotonic()
    with pytest.raises(LimitExceededError, match=r"longer than 0\.2 seconds"):
        sandbox.call("work:sleep", seconds=60, limits=Limits(wall_seconds=0.2))
    assert time.monotonic() - began < 5


def test_an_answer_beyond_its_limit_is_refused(sandbox):
    with pytest.raises(LimitExceededError, match="more than 2 MB"):
        sandbox.call("work:make", size=10 * MIB, limits=Limits(result_bytes=2 * MIB))


def test_after_a_bomb_the_next_call_works(sandbox):
    with pytest.raises(LimitExceededError):
        sandbox.call("work:fill_memory", limits=Limits(memory_bytes=100 * MIB))
    assert sandbox.call("work:add", first="a", second="b") == "ab"


def test_calls_from_many_threads_each_get_their_own_answer(sandbox):
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda n: sandbox.call("work:reverse", data=bytes([n]) * 200_000 + b"!"), range(24)))
    assert [answer[1] for answer in answers] == list(range(24))
    assert all(answer[0] == ord("!") and len(answer) == 200_001 for answer in answers)


def test_a_slow_call_does_not_hold_up_the_other_child(sandbox):
    slow = threading.Thread(target=lambda: sandbox.call("work:sleep", seconds=1.5))
    slow.start()
    began = time.monotonic()
    for number in range(5):
        assert sandbox.call("work:add", first=number, second=1) == number + 1
    assert time.monotonic() - began < 1.4
    assert slow.is_alive()
    slow.join()


def test_no_more_children_run_than_allowed():
    with Sandbox(children=1) as narrow, ThreadPoolExecutor(3) as threads:
        narrow.call("work:add", first=1, second=1)
        began = time.monotonic()
        list(threads.map(lambda _: narrow.call("work:sleep", seconds=0.2), range(3)))
        assert time.monotonic() - began >= 0.6


def test_the_child_sees_nothing_of_the_callers_environment_and_files(monkeypatch):
    monkeypatch.setenv("CONTENTLIB_SECRET_KEY", "hush")
    with Sandbox() as fresh:
        environment, _, parent, files = fresh.call("work:environment")
    assert "CONTENTLIB_SECRET_KEY" not in environment
    assert environment["TZ"] == "UTC"
    assert parent != os.getpid()
    # Standard streams, the channel, and the folder that is being listed.
    assert files == 5


def test_nothing_a_child_writes_stays(sandbox):
    note, folder = sandbox.call("work:write_scratch")
    assert wait_until(lambda: not Path(note).exists() and not Path(folder).exists())


def test_what_a_child_started_ends_with_it(sandbox):
    helper = sandbox.call("work:start_a_helper_and_end")
    assert wait_until(lambda: not is_alive(helper))


def test_nothing_is_started_before_the_first_call_and_modules_are_preloaded_then():
    with Sandbox(preload=("colorsys", "no_such_module_anywhere")) as idle:
        assert idle._warm is None
    with Sandbox(preload=("colorsys", "no_such_module_anywhere")) as preloading:
        assert "colorsys" in preloading.call("work:modules")


def test_the_process_that_was_warmed_up_is_the_one_that_answers():
    with Sandbox() as warmed:
        warmed.warm_up()
        started = warmed._warm
        assert started is not None
        assert warmed.call("work:add", first=1, second=1) == 2
        assert warmed._warm is started
    warmed.warm_up()  # closed: nothing is started, and nothing is said
    assert warmed._warm is None


def test_what_is_made_ready_once_is_there_for_every_child():
    with Sandbox(preload=('work:hold ["brand", "templates"]', "work:break_off")) as ready:
        assert ready.call("work:tell_held") == ["brand", "templates"]
        assert ready.call("work:tell_held") == ["brand", "templates"]


def test_a_lost_warm_process_is_started_again(sandbox):
    _, _, warm, _ = sandbox.call("work:environment")
    os.kill(warm, signal.SIGKILL)
    assert wait_until(lambda: not is_alive(warm))
    assert sandbox.call("work:add", first=1, second=1) == 2
    assert sandbox.call("work:environment")[2] != warm


def test_a_call_under_way_when_the_warm_process_is_lost_is_made_again(sandbox):
    _, _, warm, _ = sandbox.call("work:environment")
    with ThreadPoolExecutor(1) as thread:
        call = thread.submit(sandbox.call, "work:sleep", seconds=0.6)
        time.sleep(0.2)
        os.kill(warm, signal.SIGKILL)
        assert call.result(10) == 0.6


def test_a_closed_sandbox_ends_its_processes_and_refuses_calls(tmp_path):
    closing = Sandbox()
    _, _, warm, _ = closing.call("work:environment")
    note = tmp_path / "pid"
    with ThreadPoolExecutor(1) as thread:
        call = thread.submit(closing.call, "work:hang_with_pid", note=str(note))
        assert wait_until(lambda: note.exists() and note.read_text())
        closing.close()
        with pytest.raises(WorkBrokeOffError):
            call.result(10)
    assert wait_until(lambda: not is_alive(warm) and not is_alive(int(note.read_text())))
    with pytest.raises(WorkBrokeOffError, match="closing"):
        closing.call("work:add", first=1, second=1)
    closing.close()


def test_no_folder_is_left_behind_even_when_the_warm_process_was_killed(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Sandbox() as short_lived:
        _, _, warm, _ = short_lived.call("work:environment")
        assert list(tmp_path.iterdir())
        os.kill(warm, signal.SIGKILL)
        short_lived.call("work:add", first=1, second=1)
    assert not list(tmp_path.iterdir())


CALLER = """
import signal, sys, threading, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has those in its background not hear it
sys.path.insert(0, {here!r})
from contentlib.sandbox import Sandbox
sandbox = Sandbox()
_, _, warm, _ = sandbox.call("work:environment")
threading.Thread(target=lambda: sandbox.call("work:hang_with_pid", note={note!r}), daemon=True).start()
print(warm, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_caller_that_is_killed_leaves_no_orphan(tmp_path, how):
    note = tmp_path / "pid"
    code = CALLER.format(here=str(HERE), note=str(note))
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as caller:
        warm = int(caller.stdout.readline())
        assert wait_until(lambda: note.exists() and note.read_text())
        child = int(note.read_text())
        assert is_alive(warm)
        assert is_alive(child)
        os.kill(caller.pid, how)
        caller.wait(10)
        assert wait_until(lambda: not is_alive(warm) and not is_alive(child))

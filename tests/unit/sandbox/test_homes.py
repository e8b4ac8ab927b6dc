import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from contentlib.sandbox.homes import Home

MAKE = """
import os, sys, time
from pathlib import Path
from contentlib.sandbox.homes import Home
home = Home(Path(sys.argv[1]), "work-")
(home.path / "half.pdf").write_text("half")
print(home.path, flush=True)
time.sleep(60)
"""


def made_by_another(parent: Path) -> tuple[subprocess.Popen[str], Path]:
    other = subprocess.Popen([sys.executable, "-c", MAKE, parent], stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    return other, Path(other.stdout.readline().strip())


def test_what_a_killed_process_left_is_removed_by_the_next_and_what_is_in_use_is_not(tmp_path: Path):
    other, left = made_by_another(tmp_path)
    ours = Home(tmp_path, "work-")
    assert (left / "half.pdf").exists()
    other.send_signal(signal.SIGKILL)
    other.wait()
    other.stdout.close()
    third = Home(tmp_path, "work-")
    assert sorted(tmp_path.iterdir()) == sorted([ours.path, third.path])
    ours.close()
    third.close()
    third.close()
    assert list(tmp_path.iterdir()) == []


def test_a_child_that_inherits_it_keeps_it_in_use(tmp_path: Path):
    ours = Home(tmp_path, "work-")
    child = subprocess.Popen([sys.executable, "-c", "input()"], pass_fds=[ours.descriptor], stdin=subprocess.PIPE)
    os.close(ours.descriptor)
    Home(tmp_path, "work-").close()
    assert ours.path.exists()
    child.communicate(b"\n")
    Home(tmp_path, "work-").close()
    assert not ours.path.exists()


@pytest.mark.parametrize("name", ["other-1", "work-of-somebody"])
def test_what_is_no_folder_of_ours_stays(tmp_path: Path, name: str):
    theirs = tmp_path / name
    theirs.mkdir()
    (theirs / "photo.jpg").write_text("theirs")
    os.utime(theirs, (0, 0))
    (tmp_path / "work-link").symlink_to(theirs)
    Home(tmp_path, "work-").close()
    assert (theirs / "photo.jpg").exists()
    assert (tmp_path / "work-link").is_symlink()


def test_an_empty_folder_without_a_mark_goes_when_it_is_old(tmp_path: Path):
    young, old = tmp_path / "work-young", tmp_path / "work-old"
    young.mkdir()
    old.mkdir()
    os.utime(old, (0, 0))
    Home(tmp_path, "work-").close()
    assert list(tmp_path.iterdir()) == [young]


def test_what_is_handed_on_carries_no_mark(tmp_path: Path):
    ours = Home(tmp_path, "work-")
    (ours.path / "rows").write_text("whole")
    ours.release()
    assert [path.name for path in ours.path.iterdir()] == ["rows"]

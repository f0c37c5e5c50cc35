"""A temporary folder ends with its program: at once, or when the next one is made."""

import errno
import os
import signal
import subprocess
import sys
import tempfile
import time

import pytest

from helpers.lab import files, temporary
from helpers.lab.temporary import HELD, TemporaryFolder, remove_abandoned

HOLDING = """
from pathlib import Path
from helpers.lab.temporary import TemporaryFolder
folder = TemporaryFolder()
Path(folder.name, "file").write_text("here")
print(folder.name, flush=True)
input()
"""

with_locks = pytest.mark.skipif(not hasattr(files.locks, "flock"), reason="this system can't lock folders")


@pytest.fixture(autouse=True)
def place(monkeypatch, tmp_path):
    """Where temporary folders are made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def program(place):
    """Another program that has such a folder, and waits."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    environment = {**os.environ, "TMPDIR": str(place)}
    with subprocess.Popen([sys.executable, "-c", HOLDING], env=environment, **pipes) as program:
        assert program.stdout.readline().strip() == str(next(place.iterdir()))
        yield program
        program.kill()


def age(folder, hours):
    """Make a folder look as if nothing had been written in it for so long."""
    for path in (*folder.iterdir(), folder):
        os.utime(path, (time.time() - 3600 * hours,) * 2)


@with_locks
def test_a_folder_ends_with_its_program(place, program):
    program.communicate("\n", timeout=60)
    assert not [*place.iterdir()]


@with_locks
def test_what_a_killed_program_left_is_removed_at_once_and_what_a_living_one_has_never(place, program):
    (theirs,) = place.iterdir()
    age(theirs, hours=30)
    with TemporaryFolder() as ours:
        remove_abandoned()
        assert theirs.is_dir() and os.path.isdir(ours)
    assert [*place.iterdir()] == [theirs]
    program.send_signal(signal.SIGKILL)
    program.wait()
    remove_abandoned()
    assert not [*place.iterdir()]


def test_nothing_else_is_removed(place):
    """No folder of a drive without locks in which something was just noted, none behind a link, no file."""
    for name in ("dropout-course-left", "dropout-course-at-work", "another-left", "dropout-course-just-begun"):
        (place / name).mkdir()
        for number in "01":
            (place / name / number).write_bytes(bytes(8))
        age(place / name, hours=1.1)
    (place / "dropout-course-at-work" / "1").write_bytes(bytes(8))
    os.utime(place / "dropout-course-just-begun")
    (place / f"{HELD}file").write_bytes(b"")
    os.utime(place / f"{HELD}file", (0, 0))
    (place / f"{HELD}link").symlink_to(place / "another-left")
    kept = {path.name for path in place.iterdir()} - {"dropout-course-left"}
    remove_abandoned()
    assert {path.name for path in place.iterdir()} == kept
    assert len([*(place / "another-left").iterdir()]) == 2


@with_locks
def test_where_folders_cannot_be_locked_an_hour_decides(place, monkeypatch):
    def refuse(*arguments):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(files.locks, "flock", refuse)
    folder = TemporaryFolder()
    remove_abandoned()
    assert [*place.iterdir()]
    age(next(place.iterdir()), hours=1.1)
    remove_abandoned()
    assert not [*place.iterdir()]
    folder.cleanup()


@with_locks
@pytest.mark.parametrize("moment", ["before the lock", "while it is removed"])
def test_a_folder_that_is_taken_for_abandoned_before_it_is_locked_is_made_again(place, monkeypatch, moment):
    class Late(temporary._Lock):
        def __init__(self, folder):
            monkeypatch.undo()
            tempfile.tempdir = str(place)
            if moment == "before the lock":
                super().__init__(folder)
                os.rmdir(folder)
            else:
                other = temporary._Lock(folder)  # noqa: F841 - another program's
                super().__init__(folder)

    monkeypatch.setattr(temporary, "_Lock", Late)
    with TemporaryFolder() as folder:
        remove_abandoned()
        assert [str(path) for path in place.iterdir()] == [folder]
    assert not [*place.iterdir()]


def test_where_none_can_be_made_none_is_left(place, monkeypatch):
    def refuse(*arguments):
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(temporary, "_Lock", refuse)
    with pytest.raises(OSError, match="Too many open files"):
        TemporaryFolder()
    assert not [*place.iterdir()]

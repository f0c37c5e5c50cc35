"""Temporary folders that end with the program that made them, even if it is killed: then the next start removes them.

A program holds a lock on each of its folders, which the system opens when the program ends, however it ends. Where
folders can't be locked (on Windows and on some network drives), one in which nothing was written for an hour counts as
left behind.
"""

import os
import shutil
import tempfile
import time
import weakref
from contextlib import suppress

from .files import locks

BEGINNING = "dropout-course-"  # of the folders' names
HELD = BEGINNING + "held-"  # of those that are locked
ABANDONED = 3600  # seconds


class TemporaryFolder(tempfile.TemporaryDirectory):
    """A folder like any TemporaryDirectory. Making one removes those that were left where a program was killed.

    Raises OSError.
    """

    def __init__(self):
        remove_abandoned()
        while True:
            super().__init__(prefix=HELD if hasattr(locks, "flock") else BEGINNING, ignore_cleanup_errors=True)
            try:
                self._lock = _Lock(self.name)
                if os.path.exists(self.name):
                    return
            except BlockingIOError:  # another program took it for abandoned before the lock was there
                pass
            except BaseException:
                self.cleanup()
                raise
            self.cleanup()


def remove_abandoned():
    """Remove the folders whose program has ended, and no other one."""
    with suppress(OSError), os.scandir(tempfile.gettempdir()) as found:
        for folder in found:
            if folder.name.startswith(BEGINNING):
                with suppress(OSError):  # it may just have been removed, or be another user's
                    _remove_if_abandoned(folder)


def _remove_if_abandoned(folder):
    if not folder.is_dir(follow_symlinks=False):
        return
    lock = _Lock(folder.path)  # held until it is removed: its program can't be about to lock it
    if not (lock and folder.name.startswith(HELD)):
        with os.scandir(folder) as files:
            written = [folder.stat().st_mtime, *(file.stat().st_mtime for file in files)]
        if time.time() - max(written) < ABANDONED:
            return
    shutil.rmtree(folder, ignore_errors=True)


class _Lock:
    """A lock on a folder, until this object is gone; false where folders can't be locked.

    Raises BlockingIOError if another program has locked the folder, and OSError if it can't be opened.
    """

    def __init__(self, folder):
        self.is_there = False
        if hasattr(locks, "flock"):
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            weakref.finalize(self, os.close, handle)
            try:
                locks.flock(handle, locks.LOCK_EX | locks.LOCK_NB)
                self.is_there = True
            except BlockingIOError:
                raise
            except OSError:  # a drive without locks
                pass

    def __bool__(self):
        return self.is_there

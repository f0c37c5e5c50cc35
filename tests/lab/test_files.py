"""A file is written whole or not at all, whatever happens meanwhile."""

import errno
import os
import subprocess
import sys
import threading
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import pytest

from helpers.lab import files
from helpers.lab.files import json_bytes, plain, write_whole

OLD, NEW = b"old" * 1000, b"new" * 2000


def run(code, *arguments):
    """Run `code` in a process of its own, since it is going to be killed."""
    return subprocess.run([sys.executable, "-c", code, *map(str, arguments)], capture_output=True, timeout=60)


@pytest.fixture
def path(tmp_path):
    """A file that is there already."""
    path = tmp_path / "here.json"
    path.write_bytes(OLD)
    return path


def names(path):
    return [found.name for found in path.parent.iterdir()]


def test_a_file_is_replaced_and_nothing_else_is_left(path):
    write_whole(path, NEW)
    assert path.read_bytes() == NEW
    assert names(path) == ["here.json"]


def test_folders_are_made(tmp_path):
    write_whole(tmp_path / "a" / "b" / "c.json", NEW)
    assert (tmp_path / "a" / "b" / "c.json").read_bytes() == NEW


@pytest.mark.parametrize("moment", ["os.fsync", "os.replace"])
def test_killed_before_the_rename_the_old_file_is_whole(path, moment):
    code = f"""
import os, sys
from pathlib import Path
from helpers.lab.files import write_whole
{moment} = lambda *arguments: os._exit(9)
write_whole(Path(sys.argv[1]), b"new")
"""
    assert run(code, path).returncode == 9
    assert path.read_bytes() == OLD
    (left,) = set(names(path)) - {"here.json"}
    assert left.startswith(".here.json.") and left.endswith(".part")


@pytest.mark.parametrize("moment", ["open", "write", "fsync", "replace"])
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()], ids=type)
def test_cut_off_anywhere_the_old_file_is_whole_and_nothing_else_is_left(path, monkeypatch, moment, error):
    def fail(*arguments):
        raise error

    class Full:
        """A file on a disk that is full after a hundred bytes."""

        def __init__(self, part, mode):
            self.file = open(part, mode)  # noqa: SIM115
            if moment == "open":
                self.file.close()
                fail()

        def __enter__(self):
            return self

        def __exit__(self, *error):
            self.file.close()

        def write(self, content):
            self.file.write(content[:100])
            fail()

    if moment in ("open", "write"):
        monkeypatch.setattr(files, "open", Full, raising=False)
    else:
        monkeypatch.setattr(os, moment, fail)
    with pytest.raises(type(error)):
        write_whole(path, NEW)
    assert path.read_bytes() == OLD
    assert names(path) == ["here.json"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a file")
def test_on_a_disk_that_is_really_full_the_old_file_is_whole(path):
    code = """
import resource, sys
from pathlib import Path
from helpers.lab.files import write_whole
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    write_whole(Path(sys.argv[1]), b"new" * 2000)
except OSError as error:
    print(error.strerror)
"""
    assert run(code, path).stdout.strip() == os.strerror(errno.EFBIG).encode()
    assert path.read_bytes() == OLD
    assert names(path) == ["here.json"]


def test_all_is_on_the_disk_before_the_rename_which_stays_in_the_folder(path, monkeypatch):
    seen, fsync, replace = [], os.fsync, os.replace

    def watched_fsync(number):
        seen.append(("on the disk", os.fstat(number).st_size))
        fsync(number)

    def watched_replace(part, target):
        seen.append(("renamed", part.parent == target.parent))
        replace(part, target)

    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(os, "replace", watched_replace)
    write_whole(path, b"short")  # short enough to wait in a buffer
    assert seen == [("on the disk", 5), ("renamed", True)]


def test_with_two_writers_at_once_a_reader_always_finds_one_or_the_other(path):
    texts = [b"a" * 100_000, b"b" * 200_000]
    path.write_bytes(texts[0])
    started, done = threading.Barrier(2), threading.Event()

    def write(content):
        started.wait()
        for _ in range(40):
            write_whole(path, content)

    def look():
        found = set()
        while not done.is_set():
            found.add(path.read_bytes())
        return found

    with ThreadPoolExecutor(3) as pool:
        reader, writers = pool.submit(look), [pool.submit(write, content) for content in texts]
        try:
            for writer in writers:
                writer.result(timeout=60)
        finally:
            done.set()
        assert reader.result(timeout=60) <= set(texts)
    assert names(path) == ["here.json"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_others_may_read_the_file_as_they_may_any_other(path):
    beside = path.with_name("beside.json")
    beside.write_bytes(b"")
    write_whole(path, NEW)
    assert path.stat().st_mode == beside.stat().st_mode


def test_what_numpy_computes_becomes_what_json_knows():
    @dataclass
    class Spread:
        mean: np.float32
        ends: tuple
        basis: float = field(default=np.inf, compare=False)

    Pair = namedtuple("Pair", "first second")
    value = {
        "array": np.arange(4, dtype=np.uint8).reshape(2, 2),
        "number": np.float32(0.5),
        "yes": np.bool_(True),
        "scalar": np.array(3),
        "tuple": (1, Pair(None, "text")),
        "dataclass": Spread(np.float32(0.25), (0, np.int64(1))),
    }
    found = plain("value", value, "")
    assert found == {
        "array": [[0, 1], [2, 3]],
        "number": 0.5,
        "yes": True,
        "scalar": 3,
        "tuple": [1, [None, "text"]],
        "dataclass": {"mean": 0.25, "ends": [0, 1]},
    }
    assert json_bytes(found)


@pytest.mark.parametrize(
    ("value", "where"),
    [
        (float("nan"), "figures is nan"),
        ({"a": [0, np.inf]}, r"figures\['a'\]\[1\] is inf"),
        ({"a": np.array([[0, np.nan]])}, r"figures\['a'\]\[0\]\[1\] is nan"),
        ({"a": {1, 2}}, r"figures\['a'\] is \{1, 2\}"),
        ({"a": 1j}, r"figures\['a'\] is 1j"),
        ({"a": b"bytes"}, r"figures\['a'\] is b'bytes'"),
        ({1: 2}, "a name in figures is 1, but it must be a text"),
    ],
)
def test_what_json_does_not_know_is_named(value, where):
    with pytest.raises(ValueError, match=f"{where}.*For example: a call"):
        plain("figures", value, "a call")


def test_a_lock_keeps_others_out_until_it_ends(path, monkeypatch):
    monkeypatch.setattr(files, "PATIENCE", 0.1)
    for _ in range(2):
        with files.locked(path), ThreadPoolExecutor(1) as other:
            waiting = other.submit(files.locked(path).__enter__)
            assert "another program is writing there" in str(waiting.exception())
    assert path.read_bytes() == OLD


def test_the_lock_of_a_program_that_was_killed_is_gone(path):
    code = """
import os, sys
from pathlib import Path
from helpers.lab.files import locked
with locked(Path(sys.argv[1])):
    os._exit(9)
"""
    assert run(code, path).returncode == 9
    with files.locked(path):
        pass

"""A result is kept whole or not at all, found again as it was, and trained anew, saying so, if it is damaged."""

import errno
import io
import os
import shutil
import signal
import subprocess
import sys
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from helpers import nn
from helpers.lab import cache, recipe, runs, stacks, train_runs
from tests.lab.common import PROJECT, SMALL, same, toy_data, toy_examples

ARRAYS = {"a": np.arange(5.0), "b": np.array([[True, False]]), "c": np.array(3, np.uint8), "d": np.zeros((0, 3))}


def equal(found, expected):
    return (
        found is not None
        and found.keys() == expected.keys()
        and all(np.array_equal(found[name], expected[name]) for name in expected)
        and all(found[name].dtype == expected[name].dtype for name in expected)
    )


@pytest.fixture
def entry(results_folder):
    """The file of the one result that is kept, under the key "key"."""
    cache.store("key", ARRAYS)
    return next(results_folder.iterdir())


def test_what_is_kept_is_found_as_it_was(results_folder):
    assert cache.load("key") is None
    cache.store("key", ARRAYS)
    cache.store("another key", {"a": np.ones(3)})
    assert equal(cache.load("key"), ARRAYS)
    cache.store("key", {"a": np.zeros(2)})
    assert equal(cache.load("key"), {"a": np.zeros(2)})
    assert len([*results_folder.iterdir()]) == 2


class Bomb:
    """What a pickle could do when it is read."""

    def __reduce__(self):
        return os._exit, (3,)


def archive(**arrays):
    body = io.BytesIO()
    np.savez(body, **arrays)
    return body.getvalue()


def signed(body):
    return cache._checksum(cache._of_this_numpy("key"), body) + body


DAMAGE = {
    "empty": lambda content: b"",
    "cut after the checksum": lambda content: content[:32],
    "cut in the middle": lambda content: content[: len(content) // 2],
    "cut at the end": lambda content: content[:-1],
    "longer": lambda content: content + b"\0",
    "a bit of the checksum flipped": lambda content: bytes([content[0] ^ 1]) + content[1:],
    "a bit in the middle flipped": lambda content: content[:300] + bytes([content[300] ^ 4]) + content[301:],
    "a foreign archive": lambda content: archive(x=np.arange(3)),
    "text": lambda content: b"once upon a time" * 9,
    "another key's": lambda content: cache._checksum(cache._of_this_numpy("other"), content[32:]) + content[32:],
    "rightly signed rubbish": lambda content: signed(b"rubbish"),
    "rightly signed nothing": lambda content: signed(b""),
    "a rightly signed cut archive": lambda content: signed(content[32:-30]),
    "a rightly signed pickle": lambda content: signed(archive(x=np.array([Bomb()], object))),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_entry_is_said_and_removed(entry, damage):
    entry.write_bytes(DAMAGE[damage](entry.read_bytes()))
    with pytest.warns(UserWarning, match=f"{entry.name} is damaged .*computed anew") as said:
        assert cache.load("key") is None
    assert len(said) == 1
    assert not entry.exists()
    cache.store("key", ARRAYS)
    assert equal(cache.load("key"), ARRAYS)


def test_every_flipped_bit_is_noticed(entry):
    content = entry.read_bytes()
    for place in range(0, len(content), 7):
        entry.write_bytes(content[:place] + bytes([content[place] ^ 1 << place % 8]) + content[place + 1 :])
        with pytest.warns(UserWarning, match="damaged"):
            assert cache.load("key") is None


def test_a_damaged_entry_is_trained_anew(trained):
    jobs = [(SMALL, seed) for seed in range(3)]
    fresh = train_runs(jobs, toy_data())
    for path in cache.cache_folder().iterdir():
        path.write_bytes(path.read_bytes()[:-9])
    trained.clear()
    with pytest.warns(UserWarning, match="damaged") as said:
        again = train_runs(jobs, toy_data())
    assert len(said) == 3 and sum(map(len, trained)) == 3
    assert same(fresh, again)


def test_an_entry_of_a_future_format_is_left_alone(results_folder, monkeypatch):
    with monkeypatch.context() as future:
        future.setattr(cache, "FORMAT", cache.FORMAT + 1)
        cache.store("key", {"more": np.ones(3)})
    assert cache.load("key") is None
    cache.store("key", ARRAYS)
    assert equal(cache.load("key"), ARRAYS)
    monkeypatch.setattr(cache, "FORMAT", cache.FORMAT + 1)
    assert equal(cache.load("key"), {"more": np.ones(3)})


def test_an_entry_of_another_numpy_is_left_alone(results_folder, monkeypatch):
    cache.store("key", ARRAYS)
    with monkeypatch.context() as other:
        other.setattr(np, "__version__", "2.0.0")
        assert cache.load("key") is None
    assert equal(cache.load("key"), ARRAYS)


def test_a_folder_in_an_entry_s_place_is_said(results_folder):
    cache.path_of("key").mkdir(parents=True)
    with pytest.warns(UserWarning, match="damaged"):
        assert cache.load("key") is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
def test_a_pipe_in_an_entry_s_place_is_not_waited_for(results_folder):
    results_folder.mkdir()
    os.mkfifo(cache.path_of("key"))
    with pytest.warns(UserWarning, match="damaged .*a device, not a file.*computed anew"):
        assert cache.load("key") is None
    cache.store("key", ARRAYS)
    assert equal(cache.load("key"), ARRAYS)


def test_results_that_may_not_be_read_are_not_called_damaged_and_stay(entry, results_folder, monkeypatch):
    cache.store("another", ARRAYS)
    monkeypatch.setattr("helpers.lab.files.open", refuse(errno.EACCES), raising=False)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("default")
        assert cache.load("key") is None and cache.load("another") is None
    (text,) = {str(warning.message) for warning in said}
    assert f"{results_folder} cannot be read (Permission denied); they are computed anew. To mend that" in text
    assert len(said) == 1, "not once for each of a hundred"
    monkeypatch.undo()
    assert entry.exists()


KILLED = """
import os, signal, numpy
from helpers.lab import cache
os.replace = lambda part, path: os.kill(os.getpid(), signal.SIGKILL)
cache.store("key", {"a": numpy.zeros(1000)})
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9")
def test_killed_before_it_is_whole_nothing_is_kept_and_the_rest_is_cleaned_up(results_folder):
    ended = subprocess.run([sys.executable, "-c", KILLED], cwd=PROJECT)
    assert ended.returncode == -signal.SIGKILL
    (part,) = results_folder.iterdir()
    assert part.suffix == ".part" and part.stat().st_size > 8000
    assert cache.load("key") is None
    cache.trim()
    assert part.exists(), "its writer may still be at work"
    os.utime(part, (time.time() - 3700,) * 2)
    cache.trim()
    assert not part.exists()


def write_often(process, times):
    for turn in range(times):
        cache.store(f"key {turn % 3}", {"all": np.full(1 + 2000 * process + turn, process)})


def test_two_programs_write_and_read_at_once(results_folder):
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool, warnings.catch_warnings():
        warnings.simplefilter("error")
        writers = [pool.submit(write_often, process, 150) for process in (0, 1)]
        seen = set()
        while not all(writer.done() for writer in writers):
            for turn in range(3):
                found = cache.load(f"key {turn}")
                if found is not None:
                    process = int(found["all"][0])
                    assert (found["all"] == process).all() and (len(found["all"]) > 2000) == process
                    seen.add(process)
        for writer in writers:
            writer.result()
    assert seen
    assert sorted(path.suffix for path in results_folder.iterdir()) == [".result"] * 3


def test_the_limit_keeps_the_newest(results_folder):
    for number in range(6):
        cache.store(str(number), {"a": np.zeros(1000)})
        os.utime(cache.path_of(str(number)), (number, number))
    cache.load("1")  # a result that is used is as good as new
    size = cache.path_of("0").stat().st_size
    cache.trim(limit=6 * size)
    assert all(cache.path_of(str(number)).exists() for number in range(6))
    cache.trim(limit=3 * size + 5)
    assert [number for number in range(6) if cache.path_of(str(number)).exists()] == [1, 4, 5]


def test_the_limit_is_kept_after_every_training(results_folder, monkeypatch):
    monkeypatch.setattr(cache.trim, "__defaults__", (5000,))
    train_runs([(SMALL, seed) for seed in range(10)], toy_data())
    sizes = [path.stat().st_size for path in results_folder.iterdir()]
    assert 0 < sum(sizes) <= 5000 < 10 * sizes[0]


def test_no_folder_is_no_trouble(results_folder):
    cache.trim()
    assert not results_folder.exists()


def test_a_result_found_is_the_result_trained_to_the_last_bit(trained):
    wild = replace(SMALL, optimizer="sgd", learning_rate=1e30)
    jobs = [(recipe, seed) for recipe in (SMALL, replace(SMALL, drop_rate=0.3), wild) for seed in range(2)]
    for watch in (False, True):
        fresh = train_runs(jobs, toy_data(), watch=watch)
        count = len(trained)
        assert same(fresh, train_runs(jobs, toy_data(), watch=watch))
        assert len(trained) == count
    assert np.shape(fresh[0].watched) == (4, 3) and fresh[0].correct.dtype == bool and fresh[-1].diverged


CHANGES = {
    "recipe": {"jobs": [(replace(SMALL, learning_rate=0.003), 0)]},
    "seed": {"jobs": [(SMALL, 1)]},
    "training examples": {"data": toy_data(train=toy_examples(90, 7, draw=40))},
    "number of training examples": {"data": toy_data(draw=50)},
    "test examples": {"data": toy_data(test=toy_examples(50, 7))},
    "split": {"split": "test"},
    "watch": {"watch": True},
}


@pytest.mark.parametrize("change", CHANGES)
def test_another_run_is_not_taken_for_this_one(trained, change):
    usual = {"jobs": [(SMALL, 0)], "data": toy_data(), "split": "validation", "watch": False}
    train_runs(**usual)
    train_runs(**{**usual, **CHANGES[change]})
    assert len(trained) == 2
    train_runs(**usual)
    train_runs(**{**usual, **CHANGES[change]})
    assert len(trained) == 2


@pytest.fixture
def copied_code(tmp_path, monkeypatch):
    """A copy of the code that a result depends on, which a test may change."""
    shutil.copytree(Path(nn.__file__).parent, tmp_path / "nn")
    (tmp_path / "lab").mkdir()
    for module in (nn, recipe, stacks):
        file = Path(module.__file__)
        copy = tmp_path / file.parent.name / file.name
        copy.write_bytes(file.read_bytes())
        monkeypatch.setattr(module, "__file__", str(copy))
    runs.code_fingerprint.cache_clear()
    yield tmp_path
    runs.code_fingerprint.cache_clear()


COMPUTING = ["nn/dropout.py", "nn/plumbing/streams.py", "nn/extras/shift.py", "lab/recipe.py", "lab/stacks.py"]


@pytest.mark.parametrize("file", COMPUTING)
def test_after_a_change_of_the_code_results_are_trained_anew(copied_code, trained, file):
    train_runs([(SMALL, 0)], toy_data())
    runs.code_fingerprint.cache_clear()
    train_runs([(SMALL, 0)], toy_data())
    assert len(trained) == 1
    (copied_code / file).write_text((copied_code / file).read_text() + "\n# changed\n")
    runs.code_fingerprint.cache_clear()
    train_runs([(SMALL, 0)], toy_data())
    assert len(trained) == 2


def test_a_hidden_file_is_no_code_such_as_the_link_to_nowhere_of_an_editor(copied_code):
    before = runs.code_fingerprint()
    runs.code_fingerprint.cache_clear()
    (copied_code / "nn" / ".#dropout.py").symlink_to("somebody@somewhere.1234")
    assert runs.code_fingerprint() == before


def refuse(number):
    def replacement(*arguments, **options):
        raise OSError(number, os.strerror(number))

    return replacement


TROUBLE = {
    "a full disk": (errno.ENOSPC, "fsync"),
    "a disk that is full at the end": (errno.ENOSPC, "replace"),
    "a disk that can only be read": (errno.EROFS, "replace"),
}


@pytest.mark.parametrize("name", TROUBLE)
def test_a_result_that_cannot_be_kept_is_said_once_and_training_goes_on(trained, results_folder, monkeypatch, name):
    number, function = TROUBLE[name]
    jobs = [(replace(SMALL, epochs=epochs), seed) for epochs in (1, 2) for seed in range(3)]
    expected = train_runs(jobs[:1], toy_data())
    for path in results_folder.iterdir():
        path.unlink()
    monkeypatch.setattr(os, function, refuse(number))
    with pytest.warns(UserWarning, match="can't be kept") as said:
        found = train_runs(jobs, toy_data())
    assert len(said) == 1
    assert str(results_folder) in str(said[0].message) and os.strerror(number) in str(said[0].message)
    assert same(found[:1], expected) and len(found) == 6
    assert [*results_folder.iterdir()] == [], "not even a part of it"


def test_a_folder_that_cannot_be_made_is_said_once_too(trained, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("DROPOUT_COURSE_CACHE", str(tmp_path / "file" / "below"))
    with pytest.warns(UserWarning, match="can't be kept") as said:
        assert len(train_runs([(SMALL, seed) for seed in range(3)], toy_data())) == 3
    assert len(said) == 1


def test_what_is_in_a_folder_that_can_only_be_read_is_used(trained, results_folder, monkeypatch):
    fresh = train_runs([(SMALL, 0)], toy_data())
    for function in ("utime", "unlink", "replace", "mkdir"):
        monkeypatch.setattr(os, function, refuse(errno.EROFS))
    assert same(train_runs([(SMALL, 0)], toy_data()), fresh)
    assert len(trained) == 1


LIMITED = """
import resource, warnings
from helpers.lab import train_runs
from tests.lab.common import SMALL, toy_data
resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))
with warnings.catch_warnings(record=True) as said:
    found = train_runs([(SMALL, seed) for seed in range(3)], toy_data())
print(len(found), len(said), "can't be kept" in str(said[0].message))
"""


def test_a_disk_that_takes_no_more_than_half_an_entry(results_folder):
    pytest.importorskip("resource")
    ended = subprocess.run([sys.executable, "-c", LIMITED], cwd=PROJECT, capture_output=True, text=True)
    assert ended.stdout.split() == ["3", "1", "True"], ended.stderr
    assert [*results_folder.iterdir()] == []


def test_another_program_may_empty_the_folder_at_any_time(results_folder, monkeypatch):
    for number in range(4):
        cache.store(str(number), ARRAYS)
    unlink = os.unlink

    def already_gone(path):
        with suppress(OSError):
            unlink(path)
        unlink(path)

    monkeypatch.setattr(os, "unlink", already_gone)
    cache.trim(limit=0)
    assert [*results_folder.iterdir()] == []

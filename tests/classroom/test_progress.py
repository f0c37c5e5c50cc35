"""What a learner did is kept at once, entry by entry; what cannot be kept or read is said, and nothing raises."""

import errno
import json
import multiprocessing
import os
import re
from dataclasses import replace

import pytest

from helpers.classroom import progress
from helpers.classroom.progress import Answered, Made, Progress, Tried, Visit, keep, load, start_afresh
from helpers.lab import choose_name, files

WHEN = "2026-01-31T23:59:59Z"
DONE = {
    ("predictions", "Will it — ½ — learn? " + "x" * 300): Made("no", "yes", WHEN, True),
    ("shown", "How far?"): WHEN,
    ("quiz", "Why?"): Answered("so", False, 3),
    ("exercises", "Exercise 1.1"): Tried("right", 2),
    ("turns", "hidden"): Tried("wrong", 1),
    ("verdicts", "04 Q"): "undecided",
    ("visited", "04"): Visit("One neuron", WHEN),
}


def file(evidence, name="unnamed"):
    return evidence / "progress" / f"{name}.json"


def others(evidence):
    """The files beside the progress of unnamed, but for locks."""
    found = sorted(path.name for path in (evidence / "progress").iterdir())
    return [name for name in found if name != "unnamed.json" and not name.endswith(".lock")]


def failing(number):
    def fail(*arguments, **options):
        raise OSError(number, os.strerror(number))

    return fail


def once_more(kept):
    return Tried("wrong", kept.tries + 1 if kept else 1)


def keep_many(kind, count):
    """What one of several tabs does."""
    return [keep(kind, f"{number}", once_more) for number in range(count)]


def test_before_anything_was_done_there_is_nothing_and_no_folder(evidence):
    assert load() == Progress() and load().problem == ""
    assert not evidence.exists()


def test_each_kind_of_entry_comes_back_as_it_was_kept():
    assert {kind for kind, _ in DONE} == set(progress.KINDS)
    for (kind, key), entry in DONE.items():
        assert keep(kind, key, entry) == ""
    for (kind, key), entry in DONE.items():
        assert getattr(load(), kind) == {key: entry}


def test_keeping_one_entry_leaves_all_others_as_they_are():
    for (kind, key), entry in DONE.items():
        keep(kind, key, entry)
    keep("quiz", "Why?", Answered("thus", True, 4))
    keep("quiz", "And?", Answered("so", True, 1))
    assert load().quiz == {"Why?": Answered("thus", True, 4), "And?": Answered("so", True, 1)}
    for (kind, key), entry in DONE.items():
        assert kind == "quiz" or getattr(load(), kind) == {key: entry}


def test_an_entry_can_be_made_from_the_one_before():
    for _ in range(3):
        keep("turns", "hidden", once_more)
    assert load().turns["hidden"].tries == 3


def test_each_name_has_a_file_of_its_own(evidence):
    keep("verdicts", "04 Q", "holds")
    choose_name("Blue Otter")
    assert load() == Progress()
    keep("verdicts", "04 Q", "fails")
    assert load().verdicts == load("blue-otter").verdicts == {"04 Q": "fails"}
    assert load("unnamed").verdicts == {"04 Q": "holds"}
    assert json.loads(file(evidence, "blue-otter").read_bytes())["learner"] == "blue-otter"


def test_a_class_that_pools_evidence_does_not_meet_progress(evidence):
    from helpers.lab.evidence import read_all

    keep("verdicts", "04 Q", "holds")
    choose_name("blue otter")
    assert read_all(evidence) == ([], [])


def test_tabs_that_write_at_the_same_time_lose_nothing():
    with multiprocessing.get_context("spawn").Pool(3) as tabs:
        said = tabs.starmap(keep_many, [("turns", 20), ("exercises", 20), ("turns", 20)])
    assert said == [[""] * 20] * 3
    assert load().turns == {f"{number}": Tried("wrong", 2) for number in range(20)}
    assert load().exercises == {f"{number}": Tried("wrong", 1) for number in range(20)}


def test_a_program_that_never_ends_to_write_is_not_waited_for(evidence, monkeypatch):
    monkeypatch.setattr(files, "PATIENCE", 0.1)
    with files.locked(file(evidence)):
        assert "another program is writing there" in keep("verdicts", "04 Q", "holds")
    assert keep("verdicts", "04 Q", "holds") == ""


DAMAGED = {
    "empty": b"",
    "cut off": b'{"schema": 1, "learner": "unna',
    "not progress": b'{"schema": 1}',
    "deep": b"[" * 100_000,
    "huge": b" " * (progress.MOST_BYTES + 1),
    "an impossible number": None,
    "from a newer version": b'{"schema": 2}',
}


@pytest.mark.parametrize("act", [load, lambda: keep("verdicts", "04 Q", "fails")], ids=["read", "written"])
@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_file_is_set_aside_and_said_and_we_begin_anew(evidence, damage, act):
    keep("exercises", "Exercise 1.1", Tried("right", 2))
    content = DAMAGED[damage] or file(evidence).read_bytes().replace(b'"tries": 2', b'"tries": -2')
    file(evidence).write_bytes(content)
    found = act()
    (aside,) = others(evidence)
    assert re.fullmatch(r"unnamed\.damaged-20\d\d-\d\d-\d\dT\d{6}Z-1\.json", aside)
    assert (evidence / "progress" / aside).read_bytes() == content
    told = found.problem if act is load else found
    assert "was damaged" in told and aside in told
    assert keep("verdicts", "01 G", "holds") == "" and load().problem == ""
    assert load().verdicts == {"01 G": "holds", **({} if act is load else {"04 Q": "fails"})}


def test_two_files_damaged_in_one_second_are_both_kept(evidence, monkeypatch):
    monkeypatch.setattr(progress, "now", lambda: WHEN)
    for content in (b"one", b"two"):
        file(evidence).parent.mkdir(parents=True, exist_ok=True)
        file(evidence).write_bytes(content)
        load()
    assert [(evidence / "progress" / name).read_bytes() for name in others(evidence)] == [b"one", b"two"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
@pytest.mark.parametrize("moment", ["fsync", "replace", "open"])
def test_a_full_disk_and_a_read_only_folder_are_said_and_what_was_kept_stays(evidence, monkeypatch, number, moment):
    keep("verdicts", "01 G", "holds")
    with monkeypatch.context() as patched:
        patched.setattr(files if moment == "open" else os, moment, failing(number), raising=False)
        told = keep("verdicts", "04 Q", "holds")
    assert os.strerror(number) in told and "You can go on all the same" in told
    assert load() == Progress(verdicts={"01 G": "holds"})
    assert others(evidence) == []


def test_where_no_folder_can_be_made_that_is_said(evidence):
    evidence.write_text("a file in its place")
    assert load() == Progress()
    assert "could not be kept" in keep("verdicts", "04 Q", "holds")
    assert "Nothing was taken out" in start_afresh({"04 Q"})


def test_a_file_that_may_not_be_read_is_neither_replaced_nor_taken_for_damaged(evidence, monkeypatch):
    keep("verdicts", "01 G", "holds")
    with monkeypatch.context() as patched:
        patched.setattr(progress, "read_json", failing(errno.EACCES))
        assert load() == Progress(problem=load().problem) and "Permission denied" in load().problem
        assert "Permission denied" in keep("verdicts", "04 Q", "fails")
    assert load() == Progress(verdicts={"01 G": "holds"})
    assert others(evidence) == []


def test_what_no_file_could_hold_is_our_mistake_and_stops_at_once(evidence):
    keep("verdicts", "01 G", "holds")
    with pytest.raises(ValueError, match="tries"):
        keep("turns", "hidden", Tried("wrong", -1))
    assert load() == Progress(verdicts={"01 G": "holds"})


def test_starting_afresh_takes_out_these_entries_and_keeps_them_in_a_dated_copy(evidence):
    for (kind, key), entry in DONE.items():
        keep(kind, key, entry)
    before = load()
    told = start_afresh({"Why?", "04", "04 Q", "not there"})
    assert load() == replace(before, quiz={}, verdicts={}, visited={})
    (copy,) = others(evidence)
    assert re.fullmatch(r"unnamed\.before-20\d\d-\d\d-\d\dT\d{6}Z-1\.json", copy) and copy in told
    kept = load(copy.removesuffix(".json"))
    assert kept == Progress(quiz=before.quiz, verdicts=before.verdicts, visited=before.visited)


def test_without_a_copy_nothing_is_taken_out(evidence, monkeypatch):
    keep("verdicts", "04 Q", "holds")
    monkeypatch.setattr(files.os, "replace", failing(errno.ENOSPC))
    assert "Nothing was taken out" in start_afresh({"04 Q"})
    assert load().verdicts == {"04 Q": "holds"}


def test_where_there_is_nothing_to_take_out_no_copy_is_made(evidence):
    keep("verdicts", "04 Q", "holds")
    assert "nothing to take out" in start_afresh({"Why?"})
    assert others(evidence) == []

"""A learner's work goes through a file whole or not at all, and neither touches nor loses anything."""

import errno
import json
import os
from datetime import UTC, datetime

import pytest

from helpers.classroom import my_work, progress
from helpers.classroom.progress import Made, Tried
from helpers.lab import choose_name, my_seeds, record

WHEN = "2026-01-31T23:59:59Z"


@pytest.fixture
def travel(tmp_path, monkeypatch):
    """A function that goes to a computer of this name, where the evidence has a folder of its own."""

    def to(computer):
        monkeypatch.setenv("DROPOUT_COURSE_EVIDENCE", str(tmp_path / computer))
        return tmp_path / computer

    return to


def work(name, verdict="fails", choice="no"):
    """Do something under a name."""
    choose_name(name)
    record("G", verdict, {"right": 0.5}, "Ten runs.", my_seeds(10), learner_verdict="holds")
    progress.keep("predictions", "Will it?", Made(choice, choice, WHEN))
    progress.keep("exercises", "Exercise 1.1", Tried("right", 2))


def files(folder):
    """All that is in a folder, but for locks: path -> content, of JSON what it says."""
    paths = [path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(".lock")]
    texts = {path.relative_to(folder).as_posix(): path.read_text() for path in paths}
    return {path: json.loads(text) if path.endswith(".json") else text for path, text in texts.items()}


def changed(content, **parts):
    return json.dumps(json.loads(content) | parts).encode()


def test_what_was_done_in_one_place_is_there_in_the_other(travel):
    there = travel("browser")
    work("otter")
    work("blue otter")
    done, found = progress.load(), files(there)
    content = my_work.gathered()
    here = travel("desktop")
    told = my_work.take_in(content)
    assert "the work of blue-otter, 2 files" in told and "set aside" not in told
    assert progress.load() == done
    assert files(here) == {
        path: part for path, part in found.items() if "01-G-otter" not in path and "/otter" not in path
    }
    assert my_work.gathered()[: content.rindex(b"versions")] == content[: content.rindex(b"versions")]


def test_of_somebody_who_did_nothing_there_is_nothing(travel):
    travel("browser")
    content = my_work.gathered()
    assert json.loads(content)["evidence"] == [] and json.loads(content)["progress"] is None
    here = travel("desktop")
    my_work.take_in(content)
    assert files(here) == {}


def test_what_was_here_under_that_name_is_set_aside_and_other_names_are_left(travel):
    travel("browser")
    work("blue otter", "fails", "yes")
    content = my_work.gathered()
    here = travel("desktop")
    work("blue otter", "holds")
    record("W", "holds", {"right": 0.5}, "Ten runs.", my_seeds(10))
    work("red fox")
    before = files(here)
    told = my_work.take_in(content)
    after = files(here)
    (aside,) = (path for path in here.iterdir() if path.name.startswith("before-"))
    assert aside.name in told and "Your name here: blue-otter" in told
    assert files(aside) == {
        "01-G-blue-otter.json": before["01-G-blue-otter.json"],
        "blue-otter.json": before["progress/blue-otter.json"],
    }
    assert after["01-G-blue-otter.json"]["rule_verdict"] == "fails"
    assert progress.load().predictions["Will it?"].choice == "yes"
    untouched = ("02-W-blue-otter.json", "01-G-red-fox.json", "progress/red-fox.json")
    assert all(after[path] == before[path] for path in untouched)
    assert not [path for path in here.iterdir() if path.name.startswith(".incoming")]


def test_taken_in_twice_it_is_there_once(travel):
    travel("browser")
    work("blue otter")
    content = my_work.gathered()
    here = travel("desktop")
    my_work.take_in(content)
    once = files(here)
    assert "is now in" not in my_work.take_in(content)
    assert files(here) == once


HOSTILE = {
    "no JSON": lambda content: b"\x89PNG",
    "empty": lambda content: b"",
    "cut off": lambda content: content[:-20],
    "too long": lambda content: content + b" " * my_work.MOST_BYTES,
    "a newer version": lambda content: changed(content, schema=2),
    "evidence alone": lambda content: json.dumps(json.loads(content)["evidence"][0]).encode(),
    "a way out of the folder": lambda content: changed(content, learner="../../x"),
    "another's evidence": lambda content: changed(content, learner="red-fox", progress=None),
    "evidence twice": lambda content: changed(content, evidence=2 * json.loads(content)["evidence"]),
    "no claim": lambda content: content.replace(b'"claim": "G"', b'"claim": "../x"'),
    "an impossible number": lambda content: content.replace(b"0.5", b"1e99"),
    "no progress": lambda content: changed(content, progress={"schema": 1}),
    "another's progress": lambda content: changed(
        content, progress=json.loads(content)["progress"] | {"learner": "red-fox"}
    ),
}


def assert_refused(travel, content, told):
    """On a desktop where somebody else has worked, the file is refused and nothing changes."""
    here = travel("desktop")
    work("red fox")
    before = files(here)
    with pytest.raises(my_work.WorkError, match=told):
        my_work.take_in(content)
    assert files(here) == before


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
def test_a_file_that_is_none_changes_nothing(travel, change):
    travel("browser")
    work("blue otter")
    assert_refused(travel, change(my_work.gathered()), "no file that .* made: .* Nothing was changed")


def test_work_without_a_name_does_not_become_somebody_s(travel):
    travel("browser")
    progress.keep("exercises", "Exercise 1.1", Tried("right", 2))
    assert_refused(travel, my_work.gathered(), "no made-up name, and yours here is red-fox")


@pytest.mark.parametrize(
    ("gone", "working"), [*((["01-G-blue-otter.json"], working) for working in range(5)), *(([], n) for n in range(6))]
)
def test_a_disk_that_fails_half_way_leaves_all_as_it_was(travel, monkeypatch, gone, working):
    """gone: files that are not here yet.  working: how many are moved (copied, made, put) before one fails."""
    travel("browser")
    work("blue otter", "fails", "yes")
    content = my_work.gathered()
    here = travel("desktop")
    work("blue otter", "holds")
    for name in gone:
        (here / name).unlink()
    before, replace, moved = files(here), os.replace, []

    def failing(source, target):
        moved.append(target)
        if len(moved) == working + 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        replace(source, target)

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(my_work.WorkError, match="Nothing was changed: .*No space left"):
        my_work.take_in(content)
    assert files(here) == before


def test_the_button_sends_the_file_and_the_upload_takes_it(travel, monkeypatch):
    travel("browser")
    work("blue otter")
    done, updates, sent = progress.load(), [], []
    there = my_work.MyWork(lambda: updates.append("there"))
    monkeypatch.setattr(there.download, "send", lambda content, buffers: sent.append((content["name"], *buffers)))
    there.download._handle_custom_msg({}, [])
    ((name, content),) = sent
    assert name == "dropout-course-blue-otter.json"
    travel("desktop")
    here = my_work.MyWork(lambda: updates.append("here"))
    for data, told in ((b"<b>", "no file that"), (content, "Taken in: the work of blue-otter")):
        file = {"name": name, "type": "", "size": len(data), "content": memoryview(data)}
        here.upload.value = (file | {"last_modified": datetime.now(UTC)},)
        assert told in here.told.value and here.upload.value == ()
    assert progress.load() == done and updates == ["here", "here"]


def test_in_a_browser_it_says_what_deletes_it(travel, monkeypatch):
    travel("browser")
    assert "clearing the site" not in shown(my_work.MyWork(None))
    monkeypatch.setattr("sys.platform", "emscripten")
    assert "clearing the site" in shown(my_work.MyWork(None))


def shown(box):
    """The texts in a box."""
    return " ".join(child.value for child in box.children if hasattr(child, "value"))

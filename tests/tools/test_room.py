"""Tools are installed once, a step that fails is named, and a result takes the place of an earlier one alone."""

import pytest

import start
from tools import room


def test_tools_are_installed_once_and_anew_when_they_change(tmp_path, monkeypatch):
    steps, wanted = [], tmp_path / "wanted.txt"

    def run(step, *command):
        steps.append(command)
        (tmp_path / "tools").mkdir()

    monkeypatch.setattr(room, "run", run)
    for text in ("a==1", "a==1", "a==2"):
        wanted.write_text(text)
        room.install_tools(tmp_path / "tools", wanted, "--no-deps")
    assert steps == [("pip", "--no-input", "install", "--no-deps", "--target", tmp_path / "tools", "-r", wanted)] * 2


def test_a_step_that_fails_is_named():
    with pytest.raises(start.Trouble, match="The third step failed"):
        room.run("The third step", "this_module_is_not_there")


def folder(path, **files):
    path.mkdir()
    for name, text in files.items():
        (path / name).write_text(text)
    return path


def test_a_new_result_takes_the_place_of_the_earlier_one(tmp_path):
    for text in ("first", "second"):
        room.put_in_place(folder(tmp_path / "new", mark=text), tmp_path / "a" / "out", "mark")
        assert (tmp_path / "a" / "out" / "mark").read_text() == text
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_but_not_of_a_folder_that_holds_something_else(tmp_path):
    out = folder(tmp_path / "out", letter="dear")
    with pytest.raises(start.Trouble, match="something else than we made"):
        room.put_in_place(folder(tmp_path / "new", mark=""), out, "mark")
    assert (out / "letter").read_text() == "dear"

"""Where everything is kept: one variable moves all of it, and two others move a part of it."""

from pathlib import Path

import pytest

from helpers.lab import folders

PROJECT = Path(__file__).parents[2]
PARTS = {
    folders.data_folder: "data",
    folders.results_folder: "data/results",
    folders.evidence_folder: "evidence",
    folders.cache_folder: ".cache/results",
}
OF_THEIR_OWN = {"DROPOUT_COURSE_EVIDENCE": folders.evidence_folder, "DROPOUT_COURSE_CACHE": folders.cache_folder}


@pytest.fixture(autouse=True)
def nothing_is_named(monkeypatch):
    for variable in ("DROPOUT_COURSE_FOLDER", *OF_THEIR_OWN):
        monkeypatch.delenv(variable, raising=False)


def found():
    return {part: part() for part in PARTS}


def below(folder):
    return {part: folder / name for part, name in PARTS.items()}


def test_all_is_in_the_project():
    assert folders.project_folder() == PROJECT
    assert found() == below(PROJECT)


def test_an_empty_variable_names_nothing(monkeypatch):
    for variable in ("DROPOUT_COURSE_FOLDER", *OF_THEIR_OWN):
        monkeypatch.setenv(variable, "")
    assert found() == below(PROJECT)


def test_one_variable_moves_all(monkeypatch, tmp_path):
    monkeypatch.setenv("DROPOUT_COURSE_FOLDER", str(tmp_path))
    assert folders.project_folder() == tmp_path
    assert found() == below(tmp_path)


@pytest.mark.parametrize("variable", OF_THEIR_OWN)
@pytest.mark.parametrize("all_moved", [False, True])
def test_another_moves_its_part_alone_wherever_the_rest_is(variable, all_moved, monkeypatch, tmp_path):
    if all_moved:
        monkeypatch.setenv("DROPOUT_COURSE_FOLDER", str(tmp_path / "all"))
    rest = below(tmp_path / "all" if all_moved else PROJECT)
    monkeypatch.setenv(variable, str(tmp_path / "own"))
    assert found() == rest | {OF_THEIR_OWN[variable]: tmp_path / "own"}


def test_a_tilde_is_the_person_s_home(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))  # on Windows
    monkeypatch.setenv("DROPOUT_COURSE_FOLDER", "~/course")
    assert found() == below(tmp_path / "course")
    for variable, part in OF_THEIR_OWN.items():
        monkeypatch.setenv(variable, "~/own")
        assert part() == tmp_path / "own"


def test_a_path_is_shown_short_where_it_is_in_the_project(tmp_path):
    assert folders.shown(PROJECT / "evidence" / "a.json") == "evidence/a.json"
    assert folders.shown(tmp_path / "a.json") == str(tmp_path / "a.json")

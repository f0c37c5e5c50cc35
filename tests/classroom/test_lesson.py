"""A lesson begins: the visit is noted, a name asked for, and what was done can be taken out, never without asking."""

import os
import tempfile
from types import SimpleNamespace

import pytest

from helpers.classroom import lesson, notebook, progress
from helpers.classroom.lesson import Beginning, begin
from helpers.classroom.questions import Prediction
from helpers.lab import choose_name, learner_name
from helpers.lab.temporary import HELD
from helpers.lessons import contents

QUESTION = contents.lessons()[0].predictions[0]


@pytest.fixture
def slow(monkeypatch):
    """As where a person runs each cell by itself."""
    monkeypatch.setattr(lesson, "AT_ONCE", -1)


def run(beginning, cell):
    """As if this cell of the notebook were run."""
    beginning.cell_starts(SimpleNamespace(cell_id=cell.id, raw_cell=cell.source))
    beginning.cell_has_ended(None)


def is_offered(part):
    return part.layout.display != "none"


def section():
    return progress.load().visited["01"].section


def headings(number):
    """Two cells under different headings."""
    cells = notebook.cells(number)
    return cells[0], next(cell for cell in cells if cell.section != cells[0].section)


def test_outside_of_a_notebook_it_only_notes_the_visit():
    assert begin(1).number == 1
    assert section() == ""


@pytest.mark.skipif(os.name == "nt", reason="there an hour has to pass")
def test_a_lesson_that_begins_removes_what_killed_programs_left(monkeypatch, tmp_path):
    """Though it may train nothing, because all that it needs is stored."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / f"{HELD}left").mkdir()
    begin(4)
    assert not [*tmp_path.glob(f"{HELD}*")]


def test_the_section_last_run_is_kept_and_comes_back(slow):
    beginning, (first, second) = begin(1), headings(1)
    for cell in (first, second):
        run(beginning, cell)
        assert section() == cell.section
    again = begin(1)
    assert section() == second.section and second.section in again.told.value
    begin(2)
    assert section() == second.section


def test_a_cell_without_its_id_is_known_by_its_code_and_an_unknown_one_is_passed_over(slow):
    beginning, (_, second) = begin(1), headings(1)
    run(beginning, notebook.Cell(None, f"{second.source}\n", ""))
    assert section() == second.section
    run(beginning, notebook.Cell("another", "1 + 1", ""))
    assert section() == second.section


def test_home_does_not_tell_where_in_it_one_stopped():
    progress.keep("visited", "00", progress.Visit("Where you are", "2025-01-01T00:00:00Z"))
    assert "Where you are" not in begin(0).told.value


def test_run_all_does_not_move_the_mark(monkeypatch):
    monkeypatch.setattr(lesson, "AT_ONCE", 60)
    beginning, (_, second) = begin(1), headings(1)
    run(beginning, second)
    assert section() == ""


def test_without_a_name_it_asks_for_one_and_goes_on_without():
    beginning = begin(1)
    assert is_offered(beginning.naming)
    choose_name("blue otter")
    beginning = begin(1)
    assert not is_offered(beginning.naming) and "Your name here: blue-otter." in beginning.told.value


@pytest.mark.parametrize(("others", "told"), [(False, "run this cell once more"), (True, "restart the kernel")])
def test_a_name_is_chosen_and_name_and_seeds_belong_together(others, told):
    beginning = begin(1)
    if others:
        run(beginning, headings(1)[0])
    beginning.name.value = "Blue Otter"
    assert learner_name() == "blue-otter"
    assert not is_offered(beginning.naming)
    assert "blue-otter" in beginning.told.value and told in beginning.told.value


def test_a_name_that_will_not_do_is_refused_in_words():
    beginning = begin(1)
    beginning.name.value = "<b>"
    assert learner_name() is None and is_offered(beginning.naming)
    assert "name is" in beginning.told.value and "<b>" not in beginning.told.value


def test_a_name_that_cannot_be_kept_is_said(evidence):
    evidence.write_text("a file in its place")
    beginning = begin(1)
    assert "could not be kept" in beginning.told.value
    beginning.name.value = "blue otter"
    assert "could not be kept" in beginning.told.value and is_offered(beginning.naming)


def test_a_damaged_file_is_said(evidence):
    begin(1)
    (evidence / "progress" / "unnamed.json").write_bytes(b"")
    assert "was damaged" in begin(1).told.value


def commit():
    prediction = Prediction(QUESTION, ["few", "many"])
    prediction.radio.value = "few"
    prediction.button.click()


def test_a_lesson_just_begun_is_not_started_afresh():
    assert not is_offered(begin(1).afresh)
    commit()
    assert is_offered(begin(1).afresh)
    assert not is_offered(begin(2).afresh)


def test_starting_afresh_asks_first_and_takes_out_this_lesson_alone(evidence):
    commit()
    for key in ("01 G", "02 W"):
        progress.keep("verdicts", key, "holds")
    begin(2)
    before = progress.load()
    beginning = begin(1)
    assert not is_offered(beginning.asking)
    beginning.afresh.click()
    assert is_offered(beginning.asking) and not is_offered(beginning.afresh)
    beginning.no.click()
    assert is_offered(beginning.afresh) and not is_offered(beginning.asking)
    assert progress.load().predictions == before.predictions
    beginning.afresh.click()
    beginning.yes.click()
    assert progress.load() == progress.Progress(verdicts={"02 W": "holds"}, visited={"02": before.visited["02"]})
    (copy,) = (evidence / "progress").glob("unnamed.before-*.json")
    assert copy.name in beginning.told.value and progress.load(copy.stem).predictions == before.predictions
    assert Prediction(QUESTION, ["few", "many"]).made is None


def test_in_the_book_there_is_nothing_to_see():
    assert Beginning(1)._repr_mimebundle_()["text/html"] == ""

"""In a kernel: the two errors that learners meet are said in plain words, and stay errors for programs."""

import nbformat
import pytest
from nbclient import NotebookClient

import start
from helpers.classroom import notebook

LOAD = "%load_ext helpers.classroom.kernel"


@pytest.fixture
def errors(monkeypatch):
    """A function that runs cells in a new kernel of a notebook, and gives what each shows as an error."""

    def run(name, *sources):
        monkeypatch.setenv("JPY_SESSION_NAME", name)
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in (LOAD, *sources)])
        folder = {"metadata": {"path": start.ROOT / "notebooks"}}
        client = NotebookClient(notebook, resources=folder, kernel_name="python3", allow_errors=True, timeout=60)
        return [
            [(output.ename, "\n".join(output.traceback)) for output in cell.outputs if output.output_type == "error"]
            for cell in client.execute().cells
        ][1:]

    return run


def test_a_lone_cell_says_which_to_run_first(errors):
    begin = "from helpers.classroom.lesson import begin\nbegin(1);"
    lone, ours, _, after, word = errors(
        "notebooks/01-build-a-network.ipynb", "data.train", "nowhere + 1", begin, "data.train", "right_one = C"
    )
    assert lone[0][0] == "NameError"
    assert lone[0][1].startswith("Run the lesson's first cell") and "`data`" in lone[0][1]
    assert "Traceback" in ours[0][1] and "first cell" not in ours[0][1]
    assert after[0][1].startswith("`data` is made in another cell")
    assert word == [("NameError", 'C is not defined. If you mean it as a word, put it in quotes: right_one = "C"')]


CUT_OFF = """
def train(*_, **__):
    yield
    raise KeyboardInterrupt
"""


def test_of_a_cell_that_was_cut_off_nothing_is_left_to_be_judged(errors):
    """Neither a network that is half trained nor what the cell made before. A cell of the learner's own is theirs."""
    cells = {cell.id: cell.source for cell in notebook.cells(7)}
    mine = "several = 7\n1 / 0"
    *_, stopped, judged, own, still_there = errors(
        "notebooks/07-many-networks.ipynb",
        cells["setup"],
        "networks = 1",
        CUT_OFF,
        cells["train-twenty"],
        "networks",
        mine,
        "several, data, train",
    )
    assert stopped[0][0] == "KeyboardInterrupt"
    assert judged[0][1].startswith("`networks` is made in another cell, which was not run to its end.")
    assert own[0][0] == "ZeroDivisionError" and still_there == []


@pytest.mark.parametrize("name", ["Untitled.ipynb", ""])
def test_elsewhere_errors_are_as_always_but_for_missing_quotes(errors, name):
    first, second, word = errors(name, "data.train", "%time y = 1\nx = data + 1", "%time y = 1\nx = data")
    assert all("Traceback" in found[0][1] and "data" in found[0][1] for found in (first, second))
    assert word[0][1].endswith('x = "data"')


def test_a_lesson_begun_twice_is_told_of_each_cell_once(errors):
    count = """
from helpers.classroom import lesson
told = []
lesson.Beginning.cell_starts = lambda self, info: told.append(self.number)
lesson.begin(1)
lesson.begin(2);
"""
    found = errors("", count, "1 + 1", "assert told == [2, 2], told")
    assert found == [[], [], []]

"""A lesson's notebook is read as a file: its cells, their headings, and the texts that are the lesson's own."""

import json

import pytest

from helpers.classroom import notebook


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A function that writes lesson 77 of a project of its own: (type, source, id) of each cell."""
    monkeypatch.setenv("DROPOUT_COURSE_FOLDER", str(tmp_path))

    def write(*cells):
        (tmp_path / "notebooks").mkdir(exist_ok=True)
        found = [{"cell_type": kind, "source": source, "id": name} for kind, source, name in cells]
        path = tmp_path / "notebooks" / "77-many.ipynb"
        path.write_text(json.dumps({"cells": found}), encoding="utf-8")
        return path

    return write


def test_each_cell_stands_under_the_last_heading_above_it(project):
    project(
        ("code", "a = 1", "first"),
        ("markdown", ["# Lesson 7 · Many\n", "Text\n", "## One neuron"], "m"),
        ("markdown", "no heading, # not this", "m2"),
        ("code", ["b = 2\n", "# no heading"], "second"),
        ("markdown", "### A  part ", "m3"),
        ("code", "def c(): pass", "third"),
    )
    found = [(cell.id, cell.source, cell.section) for cell in notebook.cells(77)]
    assert found == [
        ("first", "a = 1", ""),
        ("second", "b = 2\n# no heading", "One neuron"),
        ("third", "def c(): pass", "A  part"),
    ]


@pytest.mark.parametrize("content", [None, "", "[]", '{"cells": [{}]}', '{"cells": 3}'])
def test_where_there_is_no_notebook_there_are_no_cells(project, content):
    path = project()
    path.unlink() if content is None else path.write_text(content)
    assert notebook.cells(77) == [] and notebook.texts(77) == set()


def test_what_a_cell_binds_is_known_and_a_cell_half_written_binds_nothing():
    source = "import numpy as np, os.path\nfrom a import b\nx, (y, *z) = 1\ndef f(p):\n    q = p\nclass C: pass"
    assert notebook.Cell("", source, "").names == {"np", "os", "b", "x", "y", "z", "f", "q", "C"}
    assert notebook.Cell("", "x = (", "").names == set()


def test_texts_are_found_in_the_notebook_and_in_the_room_as_python_puts_them_together(project):
    project(("code", 'a = Prediction(\n    "Will it "\n    "learn?", ["yes"])', "a"), ("code", '"half', "b"))
    assert notebook.texts(77) == {"Will it learn?", "yes"}
    assert "Exercise 1.1" in notebook.texts(1)

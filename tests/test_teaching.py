"""The teacher's pages speak of the lessons as they are: sections, predictions, panels, exercises, answers."""

import re

import pytest

import start
from helpers.lessons import contents

from . import notebooks as lessons
from .notebooks import LESSONS, code_cells, headings, prose, read

TEACHING = start.ROOT / "teaching"

each_lesson = pytest.mark.parametrize("name", LESSONS)


def page(name):
    return (TEACHING / f"{name}.md").read_text(encoding="utf-8")


def rows(text, head):
    """The cells of the table whose head begins so, row by row."""
    table = text[text.index(head) :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table]


def test_each_lesson_has_its_page_and_the_list_leads_to_it():
    assert sorted(path.stem for path in TEACHING.glob("[0-9]*.md")) == LESSONS
    listed = rows(page("README"), "| lesson | page |")
    assert [cells[0] for cells in listed] == [f"{one.number}, {one.title}" for one in contents.lessons()]
    assert re.findall(r"\((\d\d-\S+)\.md\)", page("README")) == LESSONS


@each_lesson
def test_an_hour_is_planned_section_by_section(name):
    cells = [cell for cell, part in contents.parts(read(name)) if part == "main path"]
    main_path = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    sections = [text for level, text in headings(main_path) if level == 2]
    planned = rows(page(name), "| minutes | section | what happens |")
    assert [section for _, section, _ in planned] == ["opening", *sections]
    assert 50 <= sum(int(minutes) for minutes, *_ in planned) <= 60


@each_lesson
def test_it_names_each_prediction_panel_and_exercise(name):
    (lesson,) = [lesson for lesson in contents.lessons() if lesson.file == f"{name}.ipynb"]
    told = " ".join(page(name).split())
    assert lesson.predictions and [question for question in lesson.predictions if question not in told] == []
    code = "\n".join(cell.source for cell in code_cells(read(name)))
    panels = {*re.findall(r"^(panel\w*|own_digit)\.show\(", code, re.MULTILINE)}
    assert panels and [panel for panel in panels if f"`{panel}`" not in told] == []
    files = [path.name for path in lessons.SOLUTIONS.glob(f"{name[:2]}-*.py")]
    assert files and [file for file in files if f"`{file}`" not in told] == []
    for claim in re.findall(r"Claim (\w+)", told):
        assert f"{name[:2]} {claim}" in lesson.verdicts + lesson.for_sceptics


@each_lesson
def test_each_wrong_idea_is_answered_in_a_part_that_exists(name):
    there = {text for _, text in headings(prose(read(name)))}
    answered = rows(page(name), "| what they say | where the lesson answers |")
    assert len(answered) >= 4
    for idea, where in answered:
        parts = re.findall(r"\*(.+?)\*", where)
        assert parts and {*parts} <= there, idea

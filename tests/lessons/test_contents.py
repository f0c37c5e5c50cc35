"""What the lessons hold is read rightly from their notebooks and rooms."""

import importlib

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.classroom.exercises import Exercise
from helpers.classroom.your_turn import YourTurn
from helpers.lessons import contents


def folded(source):
    return new_markdown_cell(source, metadata={"jp-MarkdownHeadingCollapsed": True})


NOTEBOOK = new_notebook(
    cells=[
        new_markdown_cell("# Lesson 1 · One two"),  # 6 words, as split at white space
        new_code_cell("import numpy", metadata={"jupyter": {"source_hidden": True}}),
        new_code_cell("guess = Prediction(\n    'a', ['b'])"),
        folded("### For sceptics"),
        new_markdown_cell("#### deeper"),
        new_code_cell("pictures.show_more(1)"),
        new_markdown_cell("### Back on the path"),  # 5 words
        new_code_cell("pictures.show_it(x)"),
        new_code_cell("mine = ...\nours = your_turn(mine)"),
        new_code_cell("panel.show()"),
        folded("## All of this is folded"),
        new_markdown_cell("### and this"),
        new_markdown_cell("## Exercises\n\nmany words more"),
        new_code_cell("answer = ...", metadata={"tags": ["exercise"]}),
        new_markdown_cell("## Explain\n\nthree words"),  # 4 words
        new_markdown_cell("## Quiz"),
        new_markdown_cell("### Still quiz"),
    ]
)


def test_each_cell_is_on_the_main_path_folded_or_in_the_tail():
    found = [part[0] for _, part in contents.parts(NOTEBOOK)]
    assert "".join(found) == "mmm" + "fff" + "mmmm" + "ff" + "tt" + "m" + "tt"


def test_words_and_visible_cells_are_those_of_the_main_path():
    assert contents.words(NOTEBOOK) == 6 + 5 + 4
    assert [cell.source[:5] for cell in contents.visible_code(NOTEBOOK)] == ["guess", "pictu", "mine ", "panel"]


def test_minutes_are_counted_for_each_thing_to_do_and_rounded_up_to_fives():
    # 15 words and the run: half a minute; a prediction, a figure, a line, a panel, an exercise: 1 + 1 + 2 + 5 + 5
    assert contents.minutes(NOTEBOOK, questions=0) == 15
    assert contents.minutes(NOTEBOOK, questions=1) == 20


@pytest.mark.parametrize("lesson", contents.lessons(), ids=lambda lesson: lesson.title)
def test_a_lesson_has_what_its_room_makes(lesson):
    room = importlib.import_module(f"helpers.lessons.lesson_{lesson.number:02}.exercises")
    made = [thing for thing in vars(room).values() if isinstance(thing, Exercise) and not isinstance(thing, YourTurn)]
    assert sorted(lesson.exercises) == sorted(exercise.name for exercise in made)
    assert lesson.quiz == tuple(question.question for question in room.quiz.children if hasattr(question, "question"))
    assert lesson.predictions and all(question.endswith(("?", "…")) for question in lesson.predictions)
    assert lesson.verdicts
    assert all(key.startswith(f"{lesson.number:02} ") for key in lesson.verdicts + lesson.for_sceptics)


def test_what_is_judged_in_a_folded_part_is_for_sceptics():
    third = contents.lessons()[2]
    assert "03 3" in third.verdicts and "03 26" in third.for_sceptics
    assert not {*third.verdicts} & {*third.for_sceptics}

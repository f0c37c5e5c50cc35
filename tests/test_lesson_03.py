"""What lesson 3's text says is so: taken from what its cells show, or computed again."""

import re
from functools import partial

import numpy as np
import pytest

from helpers.classroom.lessons import lesson_03
from helpers.lab import load_results
from helpers.nn import Fresh

from . import lessons

NAME = "03-add-dropout"


@pytest.fixture(scope="module")
def text():
    """All the prose, with single spaces."""
    return " ".join(lessons.prose(lessons.read(NAME)).split())


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """A function that gives what the cell that contains `code` shows."""
    executed = partial(lessons.run, NAME, lessons.common_folder(tmp_path_factory))

    def find(code):
        cells = [cell for cell in lessons.code_cells(executed()) if code in cell.source]
        assert len(cells) == 1, f"{len(cells)} cells contain {code}"
        return lessons.shown(cells[0])

    return find


def test_what_was_2_is_0_or_2_and_a_half(shown, text):
    assert "What was 2 is now 0 or 2.5" in text
    assert set(re.findall(r"\d\.\d?", shown("def dropout"))) == {"0.", "2.5"}
    means = [float(mean) for mean in re.findall(r"\d\.\d*", shown("many = [dropout"))]
    assert len(means) == 5 and all(1.96 < mean < 2.04 for mean in means)


def test_both_conventions_agree_to_rounding(shown):
    assert all(float(value) < 1e-14 for value in re.findall(r"[\d.]+e-\d+|0\.0", shown("training = np.abs")))


def test_the_gradient_of_a_dropped_unit_is_exactly_zero(shown):
    told = shown("gradient into them")
    assert "gradient into them: 0.0" in told and "gradient out of them: 0.0" in told


def test_whose_weights_move(shown, text):
    assert "with momentum, Adam and L2: with all of them" in shown("moving.beside(")
    told = shown("lesson.show_moves(data)")
    assert told.count("they move, by up to") == 4 and told.count("they do not move at all") == 1
    assert re.search(r"plain SGD</td><td[^>]*>they do not move at all", told)


def test_exactly_the_portion_is_dropped_in_about_a_tenth_of_the_draws(shown):
    assert re.search(r"exactly 20 in 10%|most often near 20", shown("lesson.show_number_dropped"))
    dropped = (np.random.default_rng(3).random((10_000, 100)) < 0.2).sum(axis=1)
    assert 0.08 < (dropped == 20).mean() < 0.12


def test_rates(shown, text):
    """Rate 0.8 no longer learns its training examples; with dropout off, training looks better than with it on."""
    assert "it no longer learns even its training examples" in text
    rows = re.findall(r"rate ([\d.]+): (\d+), (\d+), (\d+) %", shown("lesson.show_rates"))
    off, on, test = ({float(row[0]): int(row[at]) for row in rows} for at in (1, 2, 3))
    assert off[0.8] < 50 and off[0.2] > on[0.2] + 5 and off[0.5] > on[0.5] + 5
    assert test[0.2] > test[0.0] and test[0.8] < test[0.0]


def test_the_best_rate_is_not_a_half():
    full = load_results("lesson-03")["figures"]
    assert full["best rate"] != 0.5
    assert full["accuracy"]["0.5"]["high"] < full["accuracy"]["0.3"]["mean"]


def test_every_unit_works_for_hundreds_of_examples(shown):
    least = int(re.search(r"works for (\d+) examples", shown("works = masks.sum")).group(1))
    assert 400 < least < 500


def test_each_example_of_an_epoch_has_a_cut_of_its_own(text):
    assert "Each of an epoch's 1,000 examples had a cut of its own" in text
    masks = Fresh([0]).mask(0, (1, 1000, 128), 0.5)[0]
    assert len(np.unique(masks, axis=0)) == 1000


def test_nothing_is_cut_away(shown):
    before, after = re.findall(r"\((\d+, \d+)\)", shown('print("networks, parameters before:"'))
    assert before == after


def test_the_verdicts_agree_with_the_ledger(shown):
    cells = {'"plain SGD": still': 1, "[leaving_on.mean": 1, "used = {": 3, "apart = {": 2, '"narrowed by"': 1}
    for code, count in cells.items():
        assert shown(code).count("you agree") == count


def test_what_the_score_board_says_of_the_learners_check():
    board = lesson_03.fault_hunt(lambda forward: True).data
    assert board.count("missed") >= 5 and "your check" in board
    assert all(len(caught) == len(lesson_03.FAULTS) for caught in lesson_03.LIBRARIES.values())
    assert lesson_03.judge(lambda forward: 1 / 0)[0] == "wrong"

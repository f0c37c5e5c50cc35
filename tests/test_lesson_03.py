"""What lesson 3's text says is so: taken from what its cells show, or computed again."""

import re

import numpy as np
import pytest

from helpers.classroom.lessons import lesson_03
from helpers.lab import load_results
from helpers.nn import Fresh

NAME = "03-add-dropout"


def test_what_was_2_is_0_or_2_and_a_half(shown, text):
    assert "What was 2 is now 0 or 2.5" in text
    assert set(re.findall(r"\d\.\d?", shown("def dropout"))) == {"0.", "2.5"}
    means = [float(mean) for mean in re.findall(r"\d\.\d*", shown("many = [dropout"))]
    assert len(means) == 5 and all(1.96 < mean < 2.04 for mean in means)


def test_both_conventions_agree_to_rounding(shown):
    assert all(float(value) < 1e-14 for value in re.findall(r"[\d.]+e-\d+|0\.0", shown("training = np.abs")))


def test_the_gradient_of_a_dropped_unit_is_exactly_zero_and_no_kept_one_s(shown):
    rows = re.findall(r"dropped units: (\S+) +kept units: at least (\S+)", shown("gradient of weights into it"))
    assert len(rows) == 4
    assert all(dropped == "0.0" and float(kept) > 0 for dropped, kept in rows)


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
    assert "the training accuracy with dropout on is *below* the test accuracy" in text
    rows = re.findall(r"rate ([\d.]+): (\d+), (\d+), (\d+) %", shown("lesson.show_rates"))
    off, on, test = ({float(row[0]): int(row[at]) for row in rows} for at in (1, 2, 3))
    assert off[0.8] < 50 and off[0.2] > on[0.2] + 5 and off[0.5] > on[0.5] + 5
    assert test[0.2] > test[0.0] and test[0.8] < test[0.0]
    assert on[0.8] < test[0.8]


def test_a_small_gap_is_not_yet_a_good_network(text):
    assert "at 0.8 it is smallest, and the network is worst" in text
    full = load_results("lesson-03")["figures"]
    gap, accuracy = ({r: full[kind][r]["mean"] for r in ("0.0", "0.2", "0.5", "0.8")} for kind in ("gap", "accuracy"))
    training = full["training, dropout off"]
    assert "At a low rate the test accuracy rises, although the training examples are still known by heart" in text
    assert training["0.2"] > 0.98 and accuracy["0.2"] > accuracy["0.0"] and gap["0.5"] < gap["0.2"] < gap["0.0"]
    assert "mostly because the training accuracy falls" in text
    assert training["0.0"] - training["0.5"] > accuracy["0.5"] - accuracy["0.0"] > 0
    assert min(gap, key=gap.get) == "0.8" == min(accuracy, key=accuracy.get)


def test_the_best_rate_is_not_a_half():
    full = load_results("lesson-03")["figures"]
    assert full["best rate"] != 0.5
    assert full["accuracy"]["0.5"]["high"] < full["accuracy"]["0.3"]["mean"]


def test_every_unit_works_for_hundreds_of_examples(shown):
    least = int(re.search(r"works for (\d+) examples", shown("works = masks.sum")).group(1))
    assert 400 < least < 500


def test_each_example_of_an_epoch_has_a_cut_of_its_own(text):
    assert "each of an epoch's 1,000 examples had a cut of its own" in text
    masks = Fresh([0]).mask(0, (1, 1000, 128), 0.5)[0]
    assert len(np.unique(masks, axis=0)) == 1000


def test_nothing_is_cut_away(shown):
    before, after = re.findall(r"\((\d+, \d+)\)", shown('print("networks, parameters before:"'))
    assert before == after


def test_the_panel_s_question_is_answered_right(text):
    assert "with probability 0.8¹⁰, about 1 in 9" in text
    assert 1 / 9.5 < 0.8**10 < 1 / 8.5


@pytest.mark.parametrize(
    ("check", "words"),
    [
        (lambda forward: not lesson_03._right_check(forward), "the wrong way round"),
        (lambda forward: forward(np.ones((2, 3)), 0.2, np.random.default_rng(0))[0] == 1.25, "many answers"),
        (lambda forward: bool(forward(np.ones((2, 3)), 0.2, np.random.default_rng(0))[0] == 1.25), "many answers"),
        (lambda forward: "yes", "'yes'. Return True or False"),
        (lambda forward: False, "refuses a dropout that is right"),
        (lambda forward: None, "returns nothing yet"),
    ],
)
def test_likely_wrong_checks_are_told_what_is_wrong(check, words):
    assert words in lesson_03.judge(check)[1]


def test_what_the_score_board_says_of_the_learners_check():
    board = lesson_03.fault_hunt(lambda forward: True).data
    assert board.count("missed") >= 5 and "your check" in board
    assert all(len(caught) == len(lesson_03.FAULTS) for caught in lesson_03.LIBRARIES.values())
    assert lesson_03.judge(lambda forward: 1 / 0)[0] == "wrong"

"""What lesson 5's text says is so: taken from what its cells show, or from the full-size run."""

import re

import numpy as np
import pytest

from helpers.lab import Between, Recipe, load_claims, load_mnist1d
from helpers.lab.full_size import stored_trial
from helpers.lab.tune import Trial
from helpers.lessons.lesson_05 import experiment, pictures
from helpers.nn import Network, mlp

NAME = "05-against-l1-l2-and-friends"
# The full-size experiment, made small
SMALL = {"AMOUNTS": (100, 120), "TRIALS": 2, "MORE": 2}


@pytest.fixture(scope="module")
def data():
    return load_mnist1d(train=1000)


@pytest.fixture(scope="module")
def live(shown):
    """Live test accuracies in percent, by arm, best first."""
    told = shown("result = compare(tuned, data, seeds)").split("test loss. ")[1]
    return {arm: float(mean) for arm, mean in re.findall(r"([\w][\w -]*?) ([\d.]+)% \(", told)}


def means(amount):
    return {arm: found.mean for arm, found in experiment.full_size(amount).accuracy.items()}


def test_what_each_adds_exactly(data, text):
    changes = pictures.what_each_adds(data)
    assert [kind for kind, (outputs, _, _) in changes.items() if outputs] == ["dropout"]
    assert [kind for kind, (_, gradient, _) in changes.items() if gradient] == ["L2", "activity penalty", "dropout"]
    assert [kind for kind, (_, _, after) in changes.items() if after] == ["L1", "max-norm"]
    assert "It alone changes the *outputs*" in text and list(changes)[-1] == "dropout", "the last row"
    assert pictures.COSTS["dropout"] == "nothing"


def test_l1_s_proximal_step_is_the_learning_rate_times_the_strength(data):
    assert pictures.what_each_adds(data)["L1"][2] == pytest.approx(0.1 * 0.01)


def test_weight_decay_is_l2_under_sgd_and_not_under_adam(shown, text):
    assert "Under plain SGD they are the same to rounding. Under Adam they are not" in text
    told = shown("def apart")
    assert float(re.search(r"SGD: +(\S+)", told)[1]) < 1e-12 and float(re.search(r"Adam: +(\S+)", told)[1]) > 0.01


def test_the_budget_is_printed_and_the_same_for_all(shown):
    told = shown("tuned = tune(arms, space")
    assert "each arm: 10 settings, 2 networks each" in told and told.count("Recipe(") == 8


def test_who_is_best_live(live, text):
    assert list(live)[0] == "shift" and "one arm leaves all the others far behind" in text
    assert live["shift"] > max(value for arm, value in live.items() if arm != "shift") + 5
    assert "Dropout is one of several here, with no clear lead" in text
    assert live["dropout"] < max(live[arm] for arm in ("L1", "L2", "max-norm")) + 3
    assert list(live)[-1] == "early stopping"


def test_the_full_size_run_s_order(text):
    assert "Forty trials for each arm and twelve more around the best, three networks each" in text
    assert (experiment.TRIALS, experiment.MORE) == (40, 12)
    few, many = ({arm: means(amount)[arm] for arm in experiment.ALONE} for amount in experiment.AMOUNTS)
    assert "With 1,000 examples L2 beats dropout by several points" in text
    assert few["L2"] > few["dropout"] + 0.02
    tried = stored_trial("17")
    assert "With 4,000 dropout is a point ahead of the best rival that the claim names" in text
    assert "the interval (0.3 to 1.9) allows for less than the point that counts: *undecided*" in text
    assert [round(100 * part, 1) for part in (tried.difference.low, tried.difference.high)] == [0.3, 1.9]
    assert 0.009 < tried.difference.mean < 0.015
    assert tried.verdict == "undecided" and many["dropout"] > max(many[rival] for rival in experiment.RIVALS)
    assert "(L1, which it does not name, is as good or better.)" in text and many["L1"] > many["dropout"]
    for found in (few, many):
        assert min(found, key=found.get) == "early stopping" and max(found, key=found.get) == "shift"


def test_dropout_s_loss_is_low_with_many_examples_and_l2_s_with_few(text):
    few, many = (experiment.full_size(amount).loss for amount in (1000, 4000))
    assert "With 4,000 examples dropout's is the lowest but for the shift's; with 1,000 L2's is far lower" in text
    assert sorted(experiment.ALONE, key=many.get)[:2] == ["shift", "dropout"] and few["L2"] < few["dropout"] - 0.4


def test_pairs(text):
    few, many = (experiment.full_size(amount).with_dropout_minus_without for amount in experiment.AMOUNTS)
    assert "With 1,000 examples the pair is as good as L2 alone" in text
    assert max(abs(few["L2"].low), few["L2"].high) < 0.01
    assert "With 4,000 it adds 1 to 3 points" in text
    assert [round(100 * part) for part in (many["L2"].low, many["L2"].high)] == [1, 3]
    assert "On top of L1 it adds 4 points and more with 1,000; with 4,000 we can't tell" in text
    assert few["L1"].low > 0.04 and many["L1"].low < -0.01 < 0 < many["L1"].high
    assert "dropout has nothing left to add, with either amount" in text
    assert max(few["shift"].high, many["shift"].high) < 0.002


def test_the_shift_beats_everything_without_it(text):
    assert "by 7 points and more" in text
    for amount in experiment.AMOUNTS:
        found = means(amount)
        assert found["shift"] > 0.07 + max(value for arm, value in found.items() if "shift" not in arm)


def test_what_each_does_to_the_weights(shown, text):
    assert "L1 sets weights to exactly 0" in text
    told = shown("show_weights(networks)")
    rows = re.findall(r"([\w-]+): (\d+)% exactly 0, mean size ([\d.]+), largest norm (\d+\.\d)", told)
    zeros, size, norm = ({row[0]: float(row[at]) for row in rows} for at in (1, 2, 3))
    assert zeros["L1"] > 20 and all(zeros[arm] == 0 for arm in ("plain", "dropout", "L2"))
    assert "at this limit max-norm makes them as small: no unit's norm is above 0.5" in text
    assert size["L2"] < size["plain"] / 2 and abs(size["L2"] - size["max-norm"]) < 0.03 and norm["max-norm"] == 0.5
    assert "Dropout's grow less than the plain network's (to 0.24 and 0.29, from 0.20 at the start)" in text
    start = pictures.hidden_weights(Network(mlp(40, 64, 64, 10), range(3)))
    assert (size["dropout"], size["plain"]) == (0.24, 0.29) and round(float(np.sqrt(np.mean(start**2))), 2) == 0.2
    assert "but stay far larger than L2's" in text and size["dropout"] > 2 * size["L2"]


def test_the_paper_s_table_is_quoted_right(text):
    for quoted in (
        "L2 1.62 %",
        "L2 + L1 1.60 %",
        "max-norm 1.35 %",
        "dropout + L2 1.25 %",
        "dropout + max-norm 1.05 %",
    ):
        assert quoted in text


def test_the_ledger_s_conditions_quote_the_results_right():
    claims, few = load_claims(), stored_trial("17").others["1000 examples"]
    assert "L2 is better than dropout by 3.7 points" in claims["17"].conditions
    assert round(100 * few.difference.mean, 1) == -3.7
    assert few.verdict == "fails" and "With 1,000 it fails" in claims["17"].conditions
    full = experiment.full_size(4000).accuracy
    assert "L1, which the claim does not name, has 71.9 % with 4,000, dropout 70.2 %" in claims["17"].conditions
    assert [round(100 * full[arm].mean, 1) for arm in ("L1", "dropout")] == [71.9, 70.2]


def test_how_much_narrower_the_gap_is_depends_on_the_plain_network(text):
    conditions, tried = load_claims()["4"].conditions, stored_trial("4")
    points = {name: round(100 * other.difference.mean, 1) for name, other in tried.others.items()}
    assert "With 1,000 examples by 5.7, and by 0.9 (undecided) beside the fastest plain network" in conditions
    assert points["1000 examples, plain"] == 5.7 and points["1000 examples, plain, fastest"] == 0.9
    assert tried.others["1000 examples, plain, fastest"].verdict == "undecided"
    assert "that is as good on validation examples (learning rate 0.031)" in conditions
    assert "learning_rate=0.0312" in experiment.full_size(1000).tuned["plain, fastest"]
    assert "It narrows the gap by 6 points; with 1,000 examples by 6 or by 1, depending on" in text
    assert round(100 * tried.difference.mean) == 6 and points["4000 examples, plain, fastest"] > 5


def test_as_good_are_those_within_a_point_of_the_best():
    tried = [(0.3, 0.5), (0.01, 0.495), (0.02, 0.48), (0.001, 0.492), (0.1, 0.1)]
    trials = [Trial(Recipe(learning_rate=rate), accuracy, 0.0) for rate, accuracy in tried]
    found = experiment.as_good(trials)
    assert {arm: recipe.learning_rate for arm, recipe in found.items()} == {
        "plain, slowest": 0.001,
        "plain, fastest": 0.3,
    }


def test_the_second_search_is_around_the_best_of_the_first():
    third = experiment._around(Between(1e-3, 1e3, log=True), 1.0)
    assert third.log and third.low == pytest.approx(0.1) and third.high == pytest.approx(10)
    assert experiment._around(Between(0, 0.6), 0.05) == Between(0, 0.05 + 0.6 / 6)
    assert experiment._around(Between(1e-3, 1e3, log=True), 900.0).high == 1e3


def test_the_results_name_the_strongest_rival():
    for amount in experiment.AMOUNTS:
        assert experiment.full_size(amount).rival in experiment.RIVALS

"""What lesson 5's text says is so: taken from what its cells show, or from the full-size run."""

import re

import pytest

from helpers.classroom.lessons import lesson_05
from helpers.lab import load_claims, load_mnist1d, load_results
from helpers.lab.experiments import lesson_05 as experiment

NAME = "05-against-l1-l2-and-friends"


@pytest.fixture(scope="module")
def data():
    return load_mnist1d(train=1000)


@pytest.fixture(scope="module")
def live(shown):
    """Live test accuracies in percent, by arm, best first."""
    told = shown("result = compare(tuned, data, seeds)").split("test loss. ")[1]
    return {arm: float(mean) for arm, mean in re.findall(r"([\w][\w -]*?) ([\d.]+)% \(", told)}


def means(amount):
    return {arm: found["mean"] for arm, found in lesson_05.full_size(amount)["accuracy"].items()}


def test_what_each_adds_exactly(data, text):
    changes = lesson_05.what_each_adds(data)
    assert [kind for kind, (outputs, _, _) in changes.items() if outputs] == ["dropout"]
    assert [kind for kind, (_, gradient, _) in changes.items() if gradient] == ["L2", "activity penalty", "dropout"]
    assert [kind for kind, (_, _, after) in changes.items() if after] == ["L1", "max-norm"]
    assert "It alone changes the *outputs*" in text and list(changes)[-1] == "dropout", "the last row"
    assert lesson_05.COSTS["dropout"] == "nothing"


def test_l1_s_proximal_step_is_the_learning_rate_times_the_strength(data):
    assert lesson_05.what_each_adds(data)["L1"][2] == pytest.approx(0.1 * 0.01)


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


def points(amount, kind):
    """The full-size run's differences of that kind, means in points."""
    return {arm: 100 * found["mean"] for arm, found in lesson_05.full_size(amount)[kind].items()}


def test_the_full_size_run_s_order(text):
    assert "Forty trials for each arm, three networks each" in text and experiment.TRIALS == 40
    few, many = ({arm: means(amount)[arm] for arm in experiment.ALONE} for amount in experiment.AMOUNTS)
    assert "With 1,000 examples L2 beats dropout by several points" in text
    assert few["L2"] > few["dropout"] + 0.02
    assert "with 4,000 dropout is ahead of the three rivals that the claim names" in text
    assert many["dropout"] > max(many[rival] for rival in experiment.RIVALS) + 0.01
    assert "(L1, which it does not name, is as good or better.)" in text and many["L1"] > many["dropout"]
    for found in (few, many):
        assert min(found, key=found.get) == "early stopping" and max(found, key=found.get) == "shift"


def test_dropout_s_loss_is_low_with_many_examples_and_high_with_few(text):
    few, many = (lesson_05.full_size(amount)["loss"] for amount in (1000, 4000))
    assert "With 4,000 examples dropout's is the lowest but for the shift's" in text
    assert sorted(experiment.ALONE, key=many.get)[:2] == ["shift", "dropout"]
    assert "With 1,000 it is the highest but for the plain network's" in text
    assert sorted(experiment.ALONE, key=few.get)[-2:] == ["dropout", "plain"]


def test_pairs(text):
    few, many = (points(amount, "with dropout minus without") for amount in experiment.AMOUNTS)
    assert "With 1,000 examples the pair is as good as L2 alone" in text and abs(few["L2"]) < 1
    assert "With 4,000 it adds 2 to 3 points" in text and 2 < many["L2"] < 3
    assert "On top of L1 it is the other way round" in text and few["L1"] > 3 and abs(many["L1"]) < 1
    assert "dropout on top adds a point with 1,000 examples and *costs* one with 4,000" in text
    assert round(few["shift"]) == 1 and round(many["shift"]) == -1


def test_the_shift_beats_everything_without_it(text):
    assert "by 7 points and more" in text
    for amount in experiment.AMOUNTS:
        found = means(amount)
        assert found["shift"] > 0.07 + max(value for arm, value in found.items() if "shift" not in arm)


def test_what_each_does_to_the_weights(shown, text):
    assert "L1 sets weights to exactly 0" in text
    told = shown("lesson.show_weights(networks)")
    rows = re.findall(r"([\w-]+): (\d+)% exactly 0, mean size ([\d.]+), largest norm (\d+\.\d)", told)
    zeros, size, norm = ({row[0]: float(row[at]) for row in rows} for at in (1, 2, 3))
    assert zeros["L1"] > 20 and all(zeros[arm] == 0 for arm in ("plain", "dropout", "L2"))
    assert "at this limit max-norm makes them as small: no unit's norm is above 0.5" in text
    assert size["L2"] < size["plain"] / 2 and abs(size["L2"] - size["max-norm"]) < 0.03 and norm["max-norm"] == 0.5
    assert "Dropout's stay nearly as large as the plain network's" in text and size["dropout"] > 0.75 * size["plain"]


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
    claims, tried = load_claims(), load_results("lesson-05")["figures"]["claims"]
    few = tried["17"]["others"]["1000 examples"]
    assert "L2 is better than dropout by 3.7 points" in claims["17"].conditions and round(100 * few["mean"], 1) == -3.7
    full = lesson_05.full_size(4000)["accuracy"]
    assert "is better by 1.4 with 4,000" in claims["17"].conditions
    assert round(100 * (full["L1"]["mean"] - full["dropout"]["mean"]), 1) == 1.4
    assert "With 1,000 undecided: there validation chose rate 0.29" in claims["4"].conditions
    assert "drop_rate=0.291" in load_results("lesson-05")["settings"]["1000"]["tuned"]["dropout"]
    assert tried["4"]["others"]["1000 examples"]["verdict"] == "undecided"


def test_the_results_name_the_strongest_rival():
    for amount in experiment.AMOUNTS:
        assert load_results("lesson-05")["figures"][str(amount)]["rival"] in experiment.RIVALS

"""The sentence claims no more than the intervals carry, and nothing is chosen on test rows."""

import json
from dataclasses import replace

import numpy as np
import pytest

from helpers.lab import Recipe
from helpers.lab.advise import VERDICTS, Answer, Outcome, parameters
from helpers.lab.advise.arms import WORDS
from helpers.lab.advise.plan import Plan

NETWORKS = [arm for arm in WORDS if arm not in ("commonest class", "gradient-boosted trees")]


def outcome(share, test_share=None, roll=0, seed=0):
    """An arm that is right on the first `share` of 4,000 rows; but for ten, other ones for each network.

    roll: by how many test rows these are moved on, so that others are right.
    """
    rows, random = np.arange(4000), np.random.default_rng(seed)
    correct = np.tile(np.roll(rows < (test_share or share) * 4000, roll), (5, 1))
    for right in correct:
        right[random.choice(np.flatnonzero(right), 10)] = False
        right[random.choice(np.flatnonzero(~right), 10)] = True
    return Outcome(Recipe(), [rows < share * 4000] * 4, correct, (0.5,) * 5, 9, 100)


def answer(**shares):
    """An Answer in which networks are right on 80 % of the rows, the commonest class on 60; but for `shares`."""
    arms = {"commonest class": replace(outcome(0.6), recipe={})}
    arms |= {arm: outcome(0.8, seed=at) for at, arm in enumerate(NETWORKS)} | shares
    return Answer(arms, Plan(*[0] * 12), 12_000, 6, ("no", "yes"), "no", 1.0)


ALIKE = "no difference that matters"


@pytest.mark.parametrize(
    ("shares", "recommended", "verdict", "said"),
    [
        ({}, "no hidden layer", ALIKE, "Either will do: a smaller network, "),
        ({"dropout": outcome(0.83)}, "dropout", "better", "It is better than the plain big network: +3.0"),
        ({"dropout": outcome(0.8049)}, "no hidden layer", ALIKE, "Take a network without"),
        ({"dropout": outcome(0.83, 0.77)}, "dropout", "worse", "on the test rows it is worse: -3.0"),
        ({"L2": outcome(0.83, 0.805, roll=700)}, "L2", "can't tell", "these rows can't tell"),
        ({"plain big": outcome(0.84)}, "plain big", "better", "It is better than a network without a hidden"),
        (dict.fromkeys(NETWORKS, outcome(0.6)), "commonest class", "nothing to learn", "Nothing to learn here"),
    ],
)
def test_what_is_said(shares, recommended, verdict, said):
    found = answer(**shares)
    assert found.recommendation == recommended
    assert found.verdict == verdict and verdict in VERDICTS
    assert said in found.sentence


@pytest.mark.parametrize(("lead", "chosen"), [(0.003, "no hidden layer"), (0.007, "dropout")])
def test_the_simplest_within_half_the_margin_is_chosen(lead, chosen):
    found = answer(dropout=outcome(0.8 + lead))
    assert found.margin == 0.01 and found.best == "dropout" and found.chosen == chosen


def test_either_names_those_alone_that_do_not_differ_enough_to_matter():
    alike = answer(L2=outcome(0.83), dropout=outcome(0.83, seed=9))
    assert alike.recommendation == "L2" and alike.either == ["dropout"]
    assert answer(dropout=outcome(0.83)).either == []


def test_weights_and_biases_are_counted():
    assert parameters(Recipe(hidden=(3,)), 2, 4) == 2 * 3 + 3 + 3 * 4 + 4


def test_a_network_that_is_better_on_validation_rows_alone_has_learned_nothing():
    found = answer(**dict.fromkeys(NETWORKS, outcome(0.64, 0.6, roll=900)))
    assert found.chosen != "commonest class" == found.recommendation
    assert found.sentence.startswith("Nothing to learn here, as far as 4,000 test rows can show: always saying 'no'")
    assert "not surely more" in found.sentence and found.settings == {}


def test_probabilities_that_tell_something_are_named_where_accuracy_does_not_show_it():
    alike = outcome(0.6)
    assert "wrong measure" not in answer(**dict.fromkeys(NETWORKS, alike)).sentence
    telling = replace(alike, log_loss=(0.31, 0.3, 0.3, 0.31, 0.3))
    assert "tell something: try more rows." in answer(**dict.fromkeys(NETWORKS, telling)).sentence
    unequal = dict.fromkeys(NETWORKS, replace(outcome(0.9), log_loss=telling.log_loss))
    unequal["commonest class"] = replace(outcome(0.9), recipe={})
    assert "wrong measure for classes so unequal" in answer(**unequal).sentence


def test_test_rows_choose_nothing_but_whether_there_is_anything_to_learn():
    one = answer(dropout=outcome(0.83, 0.7), L2=outcome(0.8, 0.99))
    assert one.chosen == one.best == "dropout"


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.9, "perhaps not a network at all"), (0.7, "trees are less"), (0.8, "trees are as accurate")],
)
def test_the_trees_are_reported_and_never_recommended(share, said):
    trees = replace(outcome(share), recipe={"max_iter": 50}, parameters=None)
    found = answer(**{"gradient-boosted trees": trees})
    assert found.recommendation != "gradient-boosted trees" != found.best
    assert said in found.sentence


def test_the_margin_is_a_point_or_a_tenth_of_the_error():
    assert answer().margin == 0.01
    assert answer(dropout=outcome(0.96)).margin == pytest.approx(0.004)
    assert answer(dropout=outcome(0.9999)).margin == 0.001


def test_what_diverged_is_null_in_the_json():
    lost = replace(outcome(0.01), log_loss=(float("nan"),) * 5)
    found = answer(dropout=lost)
    stored = json.loads(json.dumps(found.json(), allow_nan=False))
    assert stored["arms"]["dropout"]["log_loss"] is None
    assert set(stored["paired"]) == {*found.arms} - {"plain big"}
    assert stored["paired"]["dropout"]["mean"] == pytest.approx(-0.79, abs=0.01)


@pytest.mark.parametrize(("settings", "said"), [(3, True), (19, True), (20, False)])
def test_a_small_search_says_that_it_may_have_missed_something(settings, said):
    found = answer(dropout=outcome(0.83))
    found = replace(found, plan=replace(found.plan, settings=settings))
    sentence = f"With only {settings} settings tried for each kind of network, others may be better than they look"
    assert (sentence in found.sentence) is said

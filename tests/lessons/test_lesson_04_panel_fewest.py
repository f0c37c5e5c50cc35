"""Lesson 4's panel of few neurons: what it computes, from settings to what is drawn."""

import pytest

from helpers.lab import load_mnist1d
from helpers.lessons.lesson_04 import panel_fewest as panel

SMALL = {"width": 32, "depth": 2, "drop_rate": 0.0, "masks": "example", "learning_rate": 0.02, "seed": 0}


@pytest.fixture(scope="module")
def data():
    return load_mnist1d(train=1000)


def ends(data, **state):
    """The challenge's score of a whole run, and its last Progress."""
    results = [*panel.run(data, SMALL | state)]
    return panel.fewest(SMALL | state, results), results[-1]


def test_the_goal_is_reached_with_dropout_by_64_neurons_and_by_no_plain_network_so_small(data):
    neurons, _ = ends(data, width=64, depth=1, drop_rate=0.3)
    assert neurons == 64
    for shape in ({}, {"width": 64, "depth": 1}, {"width": 128, "depth": 1}, {"width": 64}):
        assert ends(data, **shape)[0] is None


def test_a_high_rate_ruins_two_layers_of_64_and_helps_one(data):
    settings = [{"width": 64, "depth": depth, "learning_rate": 0.01} for depth in (1, 2)]
    one, two = ([ends(data, drop_rate=rate, **of)[1].validation for rate in (0.0, 0.2, 0.5)] for of in settings)
    assert one[1] > one[0] + 0.02
    assert two[1] > two[0] + 0.02 and two[2] < two[1] - 0.04


def test_drawn_only_once_the_gain_is_gone(data):
    one = {"width": 64, "depth": 1, "drop_rate": 0.3}
    once, each = (ends(data, masks=masks, **one)[1].validation for masks in ("forever", "example"))
    assert once < each - 0.03


def test_nothing_counts_before_the_end(data):
    reached = [panel.Progress(1.0, 0.9)] * (panel.EPOCHS - 1)
    assert panel.fewest(SMALL, reached) is None
    assert panel.fewest(SMALL, [*reached, panel.Progress(1.0, panel.GOAL)]) == 64
    assert panel.fewest(SMALL, [*reached, panel.Progress(1.0, panel.GOAL - 0.001)]) is None


def test_another_seed_is_three_other_networks(data):
    first, second = (next(panel.run(data, SMALL | {"seed": seed})) for seed in (0, 1))
    assert first != second

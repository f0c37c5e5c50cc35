"""Lesson 6's panel of boundaries: what it computes, from settings to what is drawn."""

import numpy as np

from helpers.lessons.lesson_06 import panel_line as panel


def moons_after(**state):
    start = {"width": 64, "depth": 2, "drop_rate": 0.0, "spread": 0.4, "points": 50, "seed": 0}
    return [*panel.run(start | state)][-1]


def test_a_wide_network_bends_round_the_noise_and_a_narrow_one_cannot():
    wide, narrow = moons_after(), moons_after(width=2, depth=1)
    assert wide.training > 0.97 > narrow.training
    assert wide.epoch == panel.EPOCHS


def test_the_plane_is_coloured_by_probabilities():
    shown = moons_after(points=20).probability
    assert shown.min() >= 0 and shown.max() <= 1 and np.ptp(shown) > 0.5


def test_pictures_of_a_large_network_come_after_fewer_epochs():
    def first(**state):
        start = {"width": 256, "depth": 2, "drop_rate": 0.0, "spread": 0.4, "points": 100, "seed": 0}
        return next(panel.run(start | state)).epoch

    assert first(width=64) == first() == panel.MOST_EPOCHS_A_PICTURE
    assert first(depth=4, points=500) <= 5
    assert {panel.epochs_a_picture(w, s) for w in (10, 10**5, 10**6, 10**7) for s in (1, 2)} <= {1, 2, 4, 5, 8, 10}


def test_another_seed_draws_other_points():
    x = [panel.examples_of(50, 0.4, seed)[1] for seed in (0, 0, 1)]
    assert (x[0] == x[1]).all() and not np.isin(x[0], x[2]).all()


def test_500_points_take_no_more_steps_than_100():
    batches = {}
    for points in (20, 100, 500):
        data = panel.examples_of(points, 0.4, 0)[0]
        batches[points] = -(-len(data.train) // panel.batch_size_for(points))
    assert batches == {20: 1, 100: 2, 500: 2}


def test_the_challenge_counts_with_500_points_of_enough_spread():
    state = {"points": 500, "spread": 0.3}
    last = [panel.Progress(10, None, training, 0.8) for training in (1.0, 0.99)]
    assert panel.most_fitted(state, last) == 0.99
    assert panel.most_fitted(state | {"points": 200}, last) is None
    assert panel.most_fitted(state | {"spread": 0.2}, last) is None
